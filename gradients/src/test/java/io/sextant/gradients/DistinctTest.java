package io.sextant.gradients;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DistinctTest {
  @Test
  void rows_with_the_same_bits_stand_once_and_answers_come_back_to_each() {
    double[][] rows = {{0, 1}, {2, 3}, {0, 1}, {-0.0, 1}, {Double.NaN, 1}, {Double.NaN, 1}};
    Distinct distinct = Distinct.of(rows);
    assertThat(List.of(distinct.rows())).containsExactly(rows[0], rows[1], rows[3], rows[4]);
    assertThat(distinct.places()).containsExactly(0, 1, 0, 2, 3, 3);
    double[][] answers = {{10}, {11}, {12}, {13}};
    assertThat(List.of(distinct.spread(answers)))
        .containsExactly(answers[0], answers[1], answers[0], answers[2], answers[3], answers[3]);
  }

  @Test
  void each_row_can_stand_for_itself() {
    double[][] rows = {{1}, {1}};
    assertThat(Distinct.each(rows).rows()).isSameAs(rows);
    assertThat(Distinct.each(rows).places()).containsExactly(0, 1);
  }
}
