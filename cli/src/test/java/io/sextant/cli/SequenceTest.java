package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.evaluation.data.NumberArray;
import io.sextant.results.AuditResult;
import io.sextant.results.Proportion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** A recurrent network on sequences, through the commands. */
class SequenceTest {
  private static final int FEATURES = 2;
  private static final int TIME = 6;

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Bench bench;

  @SuppressWarnings("NullAway.Init")
  private Path model;

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

  /** 40 sequences {@code [features, time]}, labelled as the network itself decides. */
  @BeforeEach
  void files() throws IOException {
    bench = new Bench(folder);
    MultiLayerNetwork network = network();
    model = bench.model("lstm.zip", network);
    double[][] rows = Bench.spread(40, FEATURES * TIME);
    INDArray outputs =
        network.output(
            Nd4j.create(rows).reshape(40, FEATURES, TIME).castTo(network.params().dataType()));
    int[] labels =
        outputs
            .get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(TIME - 1))
            .argMax(1)
            .toIntVector();
    assertThat(Arrays.stream(labels).sum()).as("both classes").isBetween(5, 35);
    bench.arrays(rows, new int[] {FEATURES, TIME}, labels);
  }

  @Test
  void a_recurrent_network_is_inspected_attacked_explained_audited_gated_and_replayed()
      throws IOException {
    assertThat(sextant("inspect", model, "--input-shape", FEATURES + "," + TIME).succeeds().out())
        .contains("input [2, 6], 2 classes", "Recurrent", "health: ok");
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
        .containsExactly(40, FEATURES, TIME);
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
        .containsExactly(40, FEATURES, TIME);
    Path spec =
        bench.text(
            "audit.yaml",
            """
            model: lstm.zip
            data: {inputs: x.npy, labels: y.npy}
            threats: [{norm: linf, epsilons: [0.01, 0.3]}]
            attacks: [fgsm, pgd]
            explainers: [integrated-gradients]
            rules:
              - {id: clean, metric: clean-accuracy, minimum: 100%}
              - {id: far, metric: robust-accuracy, norm: linf, epsilon: 0.3, minimum: 100%}
            """);
    Path out = bench.path("out");
    sextant("audit", spec, "--out", out).ends(ExitCode.FAILED);
    AuditResult result = AuditResult.read(out.resolve("result.json"));
    assertThat(result.accuracy().clean()).isEqualTo(new Proportion(40, 40));
    assertThat(result.model().inputShape()).containsExactly(FEATURES, TIME);
    assertThat(result.accuracy().robust().get(1).worstCase().broken())
        .isGreaterThan(result.accuracy().robust().get(0).worstCase().broken());
    assertThat(result.reverification().rejected()).isEmpty();
    sextant("replay", out).succeeds();
  }
}
