package io.sextant.evaluation.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.InputDomain;
import io.sextant.gradients.ModelInput;
import io.sextant.gradients.graph.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataSetTest {
  private static final Origin ORIGIN = new Origin("test data", false, List.of());

  private static DataSet of(float[][] rows, int... labels) {
    return DataSet.of(
        Shape.of(2), rows, labels, List.of("a", "b"), InputDomain.box(2, 0, 1), ORIGIN);
  }

  @Test
  void a_data_set_gives_back_what_it_was_made_of() {
    DataSet data = of(new float[][] {{0, 1}, {0.5f, 0.25f}}, 1, 0);

    assertThat(data.size()).isEqualTo(2);
    assertThat(data.row(1)).containsExactly(0.5, 0.25);
    assertThat(data.rows()).isDeepEqualTo(new double[][] {{0, 1}, {0.5, 0.25}});
    assertThat(data.labels()).containsExactly(1, 0);
    assertThat(data.ids()).containsExactly(0, 1);
    assertThat(data.features()).containsExactly("x0", "x1");
    assertThat(data.examples().row(1)).containsExactly(0.5, 0.25);
    assertThat(data.examples().id(1)).isEqualTo(1);
  }

  @Test
  void a_sample_keeps_the_ids_of_its_rows() {
    DataSet data = of(new float[][] {{0, 0}, {0, 1}, {1, 0}}, 0, 1, 1).at(2, 1);

    assertThat(data.ids()).containsExactly(2, 1);
    assertThat(data.row(0)).containsExactly(1, 0);
    assertThat(data.at(1).id(0)).isEqualTo(1);
  }

  @Test
  void changes_to_returned_arrays_change_nothing() {
    DataSet data = of(new float[][] {{0, 1}}, 1);
    data.row(0)[0] = 7;
    data.labels()[0] = 7;
    data.ids()[0] = 7;

    assertThat(data.row(0)[0]).isZero();
    assertThat(data.label(0)).isEqualTo(1);
    assertThat(data.id(0)).isZero();
  }

  @Test
  void bad_rows_and_labels_are_named() {
    refused(() -> of(new float[0][]), "no rows");
    refused(() -> of(new float[][] {{0, 1}}, 0, 1), "1 rows but 2 labels");
    refused(() -> of(new float[][] {{0, 1}, {0}}, 0, 1), "row 1 has 1 values");
    refused(() -> of(new float[][] {{0, 1}, {0, 2}}, 0, 1), "row 1", "x1", "2.0");
    refused(() -> of(new float[][] {{0, 1}, {Float.NaN, 0}}, 0, 1), "row 1", "x0", "NaN");
    refused(() -> of(new float[][] {{0, Float.POSITIVE_INFINITY}}, 0), "row 0", "x1", "Infinity");
    refused(() -> of(new float[][] {{0, 1}, {0, 0}}, 0, 2), "row 1", "0..1", "2");
    refused(() -> of(new float[][] {{0, 1}}, -1), "row 0", "-1");
  }

  @Test
  void class_names_must_cover_the_labels_and_differ() {
    DataSet data = of(new float[][] {{0, 1}}, 1);

    assertThat(data.withClasses(List.of("x", "y", "z")).classes()).containsExactly("x", "y", "z");
    refused(() -> data.withClasses(List.of("only")), "row 0", "0..0");
    refused(() -> data.withClasses(List.of("x", "x")), "differ");
  }

  @Test
  void an_image_can_be_taken_as_a_vector_but_not_as_another_size() {
    DataSet data = of(new float[][] {{0, 1}}, 1);

    assertThat(data.withShape(Shape.of(1, 2, 1)).shape()).isEqualTo(Shape.of(1, 2, 1));
    refused(() -> data.withShape(Shape.of(3)), "[2]", "[3]");
  }

  private static void refused(Runnable run, String... parts) {
    assertThatThrownBy(run::run)
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(parts)
        .message()
        .hasLineCount(1);
  }

  @Test
  void a_model_is_told_the_shape_the_domain_and_whether_bytes_were_divided() {
    for (boolean bytes : new boolean[] {true, false}) {
      DataSet data =
          DataSet.of(
              Shape.of(2),
              new float[][] {{0, 1}},
              new int[] {0},
              List.of("a"),
              InputDomain.box(2, 0, 1),
              new Origin("d", bytes, List.of()));

      assertThat(data.input())
          .isEqualTo(
              new ModelInput(
                  Shape.of(2),
                  data.domain(),
                  bytes ? ModelInput.Units.BYTES : ModelInput.Units.AS_STORED));
    }
  }
}
