package io.sextant.corruptions.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.corruptions.ImageCorruption;
import io.sextant.corruptions.Pictures;
import io.sextant.corruptions.image.Image;
import io.sextant.gradients.RandomKey;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NoiseTest {
  private static final int SIDE = 200;

  private static double[] noisy(ImageCorruption corruption, double value) {
    Image image = Pictures.flat(1, SIDE, SIDE, value);
    return corruption.corrupt(image, RandomKey.of(1)).values();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double deviation(double[] values) {
    double mean = mean(values);
    return Math.sqrt(
        Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
  }

  @Test
  void gaussian_noise_has_its_deviation_everywhere() {
    double[] noisy = noisy(new GaussianNoise(0.05), 0.5);
    assertThat(mean(noisy)).isCloseTo(0.5, within(0.001));
    assertThat(deviation(noisy)).isCloseTo(0.05, within(0.001));
    assertThat(deviation(noisy(new GaussianNoise(0.05), 0.7))).isCloseTo(0.05, within(0.001));
  }

  @Test
  void speckle_grows_with_the_value() {
    assertThat(deviation(noisy(new SpeckleNoise(0.1), 0.5))).isCloseTo(0.05, within(0.001));
    assertThat(deviation(noisy(new SpeckleNoise(0.1), 0.25))).isCloseTo(0.025, within(0.001));
    assertThat(noisy(new SpeckleNoise(0.1), 0)).containsOnly(0);
  }

  /** Of a count with mean m the variance is m, so that of x' is x / rate. */
  @Test
  void shot_noise_has_the_variance_of_counts() {
    double[] noisy = noisy(new ShotNoise(100), 0.25);
    assertThat(mean(noisy)).isCloseTo(0.25, within(0.001));
    assertThat(deviation(noisy)).isCloseTo(Math.sqrt(0.25 / 100), within(0.001));
    assertThat(noisy(new ShotNoise(100), 0)).containsOnly(0);
    assertThat(Pictures.list(noisy))
        .allMatch(value -> Math.abs(100 * value - Math.rint(100 * value)) < 1e-9);
  }

  @Test
  void counts_follow_the_inverse_of_their_distribution() {
    // With mean 1 the probabilities of 0 and 1 are both 0.3679.
    assertThat(ShotNoise.poisson(1, 0.3678)).isZero();
    assertThat(ShotNoise.poisson(1, 0.3679)).isEqualTo(1);
    assertThat(ShotNoise.poisson(1, 0.7358)).isEqualTo(2);
    assertThat(ShotNoise.poisson(700, 0.5)).isBetween(698, 701);
    assertThat(ShotNoise.poisson(700, Math.nextDown(1.0))).isBetween(900, 5000);
  }

  @Test
  void impulses_hit_their_share_half_white_half_black() {
    double[] noisy = noisy(new ImpulseNoise(0.2), 0.5);
    double white = Arrays.stream(noisy).filter(v -> v == 1).count() / (double) noisy.length;
    double black = Arrays.stream(noisy).filter(v -> v == 0).count() / (double) noisy.length;
    assertThat(white).isCloseTo(0.1, within(0.005));
    assertThat(black).isCloseTo(0.1, within(0.005));
    assertThat(Arrays.stream(noisy).filter(v -> v == 0.5).count() / (double) noisy.length)
        .isCloseTo(1 - white - black, within(1e-12));
  }
}
