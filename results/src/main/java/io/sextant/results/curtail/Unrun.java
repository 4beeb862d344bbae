package io.sextant.results.curtail;

import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import org.apiguardian.api.API;

/**
 * An attack that was planned and not run on every example that could still break.
 *
 * @param norm of the threat
 * @param epsilon radius of the threat
 * @param attack name
 * @param missing examples without it, at least 1
 * @param n examples of the audit
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Unrun(Norm norm, Epsilon epsilon, String attack, int missing, int n) {
  /** For example {@code pgd at L∞ 8/255: not run on 128 of 256 examples}. */
  public String describe() {
    return "%s at %s %s: not run on %s of %s examples"
        .formatted(attack, norm.symbol(), epsilon.text(), missing, n);
  }
}
