package io.sextant.results.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void half_surrogate_pairs_are_replaced_and_whole_ones_kept() {
    assertThat(Text.wellFormed("a\uD83D\uDE00b\uD83Dc\uDE00")).isEqualTo("a😀b\uFFFDc\uFFFD");
    assertThat(Text.wellFormed("\n\u202E")).isEqualTo("\n\u202E");
  }

  @Test
  void a_line_shows_what_would_break_it() {
    assertThat(
            Text.line("a\u0000\n\t\u2028\u2029\u202A\u202E\u2066\u2069\u200E\u0085\u007F\uFFFEz"))
        .isEqualTo("a" + "\uFFFD".repeat(13) + "z");
    assertThat(Text.line("L∞ größer 数 😀")).isEqualTo("L∞ größer 数 😀");
  }

  @Test
  void lines_keep_their_ends_and_tabs_only() {
    assertThat(Text.lines("a\n\tb\r\u0007\u202E")).isEqualTo("a\n\tb\uFFFD\uFFFD\uFFFD");
  }

  @Test
  void long_names_are_cut_between_characters() {
    assertThat(Text.abbreviate("😀😀😀", 3)).isEqualTo("😀😀😀");
    assertThat(Text.abbreviate("😀😀😀😀", 3)).isEqualTo("😀😀…");
  }
}
