package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.graph.Shape;
import org.junit.jupiter.api.Test;

class AttributionPictureTest {
  private static final Shape IMAGE = Shape.of(3, 2, 4);

  private static AttributionPicture of(int... sizes) {
    return new AttributionPicture(IMAGE, Shape.of(sizes));
  }

  @Test
  void an_attribution_of_the_inputs_shape_is_shown_as_it_is() {
    double[] values = new double[24];
    assertThat(of(3, 2, 4).of(values)).containsSame(values);
    assertThat(of(3, 2, 4).remark()).isEmpty();
    assertThat(new AttributionPicture(Shape.of(5), Shape.of(5)).of(values)).containsSame(values);
  }

  @Test
  void a_map_is_brought_to_the_images_size() {
    assertThat(of(1, 2).of(new double[] {0, 4}).orElseThrow())
        .containsExactly(0, 1, 3, 4, 0, 1, 3, 4);
    assertThat(of(1, 2).remark().orElseThrow()).contains("layer's shape [1, 2]", "bilinearly");
    assertThat(of(2, 4).of(new double[] {1, 2, 3, 4, 5, 6, 7, 8}).orElseThrow())
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(of(2, 4).remark()).isEmpty();
  }

  @Test
  void channels_of_a_layer_are_added_up_even_where_it_has_as_many_values_as_the_input() {
    double[] values = new double[24];
    values[0] = 1;
    values[4] = 10;
    // [6, 2, 2]: channel 0 has 1 and channel 1 has 10 at the first place.
    assertThat(of(6, 2, 2).of(values).orElseThrow()).containsExactly(11, 8.25, 2.75, 0, 0, 0, 0, 0);
    assertThat(of(6, 2, 2).remark().orElseThrow()).contains("sum over channels");
  }

  @Test
  void there_is_no_picture_of_a_layer_without_places_or_on_a_table() {
    assertThat(of(64).of(new double[64])).isEmpty();
    assertThat(of(64).remark().orElseThrow())
        .contains("layer's shape [64]", "no picture", "[3, 2, 4]");
    AttributionPicture table = new AttributionPicture(Shape.of(5), Shape.of(4));
    assertThat(table.of(new double[4])).isEmpty();
    assertThat(table.remark()).isPresent();
  }
}
