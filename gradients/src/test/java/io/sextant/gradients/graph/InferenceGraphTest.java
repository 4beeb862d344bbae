package io.sextant.gradients.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InferenceGraphTest {
  private static final Operation RELU = new Operation.Elementwise(new Function.Relu());
  private static final Operation SUM = new Operation.Combine(Operation.Combination.ADD);

  /** in, relu, a block with a way past it, another relu. */
  private static InferenceGraph residual() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(2));
    Node before = builder.add("before", RELU, builder.input());
    Node inside = builder.add("inside", RELU, before);
    Node sum = builder.add("sum", SUM, inside, before);
    return builder.build(builder.add("after", RELU, sum));
  }

  private static List<String> names(List<Node> nodes) {
    return nodes.stream().map(Node::name).toList();
  }

  @Test
  void a_layer_that_a_path_leads_past_is_no_cut() {
    assertThat(names(residual().cuts())).containsExactly("input", "before", "sum", "after");
    assertThatThrownBy(() -> residual().behind("inside"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("paths lead past layer inside")
        .hasMessageContaining("[input, before, sum, after]");
    assertThatThrownBy(() -> residual().behind("outside"))
        .hasMessageContaining("no layer named outside");
  }

  @Test
  void the_rest_begins_with_the_layer_and_keeps_what_is_behind_it() {
    assertThat(names(residual().behind("before").nodes()))
        .containsExactly("before", "inside", "sum", "after");
    assertThat(residual().behind("before").node("sum").orElseThrow().inputs())
        .containsExactly(1, 0);
    assertThat(names(residual().behind("sum").nodes())).containsExactly("sum", "after");
    assertThat(names(residual().behind("after").nodes())).containsExactly("after");
    assertThat(residual().behind("input").nodes()).isEqualTo(residual().nodes());
  }

  @Test
  void constants_are_no_paths_past_a_layer_and_stay() {
    Parameter one = new Parameter("one", Shape.of(2));
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(2));
    Node constant = builder.add("constant", new Operation.Constant(one));
    Node negative = builder.add("negative", RELU, constant);
    Node layer = builder.add("layer", RELU, builder.input());
    InferenceGraph graph =
        builder.weights(one, new double[] {1, 2}).build(builder.add("sum", SUM, layer, negative));
    assertThat(names(graph.cuts())).containsExactly("input", "layer", "sum");
    assertThat(names(graph.behind("layer").nodes()))
        .containsExactly("layer", "constant", "negative", "sum");
    assertThat(graph.behind("layer").weights().values(one)).containsExactly(1, 2);
  }

  @Test
  void an_output_that_reads_the_input_too_leaves_no_cut_between_them() {
    Parameter w = new Parameter("w", Shape.of(2, 2));
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(2));
    Node dense = builder.add("dense", new Operation.Affine(w, Optional.empty()), builder.input());
    InferenceGraph graph =
        builder
            .weights(w, new double[] {1, 0, 0, 1})
            .build(builder.add("sum", SUM, dense, builder.input()));
    assertThat(names(graph.cuts())).containsExactly("input", "sum");
  }
}
