package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EpsilonTest {
  @Test
  void prints_as_written_and_compares_by_value() {
    assertThat(Epsilon.parse("8/255").text()).isEqualTo("8/255");
    assertThat(Epsilon.parse("0.10")).hasToString("0.10").isEqualTo(Epsilon.parse("1/10"));
    assertThat(Epsilon.parse("0.10")).hasSameHashCodeAs(Epsilon.parse(".1"));
    assertThat(Epsilon.parse("1e-1")).isEqualTo(Epsilon.parse("0.1"));
    assertThat(Epsilon.parse("16/510")).isEqualTo(Epsilon.parse("8/255"));
    assertThat(Epsilon.parse("0.031")).isNotEqualTo(Epsilon.parse("8/255"));
    assertThat(Epsilon.parse("0.5/2")).isEqualTo(Epsilon.parse("0.25"));
    assertThat(Epsilon.parse("3e2")).isEqualTo(Epsilon.parse("300"));
  }

  @Test
  void tells_rationals_apart_that_are_the_same_double() {
    Epsilon third = Epsilon.parse("1/3");
    Epsilon almost = Epsilon.parse("0.33333333333333333333333333333");
    assertThat(third.value()).isEqualTo(almost.value());
    assertThat(third).isNotEqualTo(almost).isGreaterThan(almost);
    assertThat(almost).isLessThan(third);
  }

  @Test
  void has_the_nearest_double() {
    assertThat(Epsilon.parse("8/255").value()).isEqualTo(8.0 / 255);
    assertThat(Epsilon.parse("0.1").value()).isEqualTo(0.1);
    assertThat(Epsilon.parse("1/3").value()).isEqualTo(1.0 / 3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0.1",
        "0/5",
        "1/0",
        "",
        "abc",
        "NaN",
        "Infinity",
        "1/2/3",
        "0x1",
        "10%",
        "1e999",
        "0.1f",
        "--1",
        "1,5",
        "00000000000000000000000000000000000000000000001"
      })
  void refuses_what_is_not_a_radius(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Epsilon.parse(text))
        .withMessageContaining("epsilon must");
  }

  @Test
  void does_not_repeat_huge_text_in_its_message() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Epsilon.parse("9".repeat(100_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
  }
}
