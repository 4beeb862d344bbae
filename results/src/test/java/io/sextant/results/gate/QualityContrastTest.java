package io.sextant.results.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.ExplanationQuality;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class QualityContrastTest {
  private static ExplanationQuality.Cell cell(String explainer, boolean control, double mean) {
    return new ExplanationQuality.Cell(
        explainer,
        control,
        OptionalDouble.of(mean),
        OptionalDouble.of(0.125),
        4,
        OptionalDouble.empty(),
        Optional.empty(),
        OptionalDouble.empty(),
        Optional.empty());
  }

  private static ExplanationQuality quality(
      String metric, String steps, ExplanationQuality.Cell... cells) {
    return new ExplanationQuality(
        4,
        List.of(
            new ExplanationQuality.Column(
                metric,
                "deletion",
                Map.of("steps", steps),
                "lower",
                List.of(cells),
                Optional.empty())),
        List.of(),
        OptionalDouble.empty(),
        false,
        List.of(),
        Optional.empty(),
        List.of(),
        List.of());
  }

  private static List<String> lines(ExplanationQuality before, ExplanationQuality after) {
    return QualityContrast.of(before, after).stream().map(QualityContrast::describe).toList();
  }

  @Test
  void scores_stand_side_by_side_without_controls() {
    assertThat(
            lines(
                quality("d", "2", cell("ig", false, 0.5), cell("random", true, 1)),
                quality("d", "2", cell("ig", false, 0.25), cell("random", true, 1))))
        .containsExactly("d of ig (lower is better): 0.500 ± 0.125 -> 0.250 ± 0.125");
  }

  @Test
  void what_only_one_of_them_scored_is_said() {
    assertThat(
            lines(
                quality("d", "2", cell("ig", false, 0.5)),
                quality("d", "2", cell("new", false, 0.25))))
        .containsExactly(
            "d of new (lower is better): not scored -> 0.250 ± 0.125",
            "d of ig (lower is better): 0.500 ± 0.125 -> not scored");
    assertThat(
            lines(
                quality("old", "2", cell("ig", false, 0.5)),
                quality("d", "2", cell("ig", false, 0.25))))
        .containsExactly(
            "d of ig (lower is better): not scored -> 0.250 ± 0.125",
            "old of ig (lower is better): 0.500 ± 0.125 -> not scored");
  }

  @Test
  void other_settings_are_remarked() {
    assertThat(
            lines(
                quality("d", "2", cell("ig", false, 0.5)),
                quality("d", "3", cell("ig", false, 0.25))))
        .singleElement()
        .asString()
        .endsWith("; measured with other settings");
  }
}
