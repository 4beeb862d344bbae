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
import org.apiguardian.api.API;

/**
 * The largest change of an explanation among random inputs nearby, relative to its length. The
 * smaller the better; but a map that ignores the input never changes.
 *
 * <p>Yeh, Hsieh, Suggala, Inouye, Ravikumar, "On the (In)fidelity and Sensitivity of Explanations",
 * NeurIPS 2019, arXiv:1901.09392. Ten draws within 0.02 follow Captum. The largest of few draws
 * lies far below the largest there is: {@link AttackedSensitivity} searches for it.
 *
 * @param radius how far every real value may move, as a fraction of its range
 * @param draws inputs nearby
 * @param seed of the draws
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record SensitivityMax(double radius, int draws, long seed) implements ExampleMetric {
  private static final Setting<SensitivityMax, Double> RADIUS =
      Setting.of(
          "radius", Form.within(0, 1), "as a fraction of each range", SensitivityMax::radius);
  private static final Setting<SensitivityMax, Integer> SAMPLES =
      Setting.of("samples", Form.integer(1, 100_000), "inputs nearby", SensitivityMax::draws);
  private static final Setting<SensitivityMax, Long> SEED =
      Setting.of("seed", Form.seed(), "of the draws", SensitivityMax::seed);

  private static final Declaration<SensitivityMax> DECLARATION =
      Declaration.of("sensitivity-max", Kind.EXPLANATION_QUALITY, SensitivityMax.class)
          .summary("largest change of the explanation among random inputs nearby")
          .source(
              "Yeh, Hsieh, Suggala, Inouye, Ravikumar, \"On the (In)fidelity and Sensitivity of"
                  + " Explanations\", NeurIPS 2019, arXiv:1901.09392")
          .access(Access.NOTHING)
          .settings(List.of(RADIUS, SAMPLES, SEED))
          .made(
              SensitivityMax::new,
              values -> new SensitivityMax(values.of(RADIUS), values.of(SAMPLES), values.of(SEED)));

  public SensitivityMax {
    if (!(radius >= 0 && radius <= 1) || draws < 1) {
      throw new IllegalArgumentException(
          "radius must be from 0 to 1 and samples at least 1 but were %s and %d"
              .formatted(radius, draws));
    }
  }

  /** Ten draws within 0.02. */
  public SensitivityMax() {
    this(0.02, 10, 42);
  }

  @Override
  public Declaration<SensitivityMax> declaration() {
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
    return explainer.passes(classes, features).times(draws);
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
    // The name is shared with the attacked one, which begins with the same draws.
    RandomKey key = RandomKey.of(seed).with("sensitivity").with(one.x().id());
    Neighbourhood near = new Neighbourhood(one.x(), radius);
    Sensitivity none = new Sensitivity(one, key);
    return none.isDefined(near)
        ? none.drawn(near, draws).then(seen -> Step.done(seen.largest()))
        : Step.done(Double.NaN);
  }
}
