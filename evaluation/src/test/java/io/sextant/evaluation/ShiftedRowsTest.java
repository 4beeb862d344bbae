package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.corruptions.Corrupter;
import io.sextant.corruptions.ParameterSet;
import io.sextant.corruptions.Strength;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.Origin;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.Condition;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShiftedRowsTest {
  private static final long SEED = 7;

  private static DataSet data(double minimum, boolean bytes) {
    float[][] rows = new float[3][16];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < 16; j++) {
        rows[i][j] = (float) (minimum + (1 - minimum) * ((i + j) % 16) / 15);
      }
    }
    return DataSet.of(
        Shape.of(1, 4, 4),
        rows,
        new int[3],
        List.of("a", "b"),
        InputDomain.box(16, minimum, 1),
        new Origin("squares", bytes, List.of()));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1})
  void are_what_the_audit_of_corruptions_and_the_command_make(double minimum) {
    DataSet data = data(minimum, minimum == 0);
    DataCorrupter corrupter = DataCorrupter.of(data, ParameterSet.CIFAR_C, SEED);
    Corrupter noise = Corrupter.of("gaussian-noise", new Strength(ParameterSet.CIFAR_C, 5), SEED);
    InferenceGraph.Builder builder = InferenceGraph.builder(data.shape());
    InferenceGraph graph =
        builder.build(builder.add("flat", new Operation.Reshape(Shape.of(16)), builder.input()));
    try (GradientService service = GradientService.builder(graph).build()) {
      ShiftedRows rows = new ShiftedRows(data, corrupter, List.of(noise), service);
      double[][] expected =
          corrupter.corrupt(new Condition.Corrupted("gaussian-noise", 5), data.examples()).rows();
      for (int i = 0; i < data.size(); i++) {
        assertThat(rows.row(0, i)).isEqualTo(expected[i]).isNotEqualTo(data.row(i));
        assertThat(rows.row(ShiftedRows.CLEAN, i)).isEqualTo(data.row(i));
      }
    }
  }
}
