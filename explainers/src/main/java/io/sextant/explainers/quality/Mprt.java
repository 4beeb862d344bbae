package io.sextant.explainers.quality;

import io.sextant.explainers.Explainer;
import io.sextant.gradients.RandomKey;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.results.Correlation;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Whether an explanation depends on what the network has learnt: the rank correlation of the
 * absolute map with that of networks whose layers are shuffled, ever more of them from the input
 * on, in the mean over these networks. From -1 to 1, the smaller the better: a map that survives
 * shows the input, not the model.
 *
 * <p>Adebayo, Gilmer, Muelly, Goodfellow, Hardt, Kim, "Sanity Checks for Saliency Maps", NeurIPS
 * 2018, arXiv:1810.03292. Layers are shuffled rather than drawn anew, so that their values keep
 * their size; the order from the input on follows Hedström, Weber, Lapuschkin, Höhne, "A Fresh Look
 * at Sanity Checks for Saliency Maps", xAI 2024, arXiv:2405.02383. The unshuffled network is not
 * part of the mean.
 *
 * @param stages networks at most, evenly spaced over the layers
 * @param seed of the shuffling
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Mprt(int stages, long seed) implements Randomized {
  private static final Setting<Mprt, Integer> STAGES =
      Setting.of("stages", Form.integer(1, 10_000), "shuffled networks at most", Mprt::stages);
  private static final Setting<Mprt, Long> SEED =
      Setting.of("seed", Form.seed(), "of the shuffling", Mprt::seed);

  private static final Declaration<Mprt> DECLARATION =
      Declaration.of("mprt", Kind.EXPLANATION_QUALITY, Mprt.class)
          .summary("rank correlation with maps of networks whose layers are shuffled")
          .source(
              "Adebayo, Gilmer, Muelly, Goodfellow, Hardt, Kim, \"Sanity Checks for Saliency"
                  + " Maps\", NeurIPS 2018, arXiv:1810.03292")
          .settings(List.of(STAGES, SEED))
          .made(Mprt::new, values -> new Mprt(values.of(STAGES), values.of(SEED)));

  public Mprt {
    if (stages < 1) {
      throw new IllegalArgumentException("stages must be at least 1 but were " + stages);
    }
  }

  /** Five networks. */
  public Mprt() {
    this(5, 42);
  }

  @Override
  public Declaration<Mprt> declaration() {
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
    return explainer.passes(classes, features).times(stages);
  }

  @Override
  public double[] scores(Judged judged) {
    return Randomized.means(
        judged,
        Shuffled.stages(judged.service().graph(), stages, RandomKey.of(seed).with(name())),
        judged.attributions(),
        service -> Randomized.explain(judged, service, judged.examples()),
        (own, there) -> Correlation.spearman(sizes(own), sizes(there)));
  }

  private static double[] sizes(double[] map) {
    return Arrays.stream(map).map(Math::abs).toArray();
  }
}
