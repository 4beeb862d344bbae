package io.sextant.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.graph.Operation;
import io.sextant.onednn.Blend.Part;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlendTest {
  @Test
  void places_between_others_are_made_of_both() {
    Blend blend =
        Blend.of(new Operation.Interpolate(0, List.of(-0.5, 0.25, 1.0, 2.75, 3.0, 9.0)), 4);
    assertThat(blend.parts())
        .containsExactly(
            List.of(new Part(0, 1)),
            List.of(new Part(0, 0.75f), new Part(1, 0.25f)),
            List.of(new Part(1, 1)),
            List.of(new Part(2, 0.25f), new Part(3, 0.75f)),
            List.of(new Part(3, 1)),
            List.of(new Part(3, 1)));
  }

  @Test
  void one_place_alone_is_all_that_can_be_between() {
    Blend blend = Blend.of(new Operation.Interpolate(0, List.of(-1.0, 0.0, 0.5)), 1);
    assertThat(blend.parts()).containsOnly(List.of(new Part(0, 1)));
  }

  @Test
  void gradients_go_to_where_values_came_from() {
    Blend blend = Blend.of(new Operation.Select(0, List.of(2, 0, 2)), 4);
    assertThat(blend.targets()).isEqualTo(3);
    Blend back = blend.transposed();
    assertThat(back.size()).isEqualTo(3);
    assertThat(back.parts())
        .containsExactly(
            List.of(new Part(1, 1)), List.of(), List.of(new Part(0, 1), new Part(2, 1)), List.of());
    assertThat(Blend.repeated(3).transposed().parts())
        .containsExactly(List.of(new Part(0, 1), new Part(1, 1), new Part(2, 1)));
  }
}
