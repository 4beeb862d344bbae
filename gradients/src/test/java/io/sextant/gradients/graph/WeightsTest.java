package io.sextant.gradients.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class WeightsTest {
  private static final Parameter THREE = new Parameter("layer/W", Shape.of(3));

  @Test
  void values_come_back_as_they_were_whatever_their_precision() {
    double[][] cases = {
      {1.5, -0.0, Float.MIN_VALUE},
      {0.1f, Float.MAX_VALUE, Double.NEGATIVE_INFINITY},
      {0.1, 1, 2},
      {1, 2, 1e300},
      {Double.NaN, 1e-320, 0}
    };
    for (double[] values : cases) {
      assertThat(Weights.empty().with(THREE, values).values(THREE)).containsExactly(values);
    }
  }

  @Test
  void floats_are_kept_as_floats_and_others_are_not() {
    assertThat(Values.of(new double[] {0.5, 0.1f})).isInstanceOf(Values.Singles.class);
    assertThat(Values.of(new double[] {0.5, 0.1})).isInstanceOf(Values.Doubles.class);
  }

  @Test
  void a_graph_takes_one_value_of_a_parameter() {
    double[] values = {1, Double.NaN, 0.1f};
    InferenceGraph.Builder graph = InferenceGraph.builder(Shape.of(3)).weights(THREE, values);
    graph.weights(THREE, values).weights(THREE, new float[] {1, Float.NaN, 0.1f});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> graph.weights(THREE, new double[] {1, Double.NaN, 0.1}))
        .withMessageContaining("layer/W has other values already");
    assertThat(graph.build(graph.input()).weights().values(THREE)).containsExactly(values);
  }

  @Test
  void what_is_put_in_or_taken_out_is_a_copy() {
    double[] doubles = {0.1, 0.2, 0.3};
    float[] floats = {1, 2, 3};
    Weights exact = Weights.empty().with(THREE, doubles);
    InferenceGraph.Builder graph = InferenceGraph.builder(Shape.of(3));
    Weights single = graph.weights(THREE, floats).build(graph.input()).weights();
    doubles[0] = 9;
    floats[0] = 9;
    exact.values(THREE)[1] = 9;
    single.values(THREE)[1] = 9;
    assertThat(exact.values(THREE)).containsExactly(0.1, 0.2, 0.3);
    assertThat(single.values(THREE)).containsExactly(1, 2, 3);
  }
}
