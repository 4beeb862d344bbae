package io.sextant.gradients.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Logits;
import io.sextant.gradients.Tape;
import io.sextant.gradients.contract.EngineUnderTest;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.model.TrainedModel;
import java.util.Arrays;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The service over networks that came from Deeplearning4j. */
class ServiceContractTest {
  private static Network convolutional() {
    return Network.sequence(
        "convolution, normalisation, pooling",
        InputType.convolutional(9, 8, 2),
        list ->
            list.layer(new ConvolutionLayer.Builder(3, 3).nOut(4).name("conv").build())
                .layer(new BatchNormalization.Builder().name("norm").build())
                .layer(new SubsamplingLayer.Builder(2, 2).stride(2, 2).name("pool").build())
                .layer(Network.dense(7, Activation.RELU))
                .layer(Network.softmax()));
  }

  static Stream<Network> withoutTrainingEffects() {
    return Stream.of(
        Network.sequence(
            "dense",
            InputType.feedForward(6),
            list ->
                list.layer(Network.dense(9, Activation.TANH))
                    .layer(Network.dense(8, Activation.RELU))
                    .layer(Network.softmax())),
        Network.sequence(
            "convolutional",
            InputType.convolutional(9, 8, 2),
            list ->
                list.layer(
                        new ConvolutionLayer.Builder(3, 2)
                            .nOut(4)
                            .stride(2, 1)
                            .padding(1, 1)
                            .activation(Activation.RELU)
                            .build())
                    .layer(new SubsamplingLayer.Builder(2, 2).stride(2, 2).build())
                    .layer(Network.dense(7, Activation.RELU))
                    .layer(Network.softmax())));
  }

  @ParameterizedTest
  @MethodSource("withoutTrainingEffects")
  void gradients_are_those_of_deeplearning4j_where_these_are_right(Network network) {
    MultiLayerNetwork own = (MultiLayerNetwork) network.model().get();
    TrainedModel model = TrainedModel.of(Dl4jNetwork.of(own), network.shape());
    double[][] rows = Contract.random(5, network.shape().elements(), 3);
    double[][] cotangent = Contract.random(5, 4, 4);
    try (GradientService service = EngineUnderTest.reference(model.graph()).build();
        Tape tape = service.record(rows)) {
      // Its loss gradient at the logits is p - y, so labels p - v ask for the cotangent v.
      double[][] labels =
          Arrays.stream(tape.logits()).map(Logits::probabilities).toArray(double[][]::new);
      for (int r = 0; r < labels.length; r++) {
        for (int c = 0; c < labels[r].length; c++) {
          labels[r][c] -= cotangent[r][c];
        }
      }
      INDArray gradient =
          own.calculateGradients(
                  ((Dl4jJudge) model.judge()).networkInput(rows),
                  Nd4j.createFromArray(labels),
                  null,
                  null)
              .getSecond();
      assertThat(Contract.relative(tape.pullback(cotangent), Examples.toRows(gradient)))
          .isLessThan(1e-9);
    }
  }

  /** The gradient at a tap is that of the rest of the network, run from there on. */
  @ParameterizedTest
  @MethodSource("taps")
  void taps_give_activation_and_gradient(String layer) {
    Network network = convolutional();
    MultiLayerNetwork own = (MultiLayerNetwork) network.model().get();
    TrainedModel model = TrainedModel.of(Dl4jNetwork.of(own), network.shape());
    double[][] rows = Contract.random(2, network.shape().elements(), 8);
    double[][] cotangent = Contract.random(2, 4, 9);
    InferenceGraph rest = from(model.graph(), layer);
    try (GradientService service = EngineUnderTest.reference(model.graph()).build();
        GradientService after = EngineUnderTest.reference(rest).build();
        Tape tape = service.record(rows)) {
      int index = own.getLayerNames().indexOf(layer);
      INDArray expected =
          own.feedForward(((Dl4jJudge) model.judge()).networkInput(rows), false).get(index + 1);
      double[][] activation = tape.activation(layer);
      assertThat(Contract.relative(activation, Examples.toRows(expected))).isLessThan(1e-12);
      double[][] gradient = tape.pullback(cotangent, layer);
      assertThat(after.logits(activation)).isDeepEqualTo(tape.logits());
      FiniteDifferences differences = FiniteDifferences.of(after, activation[1], cotangent[1]);
      assertThat(differences.smooth()).isTrue();
      assertThat(Contract.relative(new double[][] {gradient[1]}, differences.gradient()))
          .isLessThan(1e-6);
    }
  }

  static Stream<String> taps() {
    return Stream.of("conv", "norm", "pool");
  }

  private static InferenceGraph from(InferenceGraph graph, String layer) {
    Node start = graph.node(layer).orElseThrow();
    InferenceGraph.Builder builder = InferenceGraph.builder(start.shape());
    Node last = builder.input();
    for (Node node : graph.nodes().subList(start.index() + 1, graph.nodes().size())) {
      last = builder.add(node.name(), node.operation(), last);
      node.operation()
          .parameters()
          .forEach(parameter -> builder.weights(parameter, graph.weights().values(parameter)));
    }
    return builder.build(last);
  }
}
