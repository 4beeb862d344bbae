package io.sextant.corruptions.weather;

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
 * Brightness: the value of each pixel's colour (its largest channel) rises, hue and saturation
 * stay.
 *
 * <p>Hendrycks, Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
 * Perturbations", ICLR 2019, arXiv:1903.12261, whose code for CIFAR-10-C and ImageNet-C the
 * parameters follow.
 *
 * @param added what is added to the value, from -1 to 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Brightness(double added) implements ImageCorruption {
  private static final Setting<Brightness, Double> ADDED =
      Setting.of("added", Form.within(-1, 1), "what is added to the value", Brightness::added);

  private static final Ladder<Brightness> LADDER =
      Ladder.of(
          Brightness::new,
          Ladder.numbers(0.05, 0.1, 0.15, 0.2, 0.3),
          Ladder.numbers(0.1, 0.2, 0.3, 0.4, 0.5));

  private static final Declaration<Brightness> DECLARATION =
      Declaration.of("brightness", Kind.IMAGE_CORRUPTION, Brightness.class)
          .access(Access.NOTHING)
          .summary("more light everywhere")
          .source(
              "Hendrycks, Dietterich, \"Benchmarking Neural Network Robustness to Common Corruptions and"
                  + " Perturbations\", ICLR 2019, arXiv:1903.12261")
          .setting(ADDED)
          .made(Brightness::new, values -> new Brightness(values.of(ADDED)));

  public Brightness {
    ADDED.require(added);
  }

  /** Severity 3 of the mild parameters. */
  public Brightness() {
    this(0.15);
  }

  @Override
  public Declaration<Brightness> declaration() {
    return DECLARATION;
  }

  @Override
  public Brightness at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    return image.with(
        (c, y, x) -> {
          double value = Colour.value(image, y, x);
          double lit = Math.max(0, Math.min(1, value + added));
          // Black has no hue to keep.
          return value > 0 ? image.at(c, y, x) * lit / value : lit;
        });
  }
}
