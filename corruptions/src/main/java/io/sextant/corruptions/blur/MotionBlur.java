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
 * Motion blur: the mean along a line through the pixel, with Gaussian weights, in a direction drawn
 * between -45 and 45 degrees.
 *
 * <p>The published streak lies to one side of the pixel, half a Gaussian, so that it moves the
 * picture as well. This one has its middle in the pixel and the standard deviation of the published
 * half, {@code sqrt(1 - 2 / pi) sigma}.
 *
 * <p>Hendrycks, Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
 * Perturbations", ICLR 2019, arXiv:1903.12261, whose code for CIFAR-10-C and ImageNet-C the
 * parameters follow.
 *
 * @param radius pixels to either side, at most, from 1 to 100
 * @param sigma standard deviation of the published streak in pixels, above 0 and below 100
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record MotionBlur(int radius, double sigma) implements ImageCorruption {
  private static final Setting<MotionBlur, Integer> RADIUS =
      Setting.of(
          "radius", Form.integer(1, 100), "pixels to either side, at most", MotionBlur::radius);
  private static final Setting<MotionBlur, Double> SIGMA =
      Setting.of(
          "sigma",
          Form.between(0, 100),
          "standard deviation of a streak to one side, in pixels",
          MotionBlur::sigma);

  private static final Ladder<MotionBlur> LADDER =
      new Ladder<>(
          List.of(
              new MotionBlur(6, 1),
              new MotionBlur(6, 1.5),
              new MotionBlur(6, 2),
              new MotionBlur(8, 2),
              new MotionBlur(9, 2.5)),
          List.of(
              new MotionBlur(10, 3),
              new MotionBlur(15, 5),
              new MotionBlur(15, 8),
              new MotionBlur(15, 12),
              new MotionBlur(20, 15)));

  private static final Declaration<MotionBlur> DECLARATION =
      Declaration.of("motion-blur", Kind.IMAGE_CORRUPTION, MotionBlur.class)
          .access(Access.NOTHING)
          .summary("a streak in a random direction within 45 degrees of the rows")
          .source(
              "Hendrycks, Dietterich, \"Benchmarking Neural Network Robustness to Common Corruptions and"
                  + " Perturbations\", ICLR 2019, arXiv:1903.12261")
          .settings(List.of(RADIUS, SIGMA))
          .made(MotionBlur::new, values -> new MotionBlur(values.of(RADIUS), values.of(SIGMA)));

  public MotionBlur {
    RADIUS.require(radius);
    SIGMA.require(sigma);
  }

  /** Severity 3 of the mild parameters. */
  public MotionBlur() {
    this(6, 2);
  }

  @Override
  public Declaration<MotionBlur> declaration() {
    return DECLARATION;
  }

  @Override
  public MotionBlur at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    return streak(key.random().nextDouble(-Math.PI / 4, Math.PI / 4)).on(image);
  }

  /** Each point of the line is shared among the four pixels around it. */
  private Filter streak(double angle) {
    double spread = Math.sqrt(1 - 2 / Math.PI) * sigma;
    int reach = radius + 1;
    double[][] weights = new double[2 * reach + 1][2 * reach + 1];
    for (int i = -radius; i <= radius; i++) {
      double weight = StrictMath.exp(-0.5 * i * i / (spread * spread));
      double down = reach + i * StrictMath.sin(angle);
      double right = reach + i * StrictMath.cos(angle);
      int y = (int) Math.floor(down);
      int x = (int) Math.floor(right);
      double v = down - y;
      double u = right - x;
      add(weights, y, x, weight * (1 - v) * (1 - u));
      add(weights, y, x + 1, weight * (1 - v) * u);
      add(weights, y + 1, x, weight * v * (1 - u));
      add(weights, y + 1, x + 1, weight * v * u);
    }
    return Filter.of(weights);
  }

  private static void add(double[][] weights, int y, int x, double weight) {
    // Beyond the edge lies only what has no weight.
    if (weight > 0) {
      weights[y][x] += weight;
    }
  }
}
