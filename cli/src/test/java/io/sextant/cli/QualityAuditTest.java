package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.evaluation.Audit;
import io.sextant.evaluation.Effort;
import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.Progress;
import io.sextant.evaluation.SpecSources;
import io.sextant.results.AuditResult;
import io.sextant.results.ExplanationQuality;
import io.sextant.results.curtail.Curtail;
import io.sextant.spec.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an audit says of explanations, on a linear model, of which every explanation is known. */
class QualityAuditTest {
  private static final String SPEC =
      """
      model: model.zip
      data: {images: x.npy, labels: y.npy}
      threats: [{norm: linf, epsilons: [0.05, 0.19]}]
      attacks: [{pgd: {steps: 100}}]
      """;

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Bench bench;

  @BeforeEach
  void files() throws IOException {
    bench = new Bench(folder);
    bench.plane("model.zip");
    bench.planeData();
  }

  private Command audit(String more) throws IOException {
    return sextant("audit", bench.text("audit.yaml", SPEC + more), "--out", bench.path("out"));
  }

  private AuditResult result() throws IOException {
    return AuditResult.read(bench.path("out").resolve("result.json"));
  }

  @Test
  void explainers_are_scored_beside_controls_and_perturbations_are_attributed() throws IOException {
    audit(
            """
            explainers: [vanilla-gradient, gradient-x-input]
            explanation-quality:
              samples: 12
              metrics: [{completeness: {baseline: zero}}, deletion, {deletion: {steps: 2}, id: coarse}]
            """)
        .succeeds();
    ExplanationQuality quality = result().quality().orElseThrow();
    assertThat(quality.examples()).isEqualTo(12);
    assertThat(quality.metrics())
        .extracting(ExplanationQuality.Column::metric)
        .containsExactly("completeness", "deletion", "coarse");
    ExplanationQuality.Column completeness = quality.metrics().get(0);
    assertThat(completeness.better()).isEqualTo("lower");
    assertThat(completeness.configuration()).containsEntry("baseline", "zero");
    assertThat(completeness.cells())
        .extracting(ExplanationQuality.Cell::explainer)
        .containsExactly("vanilla-gradient", "gradient-x-input", "random", "constant");
    // Of a linear model both add up; their tie is a shared rank.
    for (ExplanationQuality.Cell cell : completeness.cells().subList(0, 2)) {
      assertThat(cell.control()).isFalse();
      assertThat(cell.mean().orElseThrow()).isCloseTo(0, within(1e-5));
    }
    assertThat(completeness.cells().get(2).control()).isTrue();
    assertThat(completeness.cells().get(2).rank()).isEmpty();
    assertThat(quality.metrics().get(2).configuration()).containsEntry("steps", "2");
    assertThat(quality.summaries()).as("of images").isEmpty();
    // Metrics that are read off a curve bring it along.
    assertThat(completeness.cells()).allMatch(cell -> cell.curve().isEmpty());
    assertThat(quality.metrics().get(2).cells())
        .allSatisfy(
            cell ->
                assertThat(cell.curve().orElseThrow().shares().values()).hasSize(3).endsWith(1));
    assertThat(Files.readString(bench.path("out").resolve("report.html")))
        .contains("id=\"curve-0-title\"", "id=\"curve-1-title\"", ">coarse, lower is better<")
        .doesNotContain("curve-2-title");

    // What PGD breaks at 0.19 are ten of the twelve, and the gradient is the same everywhere.
    assertThat(quality.underAttack())
        .extracting(ExplanationQuality.UnderAttack::explainer)
        .containsExactly("vanilla-gradient", "gradient-x-input");
    ExplanationQuality.UnderAttack gradient = quality.underAttack().get(0);
    assertThat(gradient.pairs()).isEqualTo(10);
    assertThat(gradient.measures())
        .extracting(ExplanationQuality.Measure::measure)
        .containsExactly("overlap", "spearman", "cosine", "centre-shift");
    assertThat(gradient.measures().get(2).attacked().orElseThrow()).isCloseTo(1, within(1e-6));
    assertThat(gradient.measures().get(2).noise().orElseThrow()).isCloseTo(1, within(1e-6));
    assertThat(gradient.measures().get(3).attacked()).isEmpty();

    // All four values weigh alike, so that three at least are needed for 80%, or two that went far.
    ExplanationQuality.Perturbations damage = quality.perturbations().orElseThrow();
    assertThat(damage.pairs()).isEqualTo(10);
    assertThat(damage.carrierShare()).isBetween(0.5, 1.0);
    assertThat(damage.stillBroken().n()).isEqualTo(10);
    assertThat(damage.largestGap().orElseThrow()).isCloseTo(0, within(1e-5));

    assertThat(result().queries()).anyMatch(q -> q.consumer().equals("explanation quality"));
    String report = Files.readString(bench.path("out").resolve("report.html"));
    assertThat(report)
        .contains(
            "Whether to believe the explanations", "completeness ↓", "Explanations under attack")
        .contains("<a href=\"#quality\">");
  }

