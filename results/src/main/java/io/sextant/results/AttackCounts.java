package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.apiguardian.api.API;

/**
 * What became of the examples under one attack at one radius. The outcomes add up to {@code n}.
 *
 * @param attack name, or {@value SampleRow#WORST_CASE}
 * @param n examples
 * @param broken verified adversarial examples
 * @param held nothing found
 * @param alreadyWrong wrong without an attack
 * @param inconclusive not judged; counts as held
 * @param unverified found, but did not pass re-verification; counts as held
 * @param notRun the attack was not run on them to the end; counts as held
 * @param forwards forward passes over all examples
 * @param backwards backward passes over all examples
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record AttackCounts(
    String attack,
    int n,
    int broken,
    int held,
    int alreadyWrong,
    int inconclusive,
    int unverified,
    int notRun,
    long forwards,
    long backwards) {
  public AttackCounts {
    Check.notBlank("attack", attack);
    Check.notNegative("broken", broken);
    Check.notNegative("held", held);
    Check.notNegative("alreadyWrong", alreadyWrong);
    Check.notNegative("inconclusive", inconclusive);
    Check.notNegative("unverified", unverified);
    Check.notNegative("notRun", notRun);
    Check.notNegative("forwards", forwards);
    Check.notNegative("backwards", backwards);
    int sum = broken + held + alreadyWrong + inconclusive + unverified + notRun;
    if (sum != n) {
      throw new IllegalArgumentException(
          "%s: the outcomes must add up to n = %d but gave %d".formatted(attack, n, sum));
    }
  }

  /**
   * Robust accuracy: an upper bound, since examples without a verdict count as held and a better
   * attack might break more.
   */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public Proportion accuracy() {
    return new Proportion(held + inconclusive + unverified + notRun, n);
  }
}
