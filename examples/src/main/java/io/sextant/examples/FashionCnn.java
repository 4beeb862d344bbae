package io.sextant.examples;

import org.apiguardian.api.API;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/**
 * A small convolutional network with batch normalisation for 28 x 28 grey images: two blocks of
 * convolution, batch normalisation, ReLU and max-pooling (16 and 32 channels, unless another width
 * is asked for), then dense layers of 64 and 10 units.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class FashionCnn {
  private static final int WIDTH = 16;

  private FashionCnn() {}

  /**
   * A freshly initialised network.
   *
   * @param seed of the initial weights
   * @param epochs after which the learning rate of Adam drops from 0.001 to 0.0002, at least 1
   */
  public static MultiLayerNetwork create(long seed, int epochs) {
    return create(seed, epochs, WIDTH);
  }

  /**
   * A freshly initialised network of another width.
   *
   * @param seed of the initial weights
   * @param epochs after which the learning rate of Adam drops from 0.001 to 0.0002, at least 1
   * @param width channels of the first block, at least 1; the second has twice and the hidden dense
   *     layer four times as many
   */
  public static MultiLayerNetwork create(long seed, int epochs, int width) {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .updater(new Adam(new StepSchedule(ScheduleType.EPOCH, 1e-3, 0.2, epochs)))
            .weightInit(WeightInit.RELU)
            .convolutionMode(ConvolutionMode.Same)
            .list()
            .layer(convolution("conv1", width))
            .layer(new BatchNormalization.Builder().name("norm1").build())
            .layer(relu("relu1"))
            .layer(pool("pool1"))
            .layer(convolution("conv2", 2 * width))
            .layer(new BatchNormalization.Builder().name("norm2").build())
            .layer(relu("relu2"))
            .layer(pool("pool2"))
            .layer(
                new DenseLayer.Builder()
                    .name("dense")
                    .nOut(4 * width)
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
    return network;
  }

  private static ConvolutionLayer convolution(String name, int channels) {
    return new ConvolutionLayer.Builder(3, 3)
        .name(name)
        .nOut(channels)
        .hasBias(false)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static ActivationLayer relu(String name) {
    return new ActivationLayer.Builder().name(name).activation(Activation.RELU).build();
  }

  private static SubsamplingLayer pool(String name) {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .name(name)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }
}
