package io.sextant.corruptions.blur;

import io.sextant.corruptions.ImageCorruption;
import io.sextant.corruptions.Ladder;
import io.sextant.corruptions.Strength;
import io.sextant.corruptions.image.Filter;
import io.sextant.corruptions.image.Image;
import io.sextant.gradients.RandomKey;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Setting;
import org.apiguardian.api.API;

/**
 * Gaussian blur, in both axes, cut off at four standard deviations.
 *
 * <p>MNIST-C's code blurs grey images in one axis only, because its library takes the other for the
 * axis of colours; this one does not.
 *
 * <p>Hendrycks, Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
 * Perturbations", ICLR 2019, arXiv:1903.12261, whose code for CIFAR-10-C and ImageNet-C the
 * parameters follow.
 *
 * @param sigma standard deviation in pixels, above 0 and below 50
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record GaussianBlur(double sigma) implements ImageCorruption {
  private static final Setting<GaussianBlur, Double> SIGMA =
      Setting.of("sigma", Form.between(0, 50), "standard deviation in pixels", GaussianBlur::sigma);

  private static final Ladder<GaussianBlur> LADDER =
      Ladder.of(
          GaussianBlur::new, Ladder.numbers(0.4, 0.6, 0.7, 0.8, 1), Ladder.numbers(1, 2, 3, 4, 6));

  private static final Declaration<GaussianBlur> DECLARATION =
      Declaration.of("gaussian-blur", Kind.IMAGE_CORRUPTION, GaussianBlur.class)
          .access(Access.NOTHING)
          .summary("Gaussian blur in both axes")
          .source(
              "Hendrycks, Dietterich, \"Benchmarking Neural Network Robustness to Common Corruptions and"
                  + " Perturbations\", ICLR 2019, arXiv:1903.12261")
          .setting(SIGMA)
          .made(GaussianBlur::new, values -> new GaussianBlur(values.of(SIGMA)));

  public GaussianBlur {
    SIGMA.require(sigma);
  }

  /** Severity 3 of the mild parameters. */
  public GaussianBlur() {
    this(0.7);
  }

  @Override
  public Declaration<GaussianBlur> declaration() {
    return DECLARATION;
  }

  @Override
  public GaussianBlur at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    return Filter.blurred(image, sigma);
  }
}
