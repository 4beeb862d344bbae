package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedTest {
  @Test
  void floats_are_little_endian() {
    assertThat(Floats.of(new float[] {1f}).data()).isEqualTo("AACAPw==");
    float[] values = {0f, -0.25f, Float.MIN_VALUE, 3e38f};
    assertThat(Floats.of(values).values()).containsExactly(values);
    assertThatIllegalArgumentException().isThrownBy(() -> new Floats("AAAA"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Floats("AACAPwAAwH8="))
        .withMessageContaining("element 1 must be finite but was NaN");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void floats_are_counted_by_the_length_of_their_text(int count) {
    Floats floats = Floats.of(new float[count]);
    assertThat(floats.size()).isEqualTo(count);
    assertThat(new Floats(floats.data().replace("=", "")).size()).isEqualTo(count);
  }

  @Test
  void pixels_are_interleaved_and_clamped() {
    // Two pixels: red plane, green plane, blue plane.
    Pixels image = Pixels.of(new float[] {0, 1, 0.5f, 2, -1, 0.2f}, 3, 1, 2, 0, 1);
    assertThat(image.bytes()).containsExactly(0, (byte) 128, 0, (byte) 255, (byte) 255, (byte) 51);
  }

  @Test
  void channels_may_have_ranges_of_their_own() {
    Pixels image =
        Pixels.of(new float[] {0, -1, 5}, 1, 1, new double[] {0, -1, 0}, new double[] {1, 1, 10});
    assertThat(image.bytes()).containsExactly(0, 0, (byte) 128);
  }

  @Test
  void pixels_refuse_a_wrong_size() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Pixels(2, 2, 1, Base64.getEncoder().encodeToString(new byte[3])))
        .withMessageContaining("must have 4 bytes but had 3");
    assertThatIllegalArgumentException().isThrownBy(() -> new Pixels(1, 1, 2, "AAA="));
  }
}
