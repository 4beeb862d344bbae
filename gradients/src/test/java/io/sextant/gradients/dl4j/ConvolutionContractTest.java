package io.sextant.gradients.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;

@Tag("engine-contract")
class ConvolutionContractTest {
  /** What a window may be set to. */
  private record Setting(
      int[] kernel, int[] stride, int[] dilation, int[] padding, ConvolutionMode mode) {
    @Override
    public String toString() {
      return "kernel %dx%d stride %dx%d dilation %dx%d padding %dx%d %s"
          .formatted(
              kernel[0],
              kernel[1],
              stride[0],
              stride[1],
              dilation[0],
              dilation[1],
              padding[0],
              padding[1],
              mode);
    }
  }

  private static int[] by(int height, int width) {
    return new int[] {height, width};
  }

  private static Setting stepping(int height, int width, int stride) {
    return new Setting(
        by(height, width), by(stride, stride), by(1, 1), by(0, 0), ConvolutionMode.Same);
  }

  private static List<Setting> settings() {
    int[] one = by(1, 1);
    int[] none = by(0, 0);
    List<Setting> settings = new ArrayList<>();
    // Sizes are 7 x 6 (see Network.image) unless Strict asks for others.
    for (int[] kernel :
        List.of(one, by(2, 2), by(3, 3), by(4, 4), by(5, 5), by(2, 3), by(3, 1), by(1, 4))) {
      settings.add(new Setting(kernel, one, one, none, ConvolutionMode.Truncate));
      settings.add(new Setting(kernel, one, one, none, ConvolutionMode.Same));
      if (kernel[0] > 1 && kernel[1] > 2) { // Deeplearning4j fails on Same with wider strides
        settings.add(new Setting(kernel, by(2, 3), one, none, ConvolutionMode.Same));
      }
      settings.add(new Setting(kernel, by(3, 2), one, none, ConvolutionMode.Truncate));
    }
    settings.add(new Setting(by(3, 3), one, one, by(1, 1), ConvolutionMode.Truncate));
    settings.add(new Setting(by(3, 3), one, one, by(2, 1), ConvolutionMode.Truncate));
    settings.add(new Setting(by(3, 2), by(2, 2), one, by(1, 1), ConvolutionMode.Truncate));
    settings.add(new Setting(by(2, 3), by(3, 1), one, by(0, 2), ConvolutionMode.Truncate));
    // Padding as wide as the kernel and wider: some windows see nothing of the image.
    settings.add(new Setting(by(2, 2), one, one, by(2, 2), ConvolutionMode.Truncate));
    settings.add(new Setting(one, one, one, by(1, 2), ConvolutionMode.Truncate));
    settings.add(new Setting(by(3, 2), by(2, 2), one, none, ConvolutionMode.Strict));
    settings.add(new Setting(by(3, 3), one, one, none, ConvolutionMode.Strict));
    settings.add(new Setting(by(2, 2), one, by(2, 3), none, ConvolutionMode.Truncate));
    settings.add(new Setting(by(3, 2), one, by(2, 2), none, ConvolutionMode.Same));
    settings.add(new Setting(by(3, 2), one, by(2, 1), by(1, 1), ConvolutionMode.Truncate));
    settings.add(new Setting(by(2, 2), by(2, 1), by(2, 2), none, ConvolutionMode.Same));
    settings.add(new Setting(by(2, 3), by(2, 2), by(3, 2), by(1, 1), ConvolutionMode.Truncate));
    return settings;
  }

  static Stream<Network> networks() {
    List<Network> networks = new ArrayList<>();
    for (Setting s : settings()) {
      networks.add(network("convolution " + s, CNN2DFormat.NCHW, plain(s, CNN2DFormat.NCHW, true)));
      networks.add(
          network("NHWC convolution " + s, CNN2DFormat.NHWC, plain(s, CNN2DFormat.NHWC, false)));
      networks.add(
          network("separable " + s, CNN2DFormat.NCHW, separable(s, 2, CNN2DFormat.NCHW, true)));
      networks.add(
          network("depthwise " + s, CNN2DFormat.NCHW, depthwise(s, 2, CNN2DFormat.NCHW, true)));
    }
    for (CNN2DFormat format : CNN2DFormat.values()) {
      for (int multiplier = 1; multiplier <= 3; multiplier++) {
        for (Setting s : List.of(stepping(2, 3, 1), stepping(3, 2, 2))) {
          String name = "%s multiplier %d %s".formatted(format, multiplier, s);
          networks.add(
              network(
                  "separable without bias " + name,
                  format,
                  separable(s, multiplier, format, false)));
          networks.add(
              network(
                  "depthwise without bias " + name,
                  format,
                  depthwise(s, multiplier, format, false)));
        }
      }
    }
    networks.add(
        Network.sequence(
            "three convolutions in a row",
            InputType.convolutional(9, 8, 3),
            list ->
                list.layer(plain(stepping(3, 3, 1), CNN2DFormat.NCHW, true))
                    .layer(plain(stepping(2, 4, 2), CNN2DFormat.NCHW, false))
                    .layer(plain(stepping(3, 2, 2), CNN2DFormat.NCHW, true))
                    .layer(Network.softmax())));
    return networks.stream();
  }

  private static Network network(String name, CNN2DFormat format, BaseLayer layer) {
    return Network.sequence(
        name, Network.image(format), list -> list.layer(layer).layer(Network.softmax()));
  }

  private static ConvolutionLayer plain(Setting s, CNN2DFormat format, boolean bias) {
    return new ConvolutionLayer.Builder(s.kernel(), s.stride(), s.padding())
        .dilation(s.dilation())
        .convolutionMode(s.mode())
        .dataFormat(format)
        .hasBias(bias)
        .nOut(3)
        .activation(Activation.TANH)
        .build();
  }

  private static SeparableConvolution2D separable(
      Setting s, int multiplier, CNN2DFormat format, boolean bias) {
    return new SeparableConvolution2D.Builder(s.kernel(), s.stride(), s.padding())
        .dilation(s.dilation())
        .convolutionMode(s.mode())
        .dataFormat(format)
        .hasBias(bias)
        .depthMultiplier(multiplier)
        .nOut(3)
        .activation(Activation.TANH)
        .build();
  }

  private static DepthwiseConvolution2D depthwise(
      Setting s, int multiplier, CNN2DFormat format, boolean bias) {
    return new DepthwiseConvolution2D.Builder(s.kernel(), s.stride(), s.padding())
        .dilation(s.dilation())
        .convolutionMode(s.mode())
        .dataFormat(format)
        .hasBias(bias)
        .depthMultiplier(multiplier)
        .activation(Activation.TANH)
        .build();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void network_fulfils_the_contract(Network network) {
    Contract.holds(network);
  }
}
