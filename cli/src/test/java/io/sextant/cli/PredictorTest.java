package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.predictor.Predictor;
import io.sextant.results.AuditResult;
import io.sextant.results.Proportion;
import io.sextant.results.ValidityCheck;
import io.sextant.results.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that answer and give no gradients, in audits. */
class PredictorTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Bench bench;

  private static double threshold = 0.5;

  @BeforeEach
  void files() {
    bench = new Bench(folder);
  }

  @AfterEach
  void restore() {
    threshold = 0.5;
  }

  /**
   * A tree of one split: class 1 where the first column is above a threshold, and flat elsewhere.
   */
  private static Predictor stump() {
    double split = threshold;
    return Predictor.probabilities(
        2,
        rows ->
            Arrays.stream(rows)
                .map(row -> new double[] {row[0] > split ? 0.9 : 0.2})
                .toArray(double[][]::new));
  }

  /** The tree, which says which one it is. */
  public static final class Stump implements Supplier<Predictor> {
    @Override
    public Predictor get() {
      return stump().withFingerprint("split " + threshold);
    }
  }

  /** The tree, which does not say which one it is. */
  public static final class Nameless implements Supplier<Predictor> {
    @Override
    public Predictor get() {
      return stump();
    }
  }

  /** One that can be differentiated now, where the audited one only answered. */
  public static final class Changing implements Supplier<Object> {
    @Override
    public Object get() {
      return threshold == 0.5
          ? stump().withFingerprint("1")
          : Bench.linear(new float[][] {{0, 10}, {0, 0}}, 0, -5);
    }
  }

  /** The same, as classes alone. */
  public static final class Labels implements Supplier<Predictor> {
    @Override
    public Predictor get() {
      return Predictor.labels(
          2, rows -> Arrays.stream(rows).mapToInt(row -> row[0] > 0.5 ? 1 : 0).toArray());
    }
  }

  /** Says that it answers with probabilities, and does not. */
  public static final class Liar implements Supplier<Predictor> {
    @Override
    public Predictor get() {
      return Predictor.probabilities(
          2, rows -> Arrays.stream(rows).map(row -> new double[] {3, -1}).toArray(double[][]::new));
    }
  }

  /** First columns of 0.05, 0.15, ... 0.95, each with its own class. */
  private String data() throws IOException {
    StringBuilder csv = new StringBuilder("a,b,label\n");
    for (int i = 0; i < 10; i++) {
      csv.append(
          String.format(Locale.ROOT, "%.2f,0.5,%s%n", 0.05 + 0.1 * i, i < 5 ? "low" : "high"));
    }
    Path file = bench.text("rows.csv", csv.toString());
    bench.text(
        "schema.yaml",
        """
        features:
          a: {type: real, minimum: 0, maximum: 1}
          b: {type: real, minimum: 0, maximum: 1}
        labels: [low, high]
        """);
    return "{csv: %s, label-column: label, schema: schema.yaml}".formatted(file.getFileName());
  }

  private Path spec(Class<?> model, String attacks, String more) throws IOException {
    return bench.text(
        "audit.yaml",
        """
        model: {supplier: '%s'}
        data: %s
        threats: [{norm: linf, epsilons: [0.1, 0.3]}]
        attacks: %s
        rules:
          - {id: robust, metric: robust-accuracy, norm: linf, epsilon: 0.1, minimum: 75%%}
        %s
        """
            .formatted(model.getName(), data(), attacks, more));
  }

  @Test
  void a_tree_is_audited_gated_and_replayed() throws IOException {
    Path out = bench.path("out");
    Path spec = spec(Stump.class, "[square: {queries: 300}, table-search, hop-skip-jump]", "");
    sextant("audit", spec, "--out", out).succeeds();
    AuditResult result = AuditResult.read(out.resolve("result.json"));
    assertThat(result.accuracy().clean()).isEqualTo(new Proportion(10, 10));
    // 0.45 and 0.55 lie within 0.1 of the split, and 0.25 to 0.75 within 0.3.
    assertThat(result.accuracy().robust().get(0).worstCase().broken()).isEqualTo(2);
    assertThat(result.accuracy().robust().get(1).worstCase().broken()).isEqualTo(6);
    assertThat(result.gate().verdict()).contains(Verdict.PASS);
    assertThat(result.model().format()).isEqualTo("predictor");
    assertThat(result.engine().name()).isEqualTo("predictor");
    assertThat(result.model().health().finiteDifferenceError()).isEmpty();
    assertThat(result.queries()).allMatch(count -> count.backwards() == 0);
    assertThat(result.validity().checks())
        .filteredOn(check -> check.status() == ValidityCheck.Status.FAIL)
        .isEmpty();
    assertThat(out.resolve("evidence").toFile().list()).noneMatch(name -> name.startsWith("model"));
    assertThat(Files.readString(out.resolve("report.html"))).contains("answers without gradients");
    sextant("replay", out).succeeds();
    assertThat(sextant("audit", spec, "--out", out).succeeds().err()).contains("found finished");
    threshold = 0.6;
    assertThat(sextant("replay", out).ends(ExitCode.FAILED).out())
        .contains("the model PredictorTest.Stump is not the audited one");
  }

  @Test
  void decisions_alone_are_enough() throws IOException {
    Path out = bench.path("out");
    sextant("audit", spec(Labels.class, "[hop-skip-jump, rays]", ""), "--out", out).succeeds();
    AuditResult result = AuditResult.read(out.resolve("result.json"));
    assertThat(result.accuracy().robust().get(0).worstCase().broken()).isEqualTo(2);
    assertThat(result.accuracy().robust().get(1).worstCase().broken()).isEqualTo(6);
    sextant("replay", out).succeeds();
  }

  @Test
  void what_asks_for_more_is_refused_by_name() throws IOException {
    Path out = bench.path("out");
    sextant("audit", spec(Stump.class, "[pgd]", ""), "--out", out)
        .refuses("pgd asks for gradients", "gives logits alone", "square", "hop-skip-jump");
    sextant("audit", spec(Labels.class, "[square]", ""), "--out", out)
        .refuses("square asks for logits", "gives decisions alone", "hop-skip-jump");
    sextant("audit", spec(Stump.class, "[square]", "explainers: [vanilla-gradient]"), "--out", out)
        .refuses("vanilla-gradient asks for gradients");
    sextant("audit", spec(Stump.class, "[square]", "engine: nd4j"), "--out", out)
        .refuses("engine must be auto");
    assertThat(sextant("audit", spec(Liar.class, "[square]", ""), "--out", out).ends(2).err())
        .contains("PredictorTest.Liar", "probabilities in 0..1", "3.0");
  }

  @Test
  void its_corruptions_are_measured() throws IOException {
    Path out = bench.path("out");
    sextant(
            "audit",
            spec(Stump.class, "[square]", "corruptions: {kinds: [column-noise], severities: [5]}"),
            "--out",
            out)
        .succeeds();
    AuditResult result = AuditResult.read(out.resolve("result.json"));
    assertThat(result.corruptions().orElseThrow().cells()).hasSize(1);
    assertThat(sextant("plan", bench.path("audit.yaml")).succeeds().out()).contains("predictor");
  }

  @Test
  void a_predictor_with_another_fingerprint_is_another_run() throws IOException {
    Path spec = spec(Stump.class, "[square]", "");
    Path out = bench.path("out");
    sextant("audit", spec, "--out", out).succeeds();
    String first = AuditResult.read(out.resolve("result.json")).model().sha256();
    // The figures of both are the same: nothing but the fingerprint tells them apart.
    threshold = 0.501;
    sextant("audit", spec, "--out", out).refuses("another spec, model", "--overwrite");
    sextant("audit", spec, "--out", out, "--overwrite").succeeds();
    assertThat(AuditResult.read(out.resolve("result.json")).model().sha256())
        .isNotEqualTo(first)
        .matches("[0-9a-f]{64}");
  }

  @Test
  void nothing_is_reused_of_a_predictor_without_a_fingerprint() throws IOException {
    Path spec = spec(Nameless.class, "[square]", "");
    Path out = bench.path("out");
    sextant("audit", spec, "--out", out).succeeds();
    byte[] first = Files.readAllBytes(out.resolve("samples.csv"));
    sextant("audit", spec, "--out", out)
        .refuses("does not say whether it is the one", "fingerprint");
    assertThat(out.resolve("samples.csv")).hasBinaryContent(first);
    assertThat(sextant("replay", out).succeeds().out()).contains("it has no fingerprint");
    // One row is decided otherwise now, and random inputs are not.
    threshold = 0.5501;
    assertThat(sextant("replay", out).ends(ExitCode.FAILED).out()).contains("sample 5");
    assertThat(sextant("audit", spec, "--out", out, "--overwrite").succeeds().err())
        .doesNotContain("found finished");
    assertThat(AuditResult.read(out.resolve("result.json")).accuracy().clean())
        .isEqualTo(new Proportion(9, 10));
  }

  @Test
  void replay_notices_that_a_supplier_gives_a_network_now() throws IOException {
    Path out = bench.path("out");
    sextant("audit", spec(Changing.class, "[square]", ""), "--out", out).succeeds();
    threshold = 0.6;
    assertThat(sextant("replay", out).ends(ExitCode.FAILED).out())
        .contains("is not the audited one");
  }

  /** Columns that stand for one category, and a whole number: other rows are no rows. */
  public static final class Strict implements Supplier<Predictor> {
    @Override
    public Predictor get() {
      return Predictor.labels(
          2,
          rows ->
              Arrays.stream(rows)
                  .mapToInt(
                      row -> {
                        if (row[1] + row[2] != 1 || row[3] != Math.rint(row[3])) {
                          throw new IllegalArgumentException("no category");
                        }
                        return row[0] > 0.5 ? 1 : 0;
                      })
                  .toArray());
    }
  }

  @Test
  void a_predictor_need_not_answer_rows_that_the_schema_forbids() throws IOException {
    StringBuilder csv = new StringBuilder("a,x,y,n,label\n");
    for (int i = 0; i < 10; i++) {
      csv.append(
          String.format(
              Locale.ROOT,
              "%.2f,%d,%d,%d,%s%n",
              0.05 + 0.1 * i,
              i % 2,
              1 - i % 2,
              i,
              i < 5 ? "low" : "high"));
    }
    bench.text("rows.csv", csv.toString());
    bench.text(
        "schema.yaml",
        """
        features:
          a: {type: real, minimum: 0, maximum: 1}
          x: {type: binary}
          y: {type: binary}
          n: {type: integer, minimum: 0, maximum: 9}
        groups: {kind: [x, y]}
        labels: [low, high]
        """);
    Path spec =
        bench.text(
            "audit.yaml",
            """
            model: {supplier: '%s'}
            data: {csv: rows.csv, label-column: label, schema: schema.yaml}
            threats: [{norm: linf, epsilons: [0.1]}]
            attacks: [rays]
            """
                .formatted(Strict.class.getName()));
    Path out = bench.path("out");
    sextant("audit", spec, "--out", out).succeeds();
    AuditResult result = AuditResult.read(out.resolve("result.json"));
    assertThat(result.accuracy().robust().get(0).worstCase().broken()).isEqualTo(2);
    assertThat(result.validity().checks())
        .filteredOn(check -> check.id().equals("huge-epsilon"))
        .singleElement()
        .satisfies(
            check -> {
              assertThat(check.status()).isEqualTo(ValidityCheck.Status.SKIPPED);
              assertThat(check.reason().orElseThrow()).contains("no category");
            });
  }

  @Test
  void what_adaptation_asks_for_is_known_before_any_work() throws IOException {
    Path out = bench.path("out");
    sextant("audit", spec(Stump.class, "[square]", "adaptation: {methods: [affine]}"), "--out", out)
        .refuses("adaptation: affine asks for gradients", "gives logits alone");
    sextant("audit", spec(Stump.class, "[square]", "adaptation: {}"), "--out", out).succeeds();
    AuditResult result = AuditResult.read(out.resolve("result.json"));
    assertThat(result.adaptation()).isEmpty();
    assertThat(result.notTested()).anyMatch(line -> line.contains("affine asks for gradients"));
  }

  @Test
  void explainers_that_a_spec_names_are_refused_and_others_left_out_by_name() throws IOException {
    Path out = bench.path("out");
    String usual = "explainers: [vanilla-gradient, integrated-gradients, smoothgrad]";
    sextant("audit", spec(Labels.class, "[rays]", usual), "--out", out)
        .refuses("vanilla-gradient asks for gradients");
    sextant("audit", spec(Labels.class, "[rays]", ""), "--out", out).succeeds();
    AuditResult result = AuditResult.read(out.resolve("result.json"));
    assertThat(result.explanations()).isEmpty();
    assertThat(result.notTested()).anyMatch(line -> line.contains("smoothgrad asks for gradients"));
    // A class is all that it says: there is no probability to show.
    assertThat(result.gallery()).isNotEmpty().allMatch(shown -> shown.confidence().isEmpty());
    assertThat(Files.readString(out.resolve("report.html")))
        .contains("low becomes high")
        .doesNotContain("73.1%");
    assertThat(sextant("plan", bench.path("audit.yaml")).succeeds().out())
        .contains("huge-epsilon")
        .doesNotContain("unstable-predictions", "shattered-gradients", "noise", "black-box-breaks");
  }
}
