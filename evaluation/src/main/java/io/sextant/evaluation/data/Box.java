package io.sextant.evaluation.data;

import io.sextant.gradients.InputDomain;
import org.apiguardian.api.API;

/**
 * The bounds that all values of an image share.
 *
 * @param minimum smallest value
 * @param maximum largest value, above {@code minimum}
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Box(double minimum, double maximum) {
  /** From 0 to 1, in which image bytes live. */
  public static final Box UNIT = new Box(0, 1);

  public Box {
    if (!(minimum < maximum) || !Double.isFinite(minimum) || !Double.isFinite(maximum)) {
      throw new IllegalArgumentException(
          "a box must have a finite minimum below its maximum but was %s..%s"
              .formatted(minimum, maximum));
    }
  }

  /** The domain of so many values in this box. */
  public InputDomain domain(int features) {
    return InputDomain.box(features, minimum, maximum);
  }
}
