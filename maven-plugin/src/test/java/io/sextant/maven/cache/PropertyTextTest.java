package io.sextant.maven.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PropertyTextTest {
  @Test
  void whatever_is_written_is_read() {
    Map<String, String> entries =
        Map.of(
            "file.a b/ü=:#!", "L∞ 0.1 \\ \r\n\t # no comment",
            "#no comment", " spaces around ",
            "empty", "");

    assertThat(PropertyText.read(PropertyText.write(entries))).isEqualTo(entries);
  }

  @Test
  void equal_entries_give_equal_texts_without_a_time() {
    assertThat(PropertyText.write(Map.of("b", "2", "a", "1\n2"))).isEqualTo("a=1\\n2\nb=2\n");
  }

  @Test
  void a_malformed_text_is_refused() {
    assertThatIllegalArgumentException().isThrownBy(() -> PropertyText.read("a=\\u12"));
  }
}
