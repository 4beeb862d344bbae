package io.sextant.adaptation;

import java.util.Objects;
import org.apiguardian.api.API;

/**
 * Adapted parameters, and where they began.
 *
 * @param values as they are; not to be modified
 * @param origin as the stream found them, as many; not to be modified
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Parameters(double[] values, double[] origin) {
  /** No parameters at all. */
  public static final Parameters NONE = new Parameters(new double[0], new double[0]);

  public Parameters {
    Objects.requireNonNull(values, "values");
    if (values.length != origin.length) {
      throw new IllegalArgumentException(
          "there must be as many parameters as at the beginning, %d, but were %d"
              .formatted(origin.length, values.length));
    }
  }

  /** At the beginning. */
  public static Parameters at(double[] origin) {
    return new Parameters(origin, origin);
  }

  /** How many. */
  public int size() {
    return values.length;
  }

  /** The same with other values. */
  public Parameters to(double[] other) {
    return new Parameters(other, origin);
  }

  /** The Euclidean distance from the beginning. */
  public double drift() {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += (values[i] - origin[i]) * (values[i] - origin[i]);
    }
    return Math.sqrt(sum);
  }

  /** (1 - share) of these and a share of the beginning. */
  public Parameters pulledBack(double share) {
    double[] pulled = new double[values.length];
    for (int i = 0; i < pulled.length; i++) {
      pulled[i] = (1 - share) * values[i] + share * origin[i];
    }
    return to(pulled);
  }

  /** The nearest parameters within a distance from the beginning. */
  public Parameters within(double most) {
    double drift = drift();
    return drift <= most ? this : pulledBack(1 - most / drift);
  }
}
