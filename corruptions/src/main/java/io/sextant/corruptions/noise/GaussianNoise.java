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
 * Gaussian noise, as of a sensor in poor light.
 *
 * <pre>
 * x' = clip(x + sigma n),  n standard normal, one for each value
 * </pre>
 *
 * <p>Hendrycks, Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
 * Perturbations", ICLR 2019, arXiv:1903.12261, whose code for CIFAR-10-C and ImageNet-C the
 * parameters follow.
 *
 * @param sigma standard deviation, above 0 and below 10
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record GaussianNoise(double sigma) implements ImageCorruption {
  private static final Setting<GaussianNoise, Double> SIGMA =
      Setting.of("sigma", Form.between(0, 10), "standard deviation", GaussianNoise::sigma);

  private static final Ladder<GaussianNoise> LADDER =
      Ladder.of(
          GaussianNoise::new,
          Ladder.numbers(0.04, 0.06, 0.08, 0.09, 0.10),
          Ladder.numbers(0.08, 0.12, 0.18, 0.26, 0.38));

  private static final Declaration<GaussianNoise> DECLARATION =
      Declaration.of("gaussian-noise", Kind.IMAGE_CORRUPTION, GaussianNoise.class)
          .access(Access.NOTHING)
          .summary("Gaussian noise, the same at every value")
          .source(
              "Hendrycks, Dietterich, \"Benchmarking Neural Network Robustness to Common Corruptions and"
                  + " Perturbations\", ICLR 2019, arXiv:1903.12261")
          .setting(SIGMA)
          .made(GaussianNoise::new, values -> new GaussianNoise(values.of(SIGMA)));

  public GaussianNoise {
    SIGMA.require(sigma);
  }

  /** Severity 3 of the mild parameters. */
  public GaussianNoise() {
    this(0.08);
  }

  @Override
  public Declaration<GaussianNoise> declaration() {
    return DECLARATION;
  }

  @Override
  public GaussianNoise at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    return image.with(key, (x, random) -> x + sigma * random.nextGaussian());
  }
}
