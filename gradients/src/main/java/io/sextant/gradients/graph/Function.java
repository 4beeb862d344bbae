package io.sextant.gradients.graph;

import org.apiguardian.api.API;

/**
 * A function of one number, applied to each value of a tensor, with its derivative.
 *
 * <p>At a kink the derivative is the one from the left, as in PyTorch: ReLU'(0) = 0; where a
 * function says otherwise, it says so.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Function {
  /** The function's value. */
  double value(double x);

  /** The function's derivative. */
  double slope(double x);

  /** max(x, 0). */
  record Relu() implements Function {
    @Override
    public double value(double x) {
      return x > 0 ? x : x <= 0 ? 0 : x; // the last branch passes NaN on
    }

    @Override
    public double slope(double x) {
      return x > 0 ? 1 : 0;
    }
  }

  /**
   * min(max(x, 0), 6).
   *
   * <p>Howard et al., "MobileNets", 2017, arXiv:1704.04861.
   */
  record Relu6() implements Function {
    @Override
    public double value(double x) {
      return Math.min(Math.max(x, 0), 6);
    }

    @Override
    public double slope(double x) {
      return x > 0 && x < 6 ? 1 : 0;
    }
  }

  /**
   * min(x, most) from the threshold on, min(slope (x - threshold), most) below it: a ReLU with all
   * its options. It jumps at a threshold that is not 0.
   *
   * @param most the largest value; infinite for none
   * @param threshold from here on x passes
   * @param slope the slope below the threshold
   */
  record BoundedRelu(double most, double threshold, double slope) implements Function {
    @Override
    public double value(double x) {
      return Math.min(unbounded(x), most);
    }

    @Override
    public double slope(double x) {
      if (unbounded(x) >= most) {
        return 0;
      }
      return x > threshold ? 1 : slope;
    }

    private double unbounded(double x) {
      return x >= threshold ? x : slope * (x - threshold);
    }
  }

  /**
   * max(x, least).
   *
   * @param least the smallest value
   */
  record Floor(double least) implements Function {
    @Override
    public double value(double x) {
      return Math.max(x, least);
    }

    @Override
    public double slope(double x) {
      return x > least ? 1 : 0;
    }
  }

  /**
   * x for x above 0, alpha x below.
   *
   * @param alpha the slope on the left
   */
  record LeakyRelu(double alpha) implements Function {
    @Override
    public double value(double x) {
      return x > 0 ? x : alpha * x;
    }

    @Override
    public double slope(double x) {
      return x > 0 ? 1 : alpha;
    }
  }

  /**
   * x above the threshold, 0 at or below it.
   *
   * @param theta the threshold
   */
  record ThresholdedRelu(double theta) implements Function {
    @Override
    public double value(double x) {
      return x > theta ? x : 0 * x;
    }

    @Override
    public double slope(double x) {
      return x > theta ? 1 : 0;
    }
  }

  /**
   * x for x above 0, alpha (exp(x) - 1) below.
   *
   * <p>Clevert, Unterthiner, Hochreiter, "Fast and Accurate Deep Network Learning by Exponential
   * Linear Units", ICLR 2016, arXiv:1511.07289.
   *
   * @param alpha the saturation on the left
   */
  record Elu(double alpha) implements Function {
    @Override
    public double value(double x) {
      return x > 0 ? x : alpha * Math.expm1(x);
    }

    @Override
    public double slope(double x) {
      return x > 0 ? 1 : alpha * Math.exp(x);
    }
  }

  /**
   * x for x above 0, alpha (exp(x / alpha) - 1) below.
   *
   * <p>Barron, "Continuously Differentiable Exponential Linear Units", 2017, arXiv:1704.07483.
   *
   * @param alpha the saturation on the left, not 0
   */
  record Celu(double alpha) implements Function {
    @Override
    public double value(double x) {
      return x > 0 ? x : alpha * Math.expm1(x / alpha);
    }

    @Override
    public double slope(double x) {
      return x > 0 ? 1 : Math.exp(x / alpha);
    }
  }

  /**
   * The self-normalising ELU.
   *
   * <p>Klambauer et al., "Self-Normalizing Neural Networks", NeurIPS 2017, arXiv:1706.02515.
   */
  record Selu() implements Function {
    private static final double ALPHA = 1.6732632423543772;
    private static final double LAMBDA = 1.0507009873554805;

    @Override
    public double value(double x) {
      return LAMBDA * (x > 0 ? x : ALPHA * Math.expm1(x));
    }

    @Override
    public double slope(double x) {
      return LAMBDA * (x > 0 ? 1 : ALPHA * Math.exp(x));
    }
  }

  /**
   * x times the normal distribution function of x.
   *
   * <p>Hendrycks, Gimpel, "Gaussian Error Linear Units", 2016, arXiv:1606.08415.
   */
  record Gelu() implements Function {
    @Override
    public double value(double x) {
      return 0.5 * x * ErrorFunction.complement(-x * Math.sqrt(0.5));
    }

    @Override
    public double slope(double x) {
      double density = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
      return 0.5 * ErrorFunction.complement(-x * Math.sqrt(0.5)) + x * density;
    }
  }

  /**
   * x sigmoid(1.702 x), the sigmoid approximation of x times the normal distribution function.
   *
   * <p>Hendrycks, Gimpel, "Gaussian Error Linear Units", 2016, arXiv:1606.08415, section 2.
   */
  record SigmoidGelu() implements Function {
    private static final double SCALE = 1.702;

    @Override
    public double value(double x) {
      return x * sigmoid(SCALE * x);
    }

    @Override
    public double slope(double x) {
      double s = sigmoid(SCALE * x);
      return s + SCALE * x * s * (1 - s);
    }
  }

  /**
   * x/2 (1 + tanh(sqrt(2/pi) (x + cubic x^3))), the closer approximation of the same.
   *
   * <p>Hendrycks, Gimpel, "Gaussian Error Linear Units", 2016, arXiv:1606.08415, section 2.
   *
   * @param cubic 0.044715 in the paper; some libraries deviate
   */
  record TanhGelu(double cubic) implements Function {
    private static final double SCALE = Math.sqrt(2 / Math.PI);

    @Override
    public double value(double x) {
      return 0.5 * x * (1 + Math.tanh(SCALE * (x + cubic * x * x * x)));
    }

    @Override
    public double slope(double x) {
      double t = Math.tanh(SCALE * (x + cubic * x * x * x));
      return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * SCALE * (1 + 3 * cubic * x * x);
    }
  }

  /**
   * x sigmoid(x).
   *
   * <p>Ramachandran, Zoph, Le, "Searching for Activation Functions", 2017, arXiv:1710.05941.
   */
  record Swish() implements Function {
    @Override
    public double value(double x) {
      return x * sigmoid(x);
    }

    @Override
    public double slope(double x) {
      double s = sigmoid(x);
      return s + x * s * (1 - s);
    }
  }

  /**
   * x tanh(softplus(x)).
   *
   * <p>Misra, "Mish: A Self Regularized Non-Monotonic Activation Function", BMVC 2020,
   * arXiv:1908.08681.
   */
  record Mish() implements Function {
    @Override
    public double value(double x) {
      return x * Math.tanh(softplus(x));
    }

    @Override
    public double slope(double x) {
      double t = Math.tanh(softplus(x));
      return t + x * (1 - t * t) * sigmoid(x);
    }
  }

  /** 1 / (1 + exp(-x)). */
  record Sigmoid() implements Function {
    @Override
    public double value(double x) {
      return sigmoid(x);
    }

    @Override
    public double slope(double x) {
      double s = sigmoid(x);
      return s * (1 - s);
    }
  }

  /**
   * min(max(factor x + offset, 0), 1).
   *
   * @param factor the slope in the middle
   * @param offset the value at 0
   */
  record HardSigmoid(double factor, double offset) implements Function {
    /** min(max(0.2 x + 0.5, 0), 1). */
    public HardSigmoid() {
      this(0.2, 0.5);
    }

    @Override
    public double value(double x) {
      return Math.min(Math.max(factor * x + offset, 0), 1);
    }

    @Override
    public double slope(double x) {
      double y = factor * x + offset;
      return y > 0 && y < 1 ? factor : 0;
    }
  }

  /**
   * x min(max(x + 3, 0), 6) / 6.
   *
   * <p>Howard et al., "Searching for MobileNetV3", ICCV 2019, arXiv:1905.02244.
   */
  record HardSwish() implements Function {
    @Override
    public double value(double x) {
      return x * Math.min(Math.max(x + 3, 0), 6) / 6;
    }

    @Override
    public double slope(double x) {
      return x <= -3 ? 0 : x <= 3 ? (2 * x + 3) / 6 : 1;
    }
  }

  /** The hyperbolic tangent. */
  record Tanh() implements Function {
    @Override
    public double value(double x) {
      return Math.tanh(x);
    }

    @Override
    public double slope(double x) {
      double t = Math.tanh(x);
      return 1 - t * t;
    }
  }

  /** min(max(x, -1), 1). */
  record HardTanh() implements Function {
    @Override
    public double value(double x) {
      return Math.min(Math.max(x, -1), 1);
    }

    @Override
    public double slope(double x) {
      return x > -1 && x < 1 ? 1 : 0;
    }
  }

  /** max(tanh(x), 0). */
  record RectifiedTanh() implements Function {
    @Override
    public double value(double x) {
      return Math.max(Math.tanh(x), 0);
    }

    @Override
    public double slope(double x) {
      double t = Math.tanh(x);
      return x > 0 ? 1 - t * t : 0;
    }
  }

  /** log(1 + exp(x)), without overflow. */
  record Softplus() implements Function {
    @Override
    public double value(double x) {
      return softplus(x);
    }

    @Override
    public double slope(double x) {
      return sigmoid(x);
    }
  }

  /**
   * alpha x + (1 - alpha) log(1 + exp(sharpness x)) / sharpness: a leaky ReLU without its kink,
   * from which it is nowhere farther than (1 - alpha) log(2) / sharpness. Its curvature is what the
   * gradient of a gradient needs.
   *
   * <p>Dombrowski, Alber, Anders, Ackermann, Müller, Kessel, "Explanations can be manipulated and
   * geometry is to blame", NeurIPS 2019, arXiv:1906.07983.
   *
   * @param alpha slope far below 0
   * @param sharpness above 0
   */
  record SoftRelu(double alpha, double sharpness) implements Function {
    public SoftRelu {
      if (!(sharpness > 0 && sharpness < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "sharpness must be finite and above 0 but was " + sharpness);
      }
    }

    @Override
    public double value(double x) {
      return alpha * x + (1 - alpha) * softplus(sharpness * x) / sharpness;
    }

    @Override
    public double slope(double x) {
      return alpha + (1 - alpha) * sigmoid(sharpness * x);
    }
  }

  /** x / (1 + |x|). */
  record Softsign() implements Function {
    @Override
    public double value(double x) {
      return x / (1 + Math.abs(x));
    }

    @Override
    public double slope(double x) {
      double d = 1 + Math.abs(x);
      return 1 / (d * d);
    }
  }

  /** x itself. */
  record Identity() implements Function {
    @Override
    public double value(double x) {
      return x;
    }

    @Override
    public double slope(double x) {
      return 1;
    }
  }

  /**
   * min(max(x, least), most).
   *
   * @param least the smallest value; may be infinite
   * @param most the largest value, at least {@code least}; may be infinite
   */
  record Clip(double least, double most) implements Function {
    public Clip {
      if (!(least <= most)) {
        throw new IllegalArgumentException(
            "values cannot be clipped to at least %s and at most %s".formatted(least, most));
      }
    }

    @Override
    public double value(double x) {
      return Math.min(Math.max(x, least), most);
    }

    @Override
    public double slope(double x) {
      return x > least && x < most ? 1 : 0;
    }
  }

  /** The error function. */
  record Erf() implements Function {
    @Override
    public double value(double x) {
      return ErrorFunction.value(x);
    }

    @Override
    public double slope(double x) {
      return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x);
    }
  }

  /** exp(x). */
  record Exponential() implements Function {
    @Override
    public double value(double x) {
      return Math.exp(x);
    }

    @Override
    public double slope(double x) {
      return Math.exp(x);
    }
  }

  /** The natural logarithm. */
  record Logarithm() implements Function {
    @Override
    public double value(double x) {
      return Math.log(x);
    }

    @Override
    public double slope(double x) {
      return 1 / x;
    }
  }

  /**
   * x to a power; not a number below 0 unless the exponent is whole.
   *
   * @param exponent finite; 1/2 is the square root, -1 the reciprocal
   */
  record Power(double exponent) implements Function {
    public Power {
      if (!Double.isFinite(exponent)) {
        throw new IllegalArgumentException("an exponent must be finite but was " + exponent);
      }
    }

    @Override
    public double value(double x) {
      return Math.pow(x, exponent);
    }

    @Override
    public double slope(double x) {
      return exponent == 0 ? 0 : exponent * Math.pow(x, exponent - 1);
    }
  }

  /** |x|; its slope at 0 is 0, as in PyTorch. */
  record Absolute() implements Function {
    @Override
    public double value(double x) {
      return Math.abs(x);
    }

    @Override
    public double slope(double x) {
      return Math.signum(x);
    }
  }

  /** The sine. */
  record Sine() implements Function {
    @Override
    public double value(double x) {
      return Math.sin(x);
    }

    @Override
    public double slope(double x) {
      return Math.cos(x);
    }
  }

  /** The cosine. */
  record Cosine() implements Function {
    @Override
    public double value(double x) {
      return Math.cos(x);
    }

    @Override
    public double slope(double x) {
      return -Math.sin(x);
    }
  }

  /**
   * 1 where x is another number, 0 where it is this one: masks are made so. Its slope is 0.
   *
   * @param number the number
   */
  record Differs(double number) implements Function {
    @Override
    public double value(double x) {
      return x == number ? 0 : 1;
    }

    @Override
    public double slope(double x) {
      return 0;
    }
  }

  /** x cubed. */
  record Cube() implements Function {
    @Override
    public double value(double x) {
      return x * x * x;
    }

    @Override
    public double slope(double x) {
      return 3 * x * x;
    }
  }

  private static double sigmoid(double x) {
    if (x >= 0) {
      return 1 / (1 + Math.exp(-x));
    }
    double e = Math.exp(x);
    return e / (1 + e);
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
