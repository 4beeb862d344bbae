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
 * Shear: upright lines lean over, to either side at random; the centre stays. As in the published
 * code the picture stretches upwards as it leans. What comes into view is black.
 *
 * <p>Mu, Gilmer, "MNIST-C: A Robustness Benchmark for Computer Vision", 2019, arXiv:1906.02337,
 * whose code the strong parameters follow. The mild ones are our own, half as much: CIFAR-10-C has
 * no such kind.
 *
 * @param angle in radians, from 0 to 1.5
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Shear(double angle) implements ImageCorruption {
  private static final Setting<Shear, Double> ANGLE =
      Setting.of("angle", Form.within(0, 1.5), "in radians", Shear::angle);

  private static final Ladder<Shear> LADDER =
      Ladder.of(
          Shear::new,
          Ladder.numbers(0.1, 0.2, 0.3, 0.4, 0.5),
          Ladder.numbers(0.2, 0.4, 0.6, 0.8, 1));

  private static final Declaration<Shear> DECLARATION =
      Declaration.of("shear", Kind.IMAGE_CORRUPTION, Shear.class)
          .access(Access.NOTHING)
          .summary("the picture leaning over")
          .source(
              "Mu, Gilmer, \"MNIST-C: A Robustness Benchmark for Computer Vision\", 2019,"
                  + " arXiv:1906.02337")
          .setting(ANGLE)
          .made(Shear::new, values -> new Shear(values.of(ANGLE)));

  public Shear {
    ANGLE.require(angle);
  }

  /** Severity 3 of the mild parameters. */
  public Shear() {
    this(0.3);
  }

  @Override
  public Declaration<Shear> declaration() {
    return DECLARATION;
  }

  @Override
  public Shear at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    double lean = key.random().nextBoolean() ? angle : -angle;
    return Warp.affine(StrictMath.cos(lean), 0, -StrictMath.sin(lean), 1, 0, 0)
        .of(image, Warp.Outside.BLACK);
  }
}
