package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.evaluation.Audit;
import io.sextant.evaluation.Effort;
import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.Progress;
import io.sextant.evaluation.SpecSources;
import io.sextant.results.AuditResult;
import io.sextant.results.Bound;
import io.sextant.results.Outcome;
import io.sextant.results.RuleVerdict;
import io.sextant.results.SampleRow;
import io.sextant.results.SamplesCsv;
import io.sextant.results.ValidityCheck;
import io.sextant.results.Verdict;
import io.sextant.results.baseline.Fingerprint;
import io.sextant.results.curtail.Curtail;
import io.sextant.spec.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Audits that leave work out. The model is a plane, and example i lies at (i + 0.5) / 1000 from it:
 * of 200 examples exactly 200 - 1000 epsilon hold. Every tenth is labelled wrongly.
 */
class AnytimeTest {
  private static final int N = 200;

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Bench bench;

  @BeforeEach
  void files() throws IOException {
    bench = new Bench(folder);
    bench.plane("model.zip");
    double[][] rows = new double[N][4];
    int[] labels = new int[N];
    for (int i = 0; i < N; i++) {
      java.util.Arrays.fill(rows[i], 0.5 + (i + 0.5) / 1000);
      labels[i] = i % 10 == 9 ? 0 : 1;
    }
    bench.arrays(rows, labels);
  }

  private Path spec(String rules) throws IOException {
    return bench.text(
        "audit.yaml",
        """
        model: model.zip
        data: {images: x.npy, labels: y.npy}
        threats: [{norm: linf, epsilons: [0.02, 0.1]}]
        attacks: [{pgd: {steps: 100}}, fgsm]
        explainers: [vanilla-gradient]
        rules:
        """
            + rules);
  }

  private Path audit(int code, String out, Path spec, Object... more) {
    Object[] all = new Object[4 + more.length];
    System.arraycopy(new Object[] {"audit", spec, "--out", bench.path(out)}, 0, all, 0, 4);
    System.arraycopy(more, 0, all, 4, more.length);
    sextant(all).ends(code);
    return bench.path(out);
  }

  private static AuditResult result(Path out) throws IOException {
    return AuditResult.read(out.resolve("result.json"));
  }

  private static List<SampleRow> rows(Path out) throws IOException {
    return SamplesCsv.read(out.resolve("samples.csv"));
  }

  private static long gradients(Path out) throws IOException {
    return rows(out).stream()
        .filter(row -> !row.isWorstCase())
        .mapToLong(SampleRow::backwards)
        .sum();
  }

