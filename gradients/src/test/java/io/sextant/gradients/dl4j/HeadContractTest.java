package io.sextant.gradients.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.model.Head;
import io.sextant.gradients.model.TrainedModel;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

@Tag("engine-contract")
class HeadContractTest {
  static Stream<Arguments> heads() {
    return Stream.of(
        head(Head.SOFTMAX, "softmax output", l -> l.layer(Network.softmax())),
        head(
            Head.SOFTMAX,
            "softmax output of two units",
            l -> l.layer(output(LossFunction.MCXENT, 2, Activation.SOFTMAX))),
        head(
            Head.SOFTMAX,
            "softmax output without bias",
            l ->
                l.layer(
                    new OutputLayer.Builder(LossFunction.NEGATIVELOGLIKELIHOOD)
                        .nOut(3)
                        .hasBias(false)
                        .activation(Activation.SOFTMAX)
                        .build())),
        head(
            Head.SIGMOID,
            "one sigmoid unit",
            l -> l.layer(output(LossFunction.XENT, 1, Activation.SIGMOID))),
        head(
            Head.MULTI_LABEL,
            "several sigmoid units",
            l -> l.layer(output(LossFunction.XENT, 3, Activation.SIGMOID))),
        head(
            Head.IDENTITY,
            "identity with a classification loss",
            l -> l.layer(output(LossFunction.MCXENT, 3, Activation.IDENTITY))),
        head(
            Head.REGRESSION,
            "identity with a regression loss",
            l -> l.layer(output(LossFunction.MSE, 3, Activation.IDENTITY))),
        head(
            Head.REGRESSION,
            "tanh with a regression loss",
            l -> l.layer(output(LossFunction.MSE, 2, Activation.TANH))),
        head(
            Head.SOFTMAX,
            "center loss",
            l ->
                l.layer(
                    new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())),
        head(
            Head.SOFTMAX,
            "center loss without bias",
            l ->
                l.layer(
                    new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .hasBias(false)
                        .activation(Activation.SOFTMAX)
                        .build())),
        head(
            Head.SOFTMAX,
            "loss layer with softmax",
            l ->
                l.layer(Network.dense(4, Activation.IDENTITY))
                    .layer(loss(LossFunction.MCXENT, Activation.SOFTMAX))),
        head(
            Head.SIGMOID,
            "loss layer with sigmoid",
            l ->
                l.layer(Network.dense(1, Activation.IDENTITY))
                    .layer(loss(LossFunction.XENT, Activation.SIGMOID))),
        head(
            Head.SOFTMAX,
            "dense softmax and a loss layer",
            l ->
                l.layer(Network.dense(4, Activation.SOFTMAX))
                    .layer(loss(LossFunction.MCXENT, Activation.IDENTITY))),
        head(
            Head.IDENTITY,
            "dense and a loss layer without activation",
            l ->
                l.layer(Network.dense(4, Activation.IDENTITY))
                    .layer(loss(LossFunction.MCXENT, Activation.IDENTITY))),
        head(
            Head.SOFTMAX,
            "softmax activation layer at the end",
            l ->
                l.layer(Network.dense(4, Activation.IDENTITY))
                    .layer(new ActivationLayer(Activation.SOFTMAX))),
        head(
            Head.SOFTMAX,
            "softmax activation layer before a loss layer",
            l ->
                l.layer(Network.dense(4, Activation.IDENTITY))
                    .layer(new ActivationLayer(Activation.SOFTMAX))
                    .layer(new DropoutLayer.Builder(0.5).build())
                    .layer(loss(LossFunction.MCXENT, Activation.IDENTITY))),
        head(
            Head.SOFTMAX,
            "softmax on top of softmax",
            l ->
                l.layer(Network.dense(4, Activation.SOFTMAX))
                    .layer(loss(LossFunction.MCXENT, Activation.SOFTMAX))),
        head(
            Head.SOFTMAX,
            "dense softmax without a loss",
            l -> l.layer(new DenseLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())),
        Arguments.of(
            Head.PIXELWISE,
            Network.sequence(
                "class per pixel, NHWC",
                Network.image(CNN2DFormat.NHWC),
                l ->
                    l.layer(
                            new ConvolutionLayer.Builder(2, 2)
                                .nOut(3)
                                .dataFormat(CNN2DFormat.NHWC)
                                .activation(Activation.IDENTITY)
                                .build())
                        .layer(
                            new CnnLossLayer.Builder(LossFunction.MCXENT)
                                .format(CNN2DFormat.NHWC)
                                .activation(Activation.SOFTMAX)
                                .build()))),
        Arguments.of(
            Head.PIXELWISE,
            Network.sequence(
                "class per pixel",
                Network.image(),
                l ->
                    l.layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                        .layer(
                            new ConvolutionLayer.Builder(2, 2)
                                .nOut(3)
                                .activation(Activation.IDENTITY)
                                .build())
                        .layer(
                            new CnnLossLayer.Builder(LossFunction.MCXENT)
                                .activation(Activation.SOFTMAX)
                                .build()))));
  }

  private static Arguments head(Head head, String name, Consumer<ListBuilder> end) {
    return Arguments.of(
        head,
        Network.sequence(
            name,
            InputType.feedForward(5),
            list -> {
              list.layer(Network.dense(8, Activation.TANH));
              end.accept(list);
            }));
  }

  private static OutputLayer output(LossFunction loss, int units, Activation activation) {
    return new OutputLayer.Builder(loss).nOut(units).activation(activation).build();
  }

  private static LossLayer loss(LossFunction loss, Activation activation) {
    return new LossLayer.Builder(loss).activation(activation).build();
  }

  @ParameterizedTest
  @MethodSource("heads")
  void network_fulfils_the_contract(Head head, Network network) {
    assertThat(TrainedModel.of(Dl4jNetwork.of(network.model().get()), network.shape()).head())
        .isEqualTo(head);
    Contract.holds(network);
  }
}
