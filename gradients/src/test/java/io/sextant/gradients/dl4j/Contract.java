package io.sextant.gradients.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.GradientServiceBuilder;
import io.sextant.gradients.Logits;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Tape;
import io.sextant.gradients.contract.EngineUnderTest;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.model.Head;
import io.sextant.gradients.model.TrainedModel;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What every supported network must fulfil on the engine under test: its logits are
 * Deeplearning4j's own, its gradients are those of the reference in double precision, which in turn
 * are those of finite differences; rows do not see each other, and repetition changes nothing.
 */
final class Contract {
  private static final int BATCH = 7;

  private final Model built;
  private final TrainedModel model;
  private final TrainedModel single;
  private final double[][] rows;
  private final double[][] cotangent;

  private Contract(Network network) {
    this.built = network.model().get();
    this.model = TrainedModel.of(Dl4jNetwork.of(built), network.shape());
    this.single = TrainedModel.of(Dl4jNetwork.of(toFloat(built)), network.shape());
    this.rows = random(BATCH, network.shape().elements(), 1);
    this.cotangent = random(BATCH, model.graph().output().shape().elements(), 2);
  }

  static void holds(Network network) {
    Contract contract = new Contract(network);
    if (EngineUnderTest.isReference()) {
      contract.reference_logits_are_those_of_deeplearning4j();
      contract.reference_gradient_is_that_of_finite_differences();
      contract.rows_are_independent_and_repeatable(EngineUnderTest.reference(contract.graph()));
      contract.pullback_is_linear_in_the_cotangent(
          EngineUnderTest.reference(contract.graph()), 1e-12);
    }
    contract.logits_are_those_of_deeplearning4j();
    contract.rows_are_independent_and_repeatable(EngineUnderTest.service(contract.graph()));
    contract.pullback_is_linear_in_the_cotangent(EngineUnderTest.service(contract.graph()), 1e-5);
    contract.values_and_gradients_of_all_layers_are_those_of_the_reference();
  }

  static double[][] random(int count, int width, long seed) {
    double[][] random = new double[count][width];
    for (int i = 0; i < count; i++) {
      RandomGenerator generator = RandomKey.of(seed).with(i).random();
      // Floats, so that a network in either precision sees the same numbers.
      Arrays.setAll(random[i], j -> (float) generator.nextDouble(-1, 1));
    }
    return random;
  }

  static Model toFloat(Model network) {
    if (network instanceof MultiLayerNetwork sequential) {
      return sequential.convertDataType(DataType.FLOAT);
    }
    // Not by convertDataType, which forgets the axis of merge vertices.
    ComputationGraphConfiguration configuration =
        ComputationGraphConfiguration.fromJson(
            ((ComputationGraph) network).getConfiguration().toJson());
    configuration.setDataType(DataType.FLOAT);
    ComputationGraph converted = new ComputationGraph(configuration);
    converted.init(network.params().castTo(DataType.FLOAT), false);
    return converted;
  }

  private InferenceGraph graph() {
    return single.graph();
  }

  private void reference_logits_are_those_of_deeplearning4j() {
    double[][] logits = logits(EngineUnderTest.reference(model.graph()));
    // Some of ND4J's constants are floats in double operations too; transferred graphs are floats.
    boolean exact = built.params().dataType() == DataType.DOUBLE;
    assertThat(relative(logits, own(model)))
        .as("double logits against Deeplearning4j")
        .isLessThan(exact ? 1e-7 : 1e-4);
    assertThat(relative(answers(logits), model.outputs(rows)))
        .as("the head's reading of the logits against Deeplearning4j's outputs")
        .isLessThan(1e-6);
  }

  private void logits_are_those_of_deeplearning4j() {
    assertThat(relative(logits(EngineUnderTest.service(graph())), own(single)))
        .as("float logits against Deeplearning4j")
        .isLessThan(1e-4);
  }

  /** What Deeplearning4j computes when its output activation is the identity. */
  private double[][] own(TrainedModel trained) {
    if (trained.head() == Head.REGRESSION) {
      return trained.outputs(rows);
    }
    Dl4jJudge judge = (Dl4jJudge) trained.judge();
    Model bare = LogitNetwork.of(((Dl4jNetwork) trained.network()).model(), Optional.empty());
    double[][] own = Examples.toRows(judge.run(bare, judge.networkInput(rows)));
    return trained.head() == Head.SIGMOID
        ? Arrays.stream(own).map(z -> new double[] {-z[0] / 2, z[0] / 2}).toArray(double[][]::new)
        : own;
  }

  private double[][] answers(double[][] logits) {
    return Arrays.stream(logits)
        .map(
            z ->
                switch (model.head()) {
                  case SOFTMAX -> Logits.probabilities(z);
                  case SIGMOID -> new double[] {Logits.probabilities(z)[1]};
                  case MULTI_LABEL -> Arrays.stream(z).map(v -> 1 / (1 + Math.exp(-v))).toArray();
                  case PIXELWISE -> perPixel(z);
                  case IDENTITY, REGRESSION -> z;
                  case LOGIT -> new double[] {z[1] - z[0]};
                })
        .toArray(double[][]::new);
  }

