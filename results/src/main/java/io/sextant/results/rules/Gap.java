package io.sextant.results.rules;

import io.sextant.results.Certainty;
import io.sextant.results.Limit;
import io.sextant.results.Statistic;
import java.math.BigDecimal;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The largest relative completeness gap of an explainer.
 *
 * @param value at least 0
 * @param complete whether each explanation with a gap has a relative one
 * @param worst examples with the largest gaps, the largest first
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Gap(double value, boolean complete, List<Integer> worst) implements Figure.Value {
  public Gap {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("gap must be finite but was " + value);
    }
    worst = List.copyOf(worst);
  }

  @Override
  public String lacking() {
    return "an explanation has no relative gap: no gradient was seen on its path, or the outputs at"
        + " its ends are equal; choose another baseline, or allow more nodes";
  }

  @Override
  public Certainty atLeast(Limit minimum, Statistic statistic) {
    if (compareTo(minimum) >= 0) {
      return Certainty.HOLDS;
    }
    return complete ? Certainty.FAILS : Certainty.OPEN;
  }

  @Override
  public Certainty atMost(Limit maximum, Statistic statistic) {
    if (compareTo(maximum) > 0) {
      return Certainty.FAILS;
    }
    return complete ? Certainty.HOLDS : Certainty.OPEN;
  }

  /** Exact: a double is the decimal it stands for. */
  private int compareTo(Limit limit) {
    return new BigDecimal(value).compareTo(limit.value());
  }
}
