package io.sextant.gradients.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.HealthCheck;
import io.sextant.gradients.model.HealthReport;
import io.sextant.gradients.model.LayerSummary;
import io.sextant.gradients.model.TrainedModel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class HealthCheckTest {
  private static final InputDomain BOX = InputDomain.box(784, 0, 1);

  private static Model lenet() {
    return Contract.toFloat(
        Network.sequence(
                "LeNet with batch normalisation",
                InputType.convolutional(28, 28, 1),
                list ->
                    list.layer(convolution(8))
                        .layer(new BatchNormalization())
                        .layer(new ActivationLayer(Activation.RELU))
                        .layer(new SubsamplingLayer.Builder(2, 2).stride(2, 2).build())
                        .layer(convolution(16))
                        .layer(new BatchNormalization())
                        .layer(new ActivationLayer(Activation.RELU))
                        .layer(new SubsamplingLayer.Builder(2, 2).stride(2, 2).build())
                        .layer(Network.dense(32, Activation.RELU))
                        .layer(Network.softmax()))
            .model()
            .get());
  }

  private static ConvolutionLayer convolution(int outputs) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(outputs)
        .convolutionMode(ConvolutionMode.Same)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static TrainedModel trained(Model network) {
    return TrainedModel.of(Dl4jNetwork.of(network), InputShapes.infer(network).orElseThrow());
  }

  @Test
  void faithful_model_is_healthy_and_found_so_quickly() {
    TrainedModel model = trained(lenet());
    try (GradientService service = GradientService.builder(model.graph()).build()) {
      HealthReport report = HealthCheck.run(model, service, BOX, 7);
      assertThat(report.messages()).isEmpty();
      assertThat(report.ok()).isTrue();
      assertThat(report.finiteLogits()).isTrue();
      assertThat(report.logitParityError()).isLessThan(1e-5);
      assertThat(report.finiteDifferenceError().orElseThrow()).isLessThan(1e-6);
      assertThat(report.batchIndependenceError()).isLessThan(1e-6);
      assertThat(report.zeroGradientShare().orElseThrow()).isLessThan(0.5);
      assertThat(HealthCheck.run(model, service, BOX, 7)).isEqualTo(report);
      assertThat(service.meter().counts()).containsKey("health-check");
    }
  }

  /** The gradient of a loss is then a tiny number in which nothing but rounding is left. */
  @Test
  void logits_by_the_hundreds_are_no_mixture_of_rows() {
    MultiLayerNetwork network =
        (MultiLayerNetwork)
            Contract.toFloat(
                Network.sequence(
                        "confident",
                        InputType.feedForward(300),
                        list ->
                            list.layer(Network.dense(40, Activation.RELU)).layer(Network.softmax()))
                    .model()
                    .get());
    network.getParam("1_W").muli(100);
    TrainedModel model = trained(network);
    InputDomain unit = InputDomain.box(300, 0, 1);
    try (GradientService service = GradientService.builder(model.graph()).build()) {
      HealthReport report = HealthCheck.run(model, service, unit, 7);
      assertThat(report.batchIndependenceError()).isLessThan(1e-6);
      assertThat(report.ok()).as(report.toString()).isTrue();
    }
  }

  @Test
  void one_altered_weight_fails_the_check() {
    TrainedModel model = trained(lenet());
    InferenceGraph graph = model.graph();
    InferenceGraph.Builder builder = InferenceGraph.builder(graph.input().shape());
    Node last = builder.input();
    for (Node node : graph.nodes().subList(1, graph.nodes().size())) {
      last = builder.add(node.name(), node.operation(), last);
      for (Parameter parameter : node.operation().parameters()) {
        double[] values = graph.weights().values(parameter);
        if (parameter.name().equals("layer0/W")) {
          values[4] -= 1; // a channel that is alive only then
        }
        builder.weights(parameter, values);
      }
    }
    try (GradientService service = GradientService.builder(builder.build(last)).build()) {
      HealthReport report = HealthCheck.run(model, service, BOX, 7);
      assertThat(report.ok()).as(report.toString()).isFalse();
      assertThat(report.logitParityError()).isGreaterThan(HealthCheck.PARITY);
      assertThat(report.finiteDifferenceError().orElseThrow())
          .isLessThan(HealthCheck.FINITE_DIFFERENCE);
      assertThat(report.messages()).singleElement().asString().contains("the network's own");
    }
  }

  @Test
  void a_fault_that_random_inputs_never_reach_is_found_near_the_data() {
    MultiLayerNetwork network =
        (MultiLayerNetwork)
            Network.sequence(
                    "capped",
                    InputType.feedForward(20),
                    list ->
                        list.layer(
                                new DenseLayer.Builder()
                                    .nOut(1)
                                    .activation(new ActivationReLU(6.0, null, null))
                                    .build())
                            .layer(Network.softmax()))
                .model()
                .get();
    network.getLayer(0).getParam("W").assign(2); // 40 times the mean
    network.getLayer(0).getParam("b").assign(-26);
    TrainedModel model = trained(Contract.toFloat(network));
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(20));
    Node last = builder.input();
    for (Node node : model.graph().nodes().subList(1, model.graph().nodes().size())) {
      boolean capped = node.operation() instanceof Operation.Elementwise;
      Operation plain = new Operation.Elementwise(new Function.Relu());
      last = builder.add(node.name(), capped ? plain : node.operation(), last);
      for (Parameter parameter : node.operation().parameters()) {
        builder.weights(parameter, model.graph().weights().values(parameter));
      }
    }
    InputDomain box = InputDomain.box(20, 0, 1);
    double[][] below = new double[3][20]; // a mean of 0.79: the cap is at 0.8
    double[][] far = new double[3][20];
    double[][] apart = new double[2][20]; // only between them the ReLU is open at all
    Arrays.fill(apart[1], 1);
    for (int r = 0; r < 3; r++) {
      Arrays.fill(below[r], 0.79);
    }
    try (GradientService wrong = GradientService.builder(builder.build(last)).build();
        GradientService right = GradientService.builder(model.graph()).build()) {
      assertThat(HealthCheck.run(model, wrong, box, 7).ok()).isTrue();
      assertThat(HealthCheck.run(model, wrong, box, examples(far), 7).ok()).isTrue();
      assertThat(HealthCheck.run(model, wrong, box, examples(below), 7).ok()).isFalse();
      assertThat(HealthCheck.run(model, wrong, box, examples(apart), 7).ok()).isFalse();
      assertThat(HealthCheck.run(model, right, box, examples(below), 7).requireOk().ok()).isTrue();
      HealthReport bad = HealthCheck.run(model, wrong, box, examples(below), 7);
      assertThatThrownBy(bad::requireOk)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("NOT OK", "the network's own");
    }
  }

  @Test
  void saturated_model_is_flagged_but_not_refused() {
    MultiLayerNetwork network =
        (MultiLayerNetwork)
            Network.sequence(
                    "saturated",
                    InputType.feedForward(6),
                    list -> list.layer(Network.dense(8, Activation.TANH)).layer(Network.softmax()))
                .model()
                .get();
    network.getLayer(0).getParam("W").muli(1e6);
    TrainedModel model = trained(network);
    try (GradientService service = GradientService.builder(model.graph()).build()) {
      HealthReport report = HealthCheck.run(model, service, InputDomain.box(6, 0, 1), 3);
      assertThat(report.zeroGradientShare().orElseThrow())
          .isGreaterThan(HealthCheck.ZERO_GRADIENTS);
      assertThat(report.ok()).as(report.messages().toString()).isTrue();
      assertThat(report.messages()).singleElement().asString().contains("exactly 0");
    }
  }

  @Test
  void logits_that_are_not_numbers_fail_the_check() {
    Model network = lenet();
    network.params().putScalar(3, Float.NaN);
    TrainedModel model = trained(network);
    try (GradientService service = GradientService.builder(model.graph()).build()) {
      HealthReport report = HealthCheck.run(model, service, BOX, 7);
      assertThat(report.ok()).isFalse();
      assertThat(report.finiteLogits()).isFalse();
      assertThat(report.messages()).singleElement().asString().contains("finite");
    }
  }

  @Test
  void tables_and_single_sigmoids_are_checked_in_their_own_units() {
    TrainedModel model =
        trained(
            Network.sequence(
                    "table",
                    InputType.feedForward(4),
                    list ->
                        list.layer(Network.dense(8, Activation.TANH))
                            .layer(
                                new OutputLayer.Builder(LossFunction.XENT)
                                    .nOut(1)
                                    .activation(Activation.SIGMOID)
                                    .build()))
                .model()
                .get());
    Feature binary = new Feature("a", Feature.Kind.BINARY, 0, 1, 1, true, Feature.Direction.BOTH);
    InputDomain domain =
        InputDomain.of(
            List.of(
                Feature.real("x", -0.01, 0.01),
                binary,
                new Feature("b", Feature.Kind.BINARY, 0, 1, 1, true, Feature.Direction.BOTH),
                new Feature("n", Feature.Kind.INTEGER, 0, 9, 1, true, Feature.Direction.BOTH)),
            List.of(new InputDomain.OneHot("group", List.of(1, 2))));
    try (GradientService service = GradientService.builder(model.graph()).domain(domain).build()) {
      HealthReport report = HealthCheck.run(model, service, domain, 1);
      assertThat(report.messages()).isEmpty();
      assertThat(report.ok()).isTrue();
    }
  }

  @Test
  void regression_models_are_checked_too() {
    TrainedModel model =
        trained(
            Network.sequence(
                    "regression",
                    InputType.feedForward(4),
                    list ->
                        list.layer(Network.dense(8, Activation.TANH))
                            .layer(
                                new OutputLayer.Builder(LossFunction.MSE)
                                    .nOut(1)
                                    .activation(Activation.TANH)
                                    .build()))
                .model()
                .get());
    try (GradientService service = GradientService.builder(model.graph()).build()) {
      HealthReport report = HealthCheck.run(model, service, InputDomain.box(4, -1, 1), 1);
      assertThat(report.messages()).isEmpty();
      assertThat(report.ok()).isTrue();
    }
  }

  @Test
  void domain_that_does_not_fit_is_refused() {
    TrainedModel model = trained(lenet());
    InputDomain small = InputDomain.box(3, 0, 1);
    try (GradientService service = GradientService.builder(model.graph()).build()) {
      assertThatThrownBy(() -> HealthCheck.run(model, service, small, 1))
          .hasMessageContaining("784")
          .hasMessageContaining("3");
    }
  }

  @Test
  void layers_are_listed_with_shapes_and_parameter_counts() {
    List<LayerSummary> layers = trained(lenet()).layers();
    assertThat(layers.get(0).kind()).isEqualTo("Input");
    assertThat(layers.get(1).name()).isEqualTo("layer0");
    assertThat(layers.get(1).kind()).isEqualTo("Convolution");
    assertThat(layers.get(1).shape().sizes()).containsExactly(8, 28, 28);
    assertThat(layers.get(1).parameters()).isEqualTo(80);
    assertThat(layers.stream().mapToLong(LayerSummary::parameters).sum())
        .isEqualTo(lenet().numParams());
    assertThat(layers.stream().map(LayerSummary::kind)).contains("Relu", "BatchNorm", "Pool");
    assertThat(layers.stream().mapToInt(LayerSummary::index).toArray())
        .isEqualTo(IntStream.range(0, layers.size()).toArray());
  }

  private static Examples examples(double[][] rows) {
    return Examples.of(rows, new int[rows.length], LongStream.range(0, rows.length).toArray());
  }
}
