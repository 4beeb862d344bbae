package io.sextant.examples;

import org.apiguardian.api.API;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * ResNet-20 for 28 x 28 grey images: a stem of 16 channels, three stages of three blocks with batch
 * normalisation (the last two stages halve the image and double the channels), global average
 * pooling, and an output of 10 units.
 *
 * <p>He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", CVPR 2016,
 * arXiv:1512.03385.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class FashionResNet {
  private static final int BLOCKS = 3;

  private FashionResNet() {}

  /**
   * A freshly initialised network.
   *
   * @param seed of the initial weights
   */
  public static ComputationGraph create(long seed) {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .updater(new Adam(1e-3))
            .weightInit(WeightInit.RELU)
            .convolutionMode(ConvolutionMode.Same)
            .graphBuilder()
            .addInputs("image")
            .setInputTypes(InputType.convolutional(28, 28, 1));
    String stem = relu(graph, "stem", normalized(graph, "stem", "image", 3, 16, 1));
    String last = stem;
    for (int stage = 1; stage <= 3; stage++) {
      for (int block = 1; block <= BLOCKS; block++) {
        int stride = stage > 1 && block == 1 ? 2 : 1;
        last = block(graph, "block%d.%d".formatted(stage, block), last, 8 << stage, stride);
      }
    }
    graph
        .addLayer("pool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), last)
        .addLayer(
            "output",
            new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .build(),
            "pool")
        .setOutputs("output");
    ComputationGraph network = new ComputationGraph(graph.build());
    network.init();
    return network;
  }

  private static String block(
      GraphBuilder graph, String name, String input, int channels, int stride) {
    String inner =
        relu(graph, name + "a", normalized(graph, name + "a", input, 3, channels, stride));
    String outer = normalized(graph, name + "b", inner, 3, channels, 1);
    String shortcut =
        stride == 1 ? input : normalized(graph, name + "s", input, 1, channels, stride);
    graph.addVertex(
        name + "-sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), outer, shortcut);
    return relu(graph, name, name + "-sum");
  }

  private static String normalized(
      GraphBuilder graph, String name, String input, int kernel, int channels, int stride) {
    graph
        .addLayer(
            name + "-conv",
            new ConvolutionLayer.Builder(kernel, kernel)
                .stride(stride, stride)
                .nOut(channels)
                .hasBias(false)
                .activation(Activation.IDENTITY)
                .build(),
            input)
        .addLayer(name + "-norm", new BatchNormalization.Builder().build(), name + "-conv");
    return name + "-norm";
  }

  private static String relu(GraphBuilder graph, String name, String input) {
    graph.addLayer(
        name + "-relu", new ActivationLayer.Builder().activation(Activation.RELU).build(), input);
    return name + "-relu";
  }
}
