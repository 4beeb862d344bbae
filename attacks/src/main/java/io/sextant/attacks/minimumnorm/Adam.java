package io.sextant.attacks.minimumnorm;

/**
 * Running means of gradients and of their squares, one run's own: what a step of Adam is made of.
 *
 * <pre>
 * m = b1 m + (1 - b1) g,  v = b2 v + (1 - b2) g²
 * step = m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + 1e-8)
 * </pre>
 *
 * <p>Kingma, Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, arXiv:1412.6980, with its
 * constants: b1 = 0.9, b2 = 0.999.
 */
final class Adam {
  private static final double B1 = 0.9;
  private static final double B2 = 0.999;
  private static final double LEAST = 1e-8;

  private final double[] mean;
  private final double[] square;
  private int seen;

  Adam(int size) {
    mean = new double[size];
    square = new double[size];
  }

  /** Takes in the next gradient; not modified. */
  void see(double[] gradient) {
    seen++;
    for (int i = 0; i < mean.length; i++) {
      mean[i] = B1 * mean[i] + (1 - B1) * gradient[i];
      square[i] = B2 * square[i] + (1 - B2) * gradient[i] * gradient[i];
    }
  }

  /** What a coordinate's mean gradient is divided by: how steep it has been, above 0. */
  double steepness(int i) {
    return Math.sqrt(square[i] / (1 - Math.pow(B2, seen))) + LEAST;
  }

  /** Where to go up the gradients, in a coordinate: about 1 while they agree. */
  double step(int i) {
    return mean[i] / (1 - Math.pow(B1, seen)) / steepness(i);
  }
}
