package io.sextant.corruptions.weather;

import io.sextant.corruptions.ImageCorruption;
import io.sextant.corruptions.Ladder;
import io.sextant.corruptions.Strength;
import io.sextant.corruptions.image.Image;
import io.sextant.corruptions.image.Plasma;
import io.sextant.gradients.RandomKey;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Setting;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A layer like frost over the picture.
 *
 * <pre>
 * x' = clip(picture x + frost f)
 * </pre>
 *
 * <p>The published kind lays photographs of frost over the picture. This one draws its own layer:
 * the ridges of a cloud, where its height is near one half, are veins of ice, over a haze of a
 * second, smoother cloud. Every image has a layer of its own. Weights as published, so figures are
 * not comparable with those for the photographs.
 *
 * <p>Hendrycks, Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
 * Perturbations", ICLR 2019, arXiv:1903.12261, whose code for CIFAR-10-C and ImageNet-C the
 * parameters follow.
 *
 * @param picture weight of the picture, from 0 to 1
 * @param frost weight of the frost, from 0 to 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Frost(double picture, double frost) implements ImageCorruption {
  private static final Setting<Frost, Double> PICTURE =
      Setting.of("picture", Form.within(0, 1), "weight of the picture", Frost::picture);
  private static final Setting<Frost, Double> FROST =
      Setting.of("frost", Form.within(0, 1), "weight of the frost", Frost::frost);

  private static final Ladder<Frost> LADDER =
      new Ladder<>(
          List.of(
              new Frost(1, 0.2),
              new Frost(1, 0.3),
              new Frost(0.9, 0.4),
              new Frost(0.85, 0.4),
              new Frost(0.75, 0.45)),
          List.of(
              new Frost(1, 0.4),
              new Frost(0.8, 0.6),
              new Frost(0.7, 0.7),
              new Frost(0.65, 0.7),
              new Frost(0.6, 0.75)));

  private static final Declaration<Frost> DECLARATION =
      Declaration.of("frost", Kind.IMAGE_CORRUPTION, Frost.class)
          .access(Access.NOTHING)
          .summary("a layer of ice crystals")
          .source(
              "Hendrycks, Dietterich, \"Benchmarking Neural Network Robustness to Common Corruptions and"
                  + " Perturbations\", ICLR 2019, arXiv:1903.12261")
          .settings(List.of(PICTURE, FROST))
          .made(Frost::new, values -> new Frost(values.of(PICTURE), values.of(FROST)));

  public Frost {
    PICTURE.require(picture);
    FROST.require(frost);
  }

  /** Severity 3 of the mild parameters. */
  public Frost() {
    this(0.9, 0.4);
  }

  @Override
  public Declaration<Frost> declaration() {
    return DECLARATION;
  }

  @Override
  public Frost at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    Plasma veins = Plasma.of(image.height(), image.width(), 1.7, key.with("veins"));
    Plasma haze = Plasma.of(image.height(), image.width(), 2.5, key.with("haze"));
    return image.with(
        (c, y, x) -> {
          double ridge = 1 - Math.abs(2 * veins.at(y, x) - 1);
          double ice = 0.6 * StrictMath.pow(ridge, 4) + 0.4 * haze.at(y, x);
          return picture * image.at(c, y, x) + frost * ice;
        });
  }
}
