package io.sextant.corruptions.geometry;

import io.sextant.corruptions.ImageCorruption;
import io.sextant.corruptions.Ladder;
import io.sextant.corruptions.Strength;
import io.sextant.corruptions.image.Image;
import io.sextant.corruptions.image.Warp;
import io.sextant.gradients.RandomKey;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Setting;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * Translate: the picture moves by the same share of its height and of its width, each up or down,
 * left or right, at random. What comes into view is black.
 *
 * <p>Mu, Gilmer, "MNIST-C: A Robustness Benchmark for Computer Vision", 2019, arXiv:1906.02337,
 * whose code the strong parameters follow. The mild ones are our own, half as much: CIFAR-10-C has
 * no such kind.
 *
 * @param share of height and width, from 0 to 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Translate(double share) implements ImageCorruption {
  private static final Setting<Translate, Double> SHARE =
      Setting.of("share", Form.within(0, 1), "of height and width", Translate::share);

  private static final Ladder<Translate> LADDER =
      Ladder.of(
          Translate::new,
          Ladder.numbers(1 / 56.0, 2 / 56.0, 3 / 56.0, 4 / 56.0, 5 / 56.0),
          Ladder.numbers(1 / 28.0, 2 / 28.0, 3 / 28.0, 4 / 28.0, 5 / 28.0));

  private static final Declaration<Translate> DECLARATION =
      Declaration.of("translate", Kind.IMAGE_CORRUPTION, Translate.class)
          .access(Access.NOTHING)
          .summary("the picture moved along a diagonal")
          .source(
              "Mu, Gilmer, \"MNIST-C: A Robustness Benchmark for Computer Vision\", 2019,"
                  + " arXiv:1906.02337")
          .setting(SHARE)
          .made(Translate::new, values -> new Translate(values.of(SHARE)));

  public Translate {
    SHARE.require(share);
  }

  /** Severity 3 of the mild parameters. */
  public Translate() {
    this(3 / 56.0);
  }

  @Override
  public Declaration<Translate> declaration() {
    return DECLARATION;
  }

  @Override
  public Translate at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    RandomGenerator random = key.random();
    double down = share * image.height() * (random.nextBoolean() ? 1 : -1);
    double right = share * image.width() * (random.nextBoolean() ? 1 : -1);
    return Warp.affine(1, 0, 0, 1, down, right).of(image, Warp.Outside.BLACK);
  }
}
