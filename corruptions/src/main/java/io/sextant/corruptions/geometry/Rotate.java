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
 * Rotate: the picture turns about its centre, to either side at random. What comes into view is
 * black.
 *
 * <p>Mu, Gilmer, "MNIST-C: A Robustness Benchmark for Computer Vision", 2019, arXiv:1906.02337,
 * whose code the strong parameters follow. The mild ones are our own, half as much: CIFAR-10-C has
 * no such kind.
 *
 * @param angle in radians, from 0 to 3.15
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Rotate(double angle) implements ImageCorruption {
  private static final Setting<Rotate, Double> ANGLE =
      Setting.of("angle", Form.within(0, 3.15), "in radians", Rotate::angle);

  private static final Ladder<Rotate> LADDER =
      Ladder.of(
          Rotate::new,
          Ladder.numbers(0.1, 0.2, 0.3, 0.4, 0.5),
          Ladder.numbers(0.2, 0.4, 0.6, 0.8, 1));

  private static final Declaration<Rotate> DECLARATION =
      Declaration.of("rotate", Kind.IMAGE_CORRUPTION, Rotate.class)
          .access(Access.NOTHING)
          .summary("the picture turned about its centre")
          .source(
              "Mu, Gilmer, \"MNIST-C: A Robustness Benchmark for Computer Vision\", 2019,"
                  + " arXiv:1906.02337")
          .setting(ANGLE)
          .made(Rotate::new, values -> new Rotate(values.of(ANGLE)));

  public Rotate {
    ANGLE.require(angle);
  }

  /** Severity 3 of the mild parameters. */
  public Rotate() {
    this(0.3);
  }

  @Override
  public Declaration<Rotate> declaration() {
    return DECLARATION;
  }

  @Override
  public Rotate at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    double turn = key.random().nextBoolean() ? angle : -angle;
    double sin = StrictMath.sin(turn);
    double cos = StrictMath.cos(turn);
    return Warp.affine(cos, sin, -sin, cos, 0, 0).of(image, Warp.Outside.BLACK);
  }
}
