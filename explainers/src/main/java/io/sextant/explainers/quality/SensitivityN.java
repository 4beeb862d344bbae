package io.sextant.explainers.quality;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Reference;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Step;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.results.Correlation;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * How well the sum of an attribution over n values goes with how the output falls without them:
 * Pearson's correlation over random sets of exactly n, from -1 to 1. The larger the better.
 *
 * <p>Ancona, Ceolini, Öztireli, Gross, "Towards better understanding of gradient-based attribution
 * methods for Deep Neural Networks", ICLR 2018, arXiv:1711.06104.
 *
 * @param share of the values that a set has, above 0 and below 1
 * @param draws sets, at least 3
 * @param baseline what takes the place of values
 * @param seed of the sets
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record SensitivityN(double share, int draws, Baseline baseline, long seed)
    implements BaselineMetric {
  private static final Setting<SensitivityN, Double> SHARE =
      Setting.of("share", Form.between(0, 1), "of the values in a set", SensitivityN::share);
  private static final Setting<SensitivityN, Integer> SAMPLES =
      Setting.of("samples", Form.integer(3, 100_000), "random sets", SensitivityN::draws);
  private static final Setting<SensitivityN, Baseline> BASELINE =
      Setting.of("baseline", Baseline.FORM, "takes the place of values", SensitivityN::baseline);
  private static final Setting<SensitivityN, Long> SEED =
      Setting.of("seed", Form.seed(), "of the sets", SensitivityN::seed);

  private static final Declaration<SensitivityN> DECLARATION =
      Declaration.of("sensitivity-n", Kind.EXPLANATION_QUALITY, SensitivityN.class)
          .summary("correlation of sums over n values with the output without them")
          .source(
              "Ancona, Ceolini, Öztireli, Gross, \"Towards better understanding of gradient-based"
                  + " attribution methods for Deep Neural Networks\", ICLR 2018, arXiv:1711.06104")
          .access(Access.LOGITS)
          .settings(List.of(SHARE, SAMPLES, BASELINE, SEED))
          .made(
              SensitivityN::new,
              values ->
                  new SensitivityN(
                      values.of(SHARE), values.of(SAMPLES), values.of(BASELINE), values.of(SEED)));

  public SensitivityN {
    Objects.requireNonNull(baseline, "baseline");
    if (draws < 3 || !(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "samples must be at least 3 and share above 0 and below 1 but were %d and %s"
              .formatted(draws, share));
    }
  }

  /** 64 sets of a tenth of the values. */
  public SensitivityN() {
    this(0.1, 64, new Baseline.Automatic(), 42);
  }

  @Override
  public Declaration<SensitivityN> declaration() {
    return DECLARATION;
  }

  @Override
  public Better better() {
    return Better.HIGHER;
  }

  @Override
  public SensitivityN fitted(Reference reference) {
    return new SensitivityN(share, draws, baseline.fitted(reference), seed);
  }

  @Override
  public Passes perBaseline() {
    return new Passes(1L + draws, 0);
  }

  @Override
  public Step<Double> score(Example one, Explained x, double[] start) {
    Sites sites = Sites.of(one);
    if (sites.count() < 2) {
      // All sets are the same one.
      return Step.done(Double.NaN);
    }
    int size = Math.min(sites.count() - 1, Math.max(1, (int) Math.round(share * sites.count())));
    return RandomSites.of(
        one,
        sites,
        start,
        draws,
        RandomKey.of(seed).with(name()).with(x.id()),
        key -> sites.draw(size, key),
        seen -> Correlation.pearson(seen.said(), seen.drops()));
  }
}
