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
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * Contrast: every value moves towards the mean of its channel.
 *
 * <pre>
 * x' = mean + factor (x - mean)
 * </pre>
 *
 * <p>Hendrycks, Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
 * Perturbations", ICLR 2019, arXiv:1903.12261, whose code for CIFAR-10-C and ImageNet-C the
 * parameters follow.
 *
 * @param factor what is left of the distance to the mean, from 0 to 10
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Contrast(double factor) implements ImageCorruption {
  private static final Setting<Contrast, Double> FACTOR =
      Setting.of(
          "factor",
          Form.within(0, 10),
          "what is left of the distance to the mean",
          Contrast::factor);

  private static final Ladder<Contrast> LADDER =
      Ladder.of(
          Contrast::new,
          Ladder.numbers(0.75, 0.5, 0.4, 0.3, 0.15),
          Ladder.numbers(0.4, 0.3, 0.2, 0.1, 0.05));

  private static final Declaration<Contrast> DECLARATION =
      Declaration.of("contrast", Kind.IMAGE_CORRUPTION, Contrast.class)
          .access(Access.NOTHING)
          .summary("everything nearer to the mean")
          .source(
              "Hendrycks, Dietterich, \"Benchmarking Neural Network Robustness to Common Corruptions and"
                  + " Perturbations\", ICLR 2019, arXiv:1903.12261")
          .setting(FACTOR)
          .made(Contrast::new, values -> new Contrast(values.of(FACTOR)));

  public Contrast {
    FACTOR.require(factor);
  }

  /** Severity 3 of the mild parameters. */
  public Contrast() {
    this(0.4);
  }

  @Override
  public Declaration<Contrast> declaration() {
    return DECLARATION;
  }

  @Override
  public Contrast at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    double[] mean = new double[image.channels()];
    Arrays.setAll(mean, image::mean);
    return image.with((c, y, x) -> mean[c] + factor * (image.at(c, y, x) - mean[c]));
  }
}
