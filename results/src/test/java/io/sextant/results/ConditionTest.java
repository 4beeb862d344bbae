package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionTest {
  private static final double FAR = Double.POSITIVE_INFINITY;

  @ParameterizedTest
  @CsvSource({
    "clean, clean",
    "linf 8/255, L∞ 8/255",
    "l2 0.50, L2 0.50",
    "l0 10, L0 10",
    "nearest l0, nearest L0",
    "nearest l1, nearest L1",
    "corrupted gaussian-noise 3, gaussian-noise 3"
  })
  void each_condition_has_one_text_and_words_for_people(String text, String words) {
    assertThat(Condition.parse(text).text()).isEqualTo(text);
    assertThat(Condition.parse("  " + text.replace(" ", "  ") + " "))
        .isEqualTo(Condition.parse(text));
    assertThat(Conditions.parse(text)).isEqualTo(Condition.parse(text));
    assertThat(Condition.parse(text).describe()).isEqualTo(words);
  }

  @Test
  void the_order_is_clean_then_radii_then_nearest_then_corruptions() {
    List<Condition> ordered =
        List.of(
                "clean",
                "linf 8/255",
                "linf 0.9",
                "linf 10",
                "l2 0.1",
                "nearest linf",
                "nearest l2",
                "corrupted fog 2",
                "corrupted fog 10",
                "corrupted snow 1")
            .stream()
            .map(Condition::parse)
            .toList();
    List<Condition> shuffled = new ArrayList<>(ordered);
    Collections.shuffle(shuffled, new Random(3));
    Collections.sort(shuffled);
    assertThat(shuffled).isEqualTo(ordered);
    for (Condition one : ordered) {
      for (Condition other : ordered) {
        assertThat(one.compareTo(other) == 0)
            .as("%s and %s", one, other)
            .isEqualTo(one.equals(other));
      }
    }
  }

  @Test
  void radii_are_equal_by_value() {
    assertThat(Condition.parse("linf 0.1"))
        .isEqualTo(Condition.parse("linf 1/10"))
        .isEqualByComparingTo(Condition.parse("linf 0.10"))
        .isNotEqualTo(Condition.parse("l2 0.1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "clean 1",
        "linf",
        "l9 1",
        "8/255",
        "linf -1",
        "l0 0.5",
        "l0 7/2",
        "nearest",
        "nearest l9",
        "nearest l2 1",
        "corrupted",
        "corrupted fog",
        "corrupted fog x",
        "corrupted fog 0",
        "corrupted Fog 3",
        "corrupted fog 3 4",
        "any 8/255"
      })
  void what_is_no_condition_is_refused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Condition.parse(text))
        .withMessageContaining("but");
  }

  @ParameterizedTest
  @CsvSource({
    "linf 0.1, linf 0.1, true",
    "linf 0.1, linf 0.2, true",
    "linf 0.2, linf 0.1, false",
    "linf 0.1, l2 0.2, false",
    "linf 0.1, nearest linf, false",
    "corrupted fog 1, corrupted fog 1, true",
    "corrupted fog 1, corrupted fog 2, false"
  })
  void what_breaks_within_a_radius_breaks_within_a_larger_one(
      String found, String asked, boolean breaks) {
    assertThat(Condition.parse(found).breaksUnder(Condition.parse(asked), FAR)).isEqualTo(breaks);
  }

  @Test
  void what_is_nearest_breaks_from_its_distance_on_and_counts_at_every_radius_of_its_norm() {
    Condition nearest = Condition.parse("nearest l2");
    assertThat(nearest.breaksUnder(Condition.parse("l2 0.5"), 0.5)).isTrue();
    assertThat(nearest.breaksUnder(Condition.parse("l2 0.5"), 0.51)).isFalse();
    assertThat(nearest.breaksUnder(Condition.parse("linf 0.5"), 0.1)).isFalse();
    assertThat(nearest.countsUnder(Condition.parse("l2 0.5"))).isTrue();
    assertThat(nearest.countsUnder(Condition.parse("linf 0.5"))).isFalse();
    assertThat(Condition.parse("l2 0.5").countsUnder(nearest)).isFalse();
    assertThat(Condition.parse("l2 0.5").countsUnder(Condition.parse("l2 1"))).isFalse();
  }

  @Test
  void a_rule_may_ask_for_a_norm_or_a_radius_alone() {
    Conditions norm = Conditions.parse("linf");
    Conditions radius = Conditions.parse("any 1/10");
    assertThat(norm.include(Condition.parse("linf 3"))).isTrue();
    assertThat(norm.include(Condition.parse("l2 3"))).isFalse();
    assertThat(norm.include(Condition.parse("nearest linf"))).isFalse();
    assertThat(radius.include(Condition.parse("l2 0.1"))).isTrue();
    assertThat(radius.include(Condition.parse("l2 0.2"))).isFalse();
    assertThat(norm.describe()).isEqualTo("L∞");
    assertThat(radius.describe()).isEqualTo("any norm 1/10");
    for (Conditions own : List.of(norm, radius)) {
      assertThat(Conditions.parse(own.text())).isEqualTo(own);
    }
    Rule.Builder rule = Rule.builder("r", Metric.ROBUST_ACCURACY).minimum(Limit.parse("0"));
    assertThat(rule.norm(Norm.LINF).build().condition()).contains(norm);
    assertThat(rule.epsilon(Epsilon.parse("0.1")).build().condition())
        .contains(Condition.parse("linf 0.1"));
    assertThat(rule.norm(Norm.L2).build().condition()).contains(Condition.parse("l2 0.1"));
    Rule.Builder other = Rule.builder("r", Metric.ROBUST_ACCURACY).minimum(Limit.parse("0"));
    assertThat(other.epsilon(Epsilon.parse("0.1")).build().condition()).contains(radius);
  }
}
