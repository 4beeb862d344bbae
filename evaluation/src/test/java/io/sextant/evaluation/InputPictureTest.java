package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class InputPictureTest {
  @Test
  void each_channel_is_shown_on_its_own_range() {
    InputDomain domain =
        InputDomain.of(
            List.of(
                Feature.real("r0", 0, 1),
                Feature.real("r1", 0, 1),
                Feature.real("g0", -2, 2),
                Feature.real("g1", -2, 1),
                Feature.real("b0", 0, 100),
                Feature.real("b1", 0, 100)),
            List.of());
    InputPicture picture = new InputPicture(domain, Shape.of(3, 1, 2));
    assertThat(picture.isImage()).isTrue();
    assertThat(picture.of(new double[] {0, 1, 0, 2, 100, 20}).bytes())
        .containsExactly(0, (byte) 128, (byte) 255, (byte) 255, (byte) 255, (byte) 51);
  }

  @Test
  void other_shapes_are_a_line() {
    InputPicture picture = new InputPicture(InputDomain.box(4, 0, 1), Shape.of(4));
    assertThat(picture.isImage()).isFalse();
    assertThat(picture.of(new double[] {0, 1, 0, 1}).width()).isEqualTo(4);
  }
}
