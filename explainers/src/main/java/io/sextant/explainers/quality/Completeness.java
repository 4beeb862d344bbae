package io.sextant.explainers.quality;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Reference;
import io.sextant.gradients.Step;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.Arrays;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * How far an attribution is from adding up: the distance of its sum from the difference of the
 * outputs at input and baseline, relative to that difference. The smaller the better. Slopes are
 * multiplied by the distance from the baseline first.
 *
 * <p>Sundararajan, Taly, Yan, "Axiomatic Attribution for Deep Networks", ICML 2017,
 * arXiv:1703.01365. A map that adds up need not be true: any map can be shifted until it does.
 *
 * @param baseline from which the difference is taken
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Completeness(Baseline baseline) implements BaselineMetric {
  private static final double FLOOR = 1e-6;

  private static final Setting<Completeness, Baseline> BASELINE =
      Setting.of(
          "baseline", Baseline.FORM, "from which the difference is taken", Completeness::baseline);

  private static final Declaration<Completeness> DECLARATION =
      Declaration.of("completeness", Kind.EXPLANATION_QUALITY, Completeness.class)
          .summary("relative distance of the sum from the difference of the outputs")
          .source(
              "Sundararajan, Taly, Yan, \"Axiomatic Attribution for Deep Networks\", ICML 2017,"
                  + " arXiv:1703.01365")
          .access(Access.LOGITS)
          .setting(BASELINE)
          .made(Completeness::new, values -> new Completeness(values.of(BASELINE)));

  public Completeness {
    Objects.requireNonNull(baseline, "baseline");
  }

  /** From what suits the inputs. */
  public Completeness() {
    this(new Baseline.Automatic());
  }

  @Override
  public Declaration<Completeness> declaration() {
    return DECLARATION;
  }

  @Override
  public Better better() {
    return Better.LOWER;
  }

  @Override
  public Completeness fitted(Reference reference) {
    return new Completeness(baseline.fitted(reference));
  }

  @Override
  public Passes perBaseline() {
    return new Passes(2, 0);
  }

  @Override
  public Step<Double> score(Example one, Explained x, double[] start) {
    double sum = Arrays.stream(one.contributions(start)).sum();
    return x.atInput(
        atInput ->
            x.value(
                start,
                atStart -> {
                  double change = atInput - atStart;
                  // Where next to nothing changes, no relative distance is defined.
                  return Step.done(
                      Math.abs(change) < FLOOR * (1 + Math.abs(atInput))
                          ? Double.NaN
                          : Math.abs(sum - change) / Math.abs(change));
                }));
  }
}
