package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.evaluation.data.NpyWriter;
import io.sextant.results.AuditResult;
import io.sextant.results.Cell;
import io.sextant.results.Condition;
import io.sextant.results.Outcome;
import io.sextant.results.RobustAccuracy;
import io.sextant.results.SampleRow;
import io.sextant.results.SamplesCsv;
import io.sextant.results.ValidityCheck;
import io.sextant.results.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** What an audit measures and how it judges, on models whose figures are known in closed form. */
class AuditTest {
  private static final String DATA = "model: model.zip\ndata: {images: x.npy, labels: y.npy}\n";

  /** Enough steps to cross the ball from any start, so that PGD finds what there is. */
  private static final String ATTACKS = "attacks: [fgsm, {pgd: {steps: 100}}]\n";

  private static final String FAST = ATTACKS + "explainers: [vanilla-gradient]\n";

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
    return sextant("audit", bench.text("audit.yaml", DATA + more), "--out", bench.path("out"));
  }

  private AuditResult result() throws IOException {
    return AuditResult.read(bench.path("out").resolve("result.json"));
  }

  private List<SampleRow> rows() throws IOException {
    return SamplesCsv.read(bench.path("out").resolve("samples.csv"));
  }

  private static ValidityCheck check(AuditResult result, String id) {
    return result.validity().checks().stream()
        .filter(check -> check.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void a_linear_model_holds_exactly_where_it_must() throws IOException {
    audit(
            """
            threats:
              - {norm: linf, epsilons: [0.025, 0.05, 1/10, 0.19]}
              - {norm: l2, epsilons: [0.05, 0.30]}
              - {norm: l1, epsilons: [0.3]}
            """
                + ATTACKS)
        .succeeds();
    // The L2 distance to the plane is twice, the L1 distance four times the L-infinity distance.
    assertRobust("linf", "0.025", 0.025);
    assertRobust("linf", "0.05", 0.05);
    assertRobust("linf", "1/10", 0.1);
    assertRobust("linf", "0.19", 0.19);
    assertRobust("l2", "0.05", 0.025);
    assertRobust("l2", "0.30", 0.15);
    assertRobust("l1", "0.3", 0.075);
    assertThat(result().accuracy().robust()).hasSize(7);
    assertThat(result().validity().checks())
        .filteredOn(c -> c.status() == ValidityCheck.Status.FAIL)
        .isEmpty();
    assertThat(result().validity().checks())
        .hasSize(18)
        .allSatisfy(c -> assertThat(c.remedy().orElse("")).as(c.id()).hasSizeBetween(10, 80));
    List<SampleRow> worst = rows().stream().filter(SampleRow::isWorstCase).toList();
    assertThat(worst).hasSize(7 * Bench.OFFSETS.length);
    assertThat(rows().stream().filter(row -> row.sample() == 0).map(SampleRow::attack))
        .startsWith("fgsm", "pgd", SampleRow.WORST_CASE, "fgsm", "pgd", SampleRow.WORST_CASE)
        .endsWith(SampleRow.WORST_CASE);
  }

  private void assertRobust(String norm, String epsilon, double reach) throws IOException {
    Condition condition = Condition.parse(norm + " " + epsilon);
    int held = 0;
    for (SampleRow row : rows()) {
      if (row.cell().equals(Cell.worstCase(condition))) {
        boolean broken = Math.abs(Bench.OFFSETS[row.sample()]) < reach;
        assertThat(row.outcome())
            .as("%s %s, offset %s", norm, epsilon, Bench.OFFSETS[row.sample()])
            .isEqualTo(broken ? Outcome.BROKEN : Outcome.HELD);
        held += broken ? 0 : 1;
      }
    }
    RobustAccuracy cell = result().accuracy().at(condition).orElseThrow();
    assertThat(cell.worstCase().accuracy().count()).isEqualTo(held);
    assertThat(cell.worstCase().accuracy().n()).isEqualTo(Bench.OFFSETS.length);
  }

  @Test
  void worst_cases_count_what_broke_at_smaller_radii_and_evidence_agrees() throws IOException {
    audit("threats: [{norm: linf, epsilons: [0.05, 0.1]}]\n" + FAST).succeeds();
    List<SampleRow> worst = rows().stream().filter(SampleRow::isWorstCase).toList();
    List<String> index = Files.readAllLines(bench.path("out").resolve("evidence/index.csv"));
    assertThat(index.get(0))
        .isEqualTo(
            "row,sample,label,predicted,condition,attack,outcome,distance,forwards,backwards,reason,adversarial_predicted,file,file_row");
    for (SampleRow row : worst) {
      String condition = row.condition().text();
      String[] line =
          index.stream()
              .map(text -> text.split(",", -1))
              .filter(f -> f[1].equals("" + row.sample()) && f[4].equals(condition))
              .filter(f -> f[5].equals(SampleRow.WORST_CASE))
              .findFirst()
              .orElseThrow();
      assertThat(line[6]).isEqualTo(row.outcome().key());
      assertThat(line[7])
          .isEqualTo(row.distance().isPresent() ? "" + row.distance().getAsDouble() : "");
    }
    // The worst distance at 0.1 is not above that at 0.05.
    for (SampleRow row : worst) {
      if (row.condition().text().equals("linf 0.05") && row.outcome() == Outcome.BROKEN) {
        SampleRow larger =
            worst.stream()
                .filter(w -> w.sample() == row.sample())
                .filter(w -> w.condition().text().equals("linf 0.1"))
                .findFirst()
                .orElseThrow();
        assertThat(larger.distance().orElseThrow())
            .isLessThanOrEqualTo(row.distance().orElseThrow());
      }
    }
  }

  @Test
  void exit_codes_follow_the_rules() throws IOException {
    Path spec = bench.text("none.yaml", DATA + FAST);
    Command none = sextant("audit", spec, "--out", bench.path("none")).succeeds();
    assertThat(none.out()).contains("measured, not judged");

    String rule = "rules: [{id: r, metric: robust-accuracy, epsilon: 0.05, minimum: %s}]\n";
    String threat = "threats: [{norm: linf, epsilons: [0.05]}]\n" + FAST;
    // 8 of the 12 offsets are above 0.05.
    spec = bench.text("pass.yaml", DATA + threat + rule.formatted("66%"));
    assertThat(sextant("audit", spec, "--out", bench.path("pass")).ends(0).out()).contains("PASS");
    spec = bench.text("fail.yaml", DATA + threat + rule.formatted("67%"));
    assertThat(sextant("audit", spec, "--out", bench.path("fail")).ends(1).out()).contains("FAIL");
    assertThat(Files.readString(bench.path("fail").resolve("report.html")).contains("Fail"))
        .isTrue();
    // The same answer from the finished folder.
    sextant("audit", spec, "--out", bench.path("fail")).ends(1);

    spec =
        bench.text(
            "open.yaml",
            DATA + FAST + "rules: [{id: r, metric: completeness-gap, maximum: 0.01}]\n");
    Command open = sextant("audit", spec, "--out", bench.path("open")).ends(3);
    assertThat(open.out()).contains("NOT_MEASURED");
  }

  @Test
  void already_wrong_examples_are_not_robust() throws IOException {
    int[] labels = new int[Bench.OFFSETS.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = Bench.OFFSETS[i] > 0 ? 0 : 1;
    }
    double[][] rows = new double[labels.length][4];
    for (int i = 0; i < rows.length; i++) {
      Arrays.fill(rows[i], 0.5 + Bench.OFFSETS[i]);
    }
    bench.arrays(rows, labels);
    audit("threats: [{norm: linf, epsilons: [0.05]}]\n").succeeds();
    assertThat(result().accuracy().clean().count()).isZero();
    assertThat(result().accuracy().robust().get(0).worstCase().accuracy().count()).isZero();
    assertThat(rows()).allMatch(row -> row.outcome() == Outcome.ALREADY_WRONG);
    assertThat(result().gallery()).isEmpty();
    sextant("replay", bench.path("out")).succeeds();
  }

  @Test
  void a_model_without_gradients_is_unreliable_not_robust() throws IOException {
    // The features saturate a unit so far that its derivative underflows to exactly zero.
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder().activation(Activation.TANH).nIn(4).nOut(1).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nIn(1)
                        .nOut(2)
                        .build())
                .build());
    network.init();
    network.setParam("0_W", Nd4j.create(new float[][] {{1e6f}, {1e6f}, {1e6f}, {1e6f}}));
    network.setParam("0_b", Nd4j.create(new float[][] {{-2e6f}}));
    network.setParam("1_W", Nd4j.create(new float[][] {{-1, 1}}));
    network.setParam("1_b", Nd4j.create(new float[][] {{0, 0}}));
    bench.model("model.zip", network);
    String threat = "threats: [{norm: linf, epsilons: [0.3]}]\n" + FAST;
    audit(
            threat
                + "rules: [{id: r, metric: robust-accuracy, epsilon: 0.3, minimum: 1%},"
                + " {id: c, metric: clean-accuracy, minimum: 100%}]\n")
        .ends(3);
    AuditResult result = result();
    assertThat(check(result, "zero-gradients").status()).isEqualTo(ValidityCheck.Status.FAIL);
    assertThat(result.validity().reliable()).isFalse();
    assertThat(result.gate().rules())
        .as("the clean accuracy does not rest on the attacks")
        .extracting(verdict -> verdict.verdict())
        .containsExactly(Verdict.INCONCLUSIVE, Verdict.PASS);

    // What fails under an upper bound fails, reliable or not.
    int[] wrong = new int[Bench.OFFSETS.length];
    double[][] rows = new double[wrong.length][4];
    for (int i = 0; i < wrong.length; i++) {
      Arrays.fill(rows[i], 0.5 + Bench.OFFSETS[i]);
      wrong[i] = i < 4 ? (Bench.OFFSETS[i] > 0 ? 0 : 1) : (Bench.OFFSETS[i] > 0 ? 1 : 0);
    }
    bench.arrays(rows, wrong);
    Path spec =
        bench.text(
            "fail.yaml",
            DATA + threat + "rules: [{id: c, metric: clean-accuracy, minimum: 100%}]\n");
    Command failed = sextant("audit", spec, "--out", bench.path("fail")).ends(1);
    assertThat(failed.out()).contains("FAIL", "UNRELIABLE: a validity check tripped: ", " (");
  }

  @Test
  void logits_that_overflow_are_inconclusive_and_trip() throws IOException {
    // Finite weights; where the first feature is large, the logits are not.
    bench.model(
        "model.zip",
        Bench.linear(new float[][] {{3e38f, 3e38f}, {3e38f, 3e38f}, {0, 1}, {0, 1}}, 0, -1));
    double[][] rows = {
      {0.1, 0.1, 0.9, 0.9}, {0.9, 0.9, 0.9, 0.9}, {0, 0, 0.1, 0.1}, {0, 0, 0.9, 0.9}
    };
    bench.arrays(rows, 1, 1, 0, 1);
    Command ended =
        audit(
            "threats: [{norm: linf, epsilons: [0.02, 0.9]}]\n"
                + "explainers: [vanilla-gradient, integrated-gradients, smoothgrad]\n"
                + "rules: [{id: c, metric: clean-accuracy, minimum: 1%}]\n");
    ended.ends(3);
    AuditResult result = result();
    assertThat(check(result, "finite-logits").status()).isEqualTo(ValidityCheck.Status.FAIL);
    assertThat(check(result, "finite-logits").exceptions()).contains(1);
    assertThat(check(result, "engine-health").status()).isEqualTo(ValidityCheck.Status.FAIL);
    assertThat(rows())
        .filteredOn(row -> row.sample() == 1)
        .allMatch(
            row -> row.outcome() == Outcome.INCONCLUSIVE && row.predicted() == SampleRow.NO_CLASS);
    assertThat(Files.readString(bench.path("out").resolve("report.html")).contains("Unreliable."))
        .isTrue();
    sextant("replay", bench.path("out")).succeeds();
    sextant("report", bench.path("out")).succeeds();
    sextant(
            "attack",
            "--model",
            bench.path("model.zip"),
            "--images",
            bench.path("x.npy"),
            "--labels",
            bench.path("y.npy"),
            "--epsilon",
            "0.02",
            "--ignore-health",
            "--out",
            bench.path("attack"))
        .succeeds();
    assertThat(bench.path("attack").resolve("samples.csv"))
        .content()
        .contains("1,1,-1,linf,0.02,pgd,inconclusive,,");
    sextant("inspect", bench.path("model.zip")).ends(2);
    sextant("inspect", bench.path("model.zip"), "--ignore-health").succeeds();
  }

  @Test
  void several_models_share_a_spec() throws IOException {
    bench.model("other.zip", Bench.linear(new float[][] {{1, 0}, {1, 0}, {1, 0}, {1, 0}}, -2, 0));
    Path spec =
        bench.text(
            "two.yaml",
            "models: [{id: good, file: model.zip}, {id: bad, file: other.zip}]\n"
                + "data: {images: x.npy, labels: y.npy}\n"
                + FAST
                + "rules: [{id: c, metric: clean-accuracy, minimum: 50%}]\n");
    Command ended = sextant("audit", spec, "--out", bench.path("out")).ends(1);
    assertThat(ended.out()).contains("model.zip", "other.zip", "PASS", "FAIL");
    for (String id : new String[] {"good", "bad"}) {
      assertThat(bench.path("out").resolve(id).resolve("result.json")).exists();
      assertThat(bench.path("out").resolve(id).resolve("report.html")).exists();
      sextant("replay", bench.path("out").resolve(id)).succeeds();
    }
    assertThat(bench.path("out").resolve("index.html"))
        .content()
        .contains("good/report.html", "bad/report.html");
  }

  @Test
  void preprocessing_in_the_spec_is_part_of_the_model() throws IOException {
    // The plane in units of (x - 0.5) / 0.25 per feature: the decision is the same.
    bench.model("model.zip", Bench.linear(new float[][] {{0, 1}, {0, 1}, {0, 1}, {0, 1}}, 0, 0));
    audit("preprocessing: {mean: 0.5, std: 0.25}\nthreats: [{norm: linf, epsilons: [0.05]}]\n")
        .succeeds();
    assertThat(result().accuracy().clean().count()).isEqualTo(12);
    assertThat(result().accuracy().robust().get(0).worstCase().accuracy().count()).isEqualTo(8);
    sextant("replay", bench.path("out")).succeeds();
  }

  @Test
  void a_box_other_than_the_unit_interval() throws IOException {
    double[][] rows = {{-0.1, -0.1, 0.2, 0.2}, {0.19, 0.19, 0.19, 0.19}};
    bench.model(
        "model.zip", Bench.linear(new float[][] {{0, 1}, {0, 1}, {0, 1}, {0, 1}}, 0, -0.4f));
    NpyWriter.write(bench.path("x.npy"), NpyWriter.Element.FLOAT64, rows, 4);
    NpyWriter.write(bench.path("y.npy"), NpyWriter.Element.FLOAT64, new double[][] {{0}, {1}});
    Path spec =
        bench.text(
            "box.yaml",
            "model: model.zip\n"
                + "data: {images: x.npy, labels: y.npy, box: [-0.1, 0.2]}\n"
                + "threats: [{norm: linf, epsilons: [0.1]}]\n");
    sextant("audit", spec, "--out", bench.path("out")).succeeds();
    assertThat(check(result(), "huge-epsilon").explanation()).contains("0.3");
    sextant("replay", bench.path("out")).succeeds();
  }

  @Test
  void a_model_with_its_own_normaliser_is_judged_by_its_own_pipeline() throws IOException {
    Nd4j.getRandom().setSeed(5);
    INDArray inputs = Nd4j.rand(40, 4).muli(700).addi(200);
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fit(new DataSet(inputs, Nd4j.zeros(40, 3)));
    MultiLayerNetwork network = threeClasses();
    ModelSerializer.writeModel(network, bench.path("own.zip").toFile(), false);
    ModelSerializer.addNormalizerToModel(bench.path("own.zip").toFile(), normalizer);
    int[] bare = network.output(inputs).argMax(1).toIntVector();
    INDArray normalized = inputs.dup();
    normalizer.transform(normalized);
    int[] pipeline = network.output(normalized).argMax(1).toIntVector();
    StringBuilder table = new StringBuilder("a,b,c,d,class\n");
    int bareRight = 0;
    int right = 0;
    for (int row = 0; row < pipeline.length; row++) {
      // One row of four is labelled as the pipeline does not see it.
      int label = row % 4 == 0 ? (pipeline[row] + 1) % 3 : pipeline[row];
      right += label == pipeline[row] ? 1 : 0;
      bareRight += label == bare[row] ? 1 : 0;
      for (int column = 0; column < 4; column++) {
        table.append(inputs.getFloat(row, column)).append(',');
      }
      table.append(label).append('\n');
    }
    bench.text("own.csv", table.toString());
    Path spec =
        bench.text(
            "own.yaml",
            "model: own.zip\ndata: {csv: own.csv, label-column: class}\n"
                + "threats: [{norm: linf, epsilons: [0.05]}]\n"
                + "attacks: [fgsm]\nexplainers: [vanilla-gradient]\n");

    sextant("audit", spec, "--out", bench.path("out")).succeeds();

    assertThat(result().accuracy().clean().count()).isEqualTo(right).isNotEqualTo(bareRight);
    assertThat(result().accuracy().clean().n()).isEqualTo(40);
    assertThat(result().model().layers().get(1).name()).isEqualTo("preprocessing");
    assertThat(result().model().layers().get(1).kind()).isEqualTo("Rescale");
    assertThat(rows()).extracting(SampleRow::predicted).containsOnly(0, 1, 2);
  }

  private static MultiLayerNetwork threeClasses() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nIn(4)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    return network;
  }
}