  @Test
  void explanations_are_attacked_and_what_was_found_is_verified_and_kept() throws IOException {
    audit(
            """
            explainers: [vanilla-gradient, gradient-x-input]
            explanation-quality:
              samples: 6
              metrics: [completeness]
              attacks:
                - {explanation-attack: {aim: "map:1,0,0,0", epsilon: 0.04, steps: 10}, id: first}
                - {explanation-attack: {aim: centre}, id: centre}
            """)
        .succeeds();
    ExplanationQuality quality = result().quality().orElseThrow();
    assertThat(quality.attacks())
        .extracting(ExplanationQuality.Attack::attack)
        .containsExactly("first", "centre");
    ExplanationQuality.Attack first = quality.attacks().get(0);
    assertThat(first.name()).isEqualTo("explanation-attack");
    assertThat(first.configuration()).containsEntry("epsilon", "0.04").containsEntry("steps", "10");
    // Of a linear model the gradient is the same everywhere; times the input it moves with it.
    ExplanationQuality.Attacked gradient = first.explainers().get(0);
    assertThat(gradient.examples()).isEqualTo(6);
    assertThat(gradient.moved()).isZero();
    assertThat(gradient.measures()).isEmpty();
    ExplanationQuality.Attacked times = first.explainers().get(1);
    // The logit of the other class is 0 everywhere, so half of the maps have nothing to move.
    assertThat(times.moved()).isEqualTo(3);
    assertThat(times.rejected()).isZero();
    assertThat(times.largestOutputChange().orElseThrow()).isBetween(0.0, 0.1);
    ExplanationQuality.Measure aim = times.measures().get(4);
    assertThat(aim.measure()).isEqualTo("aim");
    assertThat(aim.attacked().orElseThrow()).isGreaterThan(Math.abs(aim.noise().orElseThrow()));
    assertThat(quality.attacks().get(1).explainers().get(0).unfit().orElseThrow())
        .contains("centre of mass");

    Path evidence = bench.path("out").resolve("evidence");
    assertThat(Files.readAllLines(evidence.resolve("explanations.csv")))
        .hasSize(13)
        .anyMatch(line -> line.startsWith("first,gradient-x-input,") && line.contains(",true,"))
        .anyMatch(line -> line.startsWith("first,vanilla-gradient,") && line.contains(",false,"));
    assertThat(Files.readString(evidence.resolve("manifest.json")))
        .contains(
            "explanations-2-inputs.npy", "explanations-2-before.npy", "explanations-2-after.npy");
    assertThat(Files.readString(bench.path("out").resolve("report.html")))
        .contains("Attack on explanations first", "3 of 6", "centre does not fit");
    sextant("replay", bench.path("out")).succeeds();
    sextant(
            "audit",
            bench.text(
                "bad.yaml",
                SPEC + "explanation-quality: {attacks: [{explanation-attack: {norm: l1}}]}\n"),
            "--out",
            bench.path("bad"))
        .refuses("norm");
  }

  @Test
  void the_usual_metrics_of_a_table_or_vector_leave_out_what_is_for_images() throws IOException {
    audit("explainers: [vanilla-gradient]\nexplanation-quality: {samples: 4}\n").succeeds();
    ExplanationQuality quality = result().quality().orElseThrow();
    assertThat(quality.examples()).isEqualTo(4);
    assertThat(quality.meanRanks()).isEmpty();
    assertThat(quality.metrics())
        .filteredOn(column -> column.metric().equals("road"))
        .allSatisfy(
            column -> assertThat(column.invalid().orElseThrow()).contains("inputs are no images"));
  }

