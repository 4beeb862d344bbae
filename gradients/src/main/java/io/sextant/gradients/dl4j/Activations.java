package io.sextant.gradients.dl4j;

import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.UnsupportedLayerException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
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

/** The operations of an activation function: none for the identity. */
final class Activations {
  // ND4J's native operation cubes the paper's constant along with x, and what it computes is what
  // the model predicts.
  private static final double CUBIC = Math.pow(0.044715, 3);

  private Activations() {}

  /**
   * The operations of an activation.
   *
   * @param layer for messages
   * @param activation as configured
   * @param input the shape it is applied to, channels first
   * @param channelsLast whether the network itself has the channels last
   */
  static List<Operation> operations(
      String layer, IActivation activation, Shape input, boolean channelsLast) {
    OptionTable.check(layer, activation);
    if (activation instanceof ActivationIdentity) {
      return List.of();
    }
    if (activation instanceof ActivationSoftmax) {
      // Deeplearning4j normalises over the last dimension of its own format.
      return List.of(new Operation.Softmax(channelsLast ? 0 : input.rank() - 1));
    }
    return List.of(new Operation.Elementwise(function(layer, activation)));
  }

  /**
   * An activation that acts on each value by itself, as the gates of a recurrent layer need it.
   *
   * @param layer for messages
   * @param activation as configured
   */
  static Function function(String layer, @Nullable IActivation activation) {
    if (activation == null) {
      throw new UnsupportedLayerException(layer, "an activation is missing");
    }
    OptionTable.check(layer, activation);
    if (activation instanceof ActivationIdentity) {
      return new Function.Identity();
    } else if (activation instanceof ActivationSoftmax) {
      throw new UnsupportedLayerException(layer, "the activation softmax is not supported here");
    } else if (activation instanceof ActivationReLU relu) {
      return relu(relu);
    } else if (activation instanceof ActivationRReLU random) {
      // Deeplearning4j's random slopes become a floor at test time, their mean.
      return new Function.Floor(0.5 * (random.getL() + random.getU()));
    } else if (activation instanceof ActivationReLU6) {
      return new Function.Relu6();
    } else if (activation instanceof ActivationLReLU leaky) {
      return new Function.LeakyRelu(leaky.getAlpha());
    } else if (activation instanceof ActivationThresholdedReLU thresholded) {
      return new Function.ThresholdedRelu(thresholded.getTheta());
    } else if (activation instanceof ActivationELU elu) {
      return new Function.Elu(elu.getAlpha());
    } else if (activation instanceof ActivationSELU) {
      return new Function.Selu();
    } else if (activation instanceof ActivationGELU gelu) {
      return gelu.isPrecise() ? new Function.TanhGelu(CUBIC) : new Function.SigmoidGelu();
    } else if (activation instanceof ActivationSwish) {
      return new Function.Swish();
    } else if (activation instanceof ActivationMish) {
      return new Function.Mish();
    } else if (activation instanceof ActivationSigmoid) {
      return new Function.Sigmoid();
    } else if (activation instanceof ActivationHardSigmoid) {
      return new Function.HardSigmoid();
    } else if (activation instanceof ActivationTanH) {
      return new Function.Tanh();
    } else if (activation instanceof ActivationHardTanH) {
      return new Function.HardTanh();
    } else if (activation instanceof ActivationRectifiedTanh) {
      return new Function.RectifiedTanh();
    } else if (activation instanceof ActivationSoftPlus) {
      return new Function.Softplus();
    } else if (activation instanceof ActivationSoftSign) {
      return new Function.Softsign();
    } else if (activation instanceof ActivationCube) {
      return new Function.Cube();
    }
    throw new IllegalStateException("a supported activation without a function: " + activation);
  }

  private static Function relu(ActivationReLU relu) {
    if (relu.getMax() == null && relu.getThreshold() == null && relu.getNegativeSlope() == null) {
      return new Function.Relu();
    }
    return new Function.BoundedRelu(
        Objects.requireNonNullElse(relu.getMax(), Double.POSITIVE_INFINITY),
        Objects.requireNonNullElse(relu.getThreshold(), 0.0),
        Objects.requireNonNullElse(relu.getNegativeSlope(), 0.0));
  }
}
