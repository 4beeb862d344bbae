package io.sextant.explainers;

import java.util.Objects;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * A part of an attribution that is a sum of gradients:
 *
 * <pre>
 * attribution = sum over terms of weight * distance * grad f(point)
 * </pre>
 *
 * <p>How the attribution moves with the input then follows from how gradients do: a term's point
 * moves by {@code position} times what the input moves, and its distance, where it has one, as the
 * input does.
 *
 * @param weight of the term
 * @param point where the gradient is taken, {@code [input values]}
 * @param position how far the point moves with the input, from 0 to 1
 * @param distance what each value of the gradient is multiplied by; absent for 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record GradientTerm(
    double weight, double[] point, double position, Optional<double[]> distance) {
  public GradientTerm {
    Objects.requireNonNull(point, "point");
    Objects.requireNonNull(distance, "distance");
    if (!Double.isFinite(weight) || !(position >= 0 && position <= 1)) {
      throw new IllegalArgumentException(
          "weight must be finite and position from 0 to 1 but were %s and %s"
              .formatted(weight, position));
    }
  }

  /** The same with its weight multiplied. */
  GradientTerm times(double factor) {
    return new GradientTerm(weight * factor, point, position, distance);
  }
}
