package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * How far an explanation of one example can be trusted: one line of {@code certificates.csv}.
 *
 * @param sample 0-based row of the data
 * @param target class that was explained
 * @param output what was explained: {@code logit}, {@code probability} or {@code margin}
 * @param nodes points at which the gradient was taken
 * @param fInput output at the input
 * @param fBaseline output at the baseline, for methods that have one
 * @param gap sum of the attribution minus (fInput - fBaseline), for methods that have a baseline
 * @param toleranceMet whether the gap is within the tolerance, for methods that have a baseline;
 *     false too where no gradient was seen on the whole path
 * @param standardError largest standard error of an element, for stochastic methods
 * @param forwards forward passes spent
 * @param backwards backward passes spent
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Certificate(
    int sample,
    int target,
    String output,
    int nodes,
    double fInput,
    OptionalDouble fBaseline,
    OptionalDouble gap,
    Optional<Boolean> toleranceMet,
    OptionalDouble standardError,
    long forwards,
    long backwards) {
  public Certificate {
    Check.notNegative("sample", sample);
    Check.notNegative("target", target);
    Check.notNegative("nodes", nodes);
    Check.finite("fInput", fInput);
    Check.finite("fBaseline", fBaseline);
    Check.finite("gap", gap);
    Check.finite("standardError", standardError);
  }

  /** What the explanation cost, in gradients. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public double cost() {
    return QueryCount.gradients(forwards, backwards);
  }

  /**
   * |gap| / |fInput - fBaseline|, absent without a baseline, where the outputs are equal but the
   * gap is not 0, and where both are 0 on a path that was not certified: zeros add up to nothing,
   * but a gradient that was not seen may still be there.
   */
  public OptionalDouble relativeGap() {
    if (gap.isEmpty() || fBaseline.isEmpty()) {
      return OptionalDouble.empty();
    }
    double size = Math.abs(gap.getAsDouble());
    double change = Math.abs(fInput - fBaseline.getAsDouble());
    if (size == 0 && change == 0) {
      return toleranceMet.orElse(true) ? OptionalDouble.of(0) : OptionalDouble.empty();
    }
    double ratio = size / change;
    return Double.isFinite(ratio) ? OptionalDouble.of(ratio) : OptionalDouble.empty();
  }
}
