package io.sextant.gradients.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.Examples;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.TrainedModel;
import io.sextant.gradients.model.UnsupportedLayerException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.L2Vertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationRationalTanh;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What is not supported is refused by name, never approximated. */
class UnsupportedLayerTest {
  static Stream<Arguments> networks() {
    InputType sequence = InputType.recurrent(3, 5);
    return Stream.of(
        sequence(
            "EmbeddingSequenceLayer",
            InputType.feedForward(5),
            l ->
                l.layer(0, named(new EmbeddingSequenceLayer.Builder().nIn(9).nOut(4)))
                    .layer(new GlobalPoolingLayer(PoolingType.AVG))
                    .layer(Network.softmax())),
        sequence(
            "NWC",
            InputType.recurrent(3, 5, RNNFormat.NWC),
            l ->
                l.layer(0, named(new LSTM.Builder().nOut(4).dataFormat(RNNFormat.NWC)))
                    .layer(new GlobalPoolingLayer(PoolingType.AVG))
                    .layer(Network.softmax())),
        sequence(
            "layer normalisation inside a recurrent layer",
            sequence,
            l ->
                l.layer(0, named(new SimpleRnn.Builder().nOut(4).hasLayerNorm(true)))
                    .layer(new GlobalPoolingLayer(PoolingType.AVG))
                    .layer(Network.softmax())),
        sequence(
            "LocallyConnected1D",
            sequence,
            l ->
                l.layer(0, named(new LocallyConnected1D.Builder().kernelSize(2).nIn(3).nOut(4)))
                    .layer(new GlobalPoolingLayer(PoolingType.AVG))
                    .layer(Network.softmax())),
        sequence(
            "LearnedSelfAttentionLayer",
            sequence,
            l ->
                l.layer(
                        0,
                        named(
                            new LearnedSelfAttentionLayer.Builder()
                                .nIn(3)
                                .nOut(4)
                                .nHeads(1)
                                .headSize(4)
                                .nQueries(2)
                                .projectInput(true)))
                    .layer(new GlobalPoolingLayer(PoolingType.AVG))
                    .layer(Network.softmax())),
        sequence(
            "rationaltanh",
            InputType.feedForward(5),
            l ->
                l.layer(
                        0,
                        named(
                            new DenseLayer.Builder()
                                .nOut(4)
                                .activation(new ActivationRationalTanh())))
                    .layer(Network.softmax())),
        sequence(
            "noise on biases",
            InputType.feedForward(5),
            l ->
                l.layer(
                        0,
                        named(
                            new DenseLayer.Builder()
                                .nOut(4)
                                .weightNoise(
                                    new WeightNoise(new NormalDistribution(0, 1), true, true))))
                    .layer(Network.softmax())),
        sequence(
            "DropConnect of biases",
            InputType.feedForward(5),
            l ->
                l.layer(
                        0,
                        named(
                            new DenseLayer.Builder()
                                .nOut(4)
                                .weightNoise(new DropConnect(0.5, true))))
                    .layer(Network.softmax())),
        sequence(
            "SUM",
            Network.image(),
            l ->
                l.layer(0, named(new SubsamplingLayer.Builder(PoolingType.SUM).kernelSize(2, 2)))
                    .layer(Network.softmax())),
        sequence(
            "dilated pooling",
            Network.image(),
            l ->
                l.layer(
                        0,
                        named(
                            new SubsamplingLayer.Builder(PoolingType.MAX)
                                .kernelSize(2, 2)
                                .dilation(2, 2)))
                    .layer(Network.softmax())),
        graph("L2Vertex", g -> g.addVertex("odd", new L2Vertex(), "a", "b")),
        graph(
            "chosen dimensions",
            g -> g.addVertex("odd", new L2NormalizeVertex(new int[] {1}, 1e-8), "a")),
        graph(
            "c order",
            g -> g.addVertex("odd", new ReshapeVertex('f', new int[] {-1, 4}, null), "a")));
  }

  private static org.deeplearning4j.nn.conf.layers.Layer named(
      org.deeplearning4j.nn.conf.layers.Layer.Builder<?> builder) {
    return builder.name("odd").build();
  }

  private static Arguments sequence(String what, InputType input, Consumer<ListBuilder> layers) {
    return Arguments.of(what, Network.sequence(what, input, layers));
  }

