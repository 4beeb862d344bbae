package io.sextant.maven.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ArgumentLineTest {
  @Test
  void splits_at_white_space() {
    assertThat(ArgumentLine.split("  -Xss4m \t-Da=b\n-ea "))
        .containsExactly("-Xss4m", "-Da=b", "-ea");
    assertThat(ArgumentLine.split(" ")).isEmpty();
  }

  @Test
  void keeps_quoted_parts_together() {
    assertThat(ArgumentLine.split("'-Da=b c' -Dd=\"e  f\"g ''"))
        .containsExactly("-Da=b c", "-Dd=e  fg", "");
    assertThat(ArgumentLine.split("\"it's\"")).containsExactly("it's");
  }

  @Test
  void refuses_an_open_quote() {
    assertThatThrownBy(() -> ArgumentLine.split("-Da='b c"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("but ' is open in: -Da='b c");
  }
}
