package io.sextant.reports.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.Proportion;
import io.sextant.results.Rule;
import io.sextant.results.baseline.Comparison;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChangeTest {
  private static Change change(int before, int lost, int gained, int n) {
    List<Integer> out = IntStream.range(0, lost).boxed().toList();
    List<Integer> in = IntStream.range(lost, lost + gained).boxed().toList();
    return new Change(
        Rule.cleanAccuracy("c", "50%"),
        new Comparison(
            new Proportion(before, n), new Proportion(before - lost + gained, n), out, in));
  }

  @Test
  void says_which_way_it_went_in_words() {
    assertThat(change(60, 5, 2, 100).words()).isEqualTo("worse by 3.0 points");
    assertThat(change(60, 2, 5, 100).words()).isEqualTo("better by 3.0 points");
    assertThat(change(60, 0, 0, 100).words()).isEqualTo("unchanged");
    assertThat(change(60, 2, 2, 100).words()).isEqualTo("as good, on other examples");
    assertThat(change(60, 5, 2, 100).tone()).isEqualTo("bad");
    assertThat(change(60, 2, 5, 100).tone()).isEqualTo("good");
    assertThat(change(60, 2, 2, 100).tone()).isEqualTo("plain");
  }

  @Test
  void what_changed_is_never_rounded_away() {
    assertThat(change(60, 1, 0, 5000).words()).isEqualTo("worse by 0.02 points");
    assertThat(change(60, 0, 1, 5000).words()).isEqualTo("better by 0.02 points");
    assertThat(change(60, 0, 2, 3 * 500).words()).isEqualTo("better by 0.1 points");
    assertThat(change(60, 2, 0, 3 * 500).words()).isEqualTo("worse by 0.1 points");
  }

  @Test
  void a_probability_is_rounded_up() {
    assertThat(change(60, 5, 0, 100).probability()).isEqualTo("0.0313");
    assertThat(change(60, 1, 0, 100).probability()).isEqualTo("0.5");
    assertThat(change(60, 20, 0, 100).probability()).isEqualTo("< 0.0001");
    assertThat(change(60, 5, 0, 100).flips()).isEqualTo("5 lost, 0 gained, p 0.0313");
  }

  @Test
  void numbers_do_not_depend_on_the_locale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat(change(60, 5, 0, 100).flips()).isEqualTo("5 lost, 0 gained, p 0.0313");
      assertThat(change(60, 5, 2, 100).words()).isEqualTo("worse by 3.0 points");
      assertThat(change(60, 5, 2, 100).beforeX()).isEqualTo("75.60");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void the_drawing_runs_from_nothing_to_all() {
    Change change = change(100, 100, 0, 100);
    assertThat(change.beforeX()).isEqualTo("122.00");
    assertThat(change.afterX()).isEqualTo("6.00");
    assertThat(change.minimumX()).contains("64.00");
  }
}
