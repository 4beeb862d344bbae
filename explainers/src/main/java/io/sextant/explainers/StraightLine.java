package io.sextant.explainers;

import org.apiguardian.api.API;

/**
 * The straight line from baseline to input: the path of integrated gradients.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record StraightLine() implements Path {
  @Override
  public String name() {
    return "straight-line";
  }

  @Override
  public double[] point(double[] baseline, double[] input, double position) {
    // At the end, baseline + (input - baseline) need not round to the input.
    if (position == 1) {
      return input.clone();
    }
    double[] point = new double[input.length];
    for (int i = 0; i < point.length; i++) {
      point[i] = baseline[i] + position * (input[i] - baseline[i]);
    }
    return point;
  }

  @Override
  public double[] velocity(double[] baseline, double[] input, double position) {
    double[] velocity = new double[input.length];
    for (int i = 0; i < velocity.length; i++) {
      velocity[i] = input[i] - baseline[i];
    }
    return velocity;
  }
}
