package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class NormTest {
  @Test
  void reads_every_key_back() {
    for (Norm norm : Norm.values()) {
      assertThat(Norm.parse(norm.key())).isSameAs(norm);
    }
    assertThat(Norm.parse("LInf")).isSameAs(Norm.LINF);
  }

  @Test
  void names_the_choices_when_refusing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Norm.parse("l3"))
        .withMessage("norm must be one of linf, l2, l1, l0 but was 'l3'");
  }
}
