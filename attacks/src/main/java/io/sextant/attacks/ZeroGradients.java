package io.sextant.attacks;

import java.util.Optional;
import org.apiguardian.api.API;

/**
 * On how many examples a gradient attack found no direction where it began. They hold without
 * having been tested: a saturated loss, dead units or a quantised input look robust this way.
 *
 * @param zero examples without a usable gradient at the start of some run
 * @param started examples on which a gradient was asked for
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ZeroGradients(int zero, int started) {
  /** A larger share of examples is remarked on. */
  public static final double MOST = 0.10;

  public ZeroGradients {
    if (zero < 0 || zero > started) {
      throw new IllegalArgumentException(
          "zero gradients must be on 0..%d examples but were on %d".formatted(started, zero));
    }
  }

  /** Whether the share is so large that figures must not be read without it. */
  public boolean notable() {
    return zero > MOST * started;
  }

  /**
   * What to know before the attack's figures are believed, in one sentence; empty when there is
   * nothing.
   *
   * @param attack the attack's name
   */
  public Optional<String> remark(String attack) {
    return notable()
        ? Optional.of(
            ("%s found no gradient on %d of the %d examples where it began: they hold without"
                    + " having been tested; a loss that does not saturate may reach them (loss"
                    + " margin)")
                .formatted(attack, zero, started))
        : Optional.empty();
  }
}
