package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.evaluation.Audit;
import io.sextant.evaluation.Effort;
import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.Progress;
import io.sextant.evaluation.SpecSources;
import io.sextant.results.AttributionDrift;
import io.sextant.results.AuditResult;
import io.sextant.results.KeptAttributions;
import io.sextant.results.Verdict;
import io.sextant.results.curtail.Curtail;
import io.sextant.spec.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drift between linear models, of which every explanation is known. */
class DriftAuditTest {
  private static final String SPEC =
      """
      model: %s.zip
      data: {images: x.npy, labels: y.npy}
      threats: [{norm: linf, epsilons: [0.05]}]
      attacks: [fgsm]
      explainers: [vanilla-gradient, {integrated-gradients: {steps: 4}}]
      """;
  private static final String KEPT = SPEC + "attributions: {samples: 8}\n";
  private static final String RULE =
      KEPT
          + "rules: [{id: d, metric: attribution-drift, explainer: vanilla-gradient, maximum:"
          + " %s}]\n";

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Bench bench;

  @BeforeEach
  void files() throws IOException {
    bench = new Bench(folder);
    bench.planeData();
    // The gradient of a label's logit is a column: two of the four weights changed places.
    bench.model("a.zip", Bench.linear(new float[][] {{-3, 3}, {-1, 1}, {0, 0}, {0, 0}}, 1, -1));
    bench.model("b.zip", Bench.linear(new float[][] {{0, 0}, {-1, 1}, {-3, 3}, {0, 0}}, 1, -1));
  }

  private Command audit(String spec, String out, String... more) throws IOException {
    Object[] line = new Object[4 + more.length];
    line[0] = "audit";
    line[1] = bench.text(out + ".yaml", spec);
    line[2] = "--out";
    line[3] = bench.path(out);
    System.arraycopy(more, 0, line, 4, more.length);
    return sextant(line);
  }

  private AuditResult result(String out) throws IOException {
    return AuditResult.read(bench.path(out).resolve("result.json"));
  }

  @Test
  void attributions_are_kept_and_their_drift_is_that_of_the_weights() throws IOException {
    audit(KEPT.formatted("a"), "a").succeeds();
    KeptAttributions kept = result("a").attributions().orElseThrow();
    assertThat(kept.examples()).hasSize(8);
    KeptAttributions.Maps gradient = kept.of("vanilla-gradient").orElseThrow();
    for (int i = 0; i < 8; i++) {
      float sign = kept.examples().get(i).label() == 1 ? 1 : -1;
      assertThat(gradient.maps().get(i).map().values()).containsExactly(3 * sign, sign, 0, 0);
      // The gradient of a linear model is the same everywhere.
      assertThat(gradient.maps().get(i).noise().orElseThrow().moved()).isZero();
    }
    audit(RULE.formatted("b", "0.75"), "b", "--baseline", bench.path("a").toString()).succeeds();
    AuditResult after = result("b");
    assertThat(after.drift())
        .extracting(AttributionDrift::explainer)
        .containsExactly("vanilla-gradient", "integrated-gradients");
    AttributionDrift.Measured moved = after.drift().get(0).moved().orElseThrow();
    assertThat(moved.mean().mean()).isEqualTo(0.75);
    assertThat(moved.mean().n()).isEqualTo(8);
    assertThat(moved.noise()).hasValue(0);
    assertThat(after.gate().rules().get(0).drift()).contains(moved);
    assertThat(Files.readString(bench.path("b").resolve("report.html")))
        .contains("75.0%", "8 examples", "attribution drift, vanilla-gradient", "id=\"drift\"");
    assertThat(after.queries()).anyMatch(q -> q.consumer().equals("kept attributions"));

    Command compare = sextant("compare", bench.path("a"), bench.path("b")).succeeds();
    assertThat(compare.out())
        .contains("vanilla-gradient: 8 examples in both")
        .contains("moved        mean 0.750 (95% interval 0.750 to 0.750), worst 0.750 (sample 0)");
    // Replay takes them as recorded, and the digests of the evidence hold.
    sextant("replay", bench.path("b")).succeeds();
  }

  @Test
  void the_same_model_does_not_drift() throws IOException {
    audit(KEPT.formatted("a"), "a").succeeds();
    audit(RULE.formatted("a", "0"), "again", "--baseline", bench.path("a").toString()).succeeds();
    for (AttributionDrift drift : result("again").drift()) {
      assertThat(drift.moved().orElseThrow().mean().mean()).isZero();
      assertThat(drift.worst()).isEmpty();
    }
  }

