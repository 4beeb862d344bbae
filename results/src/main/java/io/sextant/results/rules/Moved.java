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
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Moved(AttributionDrift.Measured measured, List<Integer> worst)
    implements Figure.Value {
  public Moved {
    worst = List.copyOf(worst);
  }

  @Override
  public Certainty atLeast(Limit minimum, Statistic statistic) {
    return compareTo(minimum) >= 0 ? Certainty.HOLDS : Certainty.FAILS;
  }

  @Override
  public Certainty atMost(Limit maximum, Statistic statistic) {
    return compareTo(maximum) <= 0 ? Certainty.HOLDS : Certainty.FAILS;
  }

  /** Exact: a double is the decimal it stands for. */
  private int compareTo(Limit limit) {
    return new BigDecimal(value()).compareTo(limit.value());
  }

  @Override
  public boolean complete() {
    return true;
  }

  @Override
  public String lacking() {
    return "nothing is lacking";
  }

  @Override
  public double value() {
    return measured.mean().mean();
  }
}
