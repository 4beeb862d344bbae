package io.sextant.explainers.quality;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Reference;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Step;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * How wrong an attribution is about what happens when a random part of the input is taken away: the
 * mean squared error of the sum over the part, against how the output falls. The smaller the
 * better.
 *
 * <p>Yeh, Hsieh, Suggala, Inouye, Ravikumar, "On the (In)fidelity and Sensitivity of Explanations",
 * NeurIPS 2019, arXiv:1901.09392: of their perturbations the removal of squares, of any side up to
 * a third of the image and at any place; of other inputs, of any set. With {@code normalized} the
 * attribution is first scaled as fits best, by a factor of at least 0, so that maps in different
 * units compare.
 *
 * @param draws parts that are taken away, at least 2
 * @param normalized whether the attribution is scaled first
 * @param baseline what takes the place of the part
 * @param seed of the parts
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Infidelity(int draws, boolean normalized, Baseline baseline, long seed)
    implements BaselineMetric {
  private static final Setting<Infidelity, Integer> SAMPLES =
      Setting.of("samples", Form.integer(2, 100_000), "parts taken away", Infidelity::draws);
  private static final Setting<Infidelity, Boolean> NORMALIZED =
      Setting.of(
          "normalized",
          Form.flag(),
          "scales the attribution as fits best before it is compared",
          Infidelity::normalized);
  private static final Setting<Infidelity, Baseline> BASELINE =
      Setting.of("baseline", Baseline.FORM, "takes the place of a part", Infidelity::baseline);
  private static final Setting<Infidelity, Long> SEED =
      Setting.of("seed", Form.seed(), "of the parts", Infidelity::seed);

  private static final Declaration<Infidelity> DECLARATION =
      Declaration.of("infidelity", Kind.EXPLANATION_QUALITY, Infidelity.class)
          .summary("squared error about what happens without random parts of the input")
          .source(
              "Yeh, Hsieh, Suggala, Inouye, Ravikumar, \"On the (In)fidelity and Sensitivity of"
                  + " Explanations\", NeurIPS 2019, arXiv:1901.09392")
          .access(Access.LOGITS)
          .settings(List.of(SAMPLES, NORMALIZED, BASELINE, SEED))
          .made(
              Infidelity::new,
              values ->
                  new Infidelity(
                      values.of(SAMPLES),
                      values.of(NORMALIZED),
                      values.of(BASELINE),
                      values.of(SEED)));

  public Infidelity {
    Objects.requireNonNull(baseline, "baseline");
    if (draws < 2) {
      throw new IllegalArgumentException("samples must be at least 2 but were " + draws);
    }
  }

  /** 64 parts, normalised. */
  public Infidelity() {
    this(64, true, new Baseline.Automatic(), 42);
  }

  @Override
  public Declaration<Infidelity> declaration() {
    return DECLARATION;
  }

  @Override
  public Better better() {
    return Better.LOWER;
  }

  @Override
  public Infidelity fitted(Reference reference) {
    return new Infidelity(draws, normalized, baseline.fitted(reference), seed);
  }

  @Override
  public Passes perBaseline() {
    return new Passes(1L + draws, 0);
  }

  @Override
  public Step<Double> score(Example one, Explained x, double[] start) {
    Sites sites = Sites.of(one);
    return RandomSites.of(
        one,
        sites,
        start,
        draws,
        RandomKey.of(seed).with(name()).with(x.id()),
        key -> part(one.shape(), sites, key.random()),
        this::error);
  }

  /** A square of an image, or any set of other inputs. */
  private static int[] part(Shape shape, Sites sites, RandomGenerator random) {
    if (shape.rank() != 3) {
      return IntStream.range(0, sites.count()).filter(site -> random.nextBoolean()).toArray();
    }
    int height = shape.size(1);
    int width = shape.size(2);
    int side = 1 + random.nextInt(Math.max(1, Math.min(height, width) / 3));
    int top = random.nextInt(height - side + 1);
    int left = random.nextInt(width - side + 1);
    return IntStream.range(0, side * side)
        .map(i -> (top + i / side) * width + left + i % side)
        .toArray();
  }

  private double error(RandomSites seen) {
    double scale = 1;
    if (normalized) {
      double product = 0;
      double square = 0;
      for (int d = 0; d < draws; d++) {
        product += seen.said()[d] * seen.drops()[d];
        square += seen.said()[d] * seen.said()[d];
      }
      // What says nothing of any part cannot be scaled, and is as wrong as all zeros; nor is the
      // opposite of the truth another unit of it.
      scale = square == 0 ? 0 : Math.max(0, product / square);
    }
    double error = 0;
    for (int d = 0; d < draws; d++) {
      double wrong = scale * seen.said()[d] - seen.drops()[d];
      error += wrong * wrong / draws;
    }
    return error;
  }
}
