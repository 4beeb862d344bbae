package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.evaluation.data.NumberArray;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.LogitsSaid;
import io.sextant.gradients.model.ModelFile;
import io.sextant.results.AuditResult;
import io.sextant.results.Proportion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Recurrent networks on sequences, through the commands. */
class SequenceTest {
  private static final int FEATURES = 2;
  private static final int TIME = 6;
  private static final int ROWS = 40;

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Bench bench;

  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .weightInit(new NormalDistribution(0, 1.5))
                .list()
                .layer(new LSTM.Builder().nIn(FEATURES).nOut(8).activation(Activation.TANH).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nIn(8)
                        .nOut(2)
                        .build())
                .build());
    network.init();
    return network;
  }

  @BeforeEach
  void bench() {
    bench = new Bench(folder);
  }

  /** 40 sequences {@code [features, time]}, labelled as the network itself decides. */
  @Test
  void a_deeplearning4j_lstm_goes_through_all_commands() throws IOException {
    MultiLayerNetwork network = network();
    Path model = bench.model("lstm.zip", network);
    double[][] rows = Bench.spread(ROWS, FEATURES * TIME);
    INDArray outputs =
        network.output(
            Nd4j.create(rows).reshape(ROWS, FEATURES, TIME).castTo(network.params().dataType()));
    int[] labels =
        outputs
            .get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(TIME - 1))
            .argMax(1)
            .toIntVector();
    files(rows, labels, FEATURES, TIME);
    assertThat(sextant("inspect", model, "--input-shape", FEATURES + "," + TIME).succeeds().out())
        .contains("input [2, 6], 2 classes", "Recurrent", "health: ok");
    goesThroughAllCommands("lstm.zip", FEATURES, TIME);
  }

  /** Sequences {@code [time, features]}, labelled by the judge in double. */
  @ParameterizedTest
  @ValueSource(strings = {"lstm.onnx", "lstm.h5", "lstm.keras"})
  void an_lstm_of_another_format_goes_through_all_commands(String name) throws IOException {
    byte[] bytes;
    try (InputStream in = SequenceTest.class.getResourceAsStream(name)) {
      bytes = Objects.requireNonNull(in, name).readAllBytes();
    }
    Path model = bench.bytes(name, bytes);
    double[][] rows = Bench.spread(ROWS, TIME * FEATURES);
    double[][] outputs =
        ModelFile.read(name, bytes)
            .network()
            .compile(Shape.of(TIME, FEATURES), Optional.empty(), Optional.empty(), LogitsSaid.NOT)
            .judge()
            .outputs(rows);
    files(
        rows,
        Arrays.stream(outputs).mapToInt(row -> row[1] > row[0] ? 1 : 0).toArray(),
        TIME,
        FEATURES);
    assertThat(sextant("inspect", model).succeeds().out())
        .contains("input [6, 2], 2 classes", "Recurrent", "health: ok");
    goesThroughAllCommands(name, TIME, FEATURES);
  }

  private void files(double[][] rows, int[] labels, int... shape) throws IOException {
    assertThat(Arrays.stream(labels).sum()).as("both classes").isBetween(5, ROWS - 5);
    bench.arrays(rows, shape, labels);
  }

  private void goesThroughAllCommands(String name, int... shape) throws IOException {
    Path model = bench.path(name);
    Object[] data = {"--inputs", bench.path("x.npy"), "--labels", bench.path("y.npy")};
    sextant(
            "attack",
            "--model",
            model,
            data[0],
            data[1],
            data[2],
            data[3],
            "--epsilon",
            "0.3",
            "--attack",
            "pgd",
            "--out",
            bench.path("attack"))
        .succeeds();
    assertThat(NumberArray.read(bench.path("attack/adversarial.npy")).shape())
        .containsExactly(ROWS, shape[0], shape[1]);
    sextant(
            "explain",
            "--model",
            model,
            data[0],
            data[1],
            data[2],
            data[3],
            "--method",
            "integrated-gradients",
            "--out",
            bench.path("explain"))
        .succeeds();
    assertThat(NumberArray.read(bench.path("explain/attributions.npy")).shape())
        .containsExactly(ROWS, shape[0], shape[1]);
    Path spec =
        bench.text(
            "audit.yaml",
            """
            model: %s
            data: {inputs: x.npy, labels: y.npy}
            threats: [{norm: linf, epsilons: [0.01, 0.3]}]
            attacks: [fgsm, pgd]
            explainers: [integrated-gradients]
            rules:
              - {id: clean, metric: clean-accuracy, minimum: 100%%}
              - {id: far, metric: robust-accuracy, norm: linf, epsilon: 0.3, minimum: 100%%}
            """
                .formatted(name));
    Path out = bench.path("out");
    sextant("audit", spec, "--out", out).ends(ExitCode.FAILED);
    AuditResult result = AuditResult.read(out.resolve("result.json"));
    assertThat(result.accuracy().clean()).isEqualTo(new Proportion(ROWS, ROWS));
    assertThat(result.model().inputShape()).containsExactly(shape[0], shape[1]);
    assertThat(result.accuracy().robust().get(1).worstCase().broken())
        .isGreaterThan(result.accuracy().robust().get(0).worstCase().broken());
    assertThat(result.reverification().rejected()).isEmpty();
    sextant("replay", out).succeeds();
  }
}
