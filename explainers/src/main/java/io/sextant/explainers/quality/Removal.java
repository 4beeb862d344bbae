package io.sextant.explainers.quality;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Reference;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Step;
import io.sextant.methods.Form;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.methods.Values;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * The way between an input and a baseline, taken in the order of an attribution: how far it goes in
 * how many steps. Pixels go with all their channels, categories as a whole.
 *
 * @param steps points of the curve after the first
 * @param share how much of the input is replaced in the end, above 0 and at most 1
 * @param baseline what takes the place of values
 * @param seed of the order of what an attribution ranks alike
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Removal(int steps, double share, Baseline baseline, long seed) {
  private static final Setting<RemovalMetric, Integer> STEPS =
      Setting.of("steps", Form.integer(1, 10_000), "points of the curve", m -> m.removal().steps());
  private static final Setting<RemovalMetric, Double> SHARE =
      Setting.of(
          "share",
          Form.within(1e-6, 1),
          "how much of the input is replaced in the end",
          m -> m.removal().share());
  private static final Setting<RemovalMetric, Baseline> BASELINE =
      Setting.of(
          "baseline", Baseline.FORM, "stands for what is not there", m -> m.removal().baseline());
  private static final Setting<RemovalMetric, Long> SEED =
      Setting.of(
          "seed", Form.seed(), "of the order of what is ranked alike", m -> m.removal().seed());

  static final List<Setting<RemovalMetric, ?>> SETTINGS = List.of(STEPS, SHARE, BASELINE, SEED);

  /** All of the input in 20 steps, with the baseline that suits it. */
  public static final Removal DEFAULT = new Removal(20, 1, new Baseline.Automatic(), 42);

  public Removal {
    Objects.requireNonNull(baseline, "baseline");
    if (steps < 1 || !(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "steps must be at least 1 and share above 0 and at most 1 but were %d and %s"
              .formatted(steps, share));
    }
  }

  static Removal of(Values<? extends RemovalMetric> values) {
    return new Removal(values.of(STEPS), values.of(SHARE), values.of(BASELINE), values.of(SEED));
  }

  Removal fitted(Reference reference) {
    return new Removal(steps, share, baseline.fitted(reference), seed);
  }

  /** What it takes to go every way, from the input, which is asked about once, or back. */
  Passes passes(boolean fromInput) {
    long ways = baseline.count();
    return new Passes(fromInput ? 1 + steps * ways : (1L + steps) * ways, 0);
  }

  /**
   * The output on the way, the most supporting sites first.
   *
   * @param one the attribution that gives the order
   * @param x what is asked at each point
   * @param baselineRow the other end of the way
   * @param name of the metric, for its random numbers
   * @param fromInput whether the way leads from the input to the baseline, or back
   */
  Step<RemovalCurve> along(
      Example one, Explained x, double[] baselineRow, String name, boolean fromInput) {
    Sites sites = Sites.of(one);
    int[] order = sites.order(one.perValue(), RandomKey.of(seed).with(name).with(x.id()));
    double[] row = (fromInput ? x.input() : baselineRow).clone();
    double[] towards = fromInput ? baselineRow : x.input();
    int most = Math.max(1, (int) Math.round(share * sites.count()));
    int[] counts =
        IntStream.rangeClosed(0, steps)
            .map(k -> (int) Math.round((double) most * k / steps))
            .distinct()
            .toArray();
    double[] outputs = new double[counts.length];
    int[] replaced = new int[1];
    return Step.all(
        counts.length,
        Integer.MAX_VALUE,
        k -> {
          for (; replaced[0] < counts[k]; replaced[0]++) {
            sites.copy(towards, row, order[replaced[0]]);
          }
          return fromInput && k == 0 ? x.atInput(Step::done) : x.value(row.clone(), Step::done);
        },
        (int k, Double output) -> outputs[k] = output,
        () -> new RemovalCurve(counts, sites.count(), outputs));
  }
}
