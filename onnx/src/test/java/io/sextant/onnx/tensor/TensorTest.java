package io.sextant.onnx.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TensorTest {
  private static final int[] SIZES = {2, 3};
  private static final Tensor SINGLE = Tensor.single(SIZES, new float[] {0.1f, 2, 3, 4, 5, 6});
  private static final Tensor SAME =
      Tensor.of(Tensor.Kind.SINGLE, SIZES, new double[] {0.1f, 2, 3, 4, 5, 6});

  @Test
  void tensors_kept_as_floats_are_what_they_are_as_doubles() {
    assertThat(SINGLE.kind()).isEqualTo(Tensor.Kind.SINGLE);
    assertThat(SINGLE.count()).isEqualTo(6);
    assertThat(SINGLE.values()).containsExactly(SAME.values());
    assertThat(SINGLE.value(0)).isEqualTo(0.1f);
    assertThat(SINGLE.longs()).containsExactly(0, 2, 3, 4, 5, 6);
    assertThat(SINGLE.same(SAME)).isTrue();
    assertThat(SAME.same(SINGLE)).isTrue();
    assertThat(SINGLE.same(Tensor.single(SIZES, new float[] {0.1f, 2, 3, 4, 5, 7}))).isFalse();
    assertThat(SINGLE.same(SINGLE.reshaped(3, 2))).isFalse();
  }

  @Test
  void what_moves_values_keeps_them_as_floats() {
    Tensor turned = SINGLE.permuted(new int[] {1, 0});
    assertThat(turned.singles())
        .hasValueSatisfying(v -> assertThat(v).containsExactly(0.1f, 4, 2, 5, 3, 6));
    assertThat(turned.same(SAME.permuted(new int[] {1, 0}))).isTrue();
    assertThat(SINGLE.reshaped(6).singles()).isPresent();
    assertThat(SINGLE.broadcast(new int[] {2, 2, 3}).singles()).isPresent();
    assertThat(SAME.singles()).isEmpty();
  }

  @Test
  void the_number_of_values_must_be_what_the_shape_says() {
    assertThatThrownBy(() -> Tensor.single(new int[] {2}, new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[2] must have 2 values but had 3");
  }
}
