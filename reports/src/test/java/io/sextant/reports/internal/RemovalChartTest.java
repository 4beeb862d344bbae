package io.sextant.reports.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.ExplanationQuality;
import io.sextant.results.Floats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RemovalChartTest {
  static ExplanationQuality.Cell cell(String name, boolean control, float... means) {
    float[] shares = new float[means.length];
    float[] errors = new float[means.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = (float) i / (means.length - 1);
      errors[i] = 0.1f;
    }
    return new ExplanationQuality.Cell(
        name,
        control,
        OptionalDouble.of(0.25),
        OptionalDouble.of(0.125),
        8,
        OptionalDouble.empty(),
        Optional.of(
            new ExplanationQuality.Curve(
                "probability",
                true,
                Floats.of(shares),
                Floats.of(means),
                Optional.of(Floats.of(errors)))),
        OptionalDouble.empty(),
        Optional.empty());
  }

  static ExplanationQuality.Column column(List<ExplanationQuality.Cell> cells) {
    return new ExplanationQuality.Column(
        "deletion", "deletion", Map.of(), "lower", cells, Optional.empty());
  }

  @Test
  void lines_and_bands_lie_where_their_numbers_are() {
    RemovalChart chart =
        RemovalChart.of(
                column(List.of(cell("a", false, 1, 0.5f, 0), cell("random", true, 1, 1, 0))))
            .orElseThrow();
    String svg = chart.drawing().inline("c");
    // Shares from 0 to 1 on 410 pixels from 60; outputs from -0.1 to 1.1 on 250 pixels up from 300.
    assertThat(svg)
        .contains("class=\"series s0\" d=\"M60.0 70.8L265.0 175.0L470.0 279.2\"")
        .contains(
            "class=\"spread f0\" d=\"M60.0 50.0L265.0 154.2L470.0 258.3L470.0 300.0L265.0"
                + " 195.8L60.0 91.7Z\"")
        .contains("class=\"series k0\"", ">random (control)<", ">0.25 ± 0.125 on 8<")
        .contains("share of the input removed", "lower is better");
    assertThat(chart.rows())
        .extracting(RemovalChart.Row::share)
        .containsExactly("0.0%", "50.0%", "100.0%");
    assertThat(chart.rows().get(1).cells()).containsExactly("0.5", "1");
  }

  @Test
  void six_explainers_have_lines_and_controls_stay() {
    List<ExplanationQuality.Cell> cells =
        new ArrayList<>(IntStream.range(0, 9).mapToObj(i -> cell("e<" + i, false, 0, 1)).toList());
    cells.add(cell("random", true, 0, 1));
    RemovalChart chart = RemovalChart.of(column(cells)).orElseThrow();
    assertThat(chart.names()).hasSize(7).endsWith("random").doesNotContain("e<6");
    assertThat(chart.drawing().file()).contains("3 more explainers in the table", "e&lt;0");
  }

  @Test
  void the_largest_chart_with_its_figures_stays_small() {
    float[] means = new float[101];
    for (int i = 0; i < means.length; i++) {
      means[i] = 0.1234567f + 0.5f * (float) Math.sin(i);
    }
    List<ExplanationQuality.Cell> cells =
        IntStream.range(0, 8).mapToObj(i -> cell("explainer " + i, i > 5, means)).toList();
    RemovalChart chart = RemovalChart.of(column(cells)).orElseThrow();
    assertThat(chart.names()).hasSize(8);
    int cell = "<td class=\"num\"></td>\n".length();
    int figures =
        chart.rows().stream()
            .mapToInt(row -> 50 + row.cells().stream().mapToInt(text -> text.length() + cell).sum())
            .sum();
    assertThat(chart.drawing().inline("c").length() + figures).isBetween(30_000, 50_000);
  }

  @Test
  void curves_without_height_or_errors_are_drawn() {
    ExplanationQuality.Cell flat =
        new ExplanationQuality.Cell(
            "a",
            false,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            1,
            OptionalDouble.empty(),
            Optional.of(
                new ExplanationQuality.Curve(
                    "logit",
                    false,
                    Floats.of(new float[] {0, 0.2f}),
                    Floats.of(new float[2]),
                    Optional.empty())),
            OptionalDouble.empty(),
            Optional.empty());
    assertThat(RemovalChart.of(column(List.of(flat))).orElseThrow().drawing().file())
        .contains("share of the input inserted", "mean logit")
        .doesNotContain("NaN");
  }

  @Test
  void a_metric_without_curves_has_no_chart() {
    ExplanationQuality.Cell none =
        new ExplanationQuality.Cell(
            "a",
            false,
            OptionalDouble.of(1),
            OptionalDouble.empty(),
            1,
            OptionalDouble.empty(),
            Optional.empty(),
            OptionalDouble.empty(),
            Optional.empty());
    assertThat(RemovalChart.of(column(List.of(none)))).isEmpty();
  }
}
