package io.sextant.explainers;

import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.methods.Values;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * The mean of integrated gradients over a background of inputs in place of one baseline, estimated
 * from draws of a background row b and a place u on the way from it:
 *
 * <pre>
 * attribution_i = E[(x_i - b_i) df/dx_i(b + u (x - b))], u uniform on [0, 1]
 * </pre>
 *
 * <p>Also called GradientSHAP. Attributions add up to f(x) - E[f(b)] in expectation alone: the
 * certificate states the gap and the gap's own standard error.
 *
 * <p>Erion, Janizek, Sturmfels, Lundberg, Lee, "Improving Performance of Deep Learning Models with
 * Axiomatic Attribution Priors and Expected Gradients", Nature Machine Intelligence 3, 2021,
 * arXiv:1906.10670; GradientSHAP after Lundberg, Lee, "A Unified Approach to Interpreting Model
 * Predictions", NeurIPS 2017, arXiv:1705.07874. Stratified draws are an addition: units of up to 16
 * draws use different rows and spread their places evenly, and the standard error is that between
 * units, which are independent.
 *
 * <p>Cost per example: a gradient for each draw, a forward for each background row that was drawn,
 * and one for the input.
 *
 * @param baseline the background; {@code draws:N} are N rows of the data
 * @param draws the most draws, 4 to 100000; a whole number of units of them is taken
 * @param stratified whether draws come in stratified units
 * @param noise of Gaussian noise on the input, for each draw; none leaves the method as published,
 *     and with any no completeness is promised
 * @param tolerance draws end when the mean standard error of the values is at most so many times
 *     the mean size of the attribution, above 0 and below 10; absent to take all draws
 * @param seed names the draws
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ExpectedGradients(
    Baseline baseline,
    int draws,
    boolean stratified,
    NoiseScale noise,
    OptionalDouble tolerance,
    long seed)
    implements Explainer {
  private static final int FEWEST = 4;
  private static final int MOST = 100_000;

  private static final Setting<ExpectedGradients, Baseline> BASELINE =
      Setting.of(
          "baseline",
          Baseline.FORM,
          "the background that the input is compared with; draws:N are N rows of the data",
          ExpectedGradients::baseline);
  private static final Setting<ExpectedGradients, Integer> SAMPLES =
      Setting.of(
          "samples",
          Form.integer(FEWEST, MOST),
          "draws of a row and a place on the way from it, the most where a tolerance is given",
          ExpectedGradients::draws);
  private static final Setting<ExpectedGradients, Boolean> STRATIFIED =
      Setting.of(
          "stratified",
          Form.flag(),
          "draws spread evenly over rows and places",
          ExpectedGradients::stratified);
  private static final Setting<ExpectedGradients, NoiseScale> NOISE =
      Setting.of(
          "noise",
          NoiseScale.FORM,
          "standard deviation of noise on the input",
          ExpectedGradients::noise);
  private static final Setting<ExpectedGradients, Double> TOLERANCE =
      Setting.optional(
          Sampling.TOLERANCE,
          Sampling.TOLERANCES,
          Sampling.TOLERANCE_HELP,
          m -> m.tolerance().stream().boxed().findFirst());
  private static final Setting<ExpectedGradients, Long> SEED =
      Setting.of("seed", Form.seed(), "names the draws", ExpectedGradients::seed);

  private static final Declaration<ExpectedGradients> DECLARATION =
      Declaration.of("expected-gradients", Kind.ATTRIBUTION, ExpectedGradients.class)
          .summary("integrated gradients averaged over a background of inputs (GradientSHAP)")
          .source(
              "Erion, Janizek, Sturmfels, Lundberg, Lee, \"Improving Performance of Deep Learning"
                  + " Models with Axiomatic Attribution Priors and Expected Gradients\", Nature"
                  + " Machine Intelligence 3, 2021, arXiv:1906.10670")
          .settings(List.of(BASELINE, SAMPLES, STRATIFIED, NOISE, TOLERANCE, SEED))
          .made(ExpectedGradients::new, ExpectedGradients::of);

  /** 128 stratified draws from 32 rows of the data, without noise, seed 42. */
  public static final ExpectedGradients DEFAULT = new ExpectedGradients();

  public ExpectedGradients {
    Objects.requireNonNull(baseline, "baseline");
    Objects.requireNonNull(noise, "noise");
    if (draws < FEWEST || draws > MOST) {
      throw new IllegalArgumentException(
          "samples must be from %d to %d but were %d".formatted(FEWEST, MOST, draws));
    }
    new Sampling(draws, 1, tolerance);
  }

  /** The {@link #DEFAULT}. */
  public ExpectedGradients() {
    this(new DrawnBaselines(32), 128, true, NoiseScale.absolute(0), OptionalDouble.empty(), 42);
  }

  private static ExpectedGradients of(Values<ExpectedGradients> values) {
    return new ExpectedGradients(
        values.of(BASELINE),
        values.of(SAMPLES),
        values.of(STRATIFIED),
        values.of(NOISE),
        values.given(TOLERANCE).map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        values.of(SEED));
  }

  /** The same with another background. */
  public ExpectedGradients withBaseline(Baseline newBaseline) {
    return new ExpectedGradients(newBaseline, draws, stratified, noise, tolerance, seed);
  }

  /** The same with another number of draws. */
  public ExpectedGradients withDraws(int newDraws) {
    return new ExpectedGradients(baseline, newDraws, stratified, noise, tolerance, seed);
  }

  /** The same with stratified draws or independent ones. */
  public ExpectedGradients withStratified(boolean newStratified) {
    return new ExpectedGradients(baseline, draws, newStratified, noise, tolerance, seed);
  }

  /** The same with noise on the input. */
  public ExpectedGradients withNoise(NoiseScale newNoise) {
    return new ExpectedGradients(baseline, draws, stratified, newNoise, tolerance, seed);
  }

  /** The same with no more draws than a standard error takes. */
  public ExpectedGradients withTolerance(double newTolerance) {
    return new ExpectedGradients(
        baseline, draws, stratified, noise, OptionalDouble.of(newTolerance), seed);
  }

  /** The same with other draws. */
  public ExpectedGradients withSeed(long newSeed) {
    return new ExpectedGradients(baseline, draws, stratified, noise, tolerance, newSeed);
  }

  @Override
  public Declaration<ExpectedGradients> declaration() {
    return DECLARATION;
  }

  /** Rows of the background are asked for at most once each. */
  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1L + draws + Math.min(draws, baseline.count()), draws);
  }

  @Override
  public ExpectedGradients fitted(Reference reference) {
    return withBaseline(baseline.fitted(reference)).withNoise(noise.fitted(reference));
  }

  /** Draws that depend on each other. */
  private int perUnit() {
    return stratified ? Math.max(1, Sampling.largestUnit(draws)) : 1;
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    int perUnit = perUnit();
    int most = draws / perUnit * perUnit;
    BackgroundDraws found =
        new BackgroundDraws(
            x, baseline.rows(x), noise.deviations(x.input(), x.domain()), perUnit, seed);
    return x.atInput(
        fInput ->
            new Sampling(most, perUnit, tolerance)
                .run(found.estimator(), most, found::draw, found::take)
                .then(precise -> Step.done(found.attribution(baseline, fInput, precise))));
  }
}
