package io.sextant.attacks.minimumnorm;

/**
 * Values that fall from one to another along half a cosine.
 *
 * <p>Loshchilov, Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017,
 * arXiv:1608.03983.
 *
 * @param first at step 0
 * @param last after all steps
 */
record Cosine(double first, double last) {
  /** The value at a step, from 0. */
  double at(int step, int steps) {
    return last + (first - last) * (1 + Math.cos(Math.PI * step / steps)) / 2;
  }
}
