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
import org.apiguardian.api.API;

/**
 * Scale: the picture shrinks towards its centre. What comes into view is black.
 *
 * <p>Mu, Gilmer, "MNIST-C: A Robustness Benchmark for Computer Vision", 2019, arXiv:1906.02337,
 * whose code the strong parameters follow. The mild ones are our own, half as much: CIFAR-10-C has
 * no such kind.
 *
 * @param factor new size as a share of the old one, above 0 and below 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Scale(double factor) implements ImageCorruption {
  private static final Setting<Scale, Double> FACTOR =
      Setting.of("factor", Form.between(0, 1), "of the size", Scale::factor);

  private static final Ladder<Scale> LADDER =
      Ladder.of(
          Scale::new,
          Ladder.numbers(0.95, 0.9, 0.85, 0.8, 0.75),
          Ladder.numbers(0.9, 0.8, 0.7, 0.6, 0.5));

  private static final Declaration<Scale> DECLARATION =
      Declaration.of("scale", Kind.IMAGE_CORRUPTION, Scale.class)
          .access(Access.NOTHING)
          .summary("the picture smaller")
          .source(
              "Mu, Gilmer, \"MNIST-C: A Robustness Benchmark for Computer Vision\", 2019,"
                  + " arXiv:1906.02337")
          .setting(FACTOR)
          .made(Scale::new, values -> new Scale(values.of(FACTOR)));

  public Scale {
    FACTOR.require(factor);
  }

  /** Severity 3 of the mild parameters. */
  public Scale() {
    this(0.85);
  }

  @Override
  public Declaration<Scale> declaration() {
    return DECLARATION;
  }

  @Override
  public Scale at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    return Warp.affine(1 / factor, 0, 0, 1 / factor, 0, 0).of(image, Warp.Outside.BLACK);
  }
}
