package io.sextant.evaluation.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.spec.Missing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaDraftTest {
  private static final String TABLE =
      """
      Age,Debt,"no",Home.Own,Home.Rent,Car.a,Car.b,Same,y
      30,1.5,1,1,0,1,0,7,Good
      45,-2e-7,0,0,1,1,1,7,Bad
      30,0.25,0,1,0,0,1,7,Bad
      """;

  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  private CsvTable table(String text) {
    try {
      return CsvTable.open(Files.writeString(folder.resolve("t.csv"), text), "y", Missing.REFUSE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void kinds_bounds_and_groups_are_those_of_the_values() {
    SchemaDraft draft = table(TABLE).draft();
    String text = draft.text(2, List.of());

    assertThat(text)
        .contains(
            "  Age: {type: integer, minimum: 30, maximum: 45}\n",
            "  Debt: {type: real, minimum: -2.0E-7, maximum: 1.5}\n",
            "  no: {type: binary}\n",
            // Not exactly one of them is 1 in the second row.
            "  Car.a: {type: binary}\n",
            // A constant has no room; the next whole units give it some.
            "  Same: {type: integer, minimum: 7, maximum: 14}\n",
            "  Home: [Home.Own, Home.Rent]\n",
            "labels: [Bad, Good]\n")
        .doesNotContain("  Home.Own:");
    assertThat(draft.summary()).isEqualTo("1 real, 2 integer, 3 binary, 1 one-hot group");
    assertThat(draft.isFrozen()).isFalse();
  }

  @Test
  void what_is_drafted_reads_its_own_table() {
    CsvTable table = table(TABLE);
    DataSet data =
        table.dataSet(Optional.of(Schema.parse("draft", table.draft().text(2, List.of()))));

    assertThat(data.classes()).containsExactly("Bad", "Good");
    assertThat(data.labels()).containsExactly(1, 0, 0);
    assertThat(data.features()).contains("no");
    InputDomain domain = table.draft().domain();
    assertThat(data.domain().features()).isEqualTo(domain.features());
    assertThat(domain.features())
        .extracting(Feature::kind)
        .startsWith(Feature.Kind.INTEGER, Feature.Kind.REAL, Feature.Kind.BINARY);
    assertThat(domain.groups()).hasSize(1);
  }

  @Test
  void labels_that_are_the_numbers_of_the_classes_need_no_list() {
    assertThat(table("a,y\n1.5,0\n2,1\n").draft().text(3, List.of())).doesNotContain("labels");
    assertThat(table("a,y\n1.5,10\n2,2.0\n3,1\n").draft().text(3, List.of()))
        .contains("labels: [1, 2, 10]");
    assertThat(table("a,y\n1.5,1\n2,-1\n").draft().text(2, List.of()))
        .contains("labels: ['-1', 1]");
    assertThat(table("a,y\n1.5,no\n2,on\n").draft().text(2, List.of("on", "no")))
        .contains("labels: [on, no]");
    assertThatThrownBy(() -> table("a,y\n1.5,0.5\n2,0.7\n3,9\n").draft().text(2, List.of()))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("3 different values [0.5, 0.7, 9]", "2 classes");
  }

  @Test
  void odd_names_are_quoted() {
    CsvTable table =
        table("\"a: b\",\"#x\",\"it's\",\"two\nlines\",y\n1.5,2.5,3.5,4,0\n1,2,3,4.5,1\n");
    DataSet data =
        table.dataSet(Optional.of(Schema.parse("draft", table.draft().text(2, List.of()))));

    assertThat(data.features()).containsExactly("a: b", "#x", "it's", "two\nlines");
  }

  @Test
  void a_table_of_categories_alone_is_frozen() {
    assertThat(table("a,b,y\n1,0,0\n0,1,1\n").draft().isFrozen()).isTrue();
  }
}
