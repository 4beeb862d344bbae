package io.sextant.gradients;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.graph.Cell;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a forward pass is thought to cost. */
class CalibrationTest {
  private static Parameter parameter(int... sizes) {
    return new Parameter("p", Shape.of(sizes));
  }

  private static long multiplications(Shape input, Operation operation) {
    InferenceGraph.Builder builder = InferenceGraph.builder(input);
    return Calibration.multiplications(
        builder.build(builder.add("layer", operation, builder.input())));
  }

  @Test
  void dense_layers_use_their_weights_for_each_token() {
    Operation dense = new Operation.Affine(parameter(5, 3), Optional.empty());
    assertThat(multiplications(Shape.of(5), dense)).isEqualTo(15);
    assertThat(multiplications(Shape.of(7, 5), dense)).isEqualTo(7 * 15);
  }

  @Test
  void convolutions_use_theirs_at_each_place_and_recurrent_layers_at_each_step() {
    Operation convolution =
        new Operation.Convolution(parameter(4, 2, 3, 3), Optional.empty(), Window.of(3, 3));
    assertThat(multiplications(Shape.of(2, 5, 6), convolution)).isEqualTo(3 * 4 * (4 * 2 * 9));
    Operation transposed =
        new Operation.TransposedConvolution(
            parameter(2, 4, 3, 3), Optional.empty(), Window.of(3, 3), List.of(0, 0), 1);
    assertThat(multiplications(Shape.of(2, 5, 6), transposed)).isEqualTo(5 * 6 * (4 * 2 * 9));
    Operation recurrent =
        new Operation.Recurrent(
            new Cell.Simple(new Function.Tanh()),
            parameter(5, 3),
            parameter(3, 3),
            Optional.empty(),
            false);
    assertThat(multiplications(Shape.of(7, 5), recurrent)).isEqualTo(7 * (15 + 9));
  }

  @Test
  void products_count_and_constants_do_not() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(2, 4, 3));
    Node constant = builder.add("constant", new Operation.Constant(parameter(2, 4, 5)));
    Node product =
        builder.add("product", new Operation.MatrixProduct(true, false), builder.input(), constant);
    assertThat(Calibration.multiplications(builder.build(product))).isEqualTo(2 * 3 * 4 * 5);
  }
}
