package io.sextant.reports.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrawingTest {
  @ParameterizedTest
  @CsvSource({
    "0, 1, '0 0.2 0.4 0.6 0.8 1'",
    "-3, 4.5, '-2 0 2 4'",
    "0.4, 0.98, '0.4 0.5 0.6 0.7 0.8 0.9'",
    "0, 1000000, '0 200000 400000 600000 800000 1000000'",
    "-1e-9, 1e-9, '-1.00e-09 -5.00e-10 0 5.00e-10 1.00e-09'"
  })
  void ticks_are_round_numbers_within_the_axis(double low, double high, String labels) {
    Axis axis = new Axis(low, high, 0, 100);
    assertThat(axis.ticks().stream().map(Axis.Tick::label).toList())
        .containsExactly(labels.split(" "));
    assertThat(axis.ticks()).allSatisfy(tick -> assertThat(tick.at()).isBetween(-1e-9, 100 + 1e-9));
  }

  @Test
  void an_axis_of_one_value_has_room_around_it() {
    assertThat(Axis.over(0, 0, 0, 10).at(0)).isEqualTo(5);
    assertThat(Axis.over(8, 8, 0, 10)).isEqualTo(new Axis(4, 12, 0, 10));
    assertThat(new Axis(-1e308, 1e308, 0, 10).at(0)).isEqualTo(5);
    double next = Math.nextUp(1.0);
    assertThat(new Axis(1, next, 0, 10).ticks().size()).isLessThan(20);
  }

  @Test
  void long_names_lose_their_middle() {
    assertThat(Drawing.fit("short", 100)).isEqualTo("short");
    String cut = Drawing.fit("a_feature_with_a_very_long_name = 35", 100);
    assertThat(cut).hasSizeLessThan(16).startsWith("a_feat").contains("…").endsWith("= 35");
    assertThat(Drawing.fit("長".repeat(40), 100)).as("wide letters").hasSizeLessThan(9);
    assertThat(Drawing.fit("a\nb", 100)).isEqualTo("a b");
  }

  @Test
  void names_are_escaped_where_a_drawing_stands_in_a_page() {
    String svg =
        new Drawing(10, "<b>", "\"&")
            .open("</title><script>")
            .words("label", Drawing.Anchor.START, 1, 2, "</text><script>")
            .close()
            .inline("id");
    assertThat(svg).doesNotContain("<script", "<b>").startsWith("<svg ").contains("&lt;/text&gt;");
  }
}
