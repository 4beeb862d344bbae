package io.sextant.gradients.dl4j;

import io.sextant.gradients.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

@Tag("engine-contract")
class VertexContractTest {
  static Stream<Network> networks() {
    List<Network> networks = new ArrayList<>();
    for (ElementWiseVertex.Op op : ElementWiseVertex.Op.values()) {
      networks.add(
          vectors(
              "elementwise " + op + " of two",
              g -> g.addVertex("v", new ElementWiseVertex(op), "a", "b")));
      networks.add(
          images(
              "elementwise " + op + " of two images",
              CNN2DFormat.NCHW,
              g -> g.addVertex("v", new ElementWiseVertex(op), "a", "b")));
      if (op != ElementWiseVertex.Op.Subtract) {
        networks.add(
            vectors(
                "elementwise " + op + " of the same twice",
                g -> g.addVertex("v", new ElementWiseVertex(op), "a", "a")));
        networks.add(
            vectors(
                "elementwise " + op + " of three",
                g -> g.addVertex("v", new ElementWiseVertex(op), "a", "b", "c")));
      }
    }
    networks.add(vectors("merge", g -> g.addVertex("v", new MergeVertex(), "a", "b", "c")));
    for (CNN2DFormat format : CNN2DFormat.values()) {
      networks.add(
          images(
              format + " merge of images",
              format,
              g -> g.addVertex("v", merge(format == CNN2DFormat.NCHW ? 1 : 3), "a", "b")));
    }
    networks.add(unsized("merge of images along the height", merge(2), 4, "a", "b"));
    networks.add(vectors("scale", g -> g.addVertex("v", new ScaleVertex(-1.5), "a")));
    networks.add(
        images(
            "scale of images", CNN2DFormat.NCHW, g -> g.addVertex("v", new ScaleVertex(0.3), "a")));
    networks.add(
        vectors(
            "shift",
            g ->
                g.addVertex("s", new ShiftVertex(0.7), "a")
                    .addLayer("v", new ActivationLayer(Activation.RELU), "s")));
    networks.add(vectors("subset", g -> g.addVertex("v", new SubsetVertex(1, 4), "a")));
    networks.add(unsized("subset of images", new SubsetVertex(1, 2), 2, "a"));
    networks.add(vectors("L2 normalize", g -> g.addVertex("v", new L2NormalizeVertex(), "a")));
    networks.add(
        vectors(
            "L2 normalize with a divisor that is at least 3",
            g -> g.addVertex("v", new L2NormalizeVertex(new int[0], 3), "a")));
    // Deeplearning4j runs this one in its default type only.
    networks.add(
        images(
                "L2 normalize of images",
                CNN2DFormat.NCHW,
                g -> g.addVertex("v", new L2NormalizeVertex(), "a"))
            .then("in float", Contract::toFloat));
    networks.add(
        vectors(
            "stack, shared layer, unstack",
            g ->
                g.addVertex("stack", new StackVertex(), "a", "b", "c")
                    .addLayer("shared", Network.dense(7, Activation.TANH), "stack")
                    .addVertex("first", new UnstackVertex(0, 3), "shared")
                    .addVertex("second", new UnstackVertex(1, 3), "shared")
                    .addVertex("third", new UnstackVertex(2, 3), "shared")
                    .addVertex("v", new MergeVertex(), "first", "second", "third")));
    networks.add(
        images(
            "stack, shared convolution, unstack",
            CNN2DFormat.NCHW,
            g ->
                g.addVertex("stack", new StackVertex(), "a", "b")
                    .addLayer("shared", convolution(2, CNN2DFormat.NCHW), "stack")
                    .addVertex("first", new UnstackVertex(0, 2), "shared")
                    .addVertex("second", new UnstackVertex(1, 2), "shared")
                    .addVertex(
                        "v",
                        new ElementWiseVertex(ElementWiseVertex.Op.Subtract),
                        "second",
                        "first")));
    networks.add(
        images(
            "preprocessor",
            CNN2DFormat.NCHW,
            g ->
                g.addVertex(
                    "v", new PreprocessorVertex(new CnnToFeedForwardPreProcessor(7, 6, 3)), "a")));
    networks.add(
        images(
            "reshape to vectors",
            CNN2DFormat.NCHW,
            g -> g.addVertex("v", new ReshapeVertex(-1, 126), "a")));
    networks.add(
        vectors(
            "reshape to images",
            g ->
                g.addVertex("r", new ReshapeVertex(-1, 2, 3, 1), "a")
                    .addLayer(
                        "v", new ConvolutionLayer.Builder(2, 1).nIn(2).nOut(3).build(), "r")));
    networks.add(residual());
    networks.add(inception());
    return networks.stream();
  }

