package io.sextant.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.cli.Main;
import io.sextant.results.AuditResult;
import io.sextant.results.ValidityCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An attack with too short steps leaves many examples standing, and the audit must say so. */
@Tag("slow")
class WeakAttackTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Test
  void steps_of_a_thirtieth_of_epsilon_are_unreliable_on_the_plain_network() throws IOException {
    Path spec =
        Files.writeString(
            folder.resolve("weak.yaml"),
            """
            model: %s
            data:
              images: %s
              labels: %s
              samples: 100
            threats: [{norm: linf, epsilons: [8/255]}]
            attacks: [pgd: {step-size: epsilon/30}]
            explainers: [vanilla-gradient]
            """
                .formatted(
                    Path.of("models/fashion-cnn.zip").toAbsolutePath(),
                    Path.of("data/fashion-mnist/test-images-idx3-ubyte.gz").toAbsolutePath(),
                    Path.of("data/fashion-mnist/test-labels-idx1-ubyte.gz").toAbsolutePath()));
    Path out = folder.resolve("out");

    assertThat(Main.run("audit", spec.toString(), "--out", out.toString(), "--no-report")).isZero();

    AuditResult result = AuditResult.read(out.resolve("result.json"));
    assertThat(result.validity().checks())
        .filteredOn(check -> check.status() == ValidityCheck.Status.FAIL)
        .extracting(ValidityCheck::id)
        .contains("attack-reach");
  }
}
