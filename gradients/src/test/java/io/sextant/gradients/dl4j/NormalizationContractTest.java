package io.sextant.gradients.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;

@Tag("engine-contract")
class NormalizationContractTest {
  static Stream<Network> networks() {
    List<Network> networks = new ArrayList<>();
    both(networks, "plain", () -> norm());
    both(networks, "useLogStd", () -> norm().useLogStd(true));
    both(networks, "without useLogStd", () -> norm().useLogStd(false));
    both(networks, "epsilon 0.1", () -> norm().eps(0.1));
    both(networks, "locked, neutral", () -> norm().lockGammaBeta(true));
    both(networks, "locked, both set", () -> norm().lockGammaBeta(true).gamma(1.7).beta(-0.4));
    both(networks, "locked, gamma set", () -> norm().lockGammaBeta(true).gamma(1.7));
    both(networks, "locked, beta set", () -> norm().lockGammaBeta(true).beta(-0.4));
    both(
        networks,
        "locked, useLogStd",
        () -> norm().lockGammaBeta(true).gamma(0.6).beta(0.3).useLogStd(true));
    both(
        networks, "with an activation, which is ignored", () -> norm().activation(Activation.RELU));
    networks.add(
        Network.sequence(
            "NHWC batch normalization",
            Network.image(CNN2DFormat.NHWC),
            list ->
                list.layer(
                        new ConvolutionLayer.Builder(3, 3)
                            .nOut(3)
                            .dataFormat(CNN2DFormat.NHWC)
                            .activation(Activation.TANH)
                            .build())
                    .layer(norm().dataFormat(CNN2DFormat.NHWC).build())
                    .layer(Network.softmax())));
    networks.add(
        Network.sequence(
            "batch normalization of the input",
            Network.image(),
            list ->
                list.layer(norm().build())
                    .layer(new ConvolutionLayer.Builder(3, 3).nOut(3).build())
                    .layer(Network.softmax())));
    networks.add(localResponse("defaults", new LocalResponseNormalization.Builder()));
    networks.add(localResponse("strong", new LocalResponseNormalization.Builder(1.5, 3, 0.4, 0.6)));
    networks.add(localResponse("even depth", new LocalResponseNormalization.Builder(1, 4, 0.3, 1)));
    networks.add(
        localResponse("a depth of 2.7", new LocalResponseNormalization.Builder(1, 2.7, 0.3, 1)));
    networks.add(
        Network.sequence(
            "NHWC local response normalization",
            Network.image(CNN2DFormat.NHWC),
            list ->
                list.layer(
                        new ConvolutionLayer.Builder(3, 3)
                            .nOut(6)
                            .dataFormat(CNN2DFormat.NHWC)
                            .activation(Activation.TANH)
                            .build())
                    .layer(new LocalResponseNormalization.Builder(1.5, 3, 0.4, 0.6).build())
                    .layer(Network.softmax())));
    networks.add(localResponse("wide", new LocalResponseNormalization.Builder(1, 9, 0.3, 0.75)));
    return networks.stream();
  }

  private static BatchNormalization.Builder norm() {
    return new BatchNormalization.Builder();
  }

  private static void both(
      List<Network> networks,
      String name,
      Supplier<? extends org.deeplearning4j.nn.conf.layers.FeedForwardLayer.Builder<?>> norm) {
    networks.add(
        Network.sequence(
            "batch normalization of images, " + name,
            Network.image(),
            list ->
                list.layer(
                        new ConvolutionLayer.Builder(3, 3)
                            .nOut(3)
                            .activation(Activation.TANH)
                            .build())
                    .layer(norm.get().build())
                    .layer(Network.softmax())));
    networks.add(
        Network.sequence(
            "batch normalization of vectors, " + name,
            InputType.feedForward(5),
            list ->
                list.layer(Network.dense(9, Activation.TANH))
                    .layer(norm.get().build())
                    .layer(Network.softmax())));
  }

  private static Network localResponse(String name, LocalResponseNormalization.Builder norm) {
    return Network.sequence(
        "local response normalization, " + name,
        Network.image(),
        list ->
            list.layer(
                    new ConvolutionLayer.Builder(3, 3).nOut(6).activation(Activation.TANH).build())
                .layer(norm.build())
                .layer(Network.softmax()));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void network_fulfils_the_contract(Network network) {
    Contract.holds(network);
  }
}
