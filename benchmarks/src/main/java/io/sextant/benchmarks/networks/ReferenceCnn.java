package io.sextant.benchmarks.networks;

import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * The plain convolutional network by which engines are compared: 28 x 28 grey images, two blocks of
 * 3 x 3 convolution (32 and 64 channels), ReLU and max-pooling, dense layers of 128 and 10 units;
 * 421,642 parameters.
 */
final class ReferenceCnn {
  private static final long SEED = 11;

  private ReferenceCnn() {}

  static MultiLayerNetwork create() {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(SEED)
            .convolutionMode(ConvolutionMode.Same)
            .list()
            .layer(convolution("conv1", 32))
            .layer(pool("pool1"))
            .layer(convolution("conv2", 64))
            .layer(pool("pool2"))
            .layer(
                new DenseLayer.Builder()
                    .name("dense")
                    .nOut(128)
                    .activation(Activation.RELU)
                    .build())
            .layer(
                new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                    .name("output")
                    .nOut(10)
                    .activation(Activation.SOFTMAX)
                    .build())
            .setInputType(InputType.convolutional(28, 28, 1))
            .build();
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    TrainedLooking parameters = new TrainedLooking(SEED);
    for (org.deeplearning4j.nn.api.Layer layer : network.getLayers()) {
      parameters.fill(layer, 1);
    }
    return network;
  }

  private static ConvolutionLayer convolution(String name, int channels) {
    return new ConvolutionLayer.Builder(3, 3)
        .name(name)
        .nOut(channels)
        .activation(Activation.RELU)
        .build();
  }

  private static SubsamplingLayer pool(String name) {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .name(name)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }
}
