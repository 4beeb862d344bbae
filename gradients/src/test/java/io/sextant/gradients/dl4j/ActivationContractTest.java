package io.sextant.gradients.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationRectifiedTanh;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.activations.impl.ActivationThresholdedReLU;

@Tag("engine-contract")
class ActivationContractTest {
  static Stream<Network> networks() {
    List<IActivation> activations =
        List.of(
            new ActivationIdentity(),
            new ActivationReLU(),
            new ActivationReLU(0.5, null, null),
            new ActivationReLU(null, 0.25, null),
            new ActivationReLU(null, -0.25, null),
            new ActivationReLU(null, null, 0.2),
            new ActivationReLU(null, null, -0.4),
            new ActivationReLU(0.6, 0.25, 0.2),
            new ActivationReLU(0.6, -0.25, 1.5),
            new ActivationReLU(-0.1, null, 0.5),
            new ActivationReLU6(),
            new ActivationRReLU(),
            new ActivationRReLU(-0.6, -0.1),
            new ActivationLReLU(),
            new ActivationLReLU(0.3),
            new ActivationLReLU(-0.3),
            new ActivationLReLU(1.5),
            new ActivationThresholdedReLU(),
            new ActivationThresholdedReLU(0.25),
            new ActivationThresholdedReLU(-0.25),
            new ActivationELU(),
            new ActivationELU(0.4),
            new ActivationSELU(),
            new ActivationGELU(),
            new ActivationGELU(true),
            new ActivationSwish(),
            new ActivationMish(),
            new ActivationSigmoid(),
            new ActivationHardSigmoid(),
            new ActivationTanH(),
            new ActivationHardTanH(),
            new ActivationRectifiedTanh(),
            new ActivationSoftPlus(),
            new ActivationSoftSign(),
            new ActivationCube(),
            new ActivationSoftmax());
    List<Network> networks = new ArrayList<>();
    for (IActivation activation : activations) {
      networks.add(inDense(activation));
      networks.add(inConvolution(activation));
    }
    networks.add(
        Network.sequence(
            "activation layers after dense and convolution",
            Network.image(),
            list ->
                list.layer(
                        new ConvolutionLayer.Builder(3, 2)
                            .nOut(3)
                            .activation(Activation.IDENTITY)
                            .build())
                    .layer(new ActivationLayer(Activation.RELU))
                    .layer(Network.dense(6, Activation.IDENTITY))
                    .layer(new ActivationLayer(new ActivationLReLU(0.2)))
                    .layer(Network.softmax())));
    networks.add(
        Network.sequence(
            "PReLU on vectors",
            InputType.feedForward(5),
            list ->
                list.layer(Network.dense(9, Activation.IDENTITY))
                    .layer(new PReLULayer.Builder().inputShape(9).build())
                    .layer(Network.softmax())));
    networks.add(prelu("PReLU per value"));
    networks.add(prelu("PReLU shared over height and width", 2, 3));
    networks.add(prelu("PReLU shared over channels", 1));
    networks.add(prelu("PReLU shared over width", 3));
    return networks.stream();
  }

  private static String named(IActivation activation) {
    String options =
        activation instanceof ActivationReLU relu
            ? ", max %s, threshold %s, slope %s"
                .formatted(relu.getMax(), relu.getThreshold(), relu.getNegativeSlope())
            : "";
    return "%s (%s%s)".formatted(activation, activation.getClass().getSimpleName(), options);
  }

  /** Weights are scaled up so that both sides of each kink and the saturated ends are visited. */
  private static Network inDense(IActivation activation) {
    return Network.sequence(
        named(activation) + " in dense",
        InputType.feedForward(5),
        list ->
            list.layer(
                    new DenseLayer.Builder()
                        .nOut(24)
                        .weightInit(new NormalDistribution(0, 2))
                        .activation(activation)
                        .build())
                .layer(Network.softmax()));
  }

  private static Network inConvolution(IActivation activation) {
    return Network.sequence(
        named(activation) + " in convolution",
        Network.image(),
        list ->
            list.layer(new ConvolutionLayer.Builder(3, 3).nOut(3).activation(activation).build())
                .layer(Network.softmax()));
  }

  private static Network prelu(String name, long... shared) {
    return Network.sequence(
        name,
        Network.image(),
        list -> {
          PReLULayer.Builder prelu = new PReLULayer.Builder().inputShape(3, 5, 4);
          if (shared.length > 0) {
            prelu.sharedAxes(shared);
          }
          list.layer(
                  new ConvolutionLayer.Builder(3, 3)
                      .nOut(3)
                      .activation(Activation.IDENTITY)
                      .build())
              .layer(prelu.build())
              .layer(Network.softmax());
        });
  }

  @ParameterizedTest
  @MethodSource("networks")
  void network_fulfils_the_contract(Network network) {
    Contract.holds(network);
  }
}
