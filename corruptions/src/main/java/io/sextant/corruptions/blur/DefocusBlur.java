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
import java.util.List;
import org.apiguardian.api.API;

/**
 * Defocus: a point becomes a disc, whose rim a small Gaussian softens.
 *
 * <p>Hendrycks, Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
 * Perturbations", ICLR 2019, arXiv:1903.12261, whose code for CIFAR-10-C and ImageNet-C the
 * parameters follow.
 *
 * @param radius radius of the disc in pixels, above 0 and below 50
 * @param rim standard deviation that softens the rim in pixels, above 0 and below 10
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record DefocusBlur(double radius, double rim) implements ImageCorruption {
  private static final Setting<DefocusBlur, Double> RADIUS =
      Setting.of("radius", Form.between(0, 50), "of the disc, in pixels", DefocusBlur::radius);
  private static final Setting<DefocusBlur, Double> RIM =
      Setting.of(
          "rim",
          Form.between(0, 10),
          "standard deviation that softens the rim, in pixels",
          DefocusBlur::rim);

  private static final Ladder<DefocusBlur> LADDER =
      new Ladder<>(
          List.of(
              new DefocusBlur(0.3, 0.4),
              new DefocusBlur(0.4, 0.5),
              new DefocusBlur(0.5, 0.6),
              new DefocusBlur(1, 0.2),
              new DefocusBlur(1.5, 0.1)),
          List.of(
              new DefocusBlur(3, 0.1),
              new DefocusBlur(4, 0.5),
              new DefocusBlur(6, 0.5),
              new DefocusBlur(8, 0.5),
              new DefocusBlur(10, 0.5)));

  private static final Declaration<DefocusBlur> DECLARATION =
      Declaration.of("defocus-blur", Kind.IMAGE_CORRUPTION, DefocusBlur.class)
          .access(Access.NOTHING)
          .summary("the disc that a lens out of focus makes of a point")
          .source(
              "Hendrycks, Dietterich, \"Benchmarking Neural Network Robustness to Common Corruptions and"
                  + " Perturbations\", ICLR 2019, arXiv:1903.12261")
          .settings(List.of(RADIUS, RIM))
          .made(DefocusBlur::new, values -> new DefocusBlur(values.of(RADIUS), values.of(RIM)));

  public DefocusBlur {
    RADIUS.require(radius);
    RIM.require(rim);
  }

  /** Severity 3 of the mild parameters. */
  public DefocusBlur() {
    this(0.5, 0.6);
  }

  @Override
  public Declaration<DefocusBlur> declaration() {
    return DECLARATION;
  }

  @Override
  public DefocusBlur at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    // As published: discs of more than 8 pixels are softened over two pixels, others over one.
    return disc().then(Filter.gaussian(rim, radius > 8 ? 2 : 1)).on(image);
  }

  private Filter disc() {
    int reach = (int) Math.floor(radius);
    double[][] weights = new double[2 * reach + 1][2 * reach + 1];
    for (int y = -reach; y <= reach; y++) {
      for (int x = -reach; x <= reach; x++) {
        weights[y + reach][x + reach] = x * x + y * y <= radius * radius ? 1 : 0;
      }
    }
    return Filter.of(weights);
  }
}
