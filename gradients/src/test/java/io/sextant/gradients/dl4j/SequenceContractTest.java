package io.sextant.gradients.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.Head;
import io.sextant.gradients.model.TrainedModel;
import io.sextant.gradients.model.UnsupportedLayerException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Recurrent layers, convolutions over time and attention are what Deeplearning4j computes. */
@Tag("engine-contract")
@SuppressWarnings("deprecation") // networks hold layers that Deeplearning4j has deprecated
class SequenceContractTest {
  private static final InputType SEQUENCE = InputType.recurrent(3, 6);

  private static RnnOutputLayer classes() {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .nOut(4)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static GlobalPoolingLayer pooled(PoolingType type) {
    return new GlobalPoolingLayer.Builder(type).build();
  }

  private static Network network(String name, Layer... layers) {
    return Network.sequence(
        name,
        SEQUENCE,
        list -> {
          for (Layer layer : layers) {
            list.layer(layer);
          }
        });
  }

  private static LSTM lstm() {
    return new LSTM.Builder().nOut(5).build();
  }

  static Stream<Network> networks() {
    List<Network> networks = new ArrayList<>();
    networks.add(network("LSTM", lstm(), classes()));
    networks.add(
        network(
            "layers of one name",
            new LSTM.Builder().name("hidden").nOut(5).build(),
            new LSTM.Builder().name("hidden").nOut(5).build(),
            new LSTM.Builder().name("hidden").nOut(4).build(),
            classes()));
    networks.add(
        network(
            "LSTM with other activations, the last step",
            new LastTimeStep(
                new LSTM.Builder()
                    .nOut(5)
                    .activation(Activation.SOFTSIGN)
                    .gateActivationFunction(Activation.HARDSIGMOID)
                    .build()),
            Network.softmax()));
    networks.add(
        network(
            "two LSTMs with peepholes",
            new GravesLSTM.Builder().nOut(4).build(),
            new GravesLSTM.Builder().nOut(3).build(),
            classes()));
    networks.add(
        network(
            "SimpleRnn",
            new LastTimeStep(new SimpleRnn.Builder().nOut(4).build()),
            Network.softmax()));
    for (Bidirectional.Mode mode : Bidirectional.Mode.values()) {
      networks.add(
          network(
              "both ways, " + mode,
              new Bidirectional(mode, lstm()),
              pooled(PoolingType.MAX),
              Network.softmax()));
    }
    networks.add(
        network(
            "both ways, SimpleRnn, the last step",
            new LastTimeStep(
                new Bidirectional(
                    Bidirectional.Mode.CONCAT, new SimpleRnn.Builder().nOut(4).build())),
            Network.softmax()));
    networks.add(
        network(
            "both ways with peepholes",
            new GravesBidirectionalLSTM.Builder().nOut(4).build(),
            classes()));
    networks.add(
        network(
            "dense layers on each step",
            lstm(),
            Network.dense(4, Activation.RELU6),
            new DropoutLayer(0.5),
            classes()));
    networks.add(
        network(
            "activation, dropout and loss of their own",
            new LSTM.Builder().nOut(4).build(),
            new ActivationLayer(Activation.ELU),
            new DropoutLayer(0.5),
            new RnnLossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build()));
    for (ConvolutionMode mode : ConvolutionMode.values()) {
      networks.add(
          network(
              "convolution over time, " + mode,
              new Convolution1DLayer.Builder(3)
                  .nOut(4)
                  .stride(mode == ConvolutionMode.Strict ? 1 : 2)
                  .convolutionMode(mode)
                  .build(),
              pooled(PoolingType.AVG),
              Network.softmax()));
    }
    networks.add(
        network(
            "dilated causal convolution and pooling over time",
            new Convolution1DLayer.Builder(2)
                .nOut(4)
                .dilation(2)
                .hasBias(false)
                .convolutionMode(ConvolutionMode.Causal)
                .build(),
            new Subsampling1DLayer.Builder(SubsamplingLayer.PoolingType.MAX, 2, 2).build(),
            new LastTimeStep(lstm()),
            Network.softmax()));
    networks.add(
        network(
            "padded convolution and averages over time",
            new Convolution1DLayer.Builder(3).nOut(4).padding(1).build(),
            new Subsampling1DLayer.Builder(SubsamplingLayer.PoolingType.AVG, 3, 1).build(),
            classes()));
    networks.add(
        network(
            "padding, cropping and enlarging",
            new ZeroPadding1DLayer.Builder(1, 2).build(),
            new Cropping1D.Builder(2, 1).build(),
            new Upsampling1D.Builder(2).build(),
            lstm(),
            classes()));
    networks.add(
        network(
            "attention of two heads",
            new SelfAttentionLayer.Builder().nOut(6).nHeads(2).projectInput(true).build(),
            pooled(PoolingType.SUM),
            Network.softmax()));
    networks.add(
        network(
            "attention without projections",
            new SelfAttentionLayer.Builder().nIn(3).nOut(3).nHeads(1).projectInput(false).build(),
            pooled(PoolingType.PNORM),
            Network.softmax()));
    networks.add(
        Network.sequence(
            "a vector repeated",
            InputType.feedForward(4),
            list ->
                list.layer(new RepeatVector.Builder<>(3).build()).layer(lstm()).layer(classes())));
    networks.add(
        Network.graph(
            "steps one by one, between preprocessors as vertices",
            SEQUENCE,
            g ->
                g.addVertex(
                        "steps", new PreprocessorVertex(new RnnToFeedForwardPreProcessor()), "in")
                    .addLayer("dense", Network.dense(4, Activation.TANH), "steps")
                    .addVertex(
                        "time", new PreprocessorVertex(new FeedForwardToRnnPreProcessor()), "dense")
                    .addLayer("lstm", lstm(), "time")
                    .addLayer("out", classes(), "lstm")
                    .setOutputs("out")));
    networks.add(
        Network.graph(
            "reversed, merged, the last step",
            SEQUENCE,
            g ->
                g.addLayer("there", lstm(), "in")
                    .addVertex("reversed", new ReverseTimeSeriesVertex(), "in")
                    .addLayer("back", lstm(), "reversed")
                    .addVertex(
                        "sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "there", "back")
                    .addVertex("both", new MergeVertex(), "sum", "in")
                    .addVertex("last", new LastTimeStepVertex("in"), "both")
                    .addLayer("out", Network.softmax(), "last")
                    .setOutputs("out")));
    return networks.stream();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void sequences(Network network) {
    Contract.holds(network);
  }

  @Test
  void classes_of_each_step_are_read_at_the_last() {
    Network network = network("LSTM", lstm(), classes());
    TrainedModel model = TrainedModel.of(Dl4jNetwork.of(network.model().get()), Shape.of(3, 9));
    assertThat(model.head()).isEqualTo(Head.SOFTMAX);
    assertThat(model.graph().output().shape()).isEqualTo(Shape.of(4));
    assertThat(model.outputs(new double[2][27])).hasDimensions(2, 4);
  }

  @Test
  void an_answer_for_each_step_in_the_batch_is_refused() {
    Network network = network("rows", lstm(), Network.softmax());
    assertThatThrownBy(
            () -> TrainedModel.of(Dl4jNetwork.of(network.model().get()), network.shape()))
        .isInstanceOf(UnsupportedLayerException.class)
        .hasMessageContainingAll("OutputLayer", "steps", "RnnOutputLayer");
  }

  @Test
  void sequences_may_have_any_length_so_that_their_shape_is_not_told() {
    Network network = network("LSTM", lstm(), Network.dense(4, Activation.TANH), classes());
    assertThat(Dl4jNetwork.of(network.model().get()).inputShape()).isEmpty();
  }
}
