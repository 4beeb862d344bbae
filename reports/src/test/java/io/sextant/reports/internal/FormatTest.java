package io.sextant.reports.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.Proportion;
import java.util.List;
import org.junit.jupiter.api.Test;

class FormatTest {
  @Test
  void shares_are_never_rounded_to_all_or_nothing() {
    assertThat(Format.percent(new Proportion(62, 500))).isEqualTo("12.4%");
    assertThat(Format.percent(new Proportion(1999, 2000))).isEqualTo("99.95%");
    assertThat(Format.percent(new Proportion(1, 5000))).isEqualTo("0.02%");
    assertThat(Format.percent(new Proportion(0, 7))).isEqualTo("0.0%");
    assertThat(Format.percent(new Proportion(7, 7))).isEqualTo("100.0%");
    assertThat(Format.percent(new Proportion(0, 0))).isEqualTo("–");
    assertThat(Format.interval(new Proportion(5, 10))).isEqualTo("23.6–76.4%");
  }

  @Test
  void numbers_keep_what_matters() {
    assertThat(Format.number(0)).isEqualTo("0");
    assertThat(Format.number(-0.0)).isEqualTo("0");
    assertThat(Format.number(12345)).isEqualTo("12345");
    assertThat(Format.number(1.0 / 3)).isEqualTo("0.3333");
    assertThat(Format.number(3.2e-7)).isEqualTo("3.20e-07");
    assertThat(Format.value(5012.5)).isEqualTo("5012.5");
    assertThat(Format.value(0.1f)).isEqualTo("0.1");
    assertThat(Format.signed(0.5)).isEqualTo("+0.5");
    assertThat(Format.signed(-0.5)).isEqualTo("-0.5");
    assertThat(Format.count(1234567)).isEqualTo("1,234,567");
  }

  @Test
  void durations_have_their_unit() {
    assertThat(Format.duration(930)).isEqualTo("930 ms");
    assertThat(Format.duration(8400)).isEqualTo("8.4 s");
    assertThat(Format.duration(125_000)).isEqualTo("2 min 05 s");
  }

  @Test
  void long_lists_are_cut_openly() {
    assertThat(Format.first(2, List.of(1, 2))).isEqualTo("1, 2");
    assertThat(Format.first(2, List.of(1, 2, 3))).isEqualTo("1, 2 and 1 more");
  }
}
