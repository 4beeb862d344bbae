package io.sextant.corruptions.digital;

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
 * Pixelate: the picture at a smaller size, each pixel the mean over its area, shown at the old
 * size.
 *
 * <p>Hendrycks, Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
 * Perturbations", ICLR 2019, arXiv:1903.12261, whose code for CIFAR-10-C and ImageNet-C the
 * parameters follow.
 *
 * @param scale smaller size as a share of the old one, above 0 and below 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Pixelate(double scale) implements ImageCorruption {
  private static final Setting<Pixelate, Double> SCALE =
      Setting.of("scale", Form.between(0, 1), "of the smaller size", Pixelate::scale);

  private static final Ladder<Pixelate> LADDER =
      Ladder.of(
          Pixelate::new,
          Ladder.numbers(0.95, 0.9, 0.85, 0.75, 0.65),
          Ladder.numbers(0.6, 0.5, 0.4, 0.3, 0.25));

  private static final Declaration<Pixelate> DECLARATION =
      Declaration.of("pixelate", Kind.IMAGE_CORRUPTION, Pixelate.class)
          .access(Access.NOTHING)
          .summary("fewer and larger pixels")
          .source(
              "Hendrycks, Dietterich, \"Benchmarking Neural Network Robustness to Common Corruptions and"
                  + " Perturbations\", ICLR 2019, arXiv:1903.12261")
          .setting(SCALE)
          .made(Pixelate::new, values -> new Pixelate(values.of(SCALE)));

  public Pixelate {
    SCALE.require(scale);
  }

  /** Severity 3 of the mild parameters. */
  public Pixelate() {
    this(0.85);
  }

  @Override
  public Declaration<Pixelate> declaration() {
    return DECLARATION;
  }

  @Override
  public Pixelate at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    int rows = Math.max(1, (int) (scale * image.height()));
    int columns = Math.max(1, (int) (scale * image.width()));
    double[][][] small = new double[image.channels()][rows][columns];
    for (int c = 0; c < image.channels(); c++) {
      for (int j = 0; j < rows; j++) {
        for (int i = 0; i < columns; i++) {
          small[c][j][i] = mean(image, c, j, rows, i, columns);
        }
      }
    }
    return image.with(
        (c, y, x) -> small[c][place(y, image.height(), rows)][place(x, image.width(), columns)]);
  }

  /** The large pixel that the middle of a small one lies in. */
  private static int place(int pixel, int pixels, int large) {
    return (int) ((2L * pixel + 1) * large / (2L * pixels));
  }

  /** Over the area of a large pixel. */
  private static double mean(Image image, int c, int j, int rows, int i, int columns) {
    double height = (double) image.height() / rows;
    double width = (double) image.width() / columns;
    double sum = 0;
    for (int y = (int) (j * height); y < image.height() && y < (j + 1) * height; y++) {
      for (int x = (int) (i * width); x < image.width() && x < (i + 1) * width; x++) {
        sum += covered(y, j, height) * covered(x, i, width) * image.at(c, y, x);
      }
    }
    return sum / (height * width);
  }

  /** The share of a pixel that lies in a large one, along one axis. */
  private static double covered(int pixel, int large, double size) {
    return Math.max(0, Math.min(pixel + 1, (large + 1) * size) - Math.max(pixel, large * size));
  }
}