  private static Arguments graph(String what, Consumer<GraphBuilder> vertices) {
    return Arguments.of(
        what,
        Network.graph(
            what,
            InputType.feedForward(5),
            g -> {
              g.addLayer("a", Network.dense(4, Activation.TANH), "in")
                  .addLayer("b", Network.dense(4, Activation.TANH), "in");
              vertices.accept(g);
              g.addLayer("out", Network.softmax(), "odd").setOutputs("out");
            }));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void layer_is_refused_by_name(String what, Network network) {
    Model model = network.model().get();
    assertThatThrownBy(() -> TrainedModel.of(Dl4jNetwork.of(model), network.shape()))
        .isInstanceOf(UnsupportedLayerException.class)
        .hasMessageContaining("odd")
        .hasMessageContaining(what);
  }

  @Test
  void a_class_that_only_extends_a_supported_one_is_refused_by_name() {
    class Doubled extends ActivationReLU {
      private static final long serialVersionUID = 1L;

      @Override
      public INDArray getActivation(INDArray in, boolean training) {
        return super.getActivation(in, training).muli(2);
      }
    }
    Model model =
        Network.sequence(
                "own activation",
                InputType.feedForward(5),
                l ->
                    l.layer(new DenseLayer.Builder().nOut(4).activation(new Doubled()).build())
                        .layer(Network.softmax()))
            .model()
            .get();
    assertThatThrownBy(() -> TrainedModel.of(Dl4jNetwork.of(model), Shape.of(5)))
        .isInstanceOf(UnsupportedLayerException.class)
        .hasMessageContainingAll("layer0", "Doubled", "ActivationReLU6");
  }

  @Test
  void causal_convolution_of_images_is_refused() {
    MultiLayerNetwork model =
        (MultiLayerNetwork)
            Network.sequence(
                    "convolution",
                    Network.image(),
                    l ->
                        l.layer(new ConvolutionLayer.Builder(2, 2).nOut(3).build())
                            .layer(Network.softmax()))
                .model()
                .get();
    // Deeplearning4j refuses this setting when it builds a network, but a file may hold it.
    ((ConvolutionLayer) model.getLayer(0).conf().getLayer())
        .setConvolutionMode(ConvolutionMode.Causal);
    assertThatThrownBy(() -> TrainedModel.of(Dl4jNetwork.of(model), Shape.of(2, 7, 6)))
        .isInstanceOf(UnsupportedLayerException.class)
        .hasMessageContaining("layer0")
        .hasMessageContaining("Causal");
  }

  @Test
  void a_layer_that_takes_images_of_another_format_is_refused() {
    MultiLayerNetwork model =
        (MultiLayerNetwork)
            Network.sequence(
                    "local response normalisation",
                    Network.image(),
                    l ->
                        l.layer(new LocalResponseNormalization.Builder().build())
                            .layer(new ConvolutionLayer.Builder(2, 2).nOut(2).build())
                            .layer(Network.softmax()))
                .model()
                .get();
    ((LocalResponseNormalization) model.getLayer(0).conf().getLayer())
        .setDataFormat(CNN2DFormat.NHWC);
    assertThatThrownBy(() -> TrainedModel.of(Dl4jNetwork.of(model), Shape.of(2, 7, 6)))
        .isInstanceOf(UnsupportedLayerException.class)
        .hasMessageContainingAll("layer0", "NHWC", "NCHW");
  }

  @Test
  void global_pooling_over_channels_is_refused() {
    MultiLayerNetwork model =
        (MultiLayerNetwork)
            Network.sequence(
                    "global pooling",
                    Network.image(),
                    l -> l.layer(new GlobalPoolingLayer(PoolingType.AVG)).layer(Network.softmax()))
                .model()
                .get();
    ((GlobalPoolingLayer) model.getLayer(0).conf().getLayer())
        .setPoolingDimensions(new int[] {1, 2});
    assertThatThrownBy(() -> TrainedModel.of(Dl4jNetwork.of(model), Shape.of(2, 7, 6)))
        .isInstanceOf(UnsupportedLayerException.class)
        .hasMessageContaining("layer0")
        .hasMessageContaining("[1, 2]");
  }

  @Test
  void subset_of_channels_last_images_is_refused() {
    ComputationGraph model =
        new ComputationGraph(
            Network.configuration()
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "a",
                    new ConvolutionLayer.Builder(2, 2)
                        .nIn(2)
                        .nOut(3)
                        .dataFormat(CNN2DFormat.NHWC)
                        .build(),
                    "in")
                .addVertex("odd", new SubsetVertex(1, 2), "a")
                .addLayer("gap", new GlobalPoolingLayer(PoolingType.AVG), "odd")
                .addLayer(
                    "out",
                    new OutputLayer.Builder().nIn(3).nOut(2).activation(Activation.SOFTMAX).build(),
                    "gap")
                .setOutputs("out")
                .build());
    model.init();
    assertThatThrownBy(() -> TrainedModel.of(Dl4jNetwork.of(model), Shape.of(2, 7, 6)))
        .isInstanceOf(UnsupportedLayerException.class)
        .hasMessageContaining("odd")
        .hasMessageContaining("NHWC");
  }

  @Test
  void several_inputs_are_refused() {
    ComputationGraph model =
        new ComputationGraph(
            Network.configuration()
                .graphBuilder()
                .addInputs("left", "right")
                .addVertex("merge", new MergeVertex(), "left", "right")
                .addLayer("out", Network.softmax(), "merge")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(2), InputType.feedForward(3))
                .build());
    model.init();
    assertThatThrownBy(() -> TrainedModel.of(Dl4jNetwork.of(model), Shape.of(5)))
        .hasMessageContaining("one input")
        .hasMessageContaining("[left, right]");
  }

  @Test
  void one_of_several_outputs_must_be_named() {
    ComputationGraph model =
        (ComputationGraph)
            Network.graph(
                    "two outputs",
                    InputType.feedForward(5),
                    g ->
                        g.addLayer("a", Network.dense(4, Activation.TANH), "in")
                            .addLayer("one", Network.softmax(), "a")
                            .addLayer("two", Network.softmax(), "in")
                            .setOutputs("one", "two"))
                .model()
                .get();
    Shape shape = Shape.of(5);
    assertThatThrownBy(() -> TrainedModel.of(Dl4jNetwork.of(model), shape))
        .hasMessageContaining("[one, two]")
        .hasMessageContaining("output: NAME");
    assertThatThrownBy(
            () ->
                TrainedModel.of(
                    Dl4jNetwork.of(model), shape, Optional.empty(), Optional.of("three")))
        .hasMessageContaining("no output three");
    double[][] rows = Contract.random(3, 5, 4);
    TrainedModel two =
        TrainedModel.of(Dl4jNetwork.of(model), shape, Optional.empty(), Optional.of("two"));
    assertThat(
            Contract.relative(
                two.outputs(rows),
                Examples.toRows(
                    model.output(false, ((Dl4jJudge) two.judge()).networkInput(rows))[1])))
        .isZero();
    assertThat(two.graph().node("a")).isEmpty();
  }
}