  @Test
  void what_is_not_asked_for_is_not_there_and_what_cannot_be_is_refused_before_the_work()
      throws IOException {
    audit("explainers: [vanilla-gradient]\n").succeeds();
    assertThat(result().quality()).isEmpty();
    sextant(
            "audit",
            bench.text(
                "other.yaml", SPEC + "explanation-quality: {metrics: [{deletion: {steps: 0}}]}\n"),
            "--out",
            bench.path("other"))
        .refuses("steps");
    sextant(
            "audit",
            bench.text(
                "control.yaml",
                SPEC
                    + "explainers: [{vanilla-gradient: {}, id: random}]\n"
                    + "explanation-quality: {}\n"),
            "--out",
            bench.path("other"))
        .refuses("control random");
    assertThat(bench.path("other").resolve("result.json")).doesNotExist();
  }

  @Test
  void without_explainers_there_is_nothing_to_judge_and_the_result_says_so() throws IOException {
    audit("explainers: []\nexplanation-quality: {}\n").succeeds();
    assertThat(result().quality()).isEmpty();
    assertThat(result().notTested())
        .contains("explanation quality: there are no explainers of inputs to be judged");
  }

  @Test
  void a_plan_counts_what_metrics_cost() throws IOException {
    Path spec =
        bench.text(
            "audit.yaml",
            SPEC
                + "explainers: [vanilla-gradient]\n"
                + "explanation-quality: {samples: 4, metrics: [{deletion: {steps: 20}}]}\n");
    // Four examples of 21 forwards and three explanations each.
    assertThat(sextant("plan", spec).succeeds().out()).contains("quality of explanations");
  }

  @Test
  void explanations_of_a_table_are_summarised_and_drawn() throws IOException {
    StringBuilder csv = new StringBuilder("a,b,c,d,label\n");
    for (double offset : Bench.OFFSETS) {
      double value = 0.5 + offset;
      csv.append("%s,0.5,%s,0.5,%d\n".formatted(value, value, offset > 0 ? 1 : 0));
    }
    bench.text("t.csv", csv.toString());
    String spec =
        """
        model: model.zip
        data: {csv: t.csv, label-column: label}
        threats: [{norm: linf, epsilons: [0.05]}]
        attacks: [fgsm]
        explainers: [vanilla-gradient, gradient-x-input]
        explanation-quality: {samples: 12, metrics: [sparseness]}
        """;
    sextant("audit", bench.text("table.yaml", spec), "--out", bench.path("out")).succeeds();
    List<ExplanationQuality.Summary> summaries = result().quality().orElseThrow().summaries();
    assertThat(summaries)
        .extracting(one -> one.explainer() + " " + one.target() + " " + one.slopes())
        .containsExactly(
            "vanilla-gradient 0 true",
            "vanilla-gradient 1 true",
            "gradient-x-input 0 false",
            "gradient-x-input 1 false");
    // The logit of class 1 is the sum less 2: its slope is 1, and the product is the value.
    assertThat(summaries.get(1).listed())
        .extracting(ExplanationQuality.Feature::mean)
        .containsOnly(1.0);
    ExplanationQuality.Feature product =
        summaries.get(3).listed().stream()
            .filter(feature -> feature.name().equals("c"))
            .findFirst()
            .orElseThrow();
    assertThat(product.values().values()).hasSize(6).contains(0.51f, 0.71f);
    assertThat(product.attributions().values()).containsExactly(product.values().values());
    assertThat(Files.readString(bench.path("out").resolve("report.html")))
        .contains("beeswarm-3-title", "attribution to the logit of 1");

    sextant(
            "audit",
            bench.text("table.yaml", spec + "report: {examples: false}\n"),
            "--out",
            bench.path("out"),
            "--overwrite")
        .succeeds();
    assertThat(result().quality().orElseThrow().summaries()).isEmpty();
    assertThat(Files.readString(bench.path("out").resolve("report.html")))
        .doesNotContain("beeswarm-");
  }

  private static final String THREE =
      SPEC
          + "explainers: [vanilla-gradient, gradient-x-input]\n"
          + "explanation-quality: {samples: 8, metrics: [sparseness, {deletion: {steps: 3}}]}\n";

  private AuditResult audit(String out, Duration time, int endsAfter) throws IOException {
    return audit(THREE, out, time, "explanation quality", endsAfter);
  }

