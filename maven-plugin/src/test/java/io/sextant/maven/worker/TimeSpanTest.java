package io.sextant.maven.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSpanTest {
  @ParameterizedTest
  @CsvSource({
    "90s,90",
    "5m,300",
    "1h30m,5400",
    "1H,3600",
    "2h5s,7205",
    "45,45",
    "PT2M,120",
    " 7s ,7"
  })
  void reads_what_people_write(String text, long seconds) {
    assertThat(TimeSpan.parse("x", text)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "5 minutes", "-5s", "5m3h", "1.5h"})
  void refuses_anything_else(String text) {
    assertThatThrownBy(() -> TimeSpan.parse("sextant.timeBudget", text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("sextant.timeBudget must be a time such as 90s, 5m")
        .hasMessageEndingWith("but was '" + text + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "0", "PT0.5S", "PT-5S", "PT9999999999999H", "9000h"})
  void refuses_less_than_a_second_and_more_than_a_year(String text) {
    assertThatThrownBy(() -> TimeSpan.parse("x", text))
        .hasMessage("x must be at least 1s and at most a year but was '" + text + "'");
  }

  @Test
  void is_told_in_words() {
    assertThat(TimeSpan.words(Duration.ofSeconds(90))).isEqualTo("90 s");
    assertThat(TimeSpan.words(Duration.ofSeconds(60))).isEqualTo("1 min");
    assertThat(TimeSpan.words(Duration.ofSeconds(150))).isEqualTo("2 min 30 s");
    assertThat(TimeSpan.words(Duration.ofHours(2))).isEqualTo("2 h");
    assertThat(TimeSpan.words(Duration.ofMinutes(90))).isEqualTo("1 h 30 min");
  }
}
