package io.sextant.results;

import java.util.List;
import org.apiguardian.api.API;

/**
 * Adversarial examples checked again outside the engine that found them.
 *
 * @param counted examples that attacks reported as broken
 * @param verified those that passed
 * @param smallMargins examples whose decision margin is below 1e-4, so that another engine or batch
 *     size may decide otherwise
 * @param rejected those that did not pass, which count as held
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Reverification(
    int counted, int verified, int smallMargins, List<Rejection> rejected) {
  public Reverification {
    rejected = List.copyOf(rejected);
    Check.notNegative("verified", verified);
    Check.notNegative("smallMargins", smallMargins);
    if (verified + rejected.size() != counted) {
      throw new IllegalArgumentException(
          "verified and rejected must add up to counted = %d but were %d and %d"
              .formatted(counted, verified, rejected.size()));
    }
  }

  /**
   * An adversarial example that did not verify.
   *
   * @param sample 0-based row of the data
   * @param cell the condition and the attack that reported it
   * @param reason what was wrong with it
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Rejection(int sample, Cell cell, String reason) {
    /** The row that it is about. */
    SampleRow.Key key() {
      return new SampleRow.Key(sample, cell);
    }
  }
}
