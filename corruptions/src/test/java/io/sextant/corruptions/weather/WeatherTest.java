package io.sextant.corruptions.weather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.corruptions.Pictures;
import io.sextant.corruptions.image.Image;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Shape;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WeatherTest {
  private static final RandomKey KEY = RandomKey.of(3);

  private static double[] pixel(double red, double green, double blue) {
    return new double[] {red, green, blue};
  }

  private static Image one(double[] pixel) {
    return Image.of(Shape.of(3, 1, 1), pixel);
  }

  @Test
  void brightness_keeps_hue_and_saturation() {
    assertThat(new Brightness(0.2).corrupt(one(pixel(0.6, 0.3, 0)), KEY).values())
        .containsExactly(pixel(0.8, 0.4, 0), within(1e-12));
    assertThat(new Brightness(0.5).corrupt(one(pixel(0.8, 0.4, 0.2)), KEY).values())
        .containsExactly(pixel(1, 0.5, 0.25), within(1e-12));
    assertThat(new Brightness(0.3).corrupt(one(pixel(0, 0, 0)), KEY).values())
        .containsExactly(pixel(0.3, 0.3, 0.3), within(1e-12));
    assertThat(new Brightness(-0.3).corrupt(one(pixel(0.2, 0.1, 0)), KEY).values())
        .containsExactly(0, 0, 0);
  }

  @Test
  void contrast_keeps_the_mean_of_each_channel() {
    Image scene = Pictures.scene(3, 20, 20, 4);
    Image flat = new Contrast(0.1).corrupt(scene, KEY);
    for (int c = 0; c < 3; c++) {
      assertThat(flat.mean(c)).isCloseTo(scene.mean(c), within(1e-12));
      assertThat(flat.at(c, 3, 7) - flat.at(c, 9, 9))
          .isCloseTo(0.1 * (scene.at(c, 3, 7) - scene.at(c, 9, 9)), within(1e-12));
    }
  }

  @Test
  void saturation_scales_the_distance_from_grey() {
    assertThat(new Saturation(0.5, 0).corrupt(one(pixel(0.8, 0.4, 0)), KEY).values())
        .containsExactly(pixel(0.8, 0.6, 0.4), within(1e-12));
    assertThat(new Saturation(1, 0.25).corrupt(one(pixel(0.8, 0.6, 0.4)), KEY).values())
        .containsExactly(pixel(0.8, 0.5, 0.2), within(1e-12));
    assertThat(new Saturation(20, 0.2).corrupt(one(pixel(0.5, 0.5, 0.5)), KEY).values())
        .as("grey has no hue to strengthen")
        .containsExactly(0.5, 0.5, 0.5);
  }

  @Test
  void fog_on_white_is_white_where_the_cloud_is_highest_and_on_black_black() {
    double[] white = new Fog(1, 2).corrupt(Pictures.flat(1, 32, 32, 1), KEY).values();
    assertThat(Pictures.list(white)).allMatch(value -> value >= 0.5 && value <= 1);
    assertThat(white).contains(0.5, 1);
    assertThat(new Fog(1, 2).corrupt(Pictures.flat(1, 8, 8, 0), KEY).values()).containsOnly(0);
  }

  /** Published code crops the same corner of every cloud, whose own corner is always lowest. */
  @Test
  void no_place_of_the_picture_has_more_fog_than_another() {
    double[] sum = mean(new Fog(1, 2).corrupt(Pictures.flat(1, 12, 12, 1), KEY), 2000, true);
    assertThat(Pictures.list(sum))
        .allSatisfy(value -> assertThat(value).isCloseTo(0.75, within(0.02)));
  }

  /** Published code never takes the last of its six photographs. */
  @Test
  void every_image_has_frost_of_its_own_and_no_place_is_spared() {
    Image black = Pictures.flat(1, 12, 12, 0);
    Frost frost = new Frost(1, 1);
    Set<Double> seen = new HashSet<>();
    for (int n = 0; n < 200; n++) {
      seen.add(frost.corrupt(black, KEY.with(n)).values()[0]);
    }
    assertThat(seen).hasSize(200);
    double[] sum = mean(black, 2000, false);
    double all = 0;
    for (double value : sum) {
      all += value / sum.length;
    }
    double mean = all;
    assertThat(mean).isBetween(0.3, 0.7);
    assertThat(Pictures.list(sum))
        .allSatisfy(value -> assertThat(value).isCloseTo(mean, within(0.03)));
  }

  private static double[] mean(Image image, int images, boolean fog) {
    double[] sum = new double[144];
    for (int n = 0; n < images; n++) {
      Image white = Pictures.flat(1, 12, 12, 1);
      double[] values =
          fog
              ? new Fog(1, 2).corrupt(white, KEY.with(n)).values()
              : new Frost(1, 1).corrupt(image, KEY.with(n)).values();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += values[i] / images;
      }
    }
    return sum;
  }
}
