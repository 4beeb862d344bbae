package io.sextant.junit;

import static io.sextant.junit.SextantAssertions.assertThatAudit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.results.AuditResult;
import io.sextant.results.SampleTable;
import io.sextant.results.SamplesCsv;
import io.sextant.results.curtail.Curtailment;
import io.sextant.results.curtail.Unrun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

@ExtendWith(OutputFolder.class)
class AuditAssertTest {
  private Path folder = Path.of("");

  @BeforeEach
  void write_elsewhere(@TempDir Path temporary) throws IOException {
    folder = temporary;
    OutputFolder.set(temporary.resolve("out"));
    LinearModel.saved(temporary.resolve("größe 1.zip"));
  }

  private Path spec(String minimum, String more) throws IOException {
    return Files.writeString(
        folder.resolve("audit.yaml"),
        """
        models:
          - {id: first, file: größe 1.zip}
          - {id: second, file: größe 1.zip}
        data: {supplier: io.sextant.junit.RobustnessTestTest$Examples}
        threats: [{norm: linf, epsilons: [0.1]}]
        attacks: quick
        explainers: []
        evidence: none
        rules:
          - {id: robust, metric: robust-accuracy, minimum: %s}
        """
                .formatted(minimum)
            + more);
  }

  @Test
  void a_kept_spec_passes() throws IOException {
    Path spec = spec("60%", "");

    assertThatCode(() -> assertThatAudit(spec).passes()).doesNotThrowAnyException();
  }

  @Test
  void a_broken_spec_tells_about_each_model() throws IOException {
    Path spec = spec("70%", "");

    assertThatThrownBy(() -> assertThatAudit(spec).passes())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("for model first.")
        .hasMessageContaining("for model second.")
        .hasMessageContaining("second/report.html");
  }

  @Test
  void a_waived_rule_passes() throws IOException {
    Path spec =
        spec(
            "70%",
            """
            waivers:
              - {rule: robust, reason: known, owner: me, until: 2999-12-31}
            """);

    assertThatCode(() -> assertThatAudit(spec).passes()).doesNotThrowAnyException();
  }

  /** What the audit of a model left out. */
  private List<Unrun> unrun(String model) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
      Path file =
          files.filter(f -> f.endsWith(Path.of(model, "result.json"))).findFirst().orElseThrow();
      return unrun(file);
    }
  }

  private static List<Unrun> unrun(Path file) throws IOException {
    return Curtailment.unrun(
        SampleTable.of(
            AuditResult.read(file),
            SamplesCsv.read(file.resolveSibling("samples.csv")),
            List.of()));
  }

  @Test
  void a_rule_that_is_not_selected_does_not_end_the_audit() throws IOException {
    // It fails with the first attack, which would leave the second one and its checks undone.
    Path spec = spec("10%", "  - {id: impossible, metric: robust-accuracy, minimum: 99%}\n");
    System.setProperty(Settings.RULES, "robust");

    assertThatCode(() -> assertThatAudit(spec).passes()).doesNotThrowAnyException();
    assertThat(unrun("first")).isEmpty();

    System.setProperty(Settings.RULES, "impossible");
    assertThatThrownBy(() -> assertThatAudit(spec).passes())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("FAIL impossible")
        .hasMessageContaining("not run to the end");
  }

  @Test
  void a_waived_rule_does_not_end_the_audit_either() throws IOException {
    Path spec =
        spec(
            "10%",
            """
              - {id: impossible, metric: robust-accuracy, minimum: 99%}
            waivers:
              - {rule: impossible, reason: known, owner: me, until: 2999-12-31}
            """);

    assertThatCode(() -> assertThatAudit(spec).passes()).doesNotThrowAnyException();
    assertThat(unrun("first")).isEmpty();
  }

  @Test
  void a_selected_rule_is_measured_alone() throws IOException {
    Path spec = spec("10%", "  - {id: clean, metric: clean-accuracy, minimum: 90%}\n");
    System.setProperty(Settings.RULES, "clean");

    assertThatCode(() -> assertThatAudit(spec).passes()).doesNotThrowAnyException();
    assertThat(unrun("reproduce/first")).isNotEmpty();
  }

  @Test
  void rules_that_are_not_in_the_spec_abort_the_test() throws IOException {
    Path spec = spec("10%", "");
    System.setProperty(Settings.RULES, "rubost,other");

    assertThatExceptionOfType(TestAbortedException.class)
        .isThrownBy(() -> assertThatAudit(spec).passes())
        .withMessage("sextant.rules selects other, rubost, but the rules here are robust");
  }

  @Test
  void a_spec_in_a_new_folder_is_the_same_question(@TempDir Path other) throws IOException {
    Path spec = spec("60%", "");
    Path moved = Files.copy(spec, other.resolve("audit.yaml"));
    LinearModel.saved(other.resolve("größe 1.zip"));
    assertThatAudit(spec).passes();
    assertThatAudit(moved).passes();

    try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
      assertThat(files.filter(f -> f.endsWith("result.json"))).hasSize(2);
    }
  }

  @Test
  void a_spec_without_rules_proves_nothing() throws IOException {
    Path spec = spec("60%", "");
    Files.writeString(spec, Files.readString(spec).replaceAll("(?s)rules:.*", ""));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThatAudit(spec).passes())
        .withMessageContaining("at least one rule");
  }

  @Test
  void a_damaged_baseline_is_an_error() throws IOException {
    Path spec = spec("60%", "");
    Files.writeString(folder.resolve("first.json"), "{}");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThatAudit(spec).comparedWith(folder).passes())
        .withMessageContaining("first.json");
  }

  @Test
  void no_spec_is_a_failure() {
    assertThatThrownBy(() -> assertThatAudit(null).passes()).isInstanceOf(AssertionError.class);
  }
}