  private static RuleVerdict verdict(AuditResult result, String id) {
    return result.gate().rules().stream()
        .filter(rule -> rule.rule().id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static ValidityCheck check(AuditResult result, String id) {
    return result.validity().checks().stream()
        .filter(check -> check.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void what_passes_is_measured_in_full() throws IOException {
    Path spec = spec("  - {id: r, metric: robust-accuracy, epsilon: 0.1, minimum: 40%}\n");
    AuditResult full = result(audit(0, "full", spec));
    AuditResult quick = result(audit(0, "quick", spec, "--curtail", "fail"));
    assertThat(quick.accuracy().at(full.accuracy().robust().get(1).condition())).isPresent();
    assertThat(quick.accuracy().clean()).isEqualTo(full.accuracy().clean());
    assertThat(quick.accuracy().classes()).isEqualTo(full.accuracy().classes());
    for (int cell = 0; cell < 2; cell++) {
      assertThat(quick.accuracy().robust().get(cell).worstCase().broken())
          .isEqualTo(full.accuracy().robust().get(cell).worstCase().broken());
      assertThat(quick.accuracy().robust().get(cell).worstCase().notRun()).isZero();
    }
    assertThat(quick.gate()).isEqualTo(full.gate());
    assertThat(quick.validity()).isEqualTo(full.validity());
    assertThat(quick.notTested()).isEqualTo(full.notTested());
    assertThat(rows(bench.path("quick")))
        .extracting(SampleRow::sample, SampleRow::condition, SampleRow::attack, SampleRow::outcome)
        .isEqualTo(
            rows(bench.path("full")).stream()
                .map(
                    r ->
                        org.assertj.core.api.Assertions.tuple(
                            r.sample(), r.condition(), r.attack(), r.outcome()))
                .toList());
    // 90 of the 100 within reach are broken, the others and the wrong ones not.
    assertThat(full.accuracy().robust().get(1).worstCase().broken()).isEqualTo(90);
  }

  @Test
  void a_hopeless_model_fails_early_and_for_certain() throws IOException {
    Path spec = spec("  - {id: r, metric: robust-accuracy, epsilon: 0.1, minimum: 70%}\n");
    Path full = audit(1, "full", spec);
    Path quick = audit(1, "quick", spec, "--curtail", "fail");
    assertThat(gradients(quick)).isLessThan(gradients(full) / 3);
    AuditResult result = result(quick);
    RuleVerdict verdict = verdict(result, "r");
    assertThat(verdict.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(verdict.bound()).contains(Bound.AT_MOST);
    assertThat(verdict.share().orElseThrow().count())
        .as("a bound below the limit, above the true 90")
        .isBetween(90, 139);
    assertThat(check(result, "huge-epsilon").status()).isEqualTo(ValidityCheck.Status.NOT_RUN);
    assertThat(check(result, "noise-baseline").status()).isEqualTo(ValidityCheck.Status.NOT_RUN);
    assertThat(result.notTested())
        .contains("pgd at L∞ 0.1: not run on 98 of 200 examples")
        .contains("explanations: the gate failed before they were needed");
    assertThat(result.accuracy().robust().get(1).worstCase().notRun()).isPositive();
    assertThat(Files.readString(quick.resolve("report.html"))).contains("not run");
    sextant("replay", quick).succeeds();
  }

  @Test
  void the_weakest_examples_come_first() throws IOException {
    Path out =
        audit(
            1,
            "out",
            spec("  - {id: r, metric: robust-accuracy, epsilon: 0.1, minimum: 75%}\n"),
            "--curtail",
            "fail");
    assertThat(rows(out))
        .filteredOn(row -> row.attack().equals("fgsm") && row.outcome() == Outcome.BROKEN)
        .extracting(SampleRow::sample)
        .as("a wave of 64 at each radius, at the larger one without those broken at the smaller")
        .allMatch(sample -> sample < 92)
        .hasSize(18 + 64);
  }

  @Test
  void a_rule_that_is_decided_does_not_end_the_others() throws IOException {
    Path out =
        audit(
            1,
            "out",
            spec(
                """
                  - {id: lost, metric: robust-accuracy, epsilon: 0.1, minimum: 89%}
                  - {id: kept, metric: robust-accuracy, epsilon: 0.02, minimum: 80%}
                """),
            "--curtail",
            "fail");
    assertThat(verdict(result(out), "lost").bound()).contains(Bound.AT_MOST);
    assertThat(verdict(result(out), "kept").verdict()).isEqualTo(Verdict.PASS);
    assertThat(verdict(result(out), "kept").bound()).isEmpty();
    assertThat(verdict(result(out), "kept").share().orElseThrow().count()).isEqualTo(162);
    assertThat(check(result(out), "noise-baseline").status())
        .as("what passes rests on it")
        .isEqualTo(ValidityCheck.Status.PASS);
  }

  @Test
  void workers_change_no_byte_of_a_curtailed_run() throws IOException {
    Path spec = spec("  - {id: r, metric: robust-accuracy, epsilon: 0.1, minimum: 60%}\n");
    Path one = audit(1, "one", spec, "--curtail", "both", "--threads", "1");
    Path four = audit(1, "four", spec, "--curtail", "both", "--threads", "4");
    assertThat(Files.readString(four.resolve("samples.csv")))
        .isEqualTo(Files.readString(one.resolve("samples.csv")));
    assertThat(Bench.content(four.resolve("evidence")))
        .isEqualTo(Bench.content(one.resolve("evidence")));
    assertThat(result(four).gate()).isEqualTo(result(one).gate());
  }

  @Test
  void curtailing_both_ways_ends_a_pass_too_unless_it_is_compared() throws IOException {
    Path spec = spec("  - {id: r, metric: clean-accuracy, minimum: 50%}\n");
    assertThat(verdict(result(audit(0, "clean", spec, "--curtail", "both")), "r").bound())
        .isEmpty();
    Path robust = spec("  - {id: r, metric: robust-accuracy, epsilon: 0.1, maximum: 70%}\n");
    Path both = audit(0, "both", robust, "--curtail", "both");
    assertThat(verdict(result(both), "r").verdict()).isEqualTo(Verdict.PASS);
    assertThat(verdict(result(both), "r").bound()).contains(Bound.AT_MOST);
    Path compared = audit(0, "compared", robust, "--curtail", "both", "--compared", "r");
    assertThat(verdict(result(compared), "r").bound()).isEmpty();
    assertThat(gradients(both)).isLessThan(gradients(compared));
  }

  /** PGD with steps that reach nowhere, beside FGSM that breaks 90. */
  private Path toothless(String rules) throws IOException {
    return bench.text(
        "toothless.yaml",
        """
        model: model.zip
        data: {images: x.npy, labels: y.npy}
        threats: [{norm: linf, epsilons: [0.02, 0.1]}]
        attacks: [{pgd: {steps: 1, step-size: 0.0001}}, fgsm]
        explainers: []
        rules:
        """
            + rules);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "fail", "both"})
  void no_way_of_curtailing_hides_that_an_attack_is_weak(String curtail) throws IOException {
    Path spec = toothless("  - {id: r, metric: robust-accuracy, epsilon: 0.1, minimum: 10%}\n");
    AuditResult result = result(audit(3, curtail, spec, "--curtail", curtail));
    assertThat(check(result, "pgd-vs-fgsm").status()).isEqualTo(ValidityCheck.Status.FAIL);
    assertThat(verdict(result, "r").verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(verdict(result, "r").explanation()).contains("pgd-vs-fgsm");
  }

  @Test
  void a_failure_that_somebody_accepts_does_not_end_the_audit() throws IOException {
    Path spec =
        spec(
            """
              - {id: clean, metric: clean-accuracy, minimum: 99%}
              - {id: r, metric: robust-accuracy, epsilon: 0.1, minimum: 40%}
            """);
    AuditResult ended = result(audit(1, "ended", spec, "--curtail", "fail"));
    AuditResult on = result(audit(1, "on", spec, "--curtail", "fail", "--waived", "clean"));
    assertThat(verdict(ended, "clean").verdict()).isEqualTo(Verdict.FAIL);
    assertThat(on.explanations()).as("for people").isNotEmpty();
    assertThat(ended.explanations()).isEmpty();
    assertThat(verdict(on, "r").verdict()).isEqualTo(Verdict.PASS);
    assertThat(on.validity().complete()).isTrue();
    sextant("audit", spec, "--out", bench.path("typo"), "--waived", "claen")
        .refuses("--waived names rule claen", "clean");
    sextant("audit", spec, "--out", bench.path("typo"), "--compared", "x")
        .refuses("--compared names rule x");
    sextant("audit", spec, "--out", bench.path("typo"), "--time-budget", "9223372036854775807")
        .refuses("--time-budget must be at most");
  }

  /** All rules, and each alone as a command that reproduces it asks for. */
  private static final String RULES =
      """
        - {id: clean, metric: clean-accuracy, minimum: 50%}
        - {id: small, metric: robust-accuracy, norm: linf, epsilon: 0.02, minimum: 40%}
        - {id: large, metric: robust-accuracy, norm: linf, epsilon: 0.1, attack: pgd, minimum: 40%}
        - {id: l2, metric: robust-accuracy, norm: l2, epsilon: 0.1, minimum: 50%}
        - {id: gap, metric: completeness-gap, maximum: 0.1}
      """;

  private Path twoNorms(String file, String rules) throws IOException {
    return bench.text(
        file,
        """
        model: model.zip
        data: {images: x.npy, labels: y.npy}
        threats: [{norm: linf, epsilons: [0.02, 0.1]}, {norm: l2, epsilons: [0.1]}]
        attacks: [{pgd: {steps: 100}}, fgsm]
        explainers: [integrated-gradients]
        rules:
        """
            + rules);
  }

  /** Attacks at radii that were run on some example. */
  private static List<String> attacked(Path out) throws IOException {
    return rows(out).stream()
        .filter(row -> !row.isWorstCase() && row.outcome() != Outcome.ALREADY_WRONG)
        .map(row -> row.condition().text() + " " + row.attack())
        .distinct()
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "clean, ",
    "small, linf 0.02 fgsm;linf 0.02 pgd",
    "large, linf 0.02 fgsm;linf 0.02 pgd;linf 0.1 fgsm;linf 0.1 pgd",
    "l2, l2 0.1 fgsm;l2 0.1 pgd",
    "gap, l2 0.1 fgsm;l2 0.1 pgd;linf 0.02 fgsm;linf 0.02 pgd;linf 0.1 fgsm;linf 0.1 pgd"
  })
  void a_rule_alone_has_the_figure_of_the_whole_audit_from_what_it_rests_on(
      String id, @Nullable String measured) throws IOException {
    AuditResult whole = result(audit(0, "whole", twoNorms("whole.yaml", RULES)));
    String one =
        RULES.lines().filter(line -> line.contains("id: " + id + ",")).findFirst().orElseThrow();
    Path out = audit(0, "part", twoNorms("part.yaml", one + "\n"), "--rules-only");
    AuditResult part = result(out);

    assertThat(verdict(part, id)).isEqualTo(verdict(whole, id));
    assertThat(attacked(out))
        .isEqualTo(measured == null ? List.of() : List.of(measured.split(";")));
    assertThat(part.explanations().isEmpty()).as("explanations").isEqualTo(!id.equals("gap"));
    assertThat(Fingerprint.of(part, List.of()))
        .as("it can be held against a baseline of the whole")
        .isEqualTo(Fingerprint.of(whole, List.of()));
    if (id.equals("clean")) {
      assertThat(check(part, "huge-epsilon").reason())
          .contains("no rule that was asked for rests on the attacks");
      assertThat(part.notTested())
          .contains("explanations: no rule that was asked for is about them")
          .contains("pgd at L∞ 0.1: not run on 180 of 200 examples");
    }
  }

  @Test
  void rules_that_do_not_exist_cannot_be_measured_alone() throws IOException {
    Path spec = twoNorms("none.yaml", "  []\n");
    for (String command : List.of("audit", "plan")) {
      Object[] words =
          command.equals("plan")
              ? new Object[] {"plan", spec, "--rules-only"}
              : new Object[] {"audit", spec, "--rules-only", "--out", bench.path("none")};
      assertThat(sextant(words).ends(2).err()).contains("--rules-only", "add a rule");
    }
  }

  @Test
  void several_rules_rest_on_what_any_of_them_rests_on() throws IOException {
    String two = RULES.lines().limit(2).collect(Collectors.joining("\n"));
    Path out = audit(0, "two", twoNorms("two.yaml", two + "\n"), "--rules-only");
    assertThat(attacked(out)).containsExactly("linf 0.02 fgsm", "linf 0.02 pgd");
    assertThat(sextant("plan", bench.path("two.yaml"), "--rules-only").succeeds().out())
        .contains("linf 0.02")
        .containsPattern("noise-baseline +linf +0.02")
        .doesNotContain("linf 0.1", "l2 ");
  }

  @Test
  void a_rule_id_is_a_word_whatever_it_begins_with() throws IOException {
    Path notes = bench.text("notes.txt", "--overwrite secret");
    String at = "@" + notes;
    Path spec =
        spec(
            """
              - {id: "%s", metric: clean-accuracy, minimum: 99%%}
              - {id: "--verbose", metric: clean-accuracy, minimum: 10%%}
            """
                .formatted(at));
    Path out = bench.path("words");
    Command run =
        sextant(
                "audit",
                spec,
                "--out",
                out,
                "--curtail=fail",
                "--waived=" + at,
                "--compared=--verbose")
            .ends(1);
    assertThat(run.out() + run.err()).doesNotContain("secret");
    assertThat(result(out).explanations()).as("a waived failure ends nothing").isNotEmpty();
    sextant("inspect", at).refuses(at);
  }

  @Test
  void predictions_are_known_of_what_was_not_attacked() throws IOException {
    Path spec = spec("  - {id: r, metric: robust-accuracy, epsilon: 0.1, minimum: 70%}\n");
    AuditResult full = result(audit(1, "full", spec));
    AuditResult quick = result(audit(1, "quick", spec, "--curtail", "fail"));
    assertThat(quick.predictions().clean()).isEqualTo(full.predictions().clean());
    assertThat(quick.predictions().samples()).hasSize(N);
  }

  @Test
  void a_time_budget_leaves_rules_open_and_the_rest_can_be_done_later() throws IOException {
    Path spec = spec("  - {id: r, metric: robust-accuracy, epsilon: 0.1, minimum: 40%}\n");
    Path out = bench.path("out");
    AuditResult nothing = timed(spec, out, Duration.ofNanos(1));
    assertThat(nothing.gate().rules().get(0).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(nothing.gate().exitCode()).isEqualTo(3);
    assertThat(nothing.notTested())
        .contains("fgsm at L∞ 0.1: not run on 162 of 200 examples")
        .contains("explanations: the time was used up");
    assertThat(verdict(nothing, "r").share().orElseThrow().count())
        .as("one unit of work is done, however short the time")
        .isEqualTo(162);
    AuditResult whole = timed(spec, out, Duration.ofMinutes(10));
    assertThat(whole.gate().rules().get(0).verdict()).isEqualTo(Verdict.PASS);
    assertThat(whole.accuracy().robust().get(1).worstCase().broken()).isEqualTo(90);
    assertThat(timed(spec, out, Duration.ofMinutes(1)).run())
        .as("what is finished is not begun again")
        .isEqualTo(whole.run());
  }

  private static AuditResult timed(Path spec, Path out, Duration budget) throws IOException {
    try (SpecSources sources = new SpecSources()) {
      return new Audit(
              SpecReader.read(spec),
              EngineOptions.DEFAULT,
              new Effort(
                  Curtail.NONE, Optional.of(budget), Set.of(), Set.of(), Optional.empty(), false),
              sources,
              Progress.SILENT,
              "test")
          .run("model", out, false);
    }
  }

  @Test
  void inputs_of_the_last_build_are_tried_first() throws IOException {
    Path spec = spec("  - {id: r, metric: robust-accuracy, epsilon: 0.1, minimum: 70%}\n");
    audit(1, "last/model", spec);
    Path last = bench.path("last");
    Path again = audit(1, "again", spec, "--curtail", "fail", "--last", last);
    assertThat(gradients(again)).as("not one gradient").isZero();
    assertThat(rows(again))
        .filteredOn(row -> row.attack().equals(SampleRow.REPLAY))
        .filteredOn(row -> row.condition().text().equals("linf 0.1"))
        .hasSize(90)
        .allMatch(row -> row.outcome() == Outcome.BROKEN && row.forwards() == 1);
    assertThat(verdict(result(again), "r").share().orElseThrow().count()).isEqualTo(90);
    sextant("replay", again).succeeds();
  }

  @Test
  void inputs_of_the_last_build_count_only_where_they_are_allowed_today() throws IOException {
    Path rules = spec("  - {id: r, metric: robust-accuracy, epsilon: 0.1, minimum: 70%}\n");
    audit(1, "last/model", rules);
    Path last = bench.path("last");
    double[][] rows = new double[N][4];
    int[] labels = new int[N];
    for (int i = 0; i < N; i++) {
      // The same rows of the data hold other inputs: the old ones are far from them.
      java.util.Arrays.fill(rows[i], 0.9 - (i + 0.5) / 1000);
      labels[i] = 1;
    }
    bench.arrays(rows, labels);
    Path again = audit(0, "again", rules, "--curtail", "none", "--last", last);
    assertThat(rows(again))
        .filteredOn(row -> row.attack().equals(SampleRow.REPLAY))
        .allSatisfy(
            row ->
                assertThat(Math.abs(0.9 - 2 * (row.sample() + 0.5) / 1000 - 0.5))
                    .isLessThanOrEqualTo(0.2));
    assertThat(result(again).accuracy().robust().get(1).worstCase().broken()).isEqualTo(0);
  }

  @Test
  void damaged_evidence_of_the_last_build_is_passed_over() throws IOException {
    Path spec = spec("  - {id: r, metric: robust-accuracy, epsilon: 0.1, minimum: 70%}\n");
    Path evidence = audit(1, "last/model", spec).resolve("evidence");
    Files.write(evidence.resolve("adversarial-linf-0.1.npy"), new byte[] {1, 2, 3});
    Path again = audit(1, "again", spec, "--curtail", "fail", "--last", bench.path("last"));
    assertThat(rows(again)).noneMatch(row -> row.attack().equals(SampleRow.REPLAY));
    audit(1, "none", spec, "--curtail", "fail", "--last", bench.path("nowhere"));
  }

  @Test
  void evidence_that_names_an_input_twice_is_tried_once() throws IOException {
    Path spec = spec("  - {id: r, metric: robust-accuracy, epsilon: 0.1, minimum: 70%}\n");
    Path index = audit(1, "last/model", spec).resolve("evidence/index.csv");
    List<String> lines = new ArrayList<>(Files.readAllLines(index));
    lines.add(lines.get(lines.size() - 1));
    Files.write(index, lines);
    Path again = audit(1, "again", spec, "--curtail", "fail", "--last", bench.path("last"));
    assertThat(rows(again)).anyMatch(row -> row.attack().equals(SampleRow.REPLAY));
    Files.write(index, new byte[] {'"', (byte) 0xff, (byte) 0xfe});
    audit(1, "none", spec, "--curtail", "fail", "--last", bench.path("last"));
  }

  @Test
  void the_last_output_may_be_the_one_that_is_replaced() throws IOException {
    Path spec = spec("  - {id: r, metric: robust-accuracy, epsilon: 0.1, minimum: 70%}\n");
    Path out = audit(1, "out", spec);
    audit(1, "out", spec, "--curtail", "fail", "--last", out, "--overwrite");
    assertThat(rows(out)).anyMatch(row -> row.attack().equals(SampleRow.REPLAY));
  }

  @Test
  void another_curtailment_is_another_run() throws IOException {
    Path spec = spec("  - {id: r, metric: robust-accuracy, epsilon: 0.1, minimum: 70%}\n");
    audit(1, "out", spec, "--curtail", "fail");
    sextant("audit", spec, "--out", bench.path("out")).refuses("another spec", "--overwrite");
    sextant("audit", spec, "--out", bench.path("new"), "--curtail", "maybe")
        .refuses("curtail must be one of fail, both, none", "maybe");
    sextant("audit", spec, "--out", bench.path("new"), "--time-budget", "0")
        .refuses("time budget must be above 0");
  }
}
