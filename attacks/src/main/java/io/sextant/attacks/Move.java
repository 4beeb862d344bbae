package io.sextant.attacks;

import java.util.List;
import org.apiguardian.api.API;

/**
 * Where a step leads before it is projected; {@link Trial#project} makes an {@link Iterate} of it.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Move {
  private final double[] perturbation;
  private final List<Switch> switches;

  Move(double[] perturbation, List<Switch> switches) {
    this.perturbation = perturbation;
    this.switches = switches;
  }

  double[] perturbation() {
    return perturbation;
  }

  List<Switch> switches() {
    return switches;
  }
}
