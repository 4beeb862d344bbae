package io.sextant.explainers;

import io.sextant.methods.Passes;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * What one attribution is about, how good it is, and what it cost.
 *
 * <p>The completeness gap is {@code sum(attribution) - (f(input) - f(baseline))}, signed; where
 * groups of values play, the sum is over players. It is judged relative to {@code |f(input) -
 * f(baseline)|} with a floor; see {@link Quadrature.Adaptive}.
 *
 * @param example the example's id
 * @param target the class that was explained, from 0
 * @param output the number that was explained
 * @param nodes points at which a gradient was taken, over all draws
 * @param fInput the output at the example
 * @param fBaseline the output at the baseline, or its mean over several; absent where the method
 *     has none, and for averages over draws
 * @param gap the completeness gap; absent where the method promises no completeness
 * @param gapError the standard error of the gap, for methods whose attributions add up in
 *     expectation alone; absent for others
 * @param toleranceMet whether the gap is within the tolerance that was asked for, and the rule saw
 *     enough of the path to say so; for averages over draws whether it was in every draw; false
 *     where no gradient was seen on the whole path, whatever the rule; else absent where no
 *     tolerance was asked for. Of methods that stop at a standard error: whether they reached it
 * @param standardError the mean over the input's values of the attribution's standard error; absent
 *     for methods without chance
 * @param forwards forward passes spent on this example
 * @param backwards backward passes spent on this example
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Certificate(
    long example,
    int target,
    Output output,
    long nodes,
    double fInput,
    OptionalDouble fBaseline,
    OptionalDouble gap,
    OptionalDouble gapError,
    Optional<Boolean> toleranceMet,
    OptionalDouble standardError,
    long forwards,
    long backwards) {
  public Certificate {
    Objects.requireNonNull(output, "output");
    requireFinite("output at the input", fInput);
    fBaseline.ifPresent(value -> requireFinite("output at the baseline", value));
    gap.ifPresent(value -> requireFinite("completeness gap", value));
    gapError.ifPresent(value -> requireFinite("standard error of the completeness gap", value));
    standardError.ifPresent(value -> requireFinite("standard error", value));
  }

  /**
   * This with a standard error.
   *
   * @param error the mean over the input's values, at least 0
   */
  public Certificate withStandardError(double error) {
    return new Certificate(
        example,
        target,
        output,
        nodes,
        fInput,
        fBaseline,
        gap,
        gapError,
        toleranceMet,
        OptionalDouble.of(error),
        forwards,
        backwards);
  }

  /** This with what was asked besides, by others than {@link Explained}. */
  public Certificate withPasses(Passes besides) {
    return new Certificate(
        example,
        target,
        output,
        nodes,
        fInput,
        fBaseline,
        gap,
        gapError,
        toleranceMet,
        standardError,
        forwards + besides.forwards(),
        backwards + besides.backwards());
  }

  /** The same for a gap that is an estimate, with its standard error. */
  Certificate withGapError(double error) {
    return new Certificate(
        example,
        target,
        output,
        nodes,
        fInput,
        fBaseline,
        gap,
        OptionalDouble.of(error),
        toleranceMet,
        standardError,
        forwards,
        backwards);
  }

  /** The cost in gradients, {@link Passes#gradients()}. */
  public double cost() {
    return new Passes(forwards, backwards).gradients();
  }

  private static void requireFinite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + " must be finite but was " + value);
    }
  }
}