  private double[] perPixel(double[] z) {
    int channels = model.graph().output().shape().channels();
    int positions = model.graph().output().shape().positions();
    double[] answers = new double[z.length];
    for (int p = 0; p < positions; p++) {
      double[] at = new double[channels];
      for (int c = 0; c < channels; c++) {
        at[c] = z[c * positions + p];
      }
      double[] probabilities = Logits.probabilities(at);
      for (int c = 0; c < channels; c++) {
        answers[c * positions + p] = probabilities[c];
      }
    }
    return answers;
  }

  private void reference_gradient_is_that_of_finite_differences() {
    try (GradientService service = EngineUnderTest.reference(model.graph()).build()) {
      // Kinks are told by the function alone, never by the gradient under test.
      for (int row = 0; row < BATCH; row++) {
        FiniteDifferences differences = FiniteDifferences.of(service, rows[row], cotangent[row]);
        if (differences.smooth()) {
          assertThat(relative(gradients(service, row, row + 1), differences.gradient()))
              .as("gradient against finite differences")
              .isLessThan(1e-6);
          return;
        }
      }
      throw new AssertionError("each input lies next to a kink; choose another network");
    }
  }

  private void rows_are_independent_and_repeatable(GradientServiceBuilder builder) {
    try (GradientService service = builder.threads(1).build()) {
      double[][] together = gradients(service, 0, BATCH);
      double[][] logits = service.logits(rows);
      for (int row = 0; row < BATCH; row++) {
        assertThat(relative(gradients(service, row, row + 1), new double[][] {together[row]}))
            .as("gradient of row %d alone", row)
            .isLessThan(2e-6);
        assertThat(relative(service.logits(new double[][] {rows[row]})[0], logits[row]))
            .as("logits of row %d alone", row)
            .isLessThan(2e-6);
      }
      assertThat(gradients(service, 0, BATCH)).isDeepEqualTo(together);
      assertThat(service.logits(rows)).isDeepEqualTo(logits);
    }
  }

  private void pullback_is_linear_in_the_cotangent(GradientServiceBuilder builder, double limit) {
    double[][] other = random(BATCH, graph().output().shape().elements(), 3);
    try (GradientService service = builder.build();
        Tape tape = service.record(rows)) {
      double[][] apart = combine(2, tape.pullback(cotangent), -0.5, tape.pullback(other));
      assertThat(relative(tape.pullback(combine(2, cotangent, -0.5, other)), apart))
          .as("pullback of a combination")
          .isLessThan(limit);
    }
  }

  private static double[][] combine(double s, double[][] a, double t, double[][] b) {
    double[][] sum = new double[a.length][a[0].length];
    for (int r = 0; r < a.length; r++) {
      int row = r;
      Arrays.setAll(sum[r], i -> s * a[row][i] + t * b[row][i]);
    }
    return sum;
  }

  private void values_and_gradients_of_all_layers_are_those_of_the_reference() {
    try (GradientService exact = EngineUnderTest.reference(graph()).build();
        GradientService rounded = EngineUnderTest.service(graph()).build();
        Tape expected = exact.record(rows);
        Tape actual = rounded.record(rows)) {
      assertThat(relative(rounded.logits(rows), actual.logits()))
          .as("logits of a call that keeps no tape")
          .isLessThan(1e-6);
      for (Node node : graph().nodes()) {
        assertThat(relative(actual.activation(node.name()), expected.activation(node.name())))
            .as("float value of %s against double", node.name())
            .isLessThan(1e-4);
        assertThat(
                relative(
                    actual.pullback(cotangent, node.name()),
                    expected.pullback(cotangent, node.name())))
            .as("float gradient at %s against double", node.name())
            .isLessThan(1e-4);
      }
    }
  }

  private double[][] gradients(GradientService service, int from, int to) {
    try (Tape tape = service.record(Arrays.copyOfRange(rows, from, to))) {
      return tape.pullback(Arrays.copyOfRange(cotangent, from, to));
    }
  }

  private double[][] logits(GradientServiceBuilder builder) {
    try (GradientService service = builder.build()) {
      return service.logits(rows);
    }
  }

  static double relative(double[][] actual, double[][] expected) {
    return relative(flat(actual), flat(expected));
  }

  /** The largest difference by the largest expected magnitude. */
  static double relative(double[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double difference = 0;
    double magnitude = 0;
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isFinite();
      assertThat(expected[i]).isFinite();
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
      magnitude = Math.max(magnitude, Math.abs(expected[i]));
    }
    assertThat(magnitude).as("a network that answers nothing tests nothing").isPositive();
    return difference / magnitude;
  }

  private static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }
}
