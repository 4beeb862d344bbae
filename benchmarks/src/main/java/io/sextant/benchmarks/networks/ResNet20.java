package io.sextant.benchmarks.networks;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
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
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * The residual network of 20 layers for 32 x 32 colour images: a 3 x 3 convolution, three stages of
 * three blocks with 16, 32 and 64 channels, global average pooling, and a dense layer. A stage that
 * halves the image starts with a stride of 2 and a 1 x 1 projection shortcut.
 *
 * <p>He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", CVPR 2016,
 * arXiv:1512.03385, section 4.2 with n = 3. The paper's own table uses shortcuts without
 * parameters; its option B, projections, is used here. Activations are layers of their own because
 * Deeplearning4j's batch normalisation ignores the one set on it.
 */
final class ResNet20 {
  private static final long SEED = 12;
  private static final int BLOCKS = 3;

  private final ComputationGraphConfiguration.GraphBuilder graph;

  private ResNet20(ComputationGraphConfiguration.GraphBuilder graph) {
    this.graph = graph;
  }

  static ComputationGraph create() {
    ResNet20 builder =
        new ResNet20(
            new NeuralNetConfiguration.Builder()
                .seed(SEED)
                .graphBuilder()
                .addInputs("image")
                .setInputTypes(InputType.convolutional(32, 32, 3)));
    ComputationGraph network = new ComputationGraph(builder.configuration());
    network.init();
    TrainedLooking parameters = new TrainedLooking(SEED);
    for (org.deeplearning4j.nn.api.Layer layer : network.getLayers()) {
      if (layer.numParams() > 0) {
        boolean endsBranch = layer.conf().getLayer().getLayerName().endsWith("norm2");
        parameters.fill(layer, endsBranch ? 0.3 : 1);
      }
    }
    return network;
  }

  private ComputationGraphConfiguration configuration() {
    String last = relu("stem", norm("stem_norm", convolution("stem_conv", "image", 16, 3, 1)));
    for (int stage = 0; stage < 3; stage++) {
      for (int block = 0; block < BLOCKS; block++) {
        boolean halves = stage > 0 && block == 0;
        last = block("s%db%d".formatted(stage + 1, block + 1), last, 16 << stage, halves);
      }
    }
    graph.addLayer("pool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), last);
    graph.addLayer(
        "output",
        new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
            .nOut(10)
            .activation(Activation.SOFTMAX)
            .build(),
        "pool");
    return graph.setOutputs("output").build();
  }

  private String block(String name, String input, int channels, boolean halves) {
    int stride = halves ? 2 : 1;
    String first = convolution(name + "_conv1", input, channels, 3, stride);
    String middle = relu(name + "_relu1", norm(name + "_norm1", first));
    String second = convolution(name + "_conv2", middle, channels, 3, 1);
    String branch = norm(name + "_norm2", second);
    String shortcut =
        halves
            ? norm(
                name + "_shortcut_norm",
                convolution(name + "_shortcut", input, channels, 1, stride))
            : input;
    String sum = name + "_sum";
    graph.addVertex(sum, new ElementWiseVertex(ElementWiseVertex.Op.Add), branch, shortcut);
    return relu(name, sum);
  }

  private String convolution(String name, String input, int channels, int kernel, int stride) {
    int padding = kernel / 2;
    graph.addLayer(
        name,
        new ConvolutionLayer.Builder(kernel, kernel)
            .stride(stride, stride)
            .padding(padding, padding)
            .nOut(channels)
            .hasBias(false)
            .activation(Activation.IDENTITY)
            .build(),
        input);
    return name;
  }

  private String norm(String name, String input) {
    graph.addLayer(name, new BatchNormalization.Builder().build(), input);
    return name;
  }

  private String relu(String name, String input) {
    graph.addLayer(name, new ActivationLayer.Builder().activation(Activation.RELU).build(), input);
    return name;
  }
}
