package io.sextant.results.curtail;

import io.sextant.results.Cell;
import org.apiguardian.api.API;

/**
 * An attack that was planned and not run on every example that could still break.
 *
 * @param cell the condition and the attack
 * @param missing examples without it, at least 1
 * @param n examples of the audit
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Unrun(Cell cell, int missing, int n) {
  /** For example {@code pgd at L∞ 8/255: not run on 128 of 256 examples}. */
  public String describe() {
    return "%s at %s: not run on %s of %s examples"
        .formatted(cell.method(), cell.condition().describe(), missing, n);
  }
}
