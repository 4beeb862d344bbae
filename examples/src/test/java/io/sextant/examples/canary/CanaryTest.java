package io.sextant.examples.canary;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.AuditResult;
import io.sextant.results.ValidityCheck.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks that only look robust, audited from a spec to a result: the checks that the
 * documentation names must trip on each.
 */
class CanaryTest {
  private static final Path PAGE = Path.of("../src/site/validity-checks.md");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  /** A row of the table: a canary and what trips on it. */
  record Row(String canary, List<String> checks) {}

  static List<Row> rows() throws IOException {
    String page = Files.readString(PAGE);
    String table =
        page.substring(page.indexOf("<!-- canaries -->"), page.indexOf("<!-- /canaries -->"));
    return table
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(
            line -> {
              List<String> cells = Arrays.asList(line.split("\\|"));
              return new Row(codes(cells.get(1)).get(0), codes(cells.get(3)));
            })
        .toList();
  }

  private static List<String> codes(String cell) {
    return CODE.matcher(cell).results().map(found -> found.group(1)).toList();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void is_flagged_by_what_the_table_names(Row row) throws IOException {
    SmallAudit audit = new SmallAudit(folder);
    String engine = row.canary().equals("noise") ? NoisyEngine.NAME : "auto";
    assertThat(audit.of(model(row.canary()), "engine: " + engine, 7).validity().checks())
        .filteredOn(check -> check.status() == Status.FAIL)
        .extracting(check -> check.id())
        .containsAll(row.checks())
        .isNotEmpty();
  }

  /** The preset is what most people run; which of its findings gives a canary away may differ. */
  @ParameterizedTest
  @MethodSource("rows")
  void is_flagged_when_the_preset_attacks_it(Row row) throws IOException {
    String engine = row.canary().equals("noise") ? NoisyEngine.NAME : "auto";
    AuditResult result =
        new SmallAudit(folder).of(model(row.canary()), "[standard]", "engine: " + engine, 7);
    assertThat(result.validity().reliable()).as(result.validity().toString()).isFalse();
  }

  @Test
  void every_canary_is_in_the_table() throws IOException {
    List<String> names = new ArrayList<>();
    Stream.of(Masked.values()).map(CanaryTest::name).forEach(names::add);
    Stream.of(WatchedReader.Guard.values()).map(CanaryTest::name).forEach(names::add);
    assertThat(rows()).extracting(Row::canary).containsExactlyInAnyOrderElementsOf(names);
    assertThat(rows()).allSatisfy(row -> assertThat(row.checks()).isNotEmpty());
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private Path model(String canary) throws IOException {
    Path file = folder.resolve("model.zip");
    for (WatchedReader.Guard guard : WatchedReader.Guard.values()) {
      if (name(guard).equals(canary)) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ModelSerializer.writeModel(Masked.plain(), plain, false);
        guard.write(plain.toByteArray(), file);
        return file;
      }
    }
    Masked masked = Masked.valueOf(canary.toUpperCase(Locale.ROOT));
    ModelSerializer.writeModel(masked.network(), file.toFile(), false);
    return file;
  }
}
