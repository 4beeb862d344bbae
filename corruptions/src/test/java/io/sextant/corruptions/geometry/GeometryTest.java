package io.sextant.corruptions.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.corruptions.ImageCorruption;
import io.sextant.corruptions.ParameterSet;
import io.sextant.corruptions.Pictures;
import io.sextant.corruptions.Strength;
import io.sextant.corruptions.image.Image;
import io.sextant.gradients.RandomKey;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GeometryTest {
  private static final RandomKey KEY = RandomKey.of(21);

  static Stream<ImageCorruption> moving() {
    return Stream.of(new Translate(), new Rotate(), new Shear(), new Elastic())
        .flatMap(
            kind ->
                Stream.of(ParameterSet.values())
                    .flatMap(set -> Stream.of(1, 3, 5).map(s -> kind.at(new Strength(set, s)))));
  }

  /** Neither side is preferred: the mean picture of a symmetric one is symmetric. */
  @ParameterizedTest
  @MethodSource("moving")
  void nothing_is_moved_on_the_mean(ImageCorruption corruption) {
    int side = 29;
    Image block =
        Pictures.flat(1, side, side, 0)
            .with((c, y, x) -> Math.abs(y - 14) <= 3 && Math.abs(x - 14) <= 3 ? 1 : 0);
    int images = 1500;
    double down = 0;
    double right = 0;
    double downSquare = 0;
    double rightSquare = 0;
    for (int n = 0; n < images; n++) {
      Image moved = corruption.corrupt(block, KEY.with(n));
      double mass = 0;
      double y0 = 0;
      double x0 = 0;
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          mass += moved.at(0, y, x);
          y0 += moved.at(0, y, x) * (y - 14);
          x0 += moved.at(0, y, x) * (x - 14);
        }
      }
      if (mass > 0) {
        down += y0 / mass;
        right += x0 / mass;
        downSquare += y0 * y0 / mass / mass;
        rightSquare += x0 * x0 / mass / mass;
      }
    }
    assertThat(down / images).isCloseTo(0, within(1e-9 + 4 * Math.sqrt(downSquare) / images));
    assertThat(right / images).isCloseTo(0, within(1e-9 + 4 * Math.sqrt(rightSquare) / images));
  }

  @Test
  void a_translation_goes_to_all_four_corners() {
    Map<String, Integer> corners = new HashMap<>();
    for (int n = 0; n < 400; n++) {
      Image moved = new Translate(3 / 28.0).corrupt(Pictures.impulse(28), KEY.with(n));
      for (int y = 0; y < 28; y++) {
        for (int x = 0; x < 28; x++) {
          if (moved.at(0, y, x) > 0.999) {
            corners.merge((y - 14) + "," + (x - 14), 1, Integer::sum);
          }
        }
      }
    }
    assertThat(corners).containsOnlyKeys("3,3", "3,-3", "-3,3", "-3,-3");
    assertThat(corners.values()).allMatch(count -> count > 60);
  }

  @Test
  void a_quarter_turn_turns_by_a_quarter() {
    Image scene = Pictures.scene(1, 15, 15, 3);
    Image turned = new Rotate(Math.PI / 2).corrupt(scene, KEY);
    Image other = new Rotate(Math.PI / 2).corrupt(scene, KEY.with(1));
    boolean first = Math.abs(turned.at(0, 2, 5) - scene.at(0, 5, 12)) < 1e-6;
    for (int y = 1; y < 14; y++) {
      for (int x = 1; x < 14; x++) {
        double expected = first ? scene.at(0, x, 14 - y) : scene.at(0, 14 - x, y);
        assertThat(turned.at(0, y, x)).isCloseTo(expected, within(1e-6));
      }
    }
    assertThat(other.height()).isEqualTo(15);
  }

  @Test
  void a_smaller_picture_has_less_of_everything_but_keeps_its_middle() {
    Image white = Pictures.flat(1, 29, 29, 1);
    Image smaller = new Scale(0.5).corrupt(white, KEY);
    assertThat(smaller.at(0, 14, 14)).isEqualTo(1);
    assertThat(smaller.at(0, 14, 7)).isCloseTo(1, within(1e-12));
    assertThat(smaller.at(0, 14, 6)).isZero();
    assertThat(smaller.mean(0)).isCloseTo(0.25, within(0.03));
  }

  @Test
  void a_shear_leans_upright_lines_and_keeps_the_middle() {
    Image line = Pictures.flat(1, 29, 29, 0).with((c, y, x) -> x == 14 ? 1 : 0);
    Image leaning = new Shear(0.4).corrupt(line, KEY);
    assertThat(leaning.at(0, 14, 14)).isEqualTo(1);
    double above = column(leaning, 4);
    double below = column(leaning, 24);
    assertThat(Math.abs(above - 14)).isCloseTo(10 * Math.sin(0.4), within(0.05));
    assertThat(above + below).isCloseTo(28, within(1e-9));
  }

  private static double column(Image image, int row) {
    double sum = 0;
    double mass = 0;
    for (int x = 0; x < image.width(); x++) {
      sum += x * image.at(0, row, x);
      mass += image.at(0, row, x);
    }
    return sum / mass;
  }

  /** Published code blurs the field by a quarter of a pixel there, and scatters pixels. */
  @Test
  void an_elastic_field_is_smooth_at_the_strongest_severity_on_small_images() {
    Image ramp = Pictures.flat(1, 28, 28, 0).with((c, y, x) -> x / 27.0);
    Elastic strongest = new Elastic().at(new Strength(ParameterSet.MNIST_C, 5));
    double near = 0;
    double far = 0;
    for (int n = 0; n < 200; n++) {
      Image moved = strongest.corrupt(ramp, KEY.with(n));
      for (int y = 8; y < 19; y++) {
        double here = moved.at(0, y, 14) - ramp.at(0, y, 14);
        double next = moved.at(0, y + 1, 14) - ramp.at(0, y + 1, 14);
        double away = moved.at(0, y - 8, 14) - ramp.at(0, y - 8, 14);
        near += (here - next) * (here - next);
        far += (here - away) * (here - away);
      }
    }
    assertThat(near).isLessThan(0.5 * far);
  }

  @Test
  void an_elastic_map_without_field_and_bend_changes_nothing() {
    Image scene = Pictures.scene(3, 17, 23, 5);
    assertThat(new Elastic(0, 0, 0).corrupt(scene, KEY).values())
        .containsExactly(scene.values(), within(1e-12));
  }
}
