package io.sextant.corruptions.blur;

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
import java.util.List;
import org.apiguardian.api.API;

/**
 * Zoom blur: the mean of the picture and of enlargements of it about its centre, as of a camera
 * that moves towards it.
 *
 * <p>Hendrycks, Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
 * Perturbations", ICLR 2019, arXiv:1903.12261, whose code for CIFAR-10-C and ImageNet-C the
 * parameters follow.
 *
 * @param largest the enlargement that is not quite reached, above 1 and below 10
 * @param step between two enlargements, above 0.001 and below 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ZoomBlur(double largest, double step) implements ImageCorruption {
  private static final Setting<ZoomBlur, Double> LARGEST =
      Setting.of(
          "largest",
          Form.between(1, 10),
          "the enlargement that is not quite reached",
          ZoomBlur::largest);
  private static final Setting<ZoomBlur, Double> STEP =
      Setting.of("step", Form.between(0.001, 1), "between two enlargements", ZoomBlur::step);

  private static final Ladder<ZoomBlur> LADDER =
      new Ladder<>(
          List.of(
              new ZoomBlur(1.06, 0.01),
              new ZoomBlur(1.11, 0.01),
              new ZoomBlur(1.16, 0.01),
              new ZoomBlur(1.21, 0.01),
              new ZoomBlur(1.26, 0.01)),
          List.of(
              new ZoomBlur(1.11, 0.01),
              new ZoomBlur(1.16, 0.01),
              new ZoomBlur(1.21, 0.02),
              new ZoomBlur(1.26, 0.02),
              new ZoomBlur(1.31, 0.03)));

  private static final Declaration<ZoomBlur> DECLARATION =
      Declaration.of("zoom-blur", Kind.IMAGE_CORRUPTION, ZoomBlur.class)
          .access(Access.NOTHING)
          .summary("the mean of the picture and of larger and larger ones")
          .source(
              "Hendrycks, Dietterich, \"Benchmarking Neural Network Robustness to Common Corruptions and"
                  + " Perturbations\", ICLR 2019, arXiv:1903.12261")
          .settings(List.of(LARGEST, STEP))
          .made(ZoomBlur::new, values -> new ZoomBlur(values.of(LARGEST), values.of(STEP)));

  public ZoomBlur {
    LARGEST.require(largest);
    STEP.require(step);
  }

  /** Severity 3 of the mild parameters. */
  public ZoomBlur() {
    this(1.16, 0.01);
  }

  @Override
  public Declaration<ZoomBlur> declaration() {
    return DECLARATION;
  }

  @Override
  public ZoomBlur at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    int count = Math.max(1, (int) Math.rint((largest - 1) / step));
    double[] sum = image.values();
    for (int i = 0; i < count; i++) {
      double shrink = 1 / (1 + i * step);
      double[] enlarged =
          Warp.affine(shrink, 0, 0, shrink, 0, 0).of(image, Warp.Outside.NEAREST).values();
      for (int j = 0; j < sum.length; j++) {
        sum[j] += enlarged[j];
      }
    }
    // As published, the picture itself counts twice: it is the first enlargement, too.
    return image.with((c, y, x) -> sum[(c * image.height() + y) * image.width() + x] / (count + 1));
  }
}
