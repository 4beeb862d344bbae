package io.sextant.reports.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BarTest {
  @Test
  void point_from_the_middle_by_their_share_of_the_scale() {
    assertThat(Card.Bar.of(1, 2)).isEqualTo(new Card.Bar("50.00", "25.00", "positive", "+1"));
    assertThat(Card.Bar.of(-2, 2)).isEqualTo(new Card.Bar("0.00", "50.00", "negative", "-2"));
    assertThat(Card.Bar.of(0, 0)).isEqualTo(new Card.Bar("50.00", "0.00", "positive", "0"));
  }
}
