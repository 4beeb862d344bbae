package io.sextant.explainers;

import org.apiguardian.api.API;

/**
 * A curve from a baseline to an input, along which gradients are integrated. Its integral of the
 * gradient times the velocity is the difference of the outputs at its ends.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Path {
  /** The name in reports. */
  String name();

  /**
   * A point of the curve.
   *
   * @param baseline the start; not modified
   * @param input the end; not modified
   * @param position from 0, exactly the baseline, to 1, exactly the input
   * @return a new array
   */
  double[] point(double[] baseline, double[] input, double position);

  /**
   * The derivative of the point by the position.
   *
   * @param baseline the start; not modified
   * @param input the end; not modified
   * @param position from 0 to 1
   * @return a new array
   */
  double[] velocity(double[] baseline, double[] input, double position);
}
