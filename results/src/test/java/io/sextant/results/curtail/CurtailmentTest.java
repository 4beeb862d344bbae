package io.sextant.results.curtail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sextant.results.Cell;
import io.sextant.results.Certainty;
import io.sextant.results.Epsilon;
import io.sextant.results.Limit;
import io.sextant.results.Metric;
import io.sextant.results.Norm;
import io.sextant.results.Rule;
import io.sextant.results.SampleRow;
import io.sextant.results.Severity;
import io.sextant.results.Statistic;
import io.sextant.results.Trial;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CurtailmentTest {
  private static final Epsilon E = Epsilon.parse("0.1");

  private static Curtailment of(Curtail curtail, Trial trial, Rule... rules) {
    return Curtailment.of(
        curtail, List.of(rules), Set.of(), Set.of(), Trial.CLASSES, trial.table());
  }

  private static Rule atLeast(String minimum) {
    return Trial.robust("r").minimum(Limit.parse(minimum)).build();
  }

  private static Set<Integer> open(Curtailment curtailment) {
    return curtailment.open(new Cell(Norm.LINF.within(E), "pgd"));
  }

  /** Of 10, two wrong, one broken by FGSM; PGD broke one, left three, and has four to go. */
  private static Trial halfway() {
    return new Trial("ggggggggww").run("fgsm", "0.1", "5hhhhhhhww").run("pgd", "0.1", ".5hhh");
  }

  @ParameterizedTest
  @CsvSource({
    // 3 have held everything, 3 more can: between 30% and 60%.
    "60.1%, FAILS",
    "60%, OPEN",
    "30.1%, OPEN",
    "30%, HOLDS",
    "0, HOLDS",
    "100%, FAILS"
  })
  void a_minimum_is_decided_by_counting(String minimum, Certainty certainty) {
    Decision decision = of(Curtail.BOTH, halfway(), atLeast(minimum)).decisions().get(0);
    assertThat(decision.certainty()).isEqualTo(certainty);
    assertThat(decision.ended()).isEqualTo(certainty != Certainty.OPEN);
    assertThat(decision.figures()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"29.9%, FAILS", "30%, OPEN", "59.9%, OPEN", "60%, HOLDS"})
  void a_maximum_is_decided_by_counting(String maximum, Certainty certainty) {
    Rule rule = Trial.robust("r").maximum(Limit.parse(maximum)).build();
    assertThat(of(Curtail.BOTH, halfway(), rule).decisions().get(0).certainty())
        .isEqualTo(certainty);
  }

  @Test
  void the_interval_makes_a_failure_certain_earlier() {
    // The lower end for 6 of 10 is 31.3%.
    Rule.Builder rule = Trial.robust("r").statistic(Statistic.CONFIDENCE_BOUND);
    assertThat(
            of(Curtail.FAIL, halfway(), rule.minimum(Limit.parse("31.4%")).build())
                .decisions()
                .get(0)
                .certainty())
        .isEqualTo(Certainty.FAILS);
    assertThat(
            of(Curtail.FAIL, halfway(), rule.minimum(Limit.parse("31.2%")).build())
                .decisions()
                .get(0)
                .certainty())
        .isEqualTo(Certainty.OPEN);
  }

  @Test
  void the_choice_says_which_certainty_ends_a_rule() {
    assertThat(of(Curtail.FAIL, halfway(), atLeast("61%")).decisions().get(0).ended()).isTrue();
    assertThat(of(Curtail.FAIL, halfway(), atLeast("30%")).decisions().get(0).ended()).isFalse();
    assertThat(of(Curtail.NONE, halfway(), atLeast("61%")).decisions().get(0).ended()).isFalse();
    assertThat(of(Curtail.NONE, halfway(), atLeast("30%")).decisions().get(0).ended()).isFalse();
    assertThat(of(Curtail.NONE, halfway(), atLeast("61%")).decisions().get(0).certainty())
        .isEqualTo(Certainty.FAILS);
  }

  @Test
  void a_rule_with_a_baseline_does_not_end_by_holding() {
    Rule own =
        Trial.robust("r").minimum(Limit.parse("30%")).maxRegression(Limit.parse("0")).build();
    assertThat(of(Curtail.BOTH, halfway(), own).decisions().get(0).ended()).isFalse();
    Curtailment compared =
        Curtailment.of(
            Curtail.BOTH,
            List.of(atLeast("30%")),
            Set.of("r"),
            Set.of(),
            Trial.CLASSES,
            halfway().table());
    assertThat(compared.decisions().get(0).ended()).isFalse();
    Curtailment failing =
        Curtailment.of(
            Curtail.BOTH,
            List.of(atLeast("61%")),
            Set.of("r"),
            Set.of(),
            Trial.CLASSES,
            halfway().table());
    assertThat(failing.decisions().get(0).ended()).isTrue();
  }

  @Test
  void a_rule_without_limits_or_figures_is_never_decided() {
    Rule regression = Trial.robust("r").maxRegression(Limit.parse("0")).build();
    assertThat(of(Curtail.BOTH, halfway(), regression).decisions().get(0).certainty())
        .isEqualTo(Certainty.OPEN);
    Rule elsewhere = Rule.robustAccuracy("r", "l2 0.1", "100%");
    assertThat(of(Curtail.BOTH, halfway(), elsewhere).decisions().get(0).certainty())
        .isEqualTo(Certainty.OPEN);
    Rule gap = Rule.builder("g", Metric.COMPLETENESS_GAP).maximum(Limit.parse("0")).build();
    assertThat(of(Curtail.BOTH, halfway(), gap).decisions()).isEmpty();
  }

  @Test
  void each_figure_of_a_rule_counts() {
    Trial trial = new Trial("gggg").run("pgd", "0.1", "hhhh").run("pgd", "0.2", "h99.");
    Rule any = Rule.builder("r", Metric.ROBUST_ACCURACY).minimum(Limit.parse("51%")).build();
    assertThat(of(Curtail.BOTH, trial, any).decisions().get(0).certainty())
        .isEqualTo(Certainty.FAILS);
    Rule open = Rule.builder("r", Metric.ROBUST_ACCURACY).minimum(Limit.parse("50%")).build();
    assertThat(of(Curtail.BOTH, trial, open).decisions().get(0).certainty())
        .isEqualTo(Certainty.OPEN);
    Rule holds = Rule.builder("r", Metric.ROBUST_ACCURACY).minimum(Limit.parse("25%")).build();
    assertThat(of(Curtail.BOTH, trial, holds).decisions().get(0).certainty())
        .isEqualTo(Certainty.HOLDS);
  }

  @Test
  void clean_rules_are_decided_before_any_attack() {
    Trial before = new Trial("gw").run("pgd", "0.1", "");
    Curtailment curtailment = of(Curtail.FAIL, before, Rule.cleanAccuracy("c", "51%"));
    assertThat(curtailment.fails()).isTrue();
    assertThat(of(Curtail.FAIL, before, Rule.cleanAccuracy("c", "50%")).fails()).isFalse();
  }

  @Test
  void a_warning_does_not_make_the_gate_fail() {
    Rule warning = Trial.robust("r").minimum(Limit.parse("100%")).severity(Severity.WARN).build();
    assertThat(of(Curtail.FAIL, halfway(), warning).fails()).isFalse();
    assertThat(of(Curtail.FAIL, halfway(), warning).decisions().get(0).ended()).isTrue();
    assertThat(of(Curtail.FAIL, halfway(), atLeast("100%")).fails()).isTrue();
    assertThat(of(Curtail.FAIL, halfway(), atLeast("50%")).fails()).isFalse();
  }

  @Test
  void open_examples_are_those_that_can_still_break() {
    assertThat(open(of(Curtail.BOTH, halfway(), atLeast("50%"))))
        .containsExactly(100, 105, 106, 107);
    assertThat(open(of(Curtail.FAIL, halfway(), atLeast("50%"))))
        .as("what may pass is measured in full")
        .containsExactly(100, 105, 106, 107);
    assertThat(
            of(Curtail.FAIL, halfway(), atLeast("50%")).open(new Cell(Norm.LINF.within(E), "fgsm")))
        .isEmpty();
    assertThat(open(of(Curtail.FAIL, halfway(), atLeast("61%")))).as("ended").isEmpty();
    assertThat(open(of(Curtail.NONE, halfway(), atLeast("61%"))))
        .as("everything that lacks it")
        .containsExactly(100, 105, 106, 107);
  }

  @Test
  void an_undecided_rule_on_the_attack_itself_asks_for_broken_examples_too() {
    Rule pgd = Trial.robust("p").attack("pgd").minimum(Limit.parse("50%")).build();
    assertThat(open(of(Curtail.FAIL, halfway(), pgd))).containsExactly(100, 105, 106, 107);
    Rule fgsm = Trial.robust("f").attack("fgsm").minimum(Limit.parse("99%")).build();
    assertThat(open(of(Curtail.FAIL, halfway(), fgsm)))
        .as("the gate fails, and no rule asks for PGD")
        .isEmpty();
    Rule mild = Trial.robust("f").attack("fgsm").minimum(Limit.parse("9%")).build();
    assertThat(open(of(Curtail.FAIL, halfway(), mild)))
        .as("no rule asks for PGD, but the gate may pass")
        .containsExactly(100, 105, 106, 107);
    assertThat(open(of(Curtail.BOTH, halfway(), mild))).containsExactly(100, 105, 106, 107);
  }

  @Test
  void what_no_rule_asks_for_is_run_while_the_gate_may_pass() {
    Rule clean = Rule.cleanAccuracy("c", "80%");
    assertThat(open(of(Curtail.BOTH, halfway(), clean))).containsExactly(100, 105, 106, 107);
    assertThat(open(of(Curtail.BOTH, halfway(), Rule.cleanAccuracy("c", "81%")))).isEmpty();
    Rule otherRadius = Rule.robustAccuracy("o", "linf 0.2", "0");
    assertThat(open(of(Curtail.BOTH, halfway(), otherRadius))).containsExactly(100, 105, 106, 107);
    Rule otherNorm = Rule.robustAccuracy("o", "l2 0.1", "0");
    assertThat(open(of(Curtail.BOTH, halfway(), otherNorm))).containsExactly(100, 105, 106, 107);
  }

  @Test
  void a_rule_on_a_class_asks_for_all_examples() {
    Rule odd = Trial.robust("o").className("odd").minimum(Limit.parse("50%")).build();
    assertThat(open(of(Curtail.BOTH, halfway(), odd))).containsExactly(100, 105, 106, 107);
    assertThat(open(of(Curtail.FAIL, halfway(), odd))).containsExactly(100, 105, 106, 107);
    Rule at = Rule.builder("a", Metric.ROBUST_ACCURACY).minimum(Limit.parse("50%")).build();
    Trial two = new Trial("gg").run("pgd", "0.1", "h.").run("pgd", "0.2", "..");
    assertThat(of(Curtail.FAIL, two, at).open(new Cell(Norm.LINF.within(E), "pgd")))
        .containsExactly(101);
    assertThat(
            of(Curtail.FAIL, two, at).open(new Cell(Norm.LINF.within(Epsilon.parse("0.2")), "pgd")))
        .containsExactly(100, 101);
  }

  @Test
  void what_was_not_run_is_told() {
    Trial trial =
        new Trial("gggg")
            .run("fgsm", "0.1", "5hhh")
            .run("pgd", "0.1", ".h..")
            .run(SampleRow.REPLAY, "0.1", "5...");
    assertThat(Curtailment.unrun(trial.table()))
        .containsExactly(new Unrun(new Cell(Norm.LINF.within(E), "pgd"), 2, 4))
        .extracting(Unrun::describe)
        .containsExactly("pgd at L∞ 0.1: not run on 2 of 4 examples");
    Trial complete = new Trial("gg").run("pgd", "0.1", "h5");
    assertThat(Curtailment.unrun(complete.table())).isEmpty();
  }

  @Test
  void a_bad_model_is_found_out_early() {
    // 64 examples, 40% hold: a minimum of 50% is out of reach after 33 broken ones.
    StringBuilder outcomes = new StringBuilder();
    Rule rule = atLeast("50%");
    char[] right = new char[64];
    Arrays.fill(right, 'g');
    int spent = 0;
    for (int i = 0; i < 64; i++) {
      Trial trial = new Trial(new String(right)).run("pgd", "0.1", outcomes.toString());
      if (open(of(Curtail.FAIL, trial, rule)).isEmpty()) {
        break;
      }
      outcomes.append(i % 5 < 2 ? 'h' : '9');
      spent++;
    }
    assertThat(spent).isEqualTo(55);
  }

  @Test
  void names_are_read() {
    assertThat(Curtail.parse(" Fail ")).isEqualTo(Curtail.FAIL);
    assertThat(Curtail.parse("both")).isEqualTo(Curtail.BOTH);
    assertThat(Curtail.NONE.key()).isEqualTo("none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Curtail.parse("yes"))
        .withMessage("curtail must be one of fail, both, none but was 'yes'");
  }

  @Test
  void a_rule_over_all_radii_leaves_open_at_each_radius_what_is_open_there() {
    // Row 101 is broken at 0.2 and open at 0.1.
    Trial trial =
        new Trial("gggg")
            .run("fgsm", "0.1", "hhhh")
            .run("fgsm", "0.2", "h9hh")
            .run("pgd", "0.1", "h...")
            .run("pgd", "0.2", "h...");
    Rule rule =
        Rule.builder("r", Metric.ROBUST_ACCURACY)
            .norm(Norm.LINF)
            .minimum(Limit.parse("60%"))
            .build();
    Curtailment both = of(Curtail.BOTH, trial, rule);

    assertThat(both.open(new Cell(Norm.LINF.within(E), "pgd"))).containsExactly(101, 102, 103);
    assertThat(both.open(new Cell(Norm.LINF.within(Epsilon.parse("0.2")), "pgd")))
        .as("attacks are compared on what they share, broken or not")
        .containsExactly(101, 102, 103);
  }

  @Test
  void a_failure_that_somebody_accepts_does_not_end_the_rest() {
    Rule lost = atLeast("61%");
    Curtailment accepted =
        Curtailment.of(
            Curtail.FAIL, List.of(lost), Set.of(), Set.of("r"), Trial.CLASSES, halfway().table());
    assertThat(of(Curtail.FAIL, halfway(), lost).fails()).isTrue();
    assertThat(accepted.fails()).isFalse();
    assertThat(open(accepted)).as("no further work for the rule itself").isEmpty();
  }
}
