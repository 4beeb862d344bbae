package io.sextant.gradients.graph;

import org.apiguardian.api.API;

/**
 * A function of one number, applied to each value of a tensor, with its derivative.
 *
 * <p>At a kink the derivative is the one from the left, as in PyTorch: ReLU'(0) = 0.
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

  /** min(max(0.2 x + 0.5, 0), 1). */
  record HardSigmoid() implements Function {
    @Override
    public double value(double x) {
      return Math.min(Math.max(0.2 * x + 0.5, 0), 1);
    }

    @Override
    public double slope(double x) {
      return x > -2.5 && x < 2.5 ? 0.2 : 0;
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
