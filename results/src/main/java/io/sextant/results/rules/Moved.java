package io.sextant.results.rules;

import io.sextant.results.AttributionDrift;
import io.sextant.results.Certainty;
import io.sextant.results.Limit;
import io.sextant.results.Statistic;
import java.math.BigDecimal;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The share of the attribution that moved since the baseline. Its mean is held against limits.
 *
 * @param measured over the examples that both audits explained
 * @param worst examples of which the largest share moved, the largest first
 * @param unpaired examples that were explained before and were not explained now
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Moved(AttributionDrift.Measured measured, List<Integer> worst, int unpaired)
    implements Figure.Value {
  public Moved {
    worst = List.copyOf(worst);
  }

  @Override
  public Certainty atLeast(Limit minimum, Statistic statistic) {
    return sure(compareTo(minimum) >= 0);
  }

  @Override
  public Certainty atMost(Limit maximum, Statistic statistic) {
    return sure(compareTo(maximum) <= 0);
  }

  /** What was not explained may have moved most. */
  private Certainty sure(boolean holds) {
    return !holds ? Certainty.FAILS : complete() ? Certainty.HOLDS : Certainty.OPEN;
  }

  /** Exact: a double is the decimal it stands for. */
  private int compareTo(Limit limit) {
    return new BigDecimal(value()).compareTo(limit.value());
  }

  @Override
  public boolean complete() {
    return unpaired == 0;
  }

  @Override
  public String lacking() {
    return "%d examples of the baseline were not explained now; explain the same ones, or record the baseline again"
        .formatted(unpaired);
  }

  @Override
  public double value() {
    return measured.mean().mean();
  }
}
