package io.sextant.explainers.layer;

import io.sextant.explainers.Attribution;
import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Moments;
import io.sextant.explainers.NoiseScale;
import io.sextant.explainers.Reference;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * Grad-CAM with the expected gradient in place of the one at the input, which saturates and is
 * noisy:
 *
 * <pre>
 * map = ReLU(sum over k of a_k A^k(x))
 * a_k = E over u, e of mean over places of df/dA^k(x' + u (x - x') + e)
 * </pre>
 *
 * <p>with u uniform between 0 and 1, e normal noise, x' the baseline, or each of several in turn.
 * This kernel is a choice of this library: a uniform place on the line from the baseline and
 * Gaussian smoothing around it. With draws at the input alone and no noise it would be {@link
 * GradCam}. The feature maps are those of the input itself. It estimates from draws, so it has
 * standard errors: of the raw map, at the map's size by the same interpolation, an upper bound for
 * what the ReLU and the interpolation leave.
 *
 * <p>Buono, Mashhadi, Rahat, Tiwari, Byttner, "Expected Grad-CAM: Towards gradient faithfulness",
 * 2024, arXiv:2406.01274, from which the idea is taken: channel weights from expected gradients by
 * the feature maps under a perturbation with smoothing.
 *
 * <p>Cost per example: a forward, and a forward and a backward for each draw.
 *
 * @param cam the layer, and what is done with the sum
 * @param baseline where the line starts
 * @param noise the standard deviation of the noise
 * @param draws of places and noise, from 2 to 100,000
 * @param seed names the draws
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ExpectedGradCam(Cam cam, Baseline baseline, NoiseScale noise, int draws, long seed)
    implements ClassActivationMap {
  private static final String KEY = "expected-grad-cam";

  private static final Setting<ExpectedGradCam, Baseline> BASELINE =
      Setting.of(
          "baseline",
          Baseline.FORM,
          "where the line to the input starts; auto is the median of the data for tables, zero"
              + " otherwise",
          ExpectedGradCam::baseline);
  private static final Setting<ExpectedGradCam, Integer> SAMPLES =
      Setting.of(
          "samples",
          Form.integer(2, 100_000),
          "draws of a place on the line and of noise",
          ExpectedGradCam::draws);
  private static final Setting<ExpectedGradCam, NoiseScale> NOISE =
      Setting.of(
          "noise", NoiseScale.FORM, "standard deviation of the noise", ExpectedGradCam::noise);
  private static final Setting<ExpectedGradCam, Long> SEED =
      Setting.of("seed", Form.seed(), "names the draws", ExpectedGradCam::seed);

  private static final Declaration<ExpectedGradCam> DECLARATION =
      Declaration.of(KEY, Kind.LAYER_ATTRIBUTION, ExpectedGradCam.class)
          .summary("feature maps added up, each times its mean expected gradient")
          .source(
              "Buono, Mashhadi, Rahat, Tiwari, Byttner, \"Expected Grad-CAM: Towards gradient"
                  + " faithfulness\", 2024, arXiv:2406.01274")
          .settings(settings())
          .made(
              ExpectedGradCam::new,
              values ->
                  new ExpectedGradCam(
                      Cam.of(values),
                      values.of(BASELINE),
                      values.of(NOISE),
                      values.of(SAMPLES),
                      values.of(SEED)));

  private static List<Setting<? super ExpectedGradCam, ?>> settings() {
    List<Setting<? super ExpectedGradCam, ?>> all = new ArrayList<>(Cam.SETTINGS);
    all.addAll(List.of(BASELINE, SAMPLES, NOISE, SEED));
    return all;
  }

  public ExpectedGradCam {
    Objects.requireNonNull(cam, "cam");
    Objects.requireNonNull(baseline, "baseline");
    Objects.requireNonNull(noise, "noise");
    if (draws < 2 || draws > 100_000) {
      throw new IllegalArgumentException(
          "samples must be in 2..100000, for a standard error, but were " + draws);
    }
  }

  /** Of the last feature maps, 32 draws from what suits the inputs, with noise of 15%, seed 42. */
  public ExpectedGradCam() {
    this(Cam.DEFAULT, new Baseline.Automatic(), NoiseScale.automatic(0.15), 32, 42);
  }

  /** The same of other feature maps, or with something else done to their sum. */
  public ExpectedGradCam withCam(Cam newCam) {
    return new ExpectedGradCam(newCam, baseline, noise, draws, seed);
  }

  /** The same from another baseline. */
  public ExpectedGradCam withBaseline(Baseline newBaseline) {
    return new ExpectedGradCam(cam, newBaseline, noise, draws, seed);
  }

  /** The same with wider or narrower noise. */
  public ExpectedGradCam withNoise(NoiseScale newNoise) {
    return new ExpectedGradCam(cam, baseline, newNoise, draws, seed);
  }

  /** The same with another number of draws. */
  public ExpectedGradCam withDraws(int newDraws) {
    return new ExpectedGradCam(cam, baseline, noise, newDraws, seed);
  }

  /** The same with other draws. */
  public ExpectedGradCam withSeed(long newSeed) {
    return new ExpectedGradCam(cam, baseline, noise, draws, newSeed);
  }

  @Override
  public Declaration<ExpectedGradCam> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1L + draws, draws);
  }

  @Override
  public ExpectedGradCam fitted(Reference reference) {
    return withBaseline(baseline.fitted(reference)).withNoise(noise.fitted(reference));
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    CamFrame frame = frame(x.graph());
    String layer = frame.layer().name();
    List<double[]> starts = baseline.rows(x);
    double[] deviations = noise.deviations(x.input(), x.domain());
    Moments moments = new Moments(frame.layer().shape().positions());
    return x.activationAtInput(layer)
        .then(
            activation ->
                Step.all(
                    draws,
                    draws,
                    draw ->
                        x.layer(point(x, starts, deviations, draw), layer)
                            .then(
                                at ->
                                    Step.done(
                                        frame
                                            .maps(activation)
                                            .weighted(frame.maps(at.gradient()).means()))),
                    (draw, map) -> moments.add(map),
                    () -> moments))
        .then(seen -> x.atInput(fInput -> Step.done(attribution(x, frame, starts, seen, fInput))));
  }

  private double[] point(Explained x, List<double[]> starts, double[] deviations, int draw) {
    RandomGenerator random = RandomKey.of(seed).with(KEY).with(x.id()).with(draw).random();
    double position = random.nextDouble();
    double[] start = starts.get(random.nextInt(starts.size()));
    double[] point = new double[start.length];
    for (int i = 0; i < point.length; i++) {
      // Rows are floats.
      point[i] =
          (float)
              (start[i]
                  + position * (x.input()[i] - start[i])
                  + deviations[i] * random.nextGaussian());
    }
    return point;
  }

  private Attribution attribution(
      Explained x, CamFrame frame, List<double[]> starts, Moments seen, double fInput) {
    double[] errors = frame.resized(seen.standardErrors());
    return new Attribution(
            frame.finished(seen.means()),
            x.certificate(
                    draws, fInput, OptionalDouble.empty(), OptionalDouble.empty(), Optional.empty())
                .withStandardError(Arrays.stream(errors).average().orElse(0)))
        .withStandardErrors(errors)
        .withRemarks(baseline.remarks(x.domain(), starts));
  }
}
