package io.sextant.gradients.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;

@Tag("engine-contract")
class PoolingContractTest {
  static Stream<Network> networks() {
    List<Network> networks = new ArrayList<>();
    for (CNN2DFormat format : CNN2DFormat.values()) {
      for (PoolingType type : PoolingType.values()) {
        networks.add(globalPool(type, format, true));
        if (type == PoolingType.SUM) {
          continue; // global only
        }
        networks.add(pool(type, format, 2, 2, 2, 2, p -> {}));
        networks.add(pool(type, format, 3, 2, 1, 2, p -> {}));
        networks.add(pool(type, format, 3, 3, 2, 1, PoolingContractTest::same));
        networks.add(pool(type, format, 2, 2, 1, 1, PoolingContractTest::same));
        networks.add(pool(type, format, 3, 2, 2, 2, p -> p.setPadding(1, 1)));
        networks.add(pool(type, format, 3, 2, 2, 2, p -> p.setPadding(1, 0)));
      }
      networks.add(pool(PoolingType.PNORM, format, 2, 3, 1, 1, p -> p.setPnorm(3)));
      networks.add(pool(PoolingType.PNORM, format, 2, 2, 1, 1, p -> p.setEps(0.5)));
      networks.add(
          pool(
              PoolingType.AVG,
              format,
              3,
              3,
              1,
              2,
              p -> {
                p.setPadding(1, 1);
                p.setAvgPoolIncludePadInDivisor(true);
              }));
      networks.add(
          pool(
              PoolingType.AVG,
              format,
              3,
              3,
              1,
              2,
              p -> {
                same(p);
                p.setAvgPoolIncludePadInDivisor(true);
              }));
    }
    networks.add(globalPool(PoolingType.AVG, CNN2DFormat.NCHW, false));
    networks.add(globalPool(PoolingType.MAX, CNN2DFormat.NCHW, false));
    return networks.stream();
  }

  private static void same(SubsamplingLayer.Builder pooling) {
    pooling.setConvolutionMode(ConvolutionMode.Same);
  }

  private static Network pool(
      PoolingType type,
      CNN2DFormat format,
      int height,
      int width,
      int down,
      int across,
      Consumer<SubsamplingLayer.Builder> options) {
    SubsamplingLayer.Builder builder =
        new SubsamplingLayer.Builder(type).kernelSize(height, width).stride(down, across);
    builder.setPnorm(2);
    builder.setDataFormat(format);
    options.accept(builder);
    SubsamplingLayer layer = builder.build();
    String name =
        "%s %s pooling %dx%d stride %dx%d padding %dx%d %s%s"
            .formatted(
                format,
                type,
                layer.getKernelSize()[0],
                layer.getKernelSize()[1],
                layer.getStride()[0],
                layer.getStride()[1],
                layer.getPadding()[0],
                layer.getPadding()[1],
                layer.getConvolutionMode(),
                layer.isAvgPoolIncludePadInDivisor() ? " padding counted" : "");
    return Network.sequence(
        name,
        Network.image(format),
        list -> list.layer(convolution(format)).layer(layer).layer(Network.softmax()));
  }

  private static Network globalPool(PoolingType type, CNN2DFormat format, boolean collapse) {
    return Network.sequence(
        "%s global %s pooling%s".formatted(format, type, collapse ? "" : " without collapse"),
        Network.image(format),
        list -> {
          GlobalPoolingLayer.Builder pooling =
              new GlobalPoolingLayer.Builder(type).collapseDimensions(collapse).pnorm(3);
          list.layer(convolution(format)).layer(pooling.build()).layer(Network.softmax());
        });
  }

  private static ConvolutionLayer convolution(CNN2DFormat format) {
    return new ConvolutionLayer.Builder(2, 2)
        .nOut(3)
        .dataFormat(format)
        .activation(Activation.TANH)
        .build();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void network_fulfils_the_contract(Network network) {
    Contract.holds(network);
  }
}
