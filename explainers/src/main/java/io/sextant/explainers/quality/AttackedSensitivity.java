package io.sextant.explainers.quality;

import io.sextant.explainers.Explainer;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Step;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * The largest change of an explanation that a search finds nearby, relative to its length. It
 * begins with the draws of {@link SensitivityMax} and climbs from the best of them, so it is never
 * less; the ratio of the two says how much random draws miss. The smaller the better.
 *
 * <p>Explanations have no gradient here, so the direction is estimated from two of them on both
 * sides of the point: Spall, "Multivariate stochastic approximation using a simultaneous
 * perturbation gradient approximation", IEEE TAC 37(3), 1992. What is maximised is that of Yeh et
 * al., NeurIPS 2019, arXiv:1901.09392; that explanations can be attacked is due to Ghorbani, Abid,
 * Zou, "Interpretation of Neural Networks Is Fragile", AAAI 2019, arXiv:1710.10547.
 *
 * @param radius how far every real value may move, as a fraction of its range
 * @param draws inputs nearby to begin with
 * @param steps of the climb, two explanations and one more each
 * @param seed of draws and directions
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record AttackedSensitivity(double radius, int draws, int steps, long seed)
    implements ExampleMetric {
  // Of the radius: how far both sides are from the point, and how far a step goes at first.
  private static final double PROBE = 0.25;
  private static final double STRIDE = 0.5;

  private static final Setting<AttackedSensitivity, Double> RADIUS =
      Setting.of(
          "radius", Form.within(0, 1), "as a fraction of each range", AttackedSensitivity::radius);
  private static final Setting<AttackedSensitivity, Integer> SAMPLES =
      Setting.of(
          "samples",
          Form.integer(1, 100_000),
          "inputs nearby to begin with",
          AttackedSensitivity::draws);
  private static final Setting<AttackedSensitivity, Integer> STEPS =
      Setting.of(
          "steps",
          Form.integer(1, 100_000),
          "of the climb, three explanations each",
          AttackedSensitivity::steps);
  private static final Setting<AttackedSensitivity, Long> SEED =
      Setting.of("seed", Form.seed(), "of draws and directions", AttackedSensitivity::seed);

  private static final Declaration<AttackedSensitivity> DECLARATION =
      Declaration.of("attacked-sensitivity", Kind.EXPLANATION_QUALITY, AttackedSensitivity.class)
          .summary("largest change of the explanation that a search finds nearby")
          .source(
              "Yeh, Hsieh, Suggala, Inouye, Ravikumar, \"On the (In)fidelity and Sensitivity of"
                  + " Explanations\", NeurIPS 2019, arXiv:1901.09392; Ghorbani, Abid, Zou,"
                  + " \"Interpretation of Neural Networks Is Fragile\", AAAI 2019,"
                  + " arXiv:1710.10547")
          .access(Access.NOTHING)
          .settings(List.of(RADIUS, SAMPLES, STEPS, SEED))
          .made(
              AttackedSensitivity::new,
              values ->
                  new AttackedSensitivity(
                      values.of(RADIUS), values.of(SAMPLES), values.of(STEPS), values.of(SEED)));

  public AttackedSensitivity {
    if (!(radius >= 0 && radius <= 1) || draws < 1 || steps < 1) {
      throw new IllegalArgumentException(
          "radius must be from 0 to 1, samples and steps at least 1, but were %s, %d and %d"
              .formatted(radius, draws, steps));
    }
  }

  /** Ten draws and twenty steps within 0.02. */
  public AttackedSensitivity() {
    this(0.02, 10, 20, 42);
  }

  @Override
  public Declaration<AttackedSensitivity> declaration() {
    return DECLARATION;
  }

  @Override
  public Better better() {
    return Better.LOWER;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(0, 0);
  }

  @Override
  public Passes passes(int classes, int features, Explainer explainer) {
    return explainer.passes(classes, features).times(draws + 3L * steps);
  }

  @Override
  public int atOnce(Judged judged) {
    return judged.explainer().atOnce(judged.service().features());
  }

  @Override
  public Optional<String> unfit(Judged judged) {
    return Neighbourhood.unfit(judged);
  }

  @Override
  public Step<Double> score(Example one) {
    Neighbourhood near = new Neighbourhood(one.x(), radius);
    RandomKey key = RandomKey.of(seed).with("sensitivity").with(one.x().id());
    Sensitivity none = new Sensitivity(one, key);
    return none.isDefined(near)
        ? none.drawn(near, draws)
            .then(seen -> climb(seen, near, 0))
            .then(seen -> Step.done(seen.largest()))
        : Step.done(Double.NaN);
  }

  private Step<Sensitivity> climb(Sensitivity seen, Neighbourhood near, int step) {
    if (step == steps) {
      return Step.done(seen);
    }
    double[] from = seen.where();
    double[] direction = signs(from.length, seen.random("direction", step));
    double[] sides = new double[2];
    long number = draws + 3L * step;
    return Step.all(
            2,
            seen.atOnce(),
            side -> seen.at(near.moved(from, side == 0 ? PROBE : -PROBE, direction), number + side),
            (int side, Sensitivity.Changed changed) -> {
              sides[side] = changed.by();
              seen.take(changed);
            },
            () -> sides[0] - sides[1])
        .then(
            rise ->
                seen.at(
                    near.moved(
                        from, Math.signum(rise) * STRIDE * (1 - (double) step / steps), direction),
                    number + 2))
        .then(
            changed -> {
              seen.take(changed);
              return climb(seen, near, step + 1);
            });
  }

  private static double[] signs(int size, RandomGenerator random) {
    return IntStream.range(0, size).mapToDouble(i -> random.nextBoolean() ? 1 : -1).toArray();
  }
}
