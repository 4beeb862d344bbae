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
 * Shot noise: light comes in photons, and few of them make a rough picture.
 *
 * <pre>
 * x' = clip(k / rate),  k Poisson with mean rate x
 * </pre>
 *
 * <p>Hendrycks, Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
 * Perturbations", ICLR 2019, arXiv:1903.12261, whose code for CIFAR-10-C and ImageNet-C the
 * parameters follow.
 *
 * @param rate photons that a value of 1 stands for, from 1 to 700
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ShotNoise(double rate) implements ImageCorruption {
  private static final Setting<ShotNoise, Double> RATE =
      Setting.of(
          "rate", Form.within(1, 700), "photons that a value of 1 stands for", ShotNoise::rate);

  private static final Ladder<ShotNoise> LADDER =
      Ladder.of(
          ShotNoise::new, Ladder.numbers(500, 250, 100, 75, 50), Ladder.numbers(60, 25, 12, 5, 3));

  private static final Declaration<ShotNoise> DECLARATION =
      Declaration.of("shot-noise", Kind.IMAGE_CORRUPTION, ShotNoise.class)
          .access(Access.NOTHING)
          .summary("Poisson noise of counted light")
          .source(
              "Hendrycks, Dietterich, \"Benchmarking Neural Network Robustness to Common Corruptions and"
                  + " Perturbations\", ICLR 2019, arXiv:1903.12261")
          .setting(RATE)
          .made(ShotNoise::new, values -> new ShotNoise(values.of(RATE)));

  public ShotNoise {
    RATE.require(rate);
  }

  /** Severity 3 of the mild parameters. */
  public ShotNoise() {
    this(100);
  }

  @Override
  public Declaration<ShotNoise> declaration() {
    return DECLARATION;
  }

  @Override
  public ShotNoise at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    return image.with(key, (x, random) -> poisson(rate * x, random.nextDouble()) / rate);
  }

  /** The smallest count whose distribution function is above a number in [0, 1). */
  static int poisson(double mean, double uniform) {
    double probability = StrictMath.exp(-mean);
    double below = probability;
    int count = 0;
    // Rounding may leave the sum short of a number close to 1: then there is nothing left to add.
    while (uniform >= below && probability > 0) {
      count++;
      probability *= mean / count;
      below += probability;
    }
    return count;
  }
}
