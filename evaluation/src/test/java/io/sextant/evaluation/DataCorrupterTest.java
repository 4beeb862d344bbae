package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sextant.corruptions.ParameterSet;
import io.sextant.evaluation.data.Box;
import io.sextant.evaluation.data.ImageFiles;
import io.sextant.gradients.graph.Shape;
import org.junit.jupiter.api.Test;

class DataCorrupterTest {
  private static DataCorrupter of(int... shape) {
    return DataCorrupter.of(
        new ImageFiles.Form(Shape.of(shape), false, 1),
        new Box(0, 1),
        ParameterSet.of("cifar-c"),
        7);
  }

  @Test
  void images_are_corrupted_and_volumes_and_vectors_are_refused_at_once() {
    assertThat(of(1, 8, 8).needless("fog")).isEmpty();
    assertThat(of(8, 8).needless("fog")).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(1, 4, 8, 8).needless("fog"))
        .withMessageContaining("fog is a corruption of images")
        .withMessageContaining("[1, 4, 8, 8]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(8).needless("fog"))
        .withMessageContaining("vectors of 8 values");
  }
}
