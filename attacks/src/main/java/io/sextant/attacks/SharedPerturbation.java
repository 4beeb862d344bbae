package io.sextant.attacks;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What one perturbation for many inputs may be, and what it makes of each: it lies in the ball, and
 * each input takes as much of it as the domain lets it.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class SharedPerturbation {
  private final Coordinates coordinates;
  private final Ball ball;
  private final double[] low;
  private final double[] high;

  /**
   * Perturbations in a threat's ball.
   *
   * @param service its domain says what exists; without relations between features
   * @param threat with a radius and without a budget; categories stay as they are
   */
  public SharedPerturbation(GradientService service, ThreatModel threat) {
    InputDomain domain = service.domain();
    if (Double.isInfinite(threat.radius())
        || !Double.isInfinite(threat.budget())
        || !domain.relations().isEmpty()) {
      throw new IllegalArgumentException(
          "one perturbation for many inputs needs a radius, no budget and no relations between features, but the threat was %s, the budget %s, and there were %d relations"
              .formatted(
                  threat.condition().describe(), threat.budget(), domain.relations().size()));
    }
    this.coordinates = new Coordinates(domain);
    this.ball = Ball.of(threat.norm(), threat.radius());
    this.low = new double[domain.size()];
    this.high = new double[domain.size()];
    Arrays.fill(low, -Ball.BEYOND);
    Arrays.fill(high, Ball.BEYOND);
  }

  /**
   * The input that a clean one becomes, {@code [features]}.
   *
   * @param perturbation {@code [features]}, in units of scale; not modified
   */
  public double[] row(double[] clean, double[] perturbation) {
    return at(coordinates.reach(clean), perturbation);
  }

  private static double[] at(Reach reach, double[] perturbation) {
    double[] own = perturbation.clone();
    for (int i = 0; i < own.length; i++) {
      own[i] = Math.max(reach.low()[i], Math.min(reach.high()[i], own[i]));
    }
    return reach.row(own, List.of());
  }

  /** A gradient with respect to the input as one with respect to the perturbation. */
  public double[] slope(double[] clean, double[] gradient) {
    return coordinates.reach(clean).slope(gradient);
  }

  /**
   * The norm's steepest step, and the nearest point of the ball.
   *
   * @param perturbation in the ball; not modified
   * @param slope with respect to the perturbation, finite
   * @param size length of the step
   */
  public double[] step(double[] perturbation, double[] slope, double size) {
    double[] next = perturbation.clone();
    ball.ascend(slope, size, next, low, high);
    ball.project(next, low, high);
    return next;
  }
}
