package io.sextant.evaluation.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.Feature;
import io.sextant.gradients.graph.Shape;
import io.sextant.spec.Missing;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTableTest {
  private static final String SCHEMA =
      """
      features:
        Age: {type: integer, minimum: 18, maximum: 99, mutable: false}
        Debt: {type: real, minimum: 0, maximum: 10, scale: 2, monotone: increase}
        Phone: {type: binary}
      groups:
        Account: [Account.lt.0, Account.none]
      labels: [Bad, Good]
      """;

  private static final String HEADER =
      "\"Age\",\"Debt\",\"Class\",Phone,Account.lt.0,Account.none\n";
  private static final String ROWS = "30,1.5,Good,1,0,1\n\n\"45\",2e0,Bad,0,1,0\n";

  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  private Path csv(String text) {
    try {
      return Files.writeString(folder.resolve("t.csv"), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private DataSet read(String text) {
    return CsvTable.read(csv(text), "Class", Schema.parse("s.yaml", SCHEMA));
  }

  private void refused(String text, String... parts) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("t.csv")
        .hasMessageContainingAll(parts)
        .message()
        .hasLineCount(1);
  }

  @Test
  void a_file_larger_than_a_text_may_be_is_refused_before_it_is_read(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("big.csv");
    long heap = Runtime.getRuntime().maxMemory();
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(heap / 8 + 1);
    }
    assertThatThrownBy(() -> CsvTable.read(file, "y"))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("big.csv: the file has ", " at most ", "(1/8 of the memory");
  }

  @Test
  void a_table_is_read_with_its_schema() {
    DataSet data = read(HEADER + ROWS);

    assertThat(data.shape()).isEqualTo(Shape.of(5));
    assertThat(data.features())
        .containsExactly("Age", "Debt", "Phone", "Account.lt.0", "Account.none");
    assertThat(data.row(0)).containsExactly(30, 1.5, 1, 0, 1);
    assertThat(data.row(1)).containsExactly(45, 2, 0, 1, 0);
    assertThat(data.labels()).containsExactly(1, 0);
    assertThat(data.classes()).containsExactly("Bad", "Good");
    assertThat(data.domain().feature(0))
        .isEqualTo(
            new Feature("Age", Feature.Kind.INTEGER, 18, 99, 81, false, Feature.Direction.BOTH));
    assertThat(data.domain().feature(1))
        .isEqualTo(
            new Feature("Debt", Feature.Kind.REAL, 0, 10, 2, true, Feature.Direction.INCREASE));
    assertThat(data.domain().feature(3).kind()).isEqualTo(Feature.Kind.BINARY);
    assertThat(data.domain().groups()).hasSize(1);
    assertThat(data.domain().groups().get(0).members()).containsExactly(3, 4);
    assertThat(data.origin().bytes()).isFalse();
    assertThat(data.origin().files().get(0).sha256()).matches("[0-9a-f]{64}");
  }

  @Test
  void a_byte_order_mark_and_windows_line_ends_mean_nothing() {
    DataSet data = read("\uFEFF" + (HEADER + ROWS).replace("\n", "\r\n"));

    assertThat(data.row(1)).containsExactly(45, 2, 0, 1, 0);
  }

  @Test
  void labels_may_be_numbers_of_the_classes() {
    assertThat(read(HEADER + ROWS.replace("Good", "1").replace("Bad", "0")).labels())
        .containsExactly(1, 0);
  }

  @Test
  void cells_that_are_no_finite_numbers_name_line_and_column() {
    refused(HEADER + ROWS.replace("2e0", "two"), "line 4", "'Debt'", "'two' is not a number");
    refused(
        HEADER + ROWS.replace("2e0", "2,5").replace("2,5", "\"2,5\""), "line 4", "'2,5'", "point");
    refused(HEADER + ROWS.replace("2e0", "-inf"), "line 4", "'Debt'", "finite");
    refused(HEADER + ROWS.replace("2e0", "1e999"), "line 4", "'Debt'", "finite");
    refused(HEADER + ROWS.replace("2e0", "0x1p3"), "line 4", "'Debt'", "not a number");
  }

  @Test
  void missing_values_are_counted() {
    for (String absent : List.of("", "NA", "n/a", "NaN", "null", "None", "?")) {
      refused(
          HEADER + ROWS.replace("2e0", absent) + ROWS,
          "1 of 4 rows have a missing value",
          "line 4, column 'Debt'",
          "missing: skip");
    }
    refused(HEADER + ROWS.replace("Bad", ""), "1 of 2 rows", "line 4, column 'Class'");
    refused(HEADER + ",,Good,1,,1\n", "1 of 1 rows", "column 'Age'");
  }

  @Test
  void rows_with_missing_values_are_left_out_and_the_others_keep_their_numbers() {
    Path file = csv(HEADER + ROWS.replace("1.5", "?") + ROWS);

    CsvTable table = CsvTable.open(file, "Class", Missing.SKIP);
    DataSet data = table.dataSet(Optional.of(Schema.parse("s", SCHEMA)));

    assertThat(data.ids()).containsExactly(1, 2, 3);
    assertThat(data.labels()).containsExactly(0, 1, 0);
    assertThat(data.row(0)).containsExactly(45, 2, 0, 1, 0);
    assertThat(data.origin().description()).contains("t.csv without 1 rows");
    assertThat(Draw.rows(data, List.of(2)).row(0)).containsExactly(30, 1.5, 1, 0, 1);
    assertThatThrownBy(() -> Draw.rows(data, List.of(0))).hasMessageContaining("no row 0");
    assertThatThrownBy(() -> CsvTable.open(csv(HEADER + ",,Good,1,,1\n"), "Class", Missing.SKIP))
        .hasMessageContaining("1 of 1 rows");
  }

  @Test
  void semicolons_and_tabs_separate_where_the_header_says_so() {
    for (String separator : List.of(";", "\t")) {
      String text = (HEADER + ROWS).replace(",", separator);
      assertThat(read(text).row(1)).containsExactly(45, 2, 0, 1, 0);
      refused(text.replace("2e0", "2,5"), "line 4", "'2,5' is not a number", "point");
      refused(text + "1,2,3,4,5,6\n", "line 5 has 1 columns");
    }
    assertThatThrownBy(() -> CsvTable.read(csv("a|b|y\n1|2|0\n"), "y"))
        .hasMessageContainingAll("'y' is missing", "'a|b|y'", "commas, semicolons or tabs");
    assertThatThrownBy(() -> CsvTable.read(csv("1;2;0\n1;2;0\n"), "y"))
        .hasMessageContainingAll("'y' is missing");
    assertThatThrownBy(() -> CsvTable.read(csv("1,2,0\n1,2,0\n"), "y"))
        .hasMessageContainingAll("'y' is missing", "[1, 2, 0]", "first line must name the columns");
  }

  @Test
  void labels_that_are_numbers_may_be_names() {
    String text = "a,y\n1,1\n2,3\n3,2.0\n";
    Schema schema =
        Schema.parse("s", "{features: {a: {minimum: 0, maximum: 9}}, labels: [1, 2, 3]}");

    assertThat(CsvTable.read(csv(text), "y", schema).labels()).containsExactly(0, 2, 1);
    assertThatThrownBy(() -> CsvTable.read(csv(text + "4,0\n"), "y", schema))
        .hasMessageContainingAll("line 5", "'0'", "[1, 2, 3]");
    assertThatThrownBy(() -> CsvTable.read(csv(text), "y").forModel(3, List.of()))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(
            "row 1", "0..2", "one was 3", "labels start at 0", "smallest here is 1");
  }

  @Test
  void labels_of_a_schema_are_matched_with_names_of_classes() {
    DataSet data = read(HEADER + ROWS);

    assertThat(data.forModel(2, List.of()).classes()).containsExactly("Bad", "Good");
    assertThat(data.forModel(2, List.of("Bad", "Good")).labels()).containsExactly(1, 0);
    assertThatThrownBy(() -> data.forModel(2, List.of("Good", "Bad")))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("[Bad, Good]", "[Good, Bad]", "one order");
    assertThatThrownBy(() -> data.forModel(2, List.of("No", "Yes")))
        .hasMessageContainingAll("[Bad, Good]", "[No, Yes]", "alike");
    assertThatThrownBy(() -> data.forModel(3, List.of()))
        .hasMessageContainingAll("[Bad, Good]", "model has 3");
    assertThatThrownBy(() -> data.forModel(3, List.of("a", "b", "c")))
        .hasMessageContainingAll("[Bad, Good]", "[a, b, c]");
    assertThatThrownBy(() -> data.forModel(2, List.of("a", "b", "c")))
        .hasMessageContainingAll("2 classes", "names 3: [a, b, c]");
  }

  @Test
  void values_outside_the_schema_name_line_and_column() {
    refused(HEADER + ROWS.replace("2e0", "11"), "line 4", "'Debt'", "[0.0, 10.0]", "11.0");
    refused(HEADER + ROWS.replace("30", "30.5"), "line 2", "'Age'", "whole", "30.5");
    refused(HEADER + ROWS.replace("0,1,0", "2,1,0"), "line 4", "'Phone'", "2.0");
    refused(HEADER + ROWS.replace("0,1,0", "0,1,1"), "line 4", "'Account'", "2 are");
    refused(HEADER + ROWS.replace("0,1,0", "0,0,0"), "line 4", "'Account'", "0 are");
  }

  @Test
  void labels_outside_the_classes_name_line_and_column() {
    refused(
        HEADER + ROWS.replace("Bad", "Bat"), "line 4", "'Class'", "'Bat'", "did you mean 'Bad'");
    refused(HEADER + ROWS.replace("Bad", "2"), "line 4", "'Class'", "0..1", "2");
  }

  @Test
  void the_shape_of_the_table_is_checked() {
    refused("", "empty");
    refused(HEADER, "no rows");
    refused(HEADER + ROWS + "1,2,3\n", "line 5", "3 columns", "6");
    refused(HEADER + ROWS + "1,2,3,4,5,6,7\n", "line 5", "7 columns", "6");
    refused(HEADER.replace("Debt", "Age") + ROWS, "'Age' occurs twice");
    refused(HEADER.replace("Debt", "") + ROWS, "column 2", "no name");
    refused(HEADER.replace("Class", "Klass") + ROWS, "'Class' is missing", "mean 'Klass'");
    refused(HEADER.replace("Debt", "Debts") + ROWS, "'Debt'", "missing", "mean 'Debts'");
    refused(
        "More,%s5,30,1.5,Good,1,0,1\n".formatted(HEADER), "'More'", "not described in the schema");
    refused("Class\n1\n", "no features");
  }

  @Test
  void bytes_that_are_no_text_are_refused() throws IOException {
    Path file = csv("");
    byte[] bytes = (HEADER + ROWS).getBytes(StandardCharsets.UTF_8);
    bytes[bytes.length - 3] = (byte) 0xff;
    Files.write(file, bytes);

    assertThatThrownBy(() -> CsvTable.read(file, "Class", Schema.parse("s.yaml", SCHEMA)))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("t.csv", "UTF-8");
    assertThatThrownBy(() -> CsvTable.read(csv("a,Class\n\"open,1\n"), "Class"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("t.csv");
  }

  @Test
  void without_a_schema_features_are_real_between_the_datas_bounds() {
    DataSet data = CsvTable.read(csv("a,Class,b\n1,0,5\n0.1,2,5\n"), "Class");

    assertThat(data.labels()).containsExactly(0, 2);
    assertThat(data.classes()).containsExactly("0", "1", "2");
    Feature a = data.domain().feature(0);
    assertThat(a.kind()).isEqualTo(Feature.Kind.REAL);
    assertThat(a.minimum()).isEqualTo(0.1);
    assertThat(a.maximum()).isEqualTo(1);
    assertThat(a.scale()).isEqualTo(0.9);
    assertThat(data.domain().feature(1).maximum()).isGreaterThan(5);
    assertThat(data.origin().description()).contains("bounds taken from the data");
  }

  @Test
  void text_labels_without_an_order_are_an_error_that_says_what_to_do() {
    assertThatThrownBy(() -> CsvTable.read(csv("a,Class\n1,Good\n"), "Class"))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("line 2", "'Class'", "'Good'", "labels:");
    assertThatThrownBy(() -> CsvTable.read(csv("a,Class\n1,-1\n"), "Class"))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("line 2", "'-1'");
    assertThatThrownBy(() -> CsvTable.read(csv("a,Class\n1,0.5\n"), "Class"))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("line 2", "'0.5'");
  }
}
