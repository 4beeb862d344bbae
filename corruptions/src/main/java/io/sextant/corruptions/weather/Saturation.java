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
import java.util.List;
import org.apiguardian.api.API;

/**
 * Saturation: colours become paler, then stronger. For images of three channels.
 *
 * <pre>
 * s' = clip(factor s + added),  s = 1 - min / max of the pixel's channels; max and hue stay
 * </pre>
 *
 * <p>Grey pixels have no hue and stay grey; in published code they turn red where something is
 * added. The published severities do not rise: 1 and 2 make paler, 3 to 5 stronger.
 *
 * <p>Hendrycks, Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
 * Perturbations", ICLR 2019, arXiv:1903.12261, whose code for CIFAR-10-C and ImageNet-C the
 * parameters follow.
 *
 * @param factor of the saturation, from 0 to 100
 * @param added what is added to the saturation, from -1 to 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Saturation(double factor, double added) implements ImageCorruption {
  private static final Setting<Saturation, Double> FACTOR =
      Setting.of("factor", Form.within(0, 100), "of the saturation", Saturation::factor);
  private static final Setting<Saturation, Double> ADDED =
      Setting.of("added", Form.within(-1, 1), "to the saturation", Saturation::added);

  private static final Ladder<Saturation> LADDER =
      new Ladder<>(
          List.of(
              new Saturation(0.3, 0),
              new Saturation(0.1, 0),
              new Saturation(1.5, 0),
              new Saturation(2, 0.1),
              new Saturation(2.5, 0.2)),
          List.of(
              new Saturation(0.3, 0),
              new Saturation(0.1, 0),
              new Saturation(2, 0),
              new Saturation(5, 0.1),
              new Saturation(20, 0.2)));

  private static final Declaration<Saturation> DECLARATION =
      Declaration.of("saturation", Kind.IMAGE_CORRUPTION, Saturation.class)
          .access(Access.NOTHING)
          .summary("colours paler or stronger")
          .source(
              "Hendrycks, Dietterich, \"Benchmarking Neural Network Robustness to Common Corruptions and"
                  + " Perturbations\", ICLR 2019, arXiv:1903.12261")
          .settings(List.of(FACTOR, ADDED))
          .made(Saturation::new, values -> new Saturation(values.of(FACTOR), values.of(ADDED)));

  public Saturation {
    FACTOR.require(factor);
    ADDED.require(added);
  }

  /** Severity 3 of the mild parameters. */
  public Saturation() {
    this(1.5, 0);
  }

  @Override
  public Declaration<Saturation> declaration() {
    return DECLARATION;
  }

  @Override
  public Saturation at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public boolean applies(int channels) {
    return channels == 3;
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    return image.with(
        (c, y, x) -> {
          double most = Colour.value(image, y, x);
          double range = most - Colour.least(image, y, x);
          if (range == 0) {
            return image.at(c, y, x);
          }
          double saturation = Math.max(0, Math.min(1, factor * range / most + added));
          // Each channel keeps its place between the least and the most.
          return most - (most - image.at(c, y, x)) / range * saturation * most;
        });
  }
}
