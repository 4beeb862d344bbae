package io.sextant.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.results.gate.GateReport;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SarifTest {
  private static final Sarif.Anchor ANCHOR =
      new Sarif.Anchor("src/test/röbust ness/audit#1.yaml", Map.of("linf-small", 12));

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  private static JsonNode run(GateReport... models) throws Exception {
    JsonNode root = new ObjectMapper().readTree(Sarif.render(List.of(models), ANCHOR, "1.2.3"));
    assertThat(root.at("/version").textValue()).isEqualTo("2.1.0");
    assertThat(root.at("/runs")).hasSize(1);
    return root.at("/runs/0");
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  private static JsonNode result(JsonNode run, String id) {
    return list(run.at("/results")).stream()
        .filter(result -> result.at("/ruleId").textValue().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> state(JsonNode run, String id) {
    JsonNode result = result(run, id);
    return List.of(result.at("/kind").textValue(), result.at("/level").textValue());
  }

  /** What the standard demands of a run, as far as it concerns us. */
  private static void assertSound(JsonNode run) {
    assertThat(run.at("/tool/driver/name").textValue()).isEqualTo("Sextant");
    JsonNode rules = run.at("/tool/driver/rules");
    assertThat(new HashSet<>(list(rules))).hasSize(rules.size());
    for (JsonNode rule : rules) {
      assertThat(rule.at("/id").isTextual()).isTrue();
      assertThat(rule.at("/shortDescription/text").textValue()).isNotBlank();
      assertThat(rule.at("/defaultConfiguration/level").asText("error"))
          .isIn("error", "warning", "note");
    }
    Set<String> fingerprints = new HashSet<>();
    for (JsonNode result : run.at("/results")) {
      int index = result.at("/ruleIndex").intValue();
      assertThat(rules.get(index).at("/id")).isEqualTo(result.at("/ruleId"));
      assertThat(result.at("/message/text").textValue()).isNotBlank();
      assertThat(result.at("/kind").textValue())
          .isIn("pass", "fail", "review", "open", "notApplicable");
      if (result.at("/kind").textValue().equals("fail")) {
        assertThat(result.at("/level").textValue()).isIn("error", "warning", "note");
      } else {
        assertThat(result.at("/level").textValue()).isEqualTo("none");
      }
      assertThat(result.at("/locations")).hasSize(1);
      JsonNode artifact = result.at("/locations/0/physicalLocation/artifactLocation");
      assertThat(URI.create(artifact.at("/uri").textValue()).isAbsolute()).isFalse();
      assertThat(run.at("/originalUriBaseIds").has(artifact.at("/uriBaseId").textValue())).isTrue();
      assertThat(result.at("/locations/0/physicalLocation/region/startLine").intValue())
          .isPositive();
      assertThat(result.at("/locations/0/logicalLocations/0/fullyQualifiedName").textValue())
          .isNotBlank();
      // All results or none have this list.
      assertThat(result.at("/suppressions").isArray()).isTrue();
      assertThat(result.at("/baselineState").asText("new"))
          .isIn("new", "unchanged", "updated", "absent");
      assertThat(fingerprints.add(result.at("/partialFingerprints/sextantRule~1v1").textValue()))
          .isTrue();
    }
  }

  @Test
  void is_what_it_was() throws Exception {
    Golden.assertSame(
        "gate.sarif",
        Sarif.render(
            List.of(GateFixture.seven("fashion-cnn"), GateFixture.failedByWaiver("edge")),
            ANCHOR,
            "1.2.3"));
  }

  @Test
  void every_state_has_its_kind_and_level() throws Exception {
    JsonNode run = run(GateFixture.seven("m"));
    assertSound(run);
    assertThat(state(run, "clean")).containsExactly("pass", "none");
    assertThat(state(run, "linf-small")).containsExactly("fail", "error");
    assertThat(state(run, "worst-class")).containsExactly("fail", "warning");
    assertThat(state(run, "night")).containsExactly("review", "none");
    assertThat(state(run, "l2")).containsExactly("open", "none");
    assertThat(state(run, "legacy")).containsExactly("fail", "error");
    assertThat(state(run, "gap")).containsExactly("notApplicable", "none");
  }

  @Test
  void a_waived_rule_is_a_suppressed_failure() throws Exception {
    JsonNode run = run(GateFixture.seven("m"));
    JsonNode suppressions = result(run, "legacy").at("/suppressions");
    assertThat(suppressions).hasSize(1);
    assertThat(suppressions.at("/0/kind").textValue()).isEqualTo("external");
    assertThat(suppressions.at("/0/status").textValue()).isEqualTo("accepted");
    assertThat(suppressions.at("/0/justification").textValue())
        .isEqualTo("Retraining is planned for the next release (Ann Example, until 2026-03-31)");
    assertThat(result(run, "linf-small").at("/suppressions")).isEmpty();
  }

  @Test
  void says_what_is_new_since_the_baseline() throws Exception {
    JsonNode run = run(GateFixture.seven("m"));
    assertThat(result(run, "clean").at("/baselineState").textValue()).isEqualTo("unchanged");
    assertThat(result(run, "linf-small").at("/baselineState").textValue()).isEqualTo("new");
    assertThat(result(run, "linf-large").has("baselineState")).isFalse();
  }

  @Test
  void each_result_lies_on_the_line_of_its_rule() throws Exception {
    JsonNode run = run(GateFixture.seven("m"));
    JsonNode physical = result(run, "linf-small").at("/locations/0/physicalLocation");
    assertThat(physical.at("/artifactLocation/uri").textValue())
        .isEqualTo("src/test/r%C3%B6bust%20ness/audit%231.yaml");
    assertThat(physical.at("/artifactLocation/uriBaseId").textValue()).isEqualTo("%SRCROOT%");
    assertThat(physical.at("/region/startLine").intValue()).isEqualTo(12);
    assertThat(result(run, "clean").at("/locations/0/physicalLocation/region/startLine").intValue())
        .isEqualTo(1);
    assertThat(
            result(run, "linf-small")
                .at("/locations/0/logicalLocations/0/fullyQualifiedName")
                .textValue())
        .isEqualTo("m/L∞ 0.03, worst case");
  }

  @Test
  void fingerprints_are_those_of_model_and_rule_alone() throws Exception {
    String path = "/partialFingerprints/sextantRule~1v1";
    JsonNode broken = result(run(GateFixture.seven("m")), "clean").at(path);
    assertThat(result(run(GateFixture.passing("m")), "clean").at(path)).isEqualTo(broken);
    assertThat(result(run(GateFixture.passing("n")), "clean").at(path)).isNotEqualTo(broken);
  }

  @Test
  void models_share_the_descriptors_of_their_rules() throws Exception {
    JsonNode run = run(GateFixture.seven("a"), GateFixture.passing("b"));
    assertSound(run);
    assertThat(run.at("/results")).hasSize(9);
    assertThat(run.at("/tool/driver/rules")).hasSize(8);
  }

  @Test
  void what_fails_the_build_beside_the_rules_is_a_result_too() throws Exception {
    JsonNode run = run(GateFixture.failedByWaiver("m"));
    assertSound(run);
    assertThat(state(run, "sextant.unused-waiver")).containsExactly("fail", "error");
  }

  @Test
  void hostile_names_are_only_text() throws Exception {
    JsonNode run = run(GateFixture.hostile());
    assertSound(run);
    String message = run.at("/results/0/message/text").textValue();
    assertThat(message)
        .contains("{{0}}", "\\[x\\]")
        .doesNotContain("\n", "\u0000", "\u2028", "\u202E");
  }

  @Test
  void equal_judgements_give_equal_bytes() throws Exception {
    List<GateReport> models = List.of(GateFixture.seven("m"));
    Sarif.write(models, ANCHOR, "1", folder.resolve("a.sarif"));
    Sarif.write(List.of(GateFixture.seven("m")), ANCHOR, "1", folder.resolve("b.sarif"));
    assertThat(folder.resolve("a.sarif")).hasSameBinaryContentAs(folder.resolve("b.sarif"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/abs.yaml", "C:/x.yaml", "a\\b", "../x.yaml", "a/../b", "file:x"})
  void refuses_anchors_outside_the_project(String uri) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sarif.Anchor(uri, Map.of()))
        .withMessageContaining("below the project's root");
  }

  @Test
  void refuses_lines_that_do_not_exist() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sarif.Anchor("pom.xml", Map.of("a", 0)))
        .withMessage("the line of rule a must be at least 1 but was 0");
  }
}
