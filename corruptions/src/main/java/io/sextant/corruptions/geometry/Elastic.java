package io.sextant.corruptions.geometry;

import io.sextant.corruptions.ImageCorruption;
import io.sextant.corruptions.Ladder;
import io.sextant.corruptions.Strength;
import io.sextant.corruptions.image.Filter;
import io.sextant.corruptions.image.Image;
import io.sextant.corruptions.image.Warp;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Setting;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * Elastic: a small random linear map, then a random field of displacements, blurred so that near
 * pixels move alike. All lengths are shares of the image's width.
 *
 * <p>The field is drawn evenly from [-1, 1] in both axes, blurred with {@code smoothness} and
 * multiplied with {@code strength}. The blur is of one pixel at least: published code goes below,
 * and at severity 5 on 28 pixels scatters each pixel by itself. The linear map moves three points
 * about the centre by up to {@code bend} in each axis. The published severities do not rise.
 *
 * <p>Simard, Steinkraus, Platt, "Best Practices for Convolutional Neural Networks Applied to Visual
 * Document Analysis", ICDAR 2003.
 *
 * <p>Hendrycks, Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
 * Perturbations", ICLR 2019, arXiv:1903.12261, whose code for CIFAR-10-C and ImageNet-C the
 * parameters follow.
 *
 * @param strength of the displacements in widths, from 0 to 10
 * @param smoothness standard deviation of the blur in widths, from 0 to 10
 * @param bend how far the linear map moves points in widths, from 0 to 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Elastic(double strength, double smoothness, double bend) implements ImageCorruption {
  private static final Setting<Elastic, Double> STRENGTH =
      Setting.of(
          "strength", Form.within(0, 10), "of the displacements, in widths", Elastic::strength);
  private static final Setting<Elastic, Double> SMOOTHNESS =
      Setting.of(
          "smoothness",
          Form.within(0, 10),
          "standard deviation of the blur, in widths",
          Elastic::smoothness);
  private static final Setting<Elastic, Double> BEND =
      Setting.of(
          "bend",
          Form.within(0, 1),
          "how far the linear map moves points, in widths",
          Elastic::bend);

  private static final Ladder<Elastic> LADDER =
      new Ladder<>(
          List.of(
              new Elastic(0, 0, 0.08),
              new Elastic(0.05, 0.2, 0.07),
              new Elastic(0.08, 0.06, 0.06),
              new Elastic(0.1, 0.04, 0.05),
              new Elastic(0.1, 0.03, 0.03)),
          List.of(
              new Elastic(2, 0.7, 0.1),
              new Elastic(2, 0.08, 0.2),
              new Elastic(0.05, 0.01, 0.02),
              new Elastic(0.07, 0.01, 0.02),
              new Elastic(0.12, 0.01, 0.02)));

  private static final Declaration<Elastic> DECLARATION =
      Declaration.of("elastic", Kind.IMAGE_CORRUPTION, Elastic.class)
          .access(Access.NOTHING)
          .summary("the picture on a sheet of rubber")
          .source(
              "Hendrycks, Dietterich, \"Benchmarking Neural Network Robustness to Common Corruptions and"
                  + " Perturbations\", ICLR 2019, arXiv:1903.12261")
          .settings(List.of(STRENGTH, SMOOTHNESS, BEND))
          .made(
              Elastic::new,
              values -> new Elastic(values.of(STRENGTH), values.of(SMOOTHNESS), values.of(BEND)));

  public Elastic {
    STRENGTH.require(strength);
    SMOOTHNESS.require(smoothness);
    BEND.require(bend);
  }

  /** Severity 3 of the mild parameters. */
  public Elastic() {
    this(0.08, 0.06, 0.06);
  }

  @Override
  public Declaration<Elastic> declaration() {
    return DECLARATION;
  }

  @Override
  public Elastic at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    Warp map = bent(image, key.with("bend").random());
    Image down = field(image, key.with("down"));
    Image right = field(image, key.with("right"));
    double reach = 2 * strength * image.width();
    double middleRow = (image.height() - 1) / 2.0;
    double middleColumn = (image.width() - 1) / 2.0;
    Warp moved =
        (y, x) -> {
          int row = (int) Math.rint(y + middleRow);
          int column = (int) Math.rint(x + middleColumn);
          return map.source(
              y + reach * (down.at(0, row, column) - 0.5),
              x + reach * (right.at(0, row, column) - 0.5));
        };
    return moved.of(image, Warp.Outside.NEAREST);
  }

  /** The linear map that takes three points about the centre to where they were drawn. */
  private Warp bent(Image image, RandomGenerator random) {
    double arm = Math.max(1, Math.min(image.height(), image.width()) / 3);
    double reach = bend * image.width();
    double[] p = new double[6];
    Arrays.setAll(p, i -> reach * (2 * random.nextDouble() - 1));
    // The points (arm, arm), (arm, -arm) and (-arm, -arm) move by (p0, p1), (p2, p3), (p4, p5).
    return Warp.affine(
        1 + (p[2] - p[4]) / (2 * arm),
        (p[0] - p[2]) / (2 * arm),
        (p[3] - p[5]) / (2 * arm),
        1 + (p[1] - p[3]) / (2 * arm),
        (p[0] + p[4]) / 2,
        (p[1] + p[5]) / 2);
  }

  /** Random numbers in [0, 1] with mean 1/2, blurred. */
  private Image field(Image image, RandomKey key) {
    Image drawn =
        Image.of(
                Shape.of(image.height(), image.width()), new double[image.height() * image.width()])
            .with(key, (x, random) -> random.nextDouble());
    return strength == 0 ? drawn : Filter.blurred(drawn, Math.max(1, smoothness * image.width()));
  }
}
