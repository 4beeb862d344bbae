package io.sextant.gradients.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.Subsampling3DLayer;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;

/** Volumes, transposed convolutions, layer normalisation and encoders. */
@Tag("engine-contract")
class VolumeContractTest {
  private static final InputType VOLUME =
      InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 4, 5, 3, 2);

  private static Network network(String name, InputType input, Layer... layers) {
    return Network.sequence(
        name,
        input,
        list -> {
          for (Layer layer : layers) {
            list.layer(layer);
          }
          list.layer(Network.softmax());
        });
  }

  static Stream<Network> networks() {
    List<Network> networks = new ArrayList<>();
    networks.add(
        network(
            "volume",
            VOLUME,
            new Convolution3D.Builder(2, 3, 2).nOut(3).build(),
            new Subsampling3DLayer.Builder(Subsampling3DLayer.PoolingType.MAX)
                .kernelSize(2, 2, 1)
                .stride(1, 1, 1)
                .build()));
    networks.add(
        network(
            "volume, padded, strided, pooled as a whole",
            VOLUME,
            new Convolution3D.Builder(3, 2, 2)
                .stride(2, 1, 1)
                .padding(1, 0, 1)
                .hasBias(false)
                .nOut(3)
                .build(),
            new GlobalPoolingLayer.Builder(PoolingType.AVG).build()));
    networks.add(
        network(
            "volume of the same size",
            VOLUME,
            new Convolution3D.Builder(2, 3, 2)
                .convolutionMode(ConvolutionMode.Same)
                .nOut(3)
                .build(),
            new Subsampling3DLayer.Builder(Subsampling3DLayer.PoolingType.AVG)
                .kernelSize(2, 2, 2)
                .stride(2, 1, 1)
                .build()));
    for (ConvolutionMode mode :
        new ConvolutionMode[] {ConvolutionMode.Truncate, ConvolutionMode.Same}) {
      networks.add(
          network(
              "transposed convolution, " + mode,
              Network.image(),
              new Deconvolution2D.Builder(3, 2)
                  .stride(2, 3)
                  .padding(mode == ConvolutionMode.Same ? new int[] {0, 0} : new int[] {1, 0})
                  .convolutionMode(mode)
                  .nOut(3)
                  .build()));
    }
    for (boolean biased : new boolean[] {true, false}) {
      networks.add(
          network(
              "layer normalisation, bias " + biased,
              InputType.feedForward(5),
              new DenseLayer.Builder()
                  .nOut(6)
                  .hasLayerNorm(true)
                  .hasBias(biased)
                  .activation(Activation.ELU)
                  .build()));
    }
    networks.add(
        network(
            "variational encoder",
            InputType.feedForward(5),
            new VariationalAutoencoder.Builder()
                .nOut(3)
                .encoderLayerSizes(6, 4)
                .decoderLayerSizes(4)
                .activation(Activation.SIGMOID)
                .pzxActivationFunction(Activation.TANH)
                .build()));
    return networks.stream();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void volumes(Network network) {
    Contract.holds(network);
  }
}
