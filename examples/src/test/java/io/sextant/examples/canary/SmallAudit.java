package io.sextant.examples.canary;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.cli.Main;
import io.sextant.results.AuditResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An audit of few examples, from a spec file by the command. */
record SmallAudit(Path folder) {
  private static final int SAMPLES = 24;

  AuditResult of(Path model, String more, long seed) throws IOException {
    return of(model, "[fgsm, pgd: {steps: 20}]", more, seed);
  }

  AuditResult of(Path model, String attacks, String more, long seed) throws IOException {
    Path spec =
        Files.writeString(
            folder.resolve("audit.yaml"),
            """
            model: %s
            data:
              images: %s
              labels: %s
              samples: %d
            threats: [{norm: linf, epsilons: [8/255]}]
            attacks: %s
            explainers: []
            evidence: none
            seed: %d
            %s
            """
                .formatted(
                    model.toAbsolutePath(),
                    Path.of("data/fashion-mnist/test-images-idx3-ubyte.gz").toAbsolutePath(),
                    Path.of("data/fashion-mnist/test-labels-idx1-ubyte.gz").toAbsolutePath(),
                    SAMPLES,
                    attacks,
                    seed,
                    more));
    Path out = folder.resolve("out");
    assertThat(
            Main.run(
                "audit", spec.toString(), "--out", out.toString(), "--no-report", "--overwrite"))
        .isZero();
    return AuditResult.read(out.resolve("result.json"));
  }
}
