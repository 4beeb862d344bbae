package io.sextant.adaptation;

import org.apiguardian.api.API;

/**
 * What keeps an adapted model from running away.
 *
 * @param level probability that the alarm ever sounds on a stream without cause, above 0 and below
 *     1
 * @param tolerance by how much the alarm's proxies may exceed those of source data
 * @param resetOnAlarm whether an alarm takes the stream back to the trained model
 * @param mostDrift largest Euclidean distance of adapted parameters from the trained ones, above 0
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Safety(double level, double tolerance, boolean resetOnAlarm, double mostDrift) {
  /** Level 0.05, tolerance 0.05, a reset at each alarm, any distance. */
  public static final Safety DEFAULT = new Safety(0.05, 0.05, true, Double.POSITIVE_INFINITY);

  public Safety {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException(
          "the level of the alarm must be above 0 and below 1 but was " + level);
    }
    if (!(tolerance >= 0 && tolerance < 1)) {
      throw new IllegalArgumentException(
          "the tolerance of the alarm must be in [0, 1) but was " + tolerance);
    }
    if (!(mostDrift > 0)) {
      throw new IllegalArgumentException("the largest drift must be above 0 but was " + mostDrift);
    }
  }

  /** The same with another probability of a false alarm. */
  public Safety withLevel(double value) {
    return new Safety(value, tolerance, resetOnAlarm, mostDrift);
  }

  /** The same with another tolerance. */
  public Safety withTolerance(double value) {
    return new Safety(level, value, resetOnAlarm, mostDrift);
  }

  /** The same with or without a reset at each alarm. */
  public Safety withResetOnAlarm(boolean value) {
    return new Safety(level, tolerance, value, mostDrift);
  }

  /** The same with another largest distance. */
  public Safety withMostDrift(double value) {
    return new Safety(level, tolerance, resetOnAlarm, value);
  }
}
