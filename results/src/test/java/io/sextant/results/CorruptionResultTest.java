package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.sextant.results.rules.Figure;
import io.sextant.results.rules.Figures;
import io.sextant.results.rules.Measurements;
import io.sextant.results.rules.RuleJudge;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorruptionResultTest {
  private static final List<Integer> LABELS = List.of(0, 0, 1, 1);
  private static final List<Aggregates.CleanPrediction> CLEAN =
      List.of(clean(5, 0, 0), clean(2, 0, 1), clean(9, 1, 1), clean(7, 1, -1));

  private static Aggregates.CleanPrediction clean(int sample, int label, int predicted) {
    return new Aggregates.CleanPrediction(sample, label, predicted);
  }

  private static CorruptionResult.Corrupted cell(String text, Integer... predicted) {
    return CorruptionResult.Corrupted.of(
        Condition.parse("corrupted " + text), LABELS, List.of(predicted));
  }

  /** Right: 3, 1 of 4 by fog, 2 of 4 by contrast; clean 2 of 4. */
  private static final CorruptionResult RESULT =
      new CorruptionResult(
          "cifar-c",
          false,
          new Proportion(2, 4),
          List.of(
              cell("fog 1", 0, 0, 1, -1),
              cell("fog 5", 0, 1, 0, 0),
              cell("contrast 5", 1, 1, 1, 1)),
          List.of(),
          List.of(),
          List.of());

  @Test
  void each_kind_counts_once_in_the_mean() {
    assertThat(RESULT.kinds())
        .extracting(CorruptionResult.Kind::kind)
        .containsExactly("fog", "contrast");
    assertThat(RESULT.kinds().get(0).mean()).isCloseTo(0.5, within(1e-12));
    assertThat(RESULT.kinds().get(0).retained().getAsDouble()).isCloseTo(1, within(1e-12));
    assertThat(RESULT.mean().getAsDouble()).isCloseTo(0.5, within(1e-12));
    assertThat(RESULT.retained().getAsDouble()).isCloseTo(1, within(1e-12));
    assertThat(RESULT.worst()).contains("fog");
    CorruptionResult none =
        new CorruptionResult(
            "cifar-c",
            false,
            new Proportion(0, 4),
            RESULT.cells(),
            List.of(),
            List.of(),
            List.of());
    assertThat(none.retained()).as("nothing to be a share of").isEmpty();
    assertThat(none.kinds().get(0).retained()).isEmpty();
  }

  private static Measurements measured() {
    SampleTable table =
        new SampleTable(
            CLEAN,
            RESULT.rows(CLEAN),
            new Grid(List.of()),
            List.of(Slice.of("first", List.of(5, 2))));
    Accuracy accuracy = Aggregates.of(List.of(), CLEAN, List.of(), new Grid(List.of()), 2);
    return new Measurements(
        List.of("a", "b"), accuracy, List.of(), Validity.of(List.of()), Optional.of(table));
  }

  private static Rule.Builder rule() {
    return Rule.builder("r", Metric.CORRUPTED_ACCURACY).minimum(Limit.parse("0.5"));
  }

  private static List<Integer> right(Rule rule) {
    return Figures.of(rule, measured()).stream()
        .map(Figure::value)
        .map(value -> Math.toIntExact(Math.round(value.value() * 4)))
        .toList();
  }

  @Test
  void rules_select_corruptions_by_kind_severity_class_and_slice() {
    assertThat(right(rule().build())).containsExactly(2, 3, 1);
    assertThat(right(rule().condition(Conditions.parse("corrupted")).build()))
        .containsExactly(2, 3, 1);
    assertThat(right(rule().condition(Conditions.parse("corrupted fog")).build()))
        .containsExactly(3, 1);
    assertThat(right(rule().condition(Conditions.parse("corrupted any 5")).build()))
        .containsExactly(2, 1);
    assertThat(right(rule().condition(Conditions.parse("corrupted fog 5")).build()))
        .containsExactly(1);
    assertThat(right(rule().condition(Conditions.parse("corrupted snow")).build())).isEmpty();
    // Of two examples: both of class b by contrast, the first slice by fog.
    assertThat(
            right(rule().condition(Conditions.parse("corrupted contrast")).className("b").build()))
        .containsExactly(4);
    assertThat(right(rule().condition(Conditions.parse("corrupted fog 1")).slice("first").build()))
        .containsExactly(4);
  }

  @Test
  void the_worst_corruption_decides_and_is_named() {
    RuleVerdict verdict = RuleJudge.judge(rule().build(), measured());
    assertThat(verdict.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(verdict.share()).contains(new Proportion(1, 4));
    assertThat(verdict.rule().subject(verdict.scope())).isEqualTo("corrupted accuracy, fog 5");
    assertThat(
            RuleJudge.judge(
                    rule().condition(Conditions.parse("corrupted contrast")).build(), measured())
                .verdict())
        .isEqualTo(Verdict.PASS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"corrupted", "corrupted fog", "corrupted any 3"})
  void several_corruptions_have_one_text(String text) {
    assertThat(Conditions.parse(text).text()).isEqualTo(text);
    assertThat(Conditions.parse(text.replace(" ", "   "))).isEqualTo(Conditions.parse(text));
    assertThat(Conditions.parse(text).areCorruptions()).isTrue();
    assertThat(Conditions.parse(text).include(Condition.parse("corrupted fog 3"))).isTrue();
    assertThat(Conditions.parse(text).include(Condition.parse("linf 0.1"))).isFalse();
  }

  @Test
  void texts_do_not_depend_on_the_locale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat(Condition.parse("corrupted fog 3").text()).isEqualTo("corrupted fog 3");
      assertThat(Condition.parse("corrupted fog 3").describe()).isEqualTo("fog 3");
      assertThat(Conditions.parse("corrupted any 3").text()).isEqualTo("corrupted any 3");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void what_does_not_fit_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                CorruptionResult.Corrupted.of(
                    Condition.parse("linf 0.1"), LABELS, List.of(0, 0, 0, 0)))
        .withMessageContaining("must be a corruption, such as corrupted fog 3, but was linf 0.1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RESULT.rows(CLEAN.subList(0, 2)))
        .withMessageContaining("must be on the 2 examples of the audit but were on 4");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Rule.builder("r", Metric.ROBUST_ACCURACY)
                    .condition(Conditions.parse("corrupted fog 3"))
                    .minimum(Limit.parse("0.5"))
                    .build())
        .withMessageContaining("condition does not belong to robust-accuracy");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule().norm(Norm.L2).build())
        .withMessageContaining("norm does not belong to corrupted-accuracy");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Conditions.parse("corrupted any high"))
        .withMessageContaining("must be a whole number but was 'high'");
  }
}
