package io.sextant.reports.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MarkdownTest {
  @Test
  void code_has_a_longer_fence_than_anything_inside() {
    assertThat(Markdown.code("a")).isEqualTo("`a`");
    assertThat(Markdown.code("a`b``c")).isEqualTo("```a`b``c```");
    assertThat(Markdown.code("`a")).isEqualTo("`` `a ``");
    assertThat(Markdown.code("")).isEqualTo("`  `");
    assertThat(Markdown.code("a\nb")).isEqualTo("`a\uFFFDb`");
    assertThat(Markdown.code("x".repeat(200))).hasSize(122).endsWith("…`");
  }

  @Test
  void prose_has_no_markup() {
    assertThat(Markdown.prose("*a* _b_ <b> [x](y) `c` a\\b &lt; ~d~"))
        .isEqualTo("\\*a\\* \\_b\\_ \\<b\\> \\[x\\](y) \\`c\\` a\\\\b \\&\u200Blt; \\~\u200Bd\\~");
  }

  @Test
  void prose_calls_nobody_and_links_nowhere() {
    assertThat(Markdown.prose("@team a@b.org #12 !3 www.x.org http://x.org 95% of 8/255"))
        .isEqualTo(
            "@\u200Bteam a@\u200Bb.org \\#\u200B12 \\!\u200B3 www\u200B.x.org http:\u200B//x.org 95% of 8/255");
  }

  @Test
  void cells_cannot_end_their_cell() {
    assertThat(Markdown.row(List.of("`a|b`", "c"))).isEqualTo("| `a\\|b` | c |\n");
  }

  @Test
  void blocks_cannot_be_left() {
    assertThat(Markdown.block("sh", List.of("a", "````"))).isEqualTo("`````sh\na\n````\n`````\n");
    assertThat(Markdown.block("sh", List.of("a\n```\nb")))
        .isEqualTo("````sh\na\uFFFD```\uFFFDb\n````\n");
  }
}
