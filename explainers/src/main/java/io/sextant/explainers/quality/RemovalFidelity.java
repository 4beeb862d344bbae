package io.sextant.explainers.quality;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Output;
import io.sextant.explainers.Reference;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Step;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * How much more the class's probability falls when random values that the attribution ranks highest
 * are taken away, than when values from the rest are. The larger the better.
 *
 * <p>Zheng, Shirani, Chen, Lin, Cheng, Guo, Luo, "F-Fidelity: A Robust Framework for Faithfulness
 * Evaluation of Explainable AI", ICLR 2025, arXiv:2410.02970, without the fine-tuning of the model
 * that it begins with, and therefore under a name of its own. Of the values in question each is
 * taken away with probability {@code drop}, at most {@code cap} of the whole input, counted in
 * values.
 *
 * @param share of the input that counts as the explanation, above 0 and below 1
 * @param drop the chance of each value, above 0 and below 1
 * @param cap the most that is taken away, as a share of the input
 * @param draws sets on each side, at least 1
 * @param baseline what takes the place of values
 * @param seed of the sets
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record RemovalFidelity(
    double share, double drop, double cap, int draws, Baseline baseline, long seed)
    implements BaselineMetric {
  private static final Setting<RemovalFidelity, Double> SHARE =
      Setting.of(
          "share",
          Form.between(0, 1),
          "of the input that counts as the explanation",
          RemovalFidelity::share);
  private static final Setting<RemovalFidelity, Double> DROP =
      Setting.of("drop", Form.between(0, 1), "chance of each value", RemovalFidelity::drop);
  private static final Setting<RemovalFidelity, Double> CAP =
      Setting.of(
          "cap", Form.within(0, 1), "the most that goes, of the input", RemovalFidelity::cap);
  private static final Setting<RemovalFidelity, Integer> SAMPLES =
      Setting.of("samples", Form.integer(1, 100_000), "sets on each side", RemovalFidelity::draws);
  private static final Setting<RemovalFidelity, Baseline> BASELINE =
      Setting.of("baseline", Baseline.FORM, "takes the place of values", RemovalFidelity::baseline);
  private static final Setting<RemovalFidelity, Long> SEED =
      Setting.of("seed", Form.seed(), "of the sets", RemovalFidelity::seed);

  private static final Declaration<RemovalFidelity> DECLARATION =
      Declaration.of("r-fidelity", Kind.EXPLANATION_QUALITY, RemovalFidelity.class)
          .summary("drop of the probability without parts of the explanation, against the rest")
          .source(
              "Zheng, Shirani, Chen, Lin, Cheng, Guo, Luo, \"F-Fidelity: A Robust Framework for"
                  + " Faithfulness Evaluation of Explainable AI\", ICLR 2025, arXiv:2410.02970;"
                  + " without its fine-tuning")
          .access(Access.LOGITS)
          .settings(List.of(SHARE, DROP, CAP, SAMPLES, BASELINE, SEED))
          .made(
              RemovalFidelity::new,
              values ->
                  new RemovalFidelity(
                      values.of(SHARE),
                      values.of(DROP),
                      values.of(CAP),
                      values.of(SAMPLES),
                      values.of(BASELINE),
                      values.of(SEED)));

  public RemovalFidelity {
    Objects.requireNonNull(baseline, "baseline");
    if (!(share > 0 && share < 1)
        || !(drop > 0 && drop < 1)
        || !(cap >= 0 && cap <= 1)
        || draws < 1) {
      throw new IllegalArgumentException(
          "share and drop must be above 0 and below 1, cap from 0 to 1 and samples at least 1 but"
              + " were %s, %s, %s and %d".formatted(share, drop, cap, draws));
    }
  }

  /** A tenth of the input, each value with one half, at most a tenth of the input, 50 sets. */
  public RemovalFidelity() {
    this(0.1, 0.5, 0.1, 50, new Baseline.Automatic(), 42);
  }

  @Override
  public Declaration<RemovalFidelity> declaration() {
    return DECLARATION;
  }

  @Override
  public Better better() {
    return Better.HIGHER;
  }

  @Override
  public RemovalFidelity fitted(Reference reference) {
    return new RemovalFidelity(share, drop, cap, draws, baseline.fitted(reference), seed);
  }

  @Override
  public Passes perBaseline() {
    return new Passes(2L * draws, 0);
  }

  @Override
  public Step<Double> score(Example one, Explained x, double[] start) {
    Explained asked = x.asking(Output.PROBABILITY);
    Sites sites = Sites.of(one);
    RandomKey key = RandomKey.of(seed).with(name()).with(x.id());
    int[] order = sites.order(one.perValue(), key);
    int size = Math.min(order.length - 1, Math.max(1, (int) Math.round(share * order.length)));
    if (size < 1) {
      // A single site has no rest to be compared with.
      return Step.done(Double.NaN);
    }
    int most = Math.max(1, (int) Math.round(cap * order.length));
    int[] explanation = Arrays.copyOf(order, size);
    int[] rest = Arrays.copyOfRange(order, size, order.length);
    double[] means = new double[2];
    return Step.all(
        2 * draws,
        Integer.MAX_VALUE,
        d -> {
          double[] row = x.input().clone();
          // Both sides draw by the same numbers.
          RandomGenerator random = key.with(d / 2).random();
          sites.copy(start, row, dropped(d % 2 == 0 ? explanation : rest, most, random));
          return asked.value(row, Step::done);
        },
        (int d, Double probability) -> means[d % 2] += probability / draws,
        () -> means[1] - means[0]);
  }

  /** Which of these go; where more would than may, a random choice of them. */
  private int[] dropped(int[] from, int most, RandomGenerator random) {
    int[] gone = Arrays.stream(from).filter(site -> random.nextDouble() < drop).toArray();
    for (int i = 0; i < Math.min(most, gone.length); i++) {
      int j = i + random.nextInt(gone.length - i);
      int swapped = gone[i];
      gone[i] = gone[j];
      gone[j] = swapped;
    }
    return Arrays.copyOf(gone, Math.min(most, gone.length));
  }
}
