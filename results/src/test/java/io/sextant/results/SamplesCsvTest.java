package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplesCsvTest {
  private static final List<SampleRow> ROWS =
      List.of(
          new SampleRow(
              3,
              1,
              1,
              new Cell(Norm.LINF.within(Epsilon.parse("8/255")), "pgd"),
              Outcome.BROKEN,
              OptionalDouble.of(0.03125),
              41,
              40),
          new SampleRow(
              4,
              1,
              0,
              new Cell(new Condition.Nearest(Norm.L2), "an \"odd\", name"),
              Outcome.ALREADY_WRONG,
              OptionalDouble.empty(),
              1,
              0));

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  @Test
  void no_class_is_predicted_where_the_output_is_not_finite() throws IOException {
    Path file = folder.resolve("samples.csv");
    SampleRow row = undecided(SampleRow.NO_CLASS, Outcome.INCONCLUSIVE);
    SamplesCsv.write(file, List.of(row));
    assertThat(SamplesCsv.read(file)).containsExactly(row);
    for (Outcome outcome : new Outcome[] {Outcome.HELD, Outcome.ALREADY_WRONG}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> undecided(SampleRow.NO_CLASS, outcome))
          .withMessageContaining("-1 when inconclusive");
    }
    assertThatIllegalArgumentException().isThrownBy(() -> undecided(-2, Outcome.INCONCLUSIVE));
  }

  private static SampleRow undecided(int predicted, Outcome outcome) {
    return new SampleRow(
        0,
        1,
        predicted,
        new Cell(Norm.LINF.within(Epsilon.parse("0.1")), "pgd"),
        outcome,
        OptionalDouble.empty(),
        1,
        0);
  }

  @Test
  void writes_the_columns_of_the_contract() throws IOException {
    Path file = folder.resolve("samples.csv");
    SamplesCsv.write(file, ROWS);
    assertThat(Files.readString(file))
        .isEqualTo(
            """
            sample,label,predicted,norm,epsilon,attack,outcome,distance,forwards,backwards
            3,1,1,linf,8/255,pgd,broken,0.03125,41,40
            4,1,0,l2,,"an ""odd"", name",already-wrong,,1,0
            """);
    assertThat(SamplesCsv.read(file)).isEqualTo(ROWS);
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void writes_a_header_without_rows() throws IOException {
    Path file = folder.resolve("samples.csv");
    SamplesCsv.write(file, List.of());
    assertThat(SamplesCsv.read(file)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3,x,1,linf,0.1,pgd,held,,1,1|record 1",
        "3,1,1,linf,0.1,pgd,lost,,1,1|outcome must be one of",
        "3,1,1,linf,-1,pgd,held,,1,1|epsilon must be above 0",
        "3,1,1,linf,0.1,pgd,broken,NaN,1,1|distance must be finite",
        "3,1,1,linf,0.1,pgd,broken,,1,1|distance must be given",
        "3,1,0,linf,0.1,pgd,held,,1,1|must be already-wrong",
        "3,1,1|10 columns but had 3"
      })
  void names_the_record_that_is_malformed(String line, String message) throws IOException {
    Path file = folder.resolve("samples.csv");
    SamplesCsv.write(file, List.of());
    Files.writeString(file, Files.readString(file) + line + "\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SamplesCsv.read(file))
        .withMessageContaining("samples.csv, record 1")
        .withMessageContaining(message);
  }

  @Test
  void names_missing_columns() throws IOException {
    Path file = Files.writeString(folder.resolve("samples.csv"), "sample,label\n1,2\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SamplesCsv.read(file))
        .withMessageContaining("lacks [predicted, norm, epsilon");
  }
}
