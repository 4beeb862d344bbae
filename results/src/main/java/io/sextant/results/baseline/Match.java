package io.sextant.results.baseline;

import org.apiguardian.api.API;

/**
 * What the baseline says about a figure.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Match {
  /**
   * The two stand side by side.
   *
   * @param comparison on the same examples
   * @since 0.1
   */
  record Compared(Comparison comparison) implements Match {}

  /**
   * There is a baseline, but not one for this figure.
   *
   * @param reason and the next step
   * @since 0.1
   */
  record Refused(String reason) implements Match {}

  /**
   * The baseline does not know the rule.
   *
   * @param reason and the next step
   * @since 0.1
   */
  record Absent(String reason) implements Match {}
}
