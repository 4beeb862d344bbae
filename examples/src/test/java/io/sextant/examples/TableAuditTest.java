package io.sextant.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.cli.Main;
import io.sextant.gradients.RandomKey;
import io.sextant.results.AuditResult;
import io.sextant.results.ValidityCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Audits of tables exactly as {@code init} writes them. */
@Tag("slow")
class TableAuditTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  /** Classes around centres, in columns of very unlike units. */
  private Path table(int rows, int columns, int classes) throws IOException {
    RandomGenerator random = RandomKey.of(rows).with(columns).random();
    double[][] centres = new double[classes][columns];
    for (double[] centre : centres) {
      for (int i = 0; i < columns; i++) {
        centre[i] = random.nextGaussian();
      }
    }
    List<String> lines = new ArrayList<>();
    StringBuilder header = new StringBuilder();
    for (int i = 0; i < columns; i++) {
      header.append("c").append(i).append(',');
    }
    lines.add(header + "class");
    for (int r = 0; r < rows; r++) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        double value = centres[r % classes][i] + 0.8 * random.nextGaussian();
        line.append(String.format(Locale.ROOT, "%.4f,", Math.pow(10, i % 5 - 1) * (value + 5)));
      }
      lines.add(line.toString() + r % classes);
    }
    return Files.write(folder.resolve("table.csv"), lines);
  }

  private AuditResult audit(String model, String csv, String label, String... more)
      throws IOException {
    List<String> init = new ArrayList<>(List.of("init", "--model", model, "--csv", csv));
    init.addAll(List.of("--label-column", label, "--out", path("audit.yaml")));
    init.addAll(List.of(more));
    assertThat(Main.run(init.toArray(String[]::new))).isZero();
    assertThat(Main.run("audit", path("audit.yaml"), "--out", path("out"), "--no-report")).isZero();
    return AuditResult.read(folder.resolve("out").resolve("result.json"));
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static void assertReliable(AuditResult result) {
    assertThat(result.validity().checks())
        .filteredOn(check -> check.status() == ValidityCheck.Status.FAIL)
        .isEmpty();
    assertThat(result.validity().complete()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    // Rows, columns, classes and epochs as in wine, iris and breast cancer; then over-confident.
    "178, 13, 3, 60",
    "150, 4, 3, 60",
    "300, 30, 2, 60",
    "150, 4, 3, 300",
    "300, 30, 2, 300"
  })
  void tables_without_a_schema_are_audited_reliably(int rows, int columns, int classes, int epochs)
      throws IOException {
    Path csv = table(rows, columns, classes);
    int trained =
        new CommandLine(new TrainTable())
            .execute(
                "--csv",
                csv.toString(),
                "--label-column",
                "class",
                "--epochs",
                Integer.toString(epochs),
                "--out",
                path("model.zip"));
    assertThat(trained).isZero();
    assertReliable(audit(path("model.zip"), csv.toString(), "class"));
  }

  @Test
  void the_credit_table_is_audited_reliably_with_its_schema() throws IOException {
    assertReliable(
        audit(
            "models/german-credit-mlp.zip",
            "data/german-credit/held_out.csv",
            "Class",
            "--schema",
            "data/german-credit/schema.yaml"));
  }
}
