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
 * Salt and pepper: a share of the values is lost, half of it to white, half to black, as of broken
 * cells of a sensor.
 *
 * <p>Hendrycks, Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
 * Perturbations", ICLR 2019, arXiv:1903.12261, whose code for CIFAR-10-C and ImageNet-C the
 * parameters follow.
 *
 * @param share share of values that are lost, from 0 to 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ImpulseNoise(double share) implements ImageCorruption {
  private static final Setting<ImpulseNoise, Double> SHARE =
      Setting.of("share", Form.within(0, 1), "share of values that are lost", ImpulseNoise::share);

  private static final Ladder<ImpulseNoise> LADDER =
      Ladder.of(
          ImpulseNoise::new,
          Ladder.numbers(0.01, 0.02, 0.03, 0.05, 0.07),
          Ladder.numbers(0.03, 0.06, 0.09, 0.17, 0.27));

  private static final Declaration<ImpulseNoise> DECLARATION =
      Declaration.of("impulse-noise", Kind.IMAGE_CORRUPTION, ImpulseNoise.class)
          .access(Access.NOTHING)
          .summary("salt and pepper on a share of the values")
          .source(
              "Hendrycks, Dietterich, \"Benchmarking Neural Network Robustness to Common Corruptions and"
                  + " Perturbations\", ICLR 2019, arXiv:1903.12261")
          .setting(SHARE)
          .made(ImpulseNoise::new, values -> new ImpulseNoise(values.of(SHARE)));

  public ImpulseNoise {
    SHARE.require(share);
  }

  /** Severity 3 of the mild parameters. */
  public ImpulseNoise() {
    this(0.03);
  }

  @Override
  public Declaration<ImpulseNoise> declaration() {
    return DECLARATION;
  }

  @Override
  public ImpulseNoise at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    return image.with(
        key,
        (x, random) -> {
          double drawn = random.nextDouble();
          return drawn >= share ? x : drawn < share / 2 ? 1 : 0;
        });
  }
}
