package io.sextant.corruptions.noise;

import io.sextant.corruptions.ImageCorruption;
import io.sextant.corruptions.Ladder;
import io.sextant.corruptions.Strength;
import io.sextant.corruptions.image.Image;
import io.sextant.gradients.RandomKey;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Setting;
import org.apiguardian.api.API;

/**
 * Speckle: noise in proportion to the value.
 *
 * <pre>
 * x' = clip(x + sigma x n),  n standard normal, one for each value
 * </pre>
 *
 * <p>Hendrycks, Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
 * Perturbations", ICLR 2019, arXiv:1903.12261, whose code for CIFAR-10-C and ImageNet-C the
 * parameters follow.
 *
 * @param sigma standard deviation at the value 1, above 0 and below 10
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record SpeckleNoise(double sigma) implements ImageCorruption {
  private static final Setting<SpeckleNoise, Double> SIGMA =
      Setting.of(
          "sigma", Form.between(0, 10), "standard deviation at the value 1", SpeckleNoise::sigma);

  private static final Ladder<SpeckleNoise> LADDER =
      Ladder.of(
          SpeckleNoise::new,
          Ladder.numbers(0.06, 0.1, 0.12, 0.16, 0.2),
          Ladder.numbers(0.15, 0.2, 0.35, 0.45, 0.6));

  private static final Declaration<SpeckleNoise> DECLARATION =
      Declaration.of("speckle-noise", Kind.IMAGE_CORRUPTION, SpeckleNoise.class)
          .access(Access.NOTHING)
          .summary("Gaussian noise in proportion to the value")
          .source(
              "Hendrycks, Dietterich, \"Benchmarking Neural Network Robustness to Common Corruptions and"
                  + " Perturbations\", ICLR 2019, arXiv:1903.12261")
          .setting(SIGMA)
          .made(SpeckleNoise::new, values -> new SpeckleNoise(values.of(SIGMA)));

  public SpeckleNoise {
    SIGMA.require(sigma);
  }

  /** Severity 3 of the mild parameters. */
  public SpeckleNoise() {
    this(0.12);
  }

  @Override
  public Declaration<SpeckleNoise> declaration() {
    return DECLARATION;
  }

  @Override
  public SpeckleNoise at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    return image.with(key, (x, random) -> x + sigma * x * random.nextGaussian());
  }
}
