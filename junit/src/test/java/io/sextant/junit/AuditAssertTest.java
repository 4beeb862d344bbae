package io.sextant.junit;

import static io.sextant.junit.SextantAssertions.assertThatAudit;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

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
