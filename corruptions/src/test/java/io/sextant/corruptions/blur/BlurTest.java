package io.sextant.corruptions.blur;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.corruptions.ImageCorruption;
import io.sextant.corruptions.ParameterSet;
import io.sextant.corruptions.Pictures;
import io.sextant.corruptions.Strength;
import io.sextant.corruptions.image.Image;
import io.sextant.gradients.RandomKey;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BlurTest {
  private static final RandomKey KEY = RandomKey.of(9);

  static Stream<ImageCorruption> still() {
    return Stream.of(new GaussianBlur(), new DefocusBlur(), new ZoomBlur())
        .flatMap(
            kind ->
                Stream.of(ParameterSet.values())
                    .flatMap(set -> Stream.of(1, 3, 5).map(s -> kind.at(new Strength(set, s)))));
  }

  /** Published code blurs grey images along one axis only. */
  @ParameterizedTest
  @MethodSource("still")
  void an_impulse_spreads_alike_in_both_axes(ImageCorruption blur) {
    int side = 61;
    Image spread = blur.corrupt(Pictures.impulse(side), KEY);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double here = spread.at(0, y, x);
        assertThat(spread.at(0, side - 1 - y, x)).isCloseTo(here, within(1e-12));
        assertThat(spread.at(0, y, side - 1 - x)).isCloseTo(here, within(1e-12));
        assertThat(spread.at(0, x, y)).isCloseTo(here, within(1e-12));
      }
    }
    // A zoom leaves its centre where it is and spreads it all the same.
    assertThat(spread.at(0, side / 2 + 1, side / 2)).isPositive();
    assertThat(spread.at(0, side / 2, side / 2 + 1)).isPositive();
  }

  @Test
  void a_gaussian_blur_has_its_deviation_in_both_axes() {
    Image spread = new GaussianBlur(2).corrupt(Pictures.impulse(41), KEY);
    double sum = 0;
    double down = 0;
    double right = 0;
    for (int y = 0; y < 41; y++) {
      for (int x = 0; x < 41; x++) {
        sum += spread.at(0, y, x);
        down += spread.at(0, y, x) * (y - 20) * (y - 20);
        right += spread.at(0, y, x) * (x - 20) * (x - 20);
      }
    }
    assertThat(sum).isCloseTo(1, within(1e-12));
    assertThat(Math.sqrt(down)).isCloseTo(2, within(0.01));
    assertThat(Math.sqrt(right)).isCloseTo(2, within(0.01));
  }

  @Test
  void a_disc_is_flat() {
    Image spread = new DefocusBlur(6, 0.1).corrupt(Pictures.impulse(41), KEY);
    double inside = spread.at(0, 20, 20);
    assertThat(inside).isCloseTo(1 / 113.0, within(1e-4));
    assertThat(spread.at(0, 20, 26)).isCloseTo(inside, within(1e-9));
    assertThat(spread.at(0, 24, 24)).isCloseTo(inside, within(1e-9));
    assertThat(spread.at(0, 20, 27)).isCloseTo(0, within(1e-9));
    assertThat(spread.at(0, 25, 25)).isCloseTo(0, within(1e-9));
  }

  /** The published streak starts in the pixel, and carries the picture away. */
  @Test
  void a_streak_has_its_middle_in_the_pixel_and_its_direction_within_45_degrees() {
    int side = 61;
    double[] slopes = new double[50];
    for (int n = 0; n < slopes.length; n++) {
      Image spread = new MotionBlur(15, 8).corrupt(Pictures.impulse(side), KEY.with(n));
      double sum = 0;
      double square = 0;
      double mixed = 0;
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          double here = spread.at(0, y, x);
          assertThat(spread.at(0, side - 1 - y, side - 1 - x)).isCloseTo(here, within(1e-12));
          sum += here;
          square += here * (x - 30) * (x - 30);
          mixed += here * (x - 30) * (y - 30);
        }
      }
      assertThat(sum).isCloseTo(1, within(1e-12));
      slopes[n] = mixed / square;
    }
    assertThat(Pictures.list(slopes)).allMatch(slope -> Math.abs(slope) <= 1);
    assertThat(Arrays.stream(slopes).filter(slope -> slope > 0.1).count()).isPositive();
    assertThat(Arrays.stream(slopes).filter(slope -> slope < -0.1).count()).isPositive();
  }

  @Test
  void a_flat_image_stays_flat() {
    Image flat = Pictures.flat(1, 9, 13, 0.4);
    Stream.concat(still(), Stream.of(new MotionBlur(15, 12), new GlassBlur(1.5, 4, 2)))
        .forEach(
            blur ->
                assertThat(Pictures.list(blur.corrupt(flat, KEY).values()))
                    .allSatisfy(value -> assertThat(value).isCloseTo(0.4, within(1e-12))));
  }

  /** Published code never draws the upper end, so that pixels drift up and to the left. */
  @Test
  void glass_moves_pixels_to_no_side_on_the_mean() {
    int side = 41;
    for (GlassBlur glass : new GlassBlur[] {new GlassBlur(0.01, 1, 1), new GlassBlur(0.01, 4, 2)}) {
      double down = 0;
      double right = 0;
      double square = 0;
      int images = 3000;
      for (int n = 0; n < images; n++) {
        Image moved = glass.corrupt(Pictures.impulse(side), KEY.with(n));
        for (int y = 0; y < side; y++) {
          for (int x = 0; x < side; x++) {
            down += moved.at(0, y, x) * (y - side / 2);
            right += moved.at(0, y, x) * (x - side / 2);
            square += moved.at(0, y, x) * (x - side / 2) * (x - side / 2);
          }
        }
      }
      double fourErrors = 4 * Math.sqrt(square / images / images);
      assertThat(down / images).isCloseTo(0, within(fourErrors));
      assertThat(right / images).isCloseTo(0, within(fourErrors));
      assertThat(square / images).as("it moves at all").isGreaterThan(0.5);
    }
  }

  /** Published code for colour copies one pixel over the other. */
  @Test
  void glass_loses_no_pixel() {
    Image scene = Pictures.scene(3, 16, 23, 2);
    double[] before = scene.values();
    double[] after = new GlassBlur(0.01, 3, 2).corrupt(scene, KEY).values();
    assertThat(after).isNotEqualTo(before);
    Arrays.sort(before);
    Arrays.sort(after);
    assertThat(after).containsExactly(before, within(1e-12));
  }

  @Test
  void a_zoom_is_the_mean_of_enlargements() {
    // Half way to the right edge of a ramp, an enlargement by f shows what stands 1 / f as far out.
    Image ramp = Pictures.flat(1, 1, 101, 0).with((c, y, x) -> x / 100.0);
    Image zoomed = new ZoomBlur(1.2, 0.1).corrupt(ramp, KEY);
    assertThat(zoomed.at(0, 0, 50)).isCloseTo(0.5, within(1e-12));
    assertThat(zoomed.at(0, 0, 75)).isCloseTo(0.5 + 0.25 * (1 + 1 + 1 / 1.1) / 3, within(1e-12));
  }
}
