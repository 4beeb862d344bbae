package io.sextant.results.baseline;

import io.sextant.results.Limit;
import io.sextant.results.Proportion;
import java.math.BigDecimal;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A figure beside its baseline, on the same examples.
 *
 * @param before good examples of the baseline
 * @param after good examples now, of the same {@code n}
 * @param lost examples that were good and are not any more, ascending
 * @param gained examples that were not good and are now, ascending
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Comparison(
    Proportion before, Proportion after, List<Integer> lost, List<Integer> gained) {
  public Comparison {
    lost = List.copyOf(lost);
    gained = List.copyOf(gained);
    if (before.n() != after.n()) {
      throw new IllegalArgumentException(
          "before and after must have the same n but had %s and %s"
              .formatted(before.n(), after.n()));
    }
    if (before.count() - lost.size() + gained.size() != after.count()) {
      throw new IllegalArgumentException(
          "%s good examples less %s lost plus %s gained must give the %s of now"
              .formatted(before.count(), lost.size(), gained.size(), after.count()));
    }
  }

  /** The paired test. */
  public McNemar test() {
    return new McNemar(lost.size(), gained.size());
  }

  /** Whether the share rose. */
  public boolean isImprovement() {
    return after.count() > before.count();
  }

  /**
   * Whether the share fell by more than is tolerated, and not by chance. Counts are compared
   * exactly.
   *
   * @param tolerance largest acceptable fall, a share: 0.01 is one point
   * @param level of the one-sided test, in (0, 1)
   */
  public boolean isRegression(Limit tolerance, BigDecimal level) {
    BigDecimal fall = BigDecimal.valueOf((long) before.count() - after.count());
    return fall.compareTo(tolerance.value().multiply(BigDecimal.valueOf(after.n()))) > 0
        && test().isLoss(level);
  }
}
