package io.sextant.explainers.quality;

import io.sextant.explainers.Explainer;
import io.sextant.gradients.RandomKey;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * How much more complex an explanation becomes on a network whose layers are all shuffled: the
 * relative rise of the entropy of the map's histogram. The larger the better. It asks for two
 * explanations rather than one per layer.
 *
 * <p>Hedström, Weber, Lapuschkin, Höhne, "A Fresh Look at Sanity Checks for Saliency Maps", xAI
 * 2024, arXiv:2405.02383, with 100 bins over the signed map as the authors have.
 *
 * @param bins of the histogram
 * @param seed of the shuffling
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record EfficientMprt(int bins, long seed) implements Randomized {
  private static final Setting<EfficientMprt, Integer> BINS =
      Setting.of("bins", Form.integer(2, 100_000), "of the histogram", EfficientMprt::bins);
  private static final Setting<EfficientMprt, Long> SEED =
      Setting.of("seed", Form.seed(), "of the shuffling", EfficientMprt::seed);

  private static final Declaration<EfficientMprt> DECLARATION =
      Declaration.of("efficient-mprt", Kind.EXPLANATION_QUALITY, EfficientMprt.class)
          .summary("relative rise of a map's entropy when all layers are shuffled")
          .source(
              "Hedström, Weber, Lapuschkin, Höhne, \"A Fresh Look at Sanity Checks for Saliency"
                  + " Maps\", xAI 2024, arXiv:2405.02383")
          .settings(List.of(BINS, SEED))
          .made(EfficientMprt::new, values -> new EfficientMprt(values.of(BINS), values.of(SEED)));

  public EfficientMprt {
    if (bins < 2) {
      throw new IllegalArgumentException("bins must be at least 2 but were " + bins);
    }
  }

  /** 100 bins. */
  public EfficientMprt() {
    this(100, 42);
  }

  @Override
  public Declaration<EfficientMprt> declaration() {
    return DECLARATION;
  }

  @Override
  public Better better() {
    return Better.HIGHER;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(0, 0);
  }

  @Override
  public Passes passes(int classes, int features, Explainer explainer) {
    return explainer.passes(classes, features);
  }

  @Override
  public double[] scores(Judged judged) {
    return Randomized.means(
        judged,
        Shuffled.stages(judged.service().graph(), 1, RandomKey.of(seed).with(name())),
        judged.attributions(),
        service -> Randomized.explain(judged, service, judged.examples()),
        (own, there) -> entropy(there, bins) / entropy(own, bins) - 1);
  }

  /** In nats, of the histogram between the smallest and the largest value. */
  static double entropy(double[] map, int bins) {
    double least = Arrays.stream(map).min().orElse(0);
    double most = Arrays.stream(map).max().orElse(0);
    int[] counts = new int[bins];
    for (double value : map) {
      int bin = most == least ? 0 : (int) ((value - least) / (most - least) * bins);
      counts[Math.min(bins - 1, bin)]++;
    }
    double entropy = 0;
    for (int count : counts) {
      double share = (double) count / map.length;
      entropy -= count == 0 ? 0 : share * Math.log(share);
    }
    return entropy;
  }
}
