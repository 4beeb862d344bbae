package io.sextant.attacks;

import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A point of a search: an input that exists and that the threat allows. {@link Trial} makes them.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Iterate {
  private final double[] perturbation;
  private final List<Switch> switches;
  private final double[] row;

  Iterate(double[] perturbation, List<Switch> switches, double[] row) {
    this.perturbation = perturbation;
    this.switches = switches;
    this.row = row;
  }

  /** The input, {@code [features]}, values that are floats; not to be modified. */
  public double[] row() {
    return row;
  }

  /**
   * How far each feature was moved, {@code [features]}, in units of its scale; not to be modified.
   * The input is the nearest one to this that exists.
   */
  public double[] perturbation() {
    return perturbation;
  }

  /**
   * Where these categories would be with other features.
   *
   * @param moved how far each feature is moved then, {@code [features]}, in units of its scale; not
   *     to be modified afterwards
   */
  public Move moved(double[] moved) {
    return new Move(moved, switches);
  }

  List<Switch> switches() {
    return switches;
  }

  /** Whether two iterates were moved alike. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Iterate that
        && Arrays.equals(perturbation, that.perturbation)
        && switches.equals(that.switches);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(perturbation) + switches.hashCode();
  }
}
