package io.sextant.gradients.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.graph.Shape;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;

class InputShapesTest {
  static Stream<Network> telling() {
    return Stream.of(
        Network.sequence(
            "vectors",
            InputType.feedForward(11),
            l -> l.layer(Network.dense(4, Activation.RELU)).layer(Network.softmax())),
        Network.sequence(
            "vectors normalised first",
            InputType.feedForward(11),
            l ->
                l.layer(new BatchNormalization())
                    .layer(Network.dense(4, Activation.RELU))
                    .layer(Network.softmax())),
        Network.sequence("linear", InputType.feedForward(3), l -> l.layer(Network.softmax())),
        lenet(InputType.convolutional(28, 28, 1), CNN2DFormat.NCHW),
        lenet(InputType.convolutional(32, 32, 3), CNN2DFormat.NCHW),
        lenet(InputType.convolutional(20, 36, 3), CNN2DFormat.NCHW),
        lenet(InputType.convolutional(24, 16, 3, CNN2DFormat.NHWC), CNN2DFormat.NHWC),
        Network.sequence(
            "rounding pools",
            InputType.convolutional(28, 28, 1),
            l ->
                l.layer(same(new SubsamplingLayer.Builder(2, 2).stride(2, 2)))
                    .layer(new ConvolutionLayer.Builder(1, 1).nOut(2).build())
                    .layer(same(new SubsamplingLayer.Builder(2, 2).stride(2, 2)))
                    .layer(Network.softmax())),
        Network.sequence(
            "padding and stride",
            InputType.convolutional(64, 48, 2),
            l ->
                l.layer(new ZeroPaddingLayer(1, 1))
                    .layer(
                        new ConvolutionLayer.Builder(4, 4)
                            .stride(2, 2)
                            .nOut(2)
                            .convolutionMode(ConvolutionMode.Strict)
                            .build())
                    .layer(Network.softmax())),
        Network.sequence(
            "images that go straight into a dense layer",
            InputType.convolutional(9, 7, 3),
            l -> l.layer(Network.dense(4, Activation.RELU)).layer(Network.softmax())),
        Network.graph(
            "graph of images",
            InputType.convolutional(10, 7, 3),
            g ->
                g.addLayer("a", new ConvolutionLayer.Builder(3, 2).nOut(2).build(), "in")
                    .addLayer("b", new ConvolutionLayer.Builder(3, 2).nOut(3).build(), "in")
                    .addVertex("merge", new MergeVertex(), "a", "b")
                    .addLayer("out", Network.softmax(), "merge")
                    .setOutputs("out")),
        Network.graph(
            "graph of vectors",
            InputType.feedForward(6),
            g ->
                g.addLayer("a", Network.dense(4, Activation.RELU), "in")
                    .addLayer("out", Network.softmax(), "a")
                    .setOutputs("out")));
  }

  private static SubsamplingLayer same(SubsamplingLayer.Builder pool) {
    return pool.convolutionMode(ConvolutionMode.Same).build();
  }

  private static Network lenet(InputType input, CNN2DFormat format) {
    return Network.sequence(
        "LeNet on " + input,
        input,
        l ->
            l.layer(new ConvolutionLayer.Builder(5, 5).nOut(4).dataFormat(format).build())
                .layer(new SubsamplingLayer.Builder(2, 2).stride(2, 2).dataFormat(format).build())
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).dataFormat(format).build())
                .layer(new SubsamplingLayer.Builder(2, 2).stride(2, 2).dataFormat(format).build())
                .layer(Network.dense(6, Activation.RELU))
                .layer(Network.softmax()));
  }

  @ParameterizedTest
  @MethodSource("telling")
  void shape_is_the_one_that_the_network_was_built_for(Network network) {
    assertThat(InputShapes.infer(network.model().get())).contains(network.shape());
  }

  @Test
  void flattened_images_are_told_as_images() {
    Network flat =
        Network.sequence(
            "flat",
            InputType.convolutionalFlat(7, 6, 2),
            l ->
                l.layer(new ConvolutionLayer.Builder(3, 2).nOut(3).build())
                    .layer(Network.softmax()));
    assertThat(InputShapes.infer(flat.model().get())).contains(Shape.of(2, 7, 6));
  }

  @Test
  void network_for_images_of_any_size_tells_none() {
    Network any =
        Network.sequence(
            "fully convolutional",
            Network.image(),
            l ->
                l.layer(new ConvolutionLayer.Builder(3, 2).nOut(3).build())
                    .layer(new GlobalPoolingLayer(PoolingType.AVG))
                    .layer(Network.softmax()));
    assertThat(InputShapes.infer(any.model().get())).isEmpty();
  }
}
