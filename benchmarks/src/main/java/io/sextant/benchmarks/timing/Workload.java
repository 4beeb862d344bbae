package io.sextant.benchmarks.timing;

/** Whole jobs on the demo network, as a user would run them. */
interface Workload extends AutoCloseable {
  /**
   * PGD with 40 steps, L-infinity, radius 0.1, from a random start.
   *
   * @return how many examples are adversarial in the end, or were wrong from the start
   */
  int attack();

  /**
   * APGD on cross-entropy with 100 steps, L-infinity, radius 0.1, one run from a random start.
   *
   * @return how many examples are adversarial in the end, or were wrong from the start
   */
  int apgdCe();

  /** Integrated gradients with 50 nodes. */
  double[][] integratedGradients();

  /** SmoothGrad with 32 draws. */
  double[][] smoothGrad();

  /** Grad-CAM of the last feature maps, not enlarged. */
  double[][] gradCam();

  /** DeepLIFT with the rescale rule, from black. */
  double[][] deepLift();

  /** What the predicted class's logit loses while windows of 4x4, 2 apart, are black. */
  double[][] occlusion();

  @Override
  void close();
}
