package io.sextant.gradients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.RandomKey;
import io.sextant.gradients.contract.Answers.Quantity;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The excuse for differences must excuse no errors. */
class AgreementTest {
  private static boolean[] unsure(InferenceGraph graph, Quantity quantity, double[]... rows) {
    double[][] cotangent = new double[rows.length][graph.output().shape().elements()];
    Arrays.stream(cotangent).forEach(row -> Arrays.fill(row, 1));
    Question question = new Question(graph, rows, cotangent, graph.input());
    double[][] expected = quantity.of(question.ask(EngineUnderTest.reference(graph)));
    return Agreement.unsure(question, quantity, expected, RandomKey.of(1));
  }

  @Test
  void rounding_decides_at_a_kink_and_not_beside_it() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(2));
    Node shifted = builder.add("shift", Operation.Rescale.all(1, -0.5), builder.input());
    InferenceGraph graph =
        builder.build(builder.add("relu", new Operation.Elementwise(new Function.Relu()), shifted));
    double[][] rows = {{0.5 + 1e-8, 1}, {0.5001, 1}, {0.4999, 1}};
    assertThat(unsure(graph, Quantity.GRADIENT, rows)).containsExactly(true, false, false);
    assertThat(unsure(graph, Quantity.LOGITS, rows)).containsExactly(false, false, false);
  }

  @Test
  void rounding_decides_between_values_that_tie() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(1, 1, 2));
    Operation pool = new Operation.Pool(Operation.Reduction.MAX, Window.of(1, 2), true, 2);
    InferenceGraph graph = builder.build(builder.add("pool", pool, builder.input()));
    assertThat(unsure(graph, Quantity.GRADIENT, new double[] {1, 1}, new double[] {1, 1.0001}))
        .containsExactly(true, false);
  }
}
