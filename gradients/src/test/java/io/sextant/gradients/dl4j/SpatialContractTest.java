package io.sextant.gradients.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;

@Tag("engine-contract")
class SpatialContractTest {
  static Stream<Network> networks() {
    List<Network> networks = new ArrayList<>();
    for (CNN2DFormat f : CNN2DFormat.values()) {
      networks.add(
          between(
              f, "zero padding", new ZeroPaddingLayer.Builder(1, 2, 3, 0).dataFormat(f).build()));
      networks.add(
          between(f, "cropping", new Cropping2D.Builder(1, 0, 2, 1).dataFormat(f).build()));
      networks.add(between(f, "upsampling", new Upsampling2D.Builder(2).dataFormat(f).build()));
      networks.add(
          between(
              f,
              "upsampling by 3 x 2",
              new Upsampling2D.Builder().size(new int[] {3, 2}).dataFormat(f).build()));
    }
    networks.add(
        Network.sequence(
            "vectors unflattened for a convolution",
            InputType.convolutionalFlat(7, 6, 2),
            list ->
                list.layer(new ConvolutionLayer.Builder(3, 2).nOut(3).build())
                    .layer(Network.softmax())));
    networks.add(
        Network.sequence(
            "images flattened and unflattened again",
            Network.image(),
            list ->
                list.layer(new ConvolutionLayer.Builder(3, 2).nOut(3).build())
                    .layer(Network.dense(12, Activation.TANH))
                    .layer(new ConvolutionLayer.Builder(2, 2).nIn(3).nOut(2).build())
                    .inputPreProcessor(2, new FeedForwardToCnnPreProcessor(2, 2, 3))
                    .layer(Network.softmax())));
    networks.add(
        Network.sequence(
            "composed preprocessors",
            Network.image(),
            list ->
                list.layer(new ConvolutionLayer.Builder(3, 2).nOut(3).build())
                    .layer(new ConvolutionLayer.Builder(2, 2).nIn(5).nOut(2).build())
                    .inputPreProcessor(
                        1,
                        new ComposableInputPreProcessor(
                            new CnnToFeedForwardPreProcessor(5, 5, 3),
                            new FeedForwardToCnnPreProcessor(3, 5, 5)))
                    .layer(Network.softmax())));
    return networks.stream();
  }

  private static Network between(CNN2DFormat format, String name, Layer layer) {
    return Network.sequence(
        format + " " + name,
        Network.image(format),
        list ->
            list.layer(convolution(format, 3))
                .layer(layer)
                .layer(convolution(format, 2))
                .layer(Network.softmax()));
  }

  private static ConvolutionLayer convolution(CNN2DFormat format, int outputs) {
    return new ConvolutionLayer.Builder(2, 2).nOut(outputs).dataFormat(format).build();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void network_fulfils_the_contract(Network network) {
    Contract.holds(network);
  }
}
