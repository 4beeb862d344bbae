package io.sextant.explainers;

import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Step;
import io.sextant.methods.Form;
import io.sextant.methods.Setting;
import io.sextant.methods.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * Noisy copies of an input and the explainer that looks at each of them.
 *
 * <p>The noise of a draw depends on the seed, the example's id and the draw's number alone, so it
 * is the same for every base explainer, model, batch size and order: results can be compared pair
 * by pair. Noisy inputs are not clipped to the input domain.
 *
 * @param base explains each noisy copy, for the class chosen at the example itself
 * @param draws the most noisy copies, at least 2; stratified even and at least 4
 * @param scale the noise's standard deviation
 * @param stratified whether draws come in units of up to 16, an eighth of all at most, that are
 *     spread evenly; a unit of two is a pair of opposite noise
 * @param tolerance draws end when the mean standard error of the values is at most so many times
 *     the mean size of the attribution, above 0 and below 10; absent to take all draws
 * @param seed names the noise
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Smoothing(
    Explainer base,
    int draws,
    NoiseScale scale,
    boolean stratified,
    OptionalDouble tolerance,
    long seed) {
  /**
   * Vanilla gradients at 32 stratified draws, 15% of the range (of each column for tables, of the
   * example's values otherwise), seed 42.
   */
  public static final Smoothing DEFAULT =
      new Smoothing(
          new VanillaGradient(), 32, NoiseScale.automatic(0.15), true, OptionalDouble.empty(), 42);

  private static final Setting<Smoothed, Explainer> BASE =
      Setting.method(
          "base", Explainer.class, "explains each noisy copy", m -> m.smoothing().base());
  private static final Setting<Smoothed, Integer> SAMPLES =
      Setting.of(
          "samples",
          Form.integer(2, 100_000),
          "noisy copies, the most where a tolerance is given; stratified even and at least 4",
          m -> m.smoothing().draws());
  private static final Setting<Smoothed, NoiseScale> NOISE_SCALE =
      Setting.of(
          "noise", NoiseScale.FORM, "standard deviation of the noise", m -> m.smoothing().scale());
  private static final Setting<Smoothed, Boolean> STRATIFIED =
      Setting.of(
          "stratified",
          Form.flag(),
          "draws in units whose noise is spread evenly in each value",
          m -> m.smoothing().stratified());
  private static final Setting<Smoothed, Double> TOLERANCE =
      Setting.optional(
          Sampling.TOLERANCE,
          Sampling.TOLERANCES,
          Sampling.TOLERANCE_HELP,
          m -> m.smoothing().tolerance().stream().boxed().findFirst());
  private static final Setting<Smoothed, Long> SEED =
      Setting.of("seed", Form.seed(), "names the noise", m -> m.smoothing().seed());

  /** The settings of whatever smooths. */
  static final List<Setting<Smoothed, ?>> SETTINGS =
      List.of(BASE, SAMPLES, NOISE_SCALE, STRATIFIED, TOLERANCE, SEED);

  // All methods share their noise, so that they can be compared draw by draw.
  private static final String NOISE = "smoothgrad";

  static Smoothing of(Values<? extends Smoothed> values) {
    return new Smoothing(
        values.of(BASE),
        values.of(SAMPLES),
        values.of(NOISE_SCALE),
        values.of(STRATIFIED),
        values.given(TOLERANCE).map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        values.of(SEED));
  }

  public Smoothing {
    Objects.requireNonNull(base, "base");
    Objects.requireNonNull(scale, "scale");
    if (stratified && (draws < 4 || draws % 2 != 0)) {
      throw new IllegalArgumentException(
          ("samples must be even and at least 4 when they are stratified, for a standard error, but"
                  + " were %d; change the number or draw them independently (stratified=false)")
              .formatted(draws));
    }
    if (draws < 2) {
      throw new IllegalArgumentException(
          "samples must be at least 2, for a standard error, but were " + draws);
    }
    new Sampling(draws, 1, tolerance);
  }

  /** The same around another explainer. */
  public Smoothing withBase(Explainer newBase) {
    return new Smoothing(newBase, draws, scale, stratified, tolerance, seed);
  }

  /** The same with another number of draws. */
  public Smoothing withDraws(int newDraws) {
    return new Smoothing(base, newDraws, scale, stratified, tolerance, seed);
  }

  /** The same with wider or narrower noise. */
  public Smoothing withScale(NoiseScale newScale) {
    return new Smoothing(base, draws, newScale, stratified, tolerance, seed);
  }

  /** The same with stratified draws or independent ones. */
  public Smoothing withStratified(boolean newStratified) {
    return new Smoothing(base, draws, scale, newStratified, tolerance, seed);
  }

  /** The same with no more draws than a standard error takes. */
  public Smoothing withTolerance(double newTolerance) {
    return new Smoothing(base, draws, scale, stratified, OptionalDouble.of(newTolerance), seed);
  }

  /** The same with other noise. */
  public Smoothing withSeed(long newSeed) {
    return new Smoothing(base, draws, scale, stratified, tolerance, newSeed);
  }

  Smoothing fitted(Reference reference) {
    return withBase(base.fitted(reference)).withScale(scale.fitted(reference));
  }

  int atOnce(int features) {
    return Math.max(1, base.atOnce(features) / draws);
  }

  /** Explains noisy copies of an example, and estimates from their attributions as they come. */
  Step<Attribution> attribute(Explained x, Estimator estimator) {
    double[] deviations = scale.deviations(x.input(), x.domain());
    int values = base.shape(x.graph()).elements();
    Noise noise = noise(x, deviations.length);
    Reduction reduction = new Reduction(estimator, noise.perUnit());
    return x.atInput(
        fInput ->
            new Sampling(draws, noise.perUnit(), tolerance)
                .run(
                    estimator,
                    Math.max(1, base.atOnce(Math.max(deviations.length, values))),
                    draw -> base.attribute(copy(x, deviations, noise, draw)),
                    (int draw, Attribution attribution) -> reduction.add(attribution))
                .then(precise -> Step.done(reduction.attribution(x, fInput, precise))));
  }

  /** The mean over the first draws, as a sum of gradients. */
  List<GradientTerm> terms(Explained x, int most) {
    double[] deviations = scale.deviations(x.input(), x.domain());
    Noise noise = noise(x, deviations.length);
    int unit = noise.perUnit();
    int first = Math.max(unit, Math.min(draws, most) / unit * unit);
    List<GradientTerm> terms = new ArrayList<>();
    for (int draw = 0; draw < first; draw++) {
      for (GradientTerm term :
          base.terms(copy(x, deviations, noise, draw), Math.max(1, most / first))) {
        terms.add(term.times(1.0 / first));
      }
    }
    return terms;
  }

  /** The largest units of equally many draws that come in pairs. */
  private Noise noise(Explained x, int values) {
    int perUnit = 1;
    for (int size = 2; stratified && size <= Math.max(2, Sampling.largestUnit(draws)); size += 2) {
      perUnit = draws % size == 0 ? size : perUnit;
    }
    return new Noise(key(x.id()), values, perUnit);
  }

  private Explained copy(Explained x, double[] deviations, Noise noise, int draw) {
    double[] noisy = noise.draw(draw);
    for (int i = 0; i < noisy.length; i++) {
      // Rows are floats.
      noisy[i] = (float) (x.input()[i] + deviations[i] * noisy[i]);
    }
    // A draw is an example of its own for a base that draws too.
    return x.copy(noisy, key(x.id()).with(draw).with("draw").random().nextLong());
  }

  private RandomKey key(long example) {
    return RandomKey.of(seed).with(NOISE).with(example);
  }
}