  private AuditResult audit(String spec, String out, Duration time, String within, int endsAfter)
      throws IOException {
    Progress interrupting =
        new Progress() {
          @Override
          public void phase(String name) {}

          @Override
          public void advanced(String what, int done, int total, Optional<Duration> remaining) {
            if (what.equals(within) && done == endsAfter) {
              throw new CancellationException("interrupted");
            }
          }
        };
    return new Audit(
            SpecReader.read(bench.text("three.yaml", spec)),
            EngineOptions.DEFAULT,
            new Effort(
                Curtail.NONE, Optional.of(time), Set.of(), Set.of(), Optional.empty(), false),
            new SpecSources(),
            interrupting,
            "test")
        .run("model", bench.path(out), false);
  }

  @Test
  void what_was_judged_before_an_interruption_is_kept_and_the_rest_left_out_when_time_is_up()
      throws IOException {
    // given: interrupted after two controls and the first explainer
    assertThatThrownBy(() -> audit("cut", Duration.ofDays(1), 3))
        .isInstanceOf(CancellationException.class);

    AuditResult cut = audit("cut", Duration.ofNanos(1), 0);
    ExplanationQuality part = cut.quality().orElseThrow();
    assertThat(part.metrics().get(0).cells())
        .extracting(ExplanationQuality.Cell::explainer)
        .containsExactly("vanilla-gradient", "random", "constant");
    assertThat(part.perturbations()).isEmpty();
    assertThat(cut.notTested())
        .contains(
            "explanation quality of gradient-x-input: the time was used up",
            "what of the perturbations does the damage: the time was used up");

    AuditResult resumed = audit("cut", Duration.ofDays(1), 0);
    AuditResult whole = audit("whole", Duration.ofDays(1), 0);
    assertThat(resumed.quality()).isEqualTo(whole.quality());
    assertThat(resumed.queries()).isEqualTo(whole.queries());
    assertThat(whole.quality().orElseThrow().perturbations()).isPresent();
    assertThat(whole.notTested()).noneMatch(line -> line.contains("time was used up"));
    // Gradient x input asks for the gradients that the gradient had.
    assertThat(whole.run().saved()).anyMatch(q -> q.consumer().equals("gradient-x-input"));
    assertThat(whole.run().gradientsSaved()).isPositive();
  }

  @Test
  void what_attacks_on_explanations_found_before_an_interruption_is_kept() throws IOException {
    // given: interrupted after the first attack on the first of two explainers
    String spec =
        THREE.replace(
            "samples: 8,",
            "samples: 8, attacks: [{explanation-attack: {aim: \"map:1,0,0,0\", steps: 10}, id: one},"
                + " {explanation-attack: {aim: top, steps: 3}, id: two}],");
    String attacks = "attacks on explanations";
    assertThatThrownBy(() -> audit(spec, "cut", Duration.ofDays(1), attacks, 1))
        .isInstanceOf(CancellationException.class);

    AuditResult cut = audit(spec, "cut", Duration.ofNanos(1), attacks, 0);
    assertThat(cut.quality().orElseThrow().attacks())
        .singleElement()
        .satisfies(
            attack ->
                assertThat(attack.explainers())
                    .extracting(ExplanationQuality.Attacked::explainer)
                    .containsExactly("vanilla-gradient"));
    assertThat(cut.notTested())
        .contains(
            "attack on explanations one on gradient-x-input: the time was used up",
            "attack on explanations two on vanilla-gradient: the time was used up",
            "attack on explanations two on gradient-x-input: the time was used up");

    AuditResult resumed = audit(spec, "cut", Duration.ofDays(1), attacks, 0);
    AuditResult whole = audit(spec, "whole", Duration.ofDays(1), attacks, 0);
    assertThat(whole.quality().orElseThrow().attacks().get(0).explainers().get(1).moved())
        .isPositive();
    assertThat(resumed.quality()).isEqualTo(whole.quality());
    assertThat(resumed.queries()).isEqualTo(whole.queries());
    for (String file : List.of("explanations.csv", "explanations-1-after.npy")) {
      assertThat(bench.path("cut").resolve("evidence").resolve(file))
          .hasSameBinaryContentAs(bench.path("whole").resolve("evidence").resolve(file));
    }
  }
}
