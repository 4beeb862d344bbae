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
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * Frosted glass: a Gaussian blur, then each pixel in turn changes places with one near by, and a
 * second blur.
 *
 * <p>The partner is drawn evenly from {@code -reach} to {@code reach} in both axes, both ends
 * included, and the two change places. Published code leaves out the upper end, so that the picture
 * drifts, and in colour copies one pixel over the other. The published mild severities do not rise:
 * the fourth blurs less than the third.
 *
 * <p>Hendrycks, Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
 * Perturbations", ICLR 2019, arXiv:1903.12261, whose code for CIFAR-10-C and ImageNet-C the
 * parameters follow.
 *
 * @param sigma standard deviation of the blurs in pixels, above 0 and below 10
 * @param reach how far away a partner is at most in pixels, from 1 to 50
 * @param rounds how often every pixel has its turn, from 1 to 20
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record GlassBlur(double sigma, int reach, int rounds) implements ImageCorruption {
  private static final Setting<GlassBlur, Double> SIGMA =
      Setting.of(
          "sigma",
          Form.between(0, 10),
          "standard deviation of the blurs, in pixels",
          GlassBlur::sigma);
  private static final Setting<GlassBlur, Integer> REACH =
      Setting.of(
          "reach",
          Form.integer(1, 50),
          "how far away a partner is at most, in pixels",
          GlassBlur::reach);
  private static final Setting<GlassBlur, Integer> ROUNDS =
      Setting.of(
          "rounds", Form.integer(1, 20), "how often every pixel has its turn", GlassBlur::rounds);

  private static final Ladder<GlassBlur> LADDER =
      new Ladder<>(
          List.of(
              new GlassBlur(0.05, 1, 1),
              new GlassBlur(0.25, 1, 1),
              new GlassBlur(0.4, 1, 1),
              new GlassBlur(0.25, 1, 2),
              new GlassBlur(0.4, 1, 2)),
          List.of(
              new GlassBlur(0.7, 1, 2),
              new GlassBlur(0.9, 2, 1),
              new GlassBlur(1, 2, 3),
              new GlassBlur(1.1, 3, 2),
              new GlassBlur(1.5, 4, 2)));

  private static final Declaration<GlassBlur> DECLARATION =
      Declaration.of("glass-blur", Kind.IMAGE_CORRUPTION, GlassBlur.class)
          .access(Access.NOTHING)
          .summary("pixels change places with near ones, between two blurs")
          .source(
              "Hendrycks, Dietterich, \"Benchmarking Neural Network Robustness to Common Corruptions and"
                  + " Perturbations\", ICLR 2019, arXiv:1903.12261")
          .settings(List.of(SIGMA, REACH, ROUNDS))
          .made(
              GlassBlur::new,
              values -> new GlassBlur(values.of(SIGMA), values.of(REACH), values.of(ROUNDS)));

  public GlassBlur {
    SIGMA.require(sigma);
    REACH.require(reach);
    ROUNDS.require(rounds);
  }

  /** Severity 3 of the mild parameters. */
  public GlassBlur() {
    this(0.4, 1, 1);
  }

  @Override
  public Declaration<GlassBlur> declaration() {
    return DECLARATION;
  }

  @Override
  public GlassBlur at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    Image blurred = Filter.blurred(image, sigma);
    int[] from = shuffled(image.height(), image.width(), key.random());
    int width = image.width();
    return Filter.blurred(
        image.with(
            (c, y, x) -> blurred.at(c, from[y * width + x] / width, from[y * width + x] % width)),
        sigma);
  }

  /** By pixel, the one that is seen there. */
  private int[] shuffled(int height, int width, RandomGenerator random) {
    int[] from = new int[height * width];
    Arrays.setAll(from, i -> i);
    for (int round = 0; round < rounds; round++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int down = y + random.nextInt(-reach, reach + 1);
          int right = x + random.nextInt(-reach, reach + 1);
          if (down >= 0 && down < height && right >= 0 && right < width) {
            int other = from[down * width + right];
            from[down * width + right] = from[y * width + x];
            from[y * width + x] = other;
          }
        }
      }
    }
    return from;
  }
}
