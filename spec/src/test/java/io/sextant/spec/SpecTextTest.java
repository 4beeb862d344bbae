package io.sextant.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpecTextTest {
  @Test
  void numbers_stay_as_they_were_written() {
    Map<String, Object> spec =
        SpecText.read("threats: [{norm: linf, epsilons: [0.10, 8/255]}]").get();
    assertThat(spec)
        .containsEntry(
            "threats", List.of(Map.of("norm", "linf", "epsilons", List.of("0.10", "8/255"))));
    assertThat(SpecText.write(spec)).contains("- 0.10", "- 8/255");
  }

  @Test
  void equal_specs_are_equal_texts() {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("rules", List.of(Map.of("metric", "clean-accuracy", "id", "a", "minimum", "1%")));
    one.put("model", "m.zip");
    Map<String, Object> other = new LinkedHashMap<>();
    other.put("model", "m.zip");
    other.put("rules", List.of(Map.of("minimum", "1%", "id", "a", "metric", "clean-accuracy")));

    assertThat(SpecText.write(one))
        .isEqualTo(SpecText.write(other))
        .isEqualTo("model: m.zip\nrules:\n- id: a\n  metric: clean-accuracy\n  minimum: 1%\n");
  }

  @Test
  void what_is_written_is_read_back() {
    List<Object> shared =
        List.of("a", "b: c", "- d", "#e", "\u0007\u001b[2J", "größer", "true", "");
    Map<String, Object> spec = Map.of("classes", shared, "slices", shared);
    assertThat(SpecText.read(SpecText.write(spec))).contains(spec);
    assertThat(SpecText.write(spec)).doesNotContain("&", "*", "!!", "\u0007");
  }

  @Test
  void knows_the_lines_of_rules() {
    assertThat(
            SpecText.ruleLines(
                "model: a\nrules:\n  - id: x\n    metric: m\n\n  - {metric: m, id: y}\n"))
        .isEqualTo(Map.of("x", 3, "y", 6));
    assertThat(SpecText.ruleLines("rules: [")).isEmpty();
    assertThat(SpecText.ruleLines("rules: {id: x}")).isEmpty();
  }

  @Test
  void what_is_no_mapping_holds_nothing() {
    assertThat(SpecText.read("- a")).isEmpty();
    assertThat(SpecText.read("")).isEmpty();
    assertThat(SpecText.read("a: 1\na: 2")).isEmpty();
    assertThat(SpecText.read("[".repeat(100))).isEmpty();
  }
}
