package io.sextant.corruptions.digital;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.corruptions.Pictures;
import io.sextant.corruptions.image.Image;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Shape;
import org.junit.jupiter.api.Test;

class DigitalTest {
  private static final RandomKey KEY = RandomKey.of(3);

  @Test
  void large_pixels_are_means_over_their_areas() {
    Image image = Image.of(Shape.of(2, 4), new double[] {0, 0.2, 1, 0, 0.4, 0.6, 0, 1});
    assertThat(new Pixelate(0.5).corrupt(image, KEY).values())
        .containsExactly(new double[] {0.3, 0.3, 0.5, 0.5, 0.3, 0.3, 0.5, 0.5}, within(1e-12));
  }

  @Test
  void an_area_may_cut_pixels() {
    // Two large pixels of one and a half: the middle one is shared.
    Image image = Image.of(Shape.of(1, 3), new double[] {0, 0.3, 0.9});
    double[] large = new Pixelate(0.7).corrupt(image, KEY).values();
    assertThat(large[0]).isCloseTo(0.1, within(1e-12));
    assertThat(large[2]).isCloseTo(0.7, within(1e-12));
  }

  @Test
  void pixelating_keeps_the_mean_where_it_divides_the_size() {
    Image scene = Pictures.scene(3, 28, 28, 1);
    assertThat(new Pixelate(0.25).corrupt(scene, KEY).mean(2))
        .isCloseTo(scene.mean(2), within(1e-12));
  }

  @Test
  void jpeg_of_a_flat_grey_is_exact_and_its_loss_grows() {
    Image flat = Pictures.flat(1, 16, 16, 128 / 255.0);
    assertThat(new Jpeg(50).corrupt(flat, KEY).values()).containsOnly(128 / 255.0);
    Image scene = Pictures.scene(3, 40, 24, 2);
    double fine = Pictures.change(scene, new Jpeg(100).corrupt(scene, KEY));
    double coarse = Pictures.change(scene, new Jpeg(5).corrupt(scene, KEY));
    assertThat(fine).isLessThan(0.02);
    assertThat(coarse).isGreaterThan(2 * fine);
  }

  @Test
  void channels_that_are_no_colours_are_compressed_one_by_one() {
    Image two = Pictures.scene(2, 16, 16, 6);
    Image first = Pictures.flat(1, 16, 16, 0).with((c, y, x) -> two.at(0, y, x));
    Image both = new Jpeg(30).corrupt(two, KEY);
    Image alone = new Jpeg(30).corrupt(first, KEY);
    assertThat(both.at(0, 3, 4)).isEqualTo(alone.at(0, 3, 4));
  }

  @Test
  void stripes_are_negatives_at_both_sides() {
    Image image = Pictures.flat(1, 1, 28, 0.2);
    double[] striped = new Stripe(0.25).corrupt(image, KEY).values();
    for (int x = 0; x < 28; x++) {
      assertThat(striped[x]).as("column %d", x).isEqualTo(x < 7 || x >= 21 ? 0.8 : 0.2);
    }
  }
}
