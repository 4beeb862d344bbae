package io.sextant.gradients.nd4j;

/** The derivative of a p-norm. */
final class Norms {
  private Norms() {}

  /** d norm / d value = sign(value) (|value| / norm)^(p-1), and 0 where the norm is 0. */
  static double slope(double value, double norm, double p) {
    return norm == 0 ? 0 : Math.signum(value) * Math.pow(Math.abs(value) / norm, p - 1);
  }
}