  /** Three dense layers of equal size, what is tested, and a head. */
  private static Network vectors(String name, Consumer<GraphBuilder> vertices) {
    return Network.graph(
        name,
        InputType.feedForward(5),
        graph -> {
          graph
              .addLayer("a", Network.dense(6, Activation.TANH), "in")
              .addLayer("b", Network.dense(6, Activation.SIGMOID), "in")
              .addLayer("c", Network.dense(6, Activation.IDENTITY), "in");
          vertices.accept(graph);
          graph.addLayer("out", Network.softmax(), "v").setOutputs("out");
        });
  }

  private static Network images(String name, CNN2DFormat format, Consumer<GraphBuilder> vertices) {
    return Network.graph(
        name,
        Network.image(format),
        graph -> {
          graph
              .addLayer("a", convolution(3, format), "in")
              .addLayer("b", convolution(3, format), "in");
          vertices.accept(graph);
          graph.addLayer("out", Network.softmax(), "v").setOutputs("out");
        });
  }

  private static ConvolutionLayer convolution(int outputs, CNN2DFormat format) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(outputs)
        .convolutionMode(ConvolutionMode.Same)
        .dataFormat(format)
        .activation(Activation.TANH)
        .build();
  }

  /** Deeplearning4j infers some vertices' output wrongly, so here all sizes are given. */
  private static Network unsized(String name, GraphVertex vertex, int channels, String... from) {
    return new Network(
        name,
        () ->
            Network.trained(
                new ComputationGraph(
                    Network.configuration()
                        .graphBuilder()
                        .allowDisconnected(true)
                        .addInputs("in")
                        .addLayer("a", fed(4), "in")
                        .addLayer("b", fed(4), "in")
                        .addVertex("v", vertex, from)
                        .addLayer("gap", new GlobalPoolingLayer(PoolingType.AVG), "v")
                        .addLayer(
                            "out",
                            new OutputLayer.Builder(LossFunction.MCXENT)
                                .nIn(channels)
                                .nOut(4)
                                .activation(Activation.SOFTMAX)
                                .build(),
                            "gap")
                        .setOutputs("out")
                        .build())),
        Shape.of(2, 7, 6));
  }

  private static ConvolutionLayer fed(int outputs) {
    return new ConvolutionLayer.Builder(3, 3).nIn(2).nOut(outputs).build();
  }

  private static MergeVertex merge(int axis) {
    MergeVertex merge = new MergeVertex();
    merge.setMergeAxis(axis);
    return merge;
  }

  private static ConvolutionLayer linear(int outputs, int kernel, int stride) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .nOut(outputs)
        .stride(stride, stride)
        .convolutionMode(ConvolutionMode.Same)
        .hasBias(false)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static Network residual() {
    return Network.graph(
        "residual blocks",
        InputType.convolutional(9, 8, 2),
        graph ->
            graph
                .addLayer("stem", linear(4, 3, 1), "in")
                .addLayer("n0", new BatchNormalization(), "stem")
                .addLayer("r0", new ActivationLayer(Activation.RELU), "n0")
                .addLayer("c1", linear(4, 3, 1), "r0")
                .addLayer("n1", new BatchNormalization(), "c1")
                .addLayer("r1", new ActivationLayer(Activation.RELU), "n1")
                .addLayer("c2", linear(4, 3, 1), "r1")
                .addLayer("n2", new BatchNormalization(), "c2")
                .addVertex("add1", new ElementWiseVertex(ElementWiseVertex.Op.Add), "n2", "r0")
                .addLayer("r2", new ActivationLayer(Activation.RELU), "add1")
                .addLayer("c3", linear(6, 3, 2), "r2")
                .addLayer("n3", new BatchNormalization(), "c3")
                .addLayer("down", linear(6, 1, 1), "pool")
                .addLayer(
                    "pool",
                    new SubsamplingLayer.Builder(PoolingType.AVG)
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .convolutionMode(ConvolutionMode.Same)
                        .build(),
                    "r2")
                .addVertex("add2", new ElementWiseVertex(ElementWiseVertex.Op.Add), "n3", "down")
                .addLayer("r3", new ActivationLayer(Activation.RELU), "add2")
                .addLayer("gap", new GlobalPoolingLayer(PoolingType.AVG), "r3")
                .addLayer("out", Network.softmax(), "gap")
                .setOutputs("out"));
  }

  private static Network inception() {
    return Network.graph(
        "branches of different kernels, merged",
        Network.image(),
        graph ->
            graph
                .addLayer("one", linear(2, 1, 1), "in")
                .addLayer("three", linear(3, 3, 1), "in")
                .addLayer("five", linear(2, 5, 1), "one")
                .addLayer(
                    "max",
                    new SubsamplingLayer.Builder(PoolingType.MAX)
                        .kernelSize(3, 3)
                        .stride(1, 1)
                        .convolutionMode(ConvolutionMode.Same)
                        .build(),
                    "in")
                .addVertex("merge", new MergeVertex(), "one", "three", "five", "max")
                .addLayer("relu", new ActivationLayer(Activation.RELU), "merge")
                .addLayer("out", Network.softmax(), "relu")
                .setOutputs("out"));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void network_fulfils_the_contract(Network network) {
    Contract.holds(network);
  }
}