  @Test
  void a_rule_is_broken_by_what_moved_and_not_measured_without_a_baseline() throws IOException {
    audit(KEPT.formatted("a"), "a").succeeds();
    assertThat(
            audit(RULE.formatted("b", "0.7"), "b", "--baseline", bench.path("a").toString()).code())
        .isEqualTo(1);
    // Another baseline is another question, whose answer is not that of before.
    Command alone = audit(RULE.formatted("b", "0.7"), "b", "--overwrite");
    assertThat(alone.code()).isEqualTo(3);
    assertThat(result("b").gate().rules().get(0).verdict()).isEqualTo(Verdict.NOT_MEASURED);
    assertThat(alone.out()).contains("give an earlier audit with --baseline");
  }

  @Test
  void fewer_examples_than_before_leave_a_rule_undecided() throws IOException {
    audit(KEPT.formatted("a"), "a").succeeds();
    Command fewer =
        audit(
            RULE.formatted("a", "0.9").replace("samples: 8", "samples: 5"),
            "fewer",
            "--baseline",
            bench.path("a").toString());
    assertThat(fewer.code()).isEqualTo(3);
    assertThat(fewer.out()).contains("3 examples of the baseline were not explained now");
  }

  @Test
  void an_audit_that_ran_out_of_time_before_its_attributions_goes_on_later() throws IOException {
    // The only attack is one unit, which is begun whatever the time.
    AuditResult late = within(Duration.ofNanos(1));
    assertThat(late.attributions()).isEmpty();
    assertThat(late.notTested()).contains("attributions: the time was used up");
    assertThat(within(Duration.ofDays(1)).attributions()).isPresent();
  }

  private AuditResult within(Duration time) throws IOException {
    return new Audit(
            SpecReader.read(bench.text("a.yaml", KEPT.formatted("a"))),
            EngineOptions.DEFAULT,
            new Effort(
                Curtail.NONE, Optional.of(time), Set.of(), Set.of(), Optional.empty(), false),
            new SpecSources(),
            Progress.SILENT,
            "test")
        .run("model", bench.path("a"), false);
  }

  @Test
  void what_cannot_be_compared_is_said() throws IOException {
    audit(KEPT.formatted("a"), "a").succeeds();
    audit(KEPT.formatted("b").replace("steps: 4", "steps: 5"), "b").succeeds();
    assertThat(sextant("compare", bench.path("a"), bench.path("b")).succeeds().out())
        .contains("integrated-gradients: not compared: its setting steps was 4 and is 5 now")
        .contains("vanilla-gradient: 8 examples in both");
    audit(SPEC.formatted("b"), "bare").succeeds();
    assertThat(sextant("compare", bench.path("a"), bench.path("bare")).succeeds().out())
        .contains("only the audit before kept some");
    audit(KEPT.formatted("b"), "c", "--baseline", bench.path("bare").toString())
        .refuses("kept no attributions; add 'attributions' to its spec");
    audit(KEPT.formatted("b"), "d", "--baseline", bench.path("nowhere").toString())
        .refuses("holds neither a finished audit nor a baseline");
  }

  @Test
  void attributions_that_the_evidence_does_not_know_are_refused() throws IOException {
    audit(KEPT.formatted("a"), "a").succeeds();
    Path file = bench.path("a").resolve("result.json");
    String text = Files.readString(file);
    String map =
        result("a")
            .attributions()
            .orElseThrow()
            .of("vanilla-gradient")
            .orElseThrow()
            .maps()
            .get(0)
            .map()
            .data();
    Files.writeString(file, text.replace(map, "AACAPwAAgD8AAIA/AACAPw=="));
    sextant("compare", bench.path("a"), bench.path("a"))
        .refuses("the attributions are not those that the evidence beside it records");
    Files.writeString(file, text.replace(map, "AAAA"));
    sextant("compare", bench.path("a"), bench.path("a")).refuses("multiple of 4 bytes");
  }

  @Test
  void more_than_a_result_holds_is_refused_before_the_work() throws IOException {
    audit(KEPT.formatted("a").replace("samples: 8", "samples: 10001"), "a")
        .refuses("samples must be from 1 to 10000");
  }

  @Test
  void more_than_a_result_holds_matters_only_where_it_is_kept() throws IOException {
    int wide = 1 << 20;
    bench.model("wide.zip", Bench.linear(new float[wide][2], 1, -1));
    bench.arrays(new double[5][wide], new int[5]);
    String rule = "rules: [{id: r, metric: clean-accuracy, minimum: 0%%}]\n";
    Path spec = bench.text("wide.yaml", (KEPT + rule).formatted("wide"));
    String refusal = "5 samples with 2097152 values each, over all explainers, are more than";
    sextant("plan", spec).refuses(refusal);
    sextant("audit", spec, "--out", bench.path("out")).refuses(refusal);
    assertThat(bench.path("out")).doesNotExist();
    sextant("plan", spec, "--rules-only").succeeds();
  }
}
