package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitTest {
  @Test
  void reads_percent_and_decimals_exactly() {
    assertThat(Limit.parse("85%").value()).isEqualByComparingTo("0.85");
    assertThat(Limit.parse("0.5").value()).isEqualByComparingTo("0.5");
    assertThat(Limit.parse("33.3 %").value()).isEqualByComparingTo("0.333");
    assertThat(Limit.parse("1").value()).isEqualByComparingTo("1");
    assertThat(Limit.parse("85%")).hasToString("85%").isEqualTo(Limit.parse("0.850"));
    assertThat(Limit.parse("85%")).hasSameHashCodeAs(Limit.parse("0.850"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"85", "1.01", "101%", "-1%", "-0.5", "", "x", "NaN", "5%%", "1e-2"})
  void refuses_what_is_not_a_share(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Limit.parse(text))
        .withMessageContaining("a limit must be");
  }

  @Test
  void says_that_percent_needs_its_sign() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Limit.parse("85"))
        .withMessageContaining("percent needs the % sign");
  }
}
