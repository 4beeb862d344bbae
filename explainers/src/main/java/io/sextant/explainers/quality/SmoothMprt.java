package io.sextant.explainers.quality;

import io.sextant.explainers.Explainer;
import io.sextant.explainers.NoiseScale;
import io.sextant.explainers.Reference;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.RandomKey;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.results.Correlation;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * {@link Mprt} of maps that are freed of their noise first: the absolute mean of the maps of noisy
 * inputs. Noise alone lowers a rank correlation, and so makes noisy maps look good in the plain
 * test. The smaller the better.
 *
 * <p>Hedström, Weber, Lapuschkin, Höhne, "A Fresh Look at Sanity Checks for Saliency Maps", xAI
 * 2024, arXiv:2405.02383; 50 draws and a tenth follow the authors. Their scaling of the maps does
 * not change ranks and is left out.
 *
 * @param stages networks at most, evenly spaced over the layers
 * @param draws noisy inputs
 * @param noise standard deviation of the noise
 * @param seed of the shuffling and the noise
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record SmoothMprt(int stages, int draws, NoiseScale noise, long seed) implements Randomized {
  private static final Setting<SmoothMprt, Integer> STAGES =
      Setting.of(
          "stages", Form.integer(1, 10_000), "shuffled networks at most", SmoothMprt::stages);
  private static final Setting<SmoothMprt, Integer> SAMPLES =
      Setting.of("samples", Form.integer(1, 10_000), "noisy inputs", SmoothMprt::draws);
  private static final Setting<SmoothMprt, NoiseScale> NOISE =
      Setting.of("noise", NoiseScale.FORM, "standard deviation of the noise", SmoothMprt::noise);
  private static final Setting<SmoothMprt, Long> SEED =
      Setting.of("seed", Form.seed(), "of the shuffling and the noise", SmoothMprt::seed);

  private static final Declaration<SmoothMprt> DECLARATION =
      Declaration.of("smooth-mprt", Kind.EXPLANATION_QUALITY, SmoothMprt.class)
          .summary("the same of maps that are averaged over noisy inputs first")
          .source(
              "Hedström, Weber, Lapuschkin, Höhne, \"A Fresh Look at Sanity Checks for Saliency"
                  + " Maps\", xAI 2024, arXiv:2405.02383")
          .settings(List.of(STAGES, SAMPLES, NOISE, SEED))
          .made(
              SmoothMprt::new,
              values ->
                  new SmoothMprt(
                      values.of(STAGES), values.of(SAMPLES), values.of(NOISE), values.of(SEED)));

  public SmoothMprt {
    Objects.requireNonNull(noise, "noise");
    if (stages < 1 || draws < 1) {
      throw new IllegalArgumentException(
          "stages and samples must be at least 1 but were %d and %d".formatted(stages, draws));
    }
  }

  /** Five networks, 50 draws, a tenth of the range. */
  public SmoothMprt() {
    this(5, 50, NoiseScale.automatic(0.1), 42);
  }

  @Override
  public Declaration<SmoothMprt> declaration() {
    return DECLARATION;
  }

  @Override
  public Better better() {
    return Better.LOWER;
  }

  @Override
  public SmoothMprt fitted(Reference reference) {
    return new SmoothMprt(stages, draws, noise.fitted(reference), seed);
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(0, 0);
  }

  @Override
  public Passes passes(int classes, int features, Explainer explainer) {
    return explainer.passes(classes, features).times((1L + stages) * draws);
  }

  @Override
  public double[] scores(Judged judged) {
    return Randomized.means(
        judged,
        Shuffled.stages(judged.service().graph(), stages, RandomKey.of(seed).with(name())),
        smooth(judged, judged.service()),
        service -> smooth(judged, service),
        Correlation::spearman);
  }

  /** The size of the mean map; every network sees the same noisy inputs. */
  private double[][] smooth(Judged judged, GradientService service) {
    Examples examples = judged.examples();
    double[][] means = new double[examples.size()][service.features()];
    for (int draw = 0; draw < draws; draw++) {
      double[][] maps = Randomized.explain(judged, service, noisy(judged, draw));
      for (int i = 0; i < means.length; i++) {
        for (int j = 0; j < means[i].length; j++) {
          means[i][j] += maps[i][j] / draws;
        }
      }
    }
    for (double[] mean : means) {
      Arrays.setAll(mean, j -> Math.abs(mean[j]));
    }
    return means;
  }

  private Examples noisy(Judged judged, int draw) {
    Examples examples = judged.examples();
    double[][] rows = examples.rows();
    for (int i = 0; i < rows.length; i++) {
      double[] deviations = noise.deviations(rows[i], judged.service().domain());
      RandomGenerator random =
          RandomKey.of(seed).with(name()).with("noise").with(examples.id(i)).with(draw).random();
      for (int j = 0; j < rows[i].length; j++) {
        rows[i][j] += deviations[j] * random.nextGaussian();
      }
    }
    return Examples.of(rows, examples.labels(), examples.ids());
  }
}
