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
 * Fog: a cloud is laid over the picture, which then is scaled back to its own largest value.
 *
 * <pre>
 * x' = clip((x + amount p) M / (M + amount)),  p = {@link Plasma}, M = largest value of x
 * </pre>
 *
 * <p>Each image sees the cloud through a window at a place of its own, where published code takes
 * the corner always.
 *
 * <p>Hendrycks, Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
 * Perturbations", ICLR 2019, arXiv:1903.12261, whose code for CIFAR-10-C and ImageNet-C the
 * parameters follow.
 *
 * @param amount of fog, above 0 and below 100
 * @param decay how smooth the cloud is, above 1 and below 100
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Fog(double amount, double decay) implements ImageCorruption {
  private static final Setting<Fog, Double> AMOUNT =
      Setting.of("amount", Form.between(0, 100), "of fog", Fog::amount);
  private static final Setting<Fog, Double> DECAY =
      Setting.of("decay", Form.between(1, 100), "how smooth the cloud is", Fog::decay);

  private static final Ladder<Fog> LADDER =
      new Ladder<>(
          List.of(
              new Fog(0.2, 3),
              new Fog(0.5, 3),
              new Fog(0.75, 2.5),
              new Fog(1, 2),
              new Fog(1.5, 1.75)),
          List.of(
              new Fog(1.5, 2),
              new Fog(2, 2),
              new Fog(2.5, 1.7),
              new Fog(2.5, 1.5),
              new Fog(3, 1.4)));

  private static final Declaration<Fog> DECLARATION =
      Declaration.of("fog", Kind.IMAGE_CORRUPTION, Fog.class)
          .access(Access.NOTHING)
          .summary("a bright cloud over the picture")
          .source(
              "Hendrycks, Dietterich, \"Benchmarking Neural Network Robustness to Common Corruptions and"
                  + " Perturbations\", ICLR 2019, arXiv:1903.12261")
          .settings(List.of(AMOUNT, DECAY))
          .made(Fog::new, values -> new Fog(values.of(AMOUNT), values.of(DECAY)));

  public Fog {
    AMOUNT.require(amount);
    DECAY.require(decay);
  }

  /** Severity 3 of the mild parameters. */
  public Fog() {
    this(0.75, 2.5);
  }

  @Override
  public Declaration<Fog> declaration() {
    return DECLARATION;
  }

  @Override
  public Fog at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    Plasma cloud = Plasma.of(image.height(), image.width(), decay, key);
    double most = image.largest();
    return image.with(
        (c, y, x) -> (image.at(c, y, x) + amount * cloud.at(y, x)) * most / (most + amount));
  }
}
