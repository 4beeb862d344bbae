package io.sextant.gradients.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Groups are bits: 3 is the first two, 12 the two behind them. */
class SummandsTest {
  private static final Operation RELU = new Operation.Elementwise(new Function.Relu());

  private final InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(1, 4));

  @Test
  void what_is_linear_adds_up_what_it_reads_and_a_function_joins_it() {
    Node slid = convolution(builder.input(), new Window.Axis(2, 1, 1, 0, 0));
    Node relu = builder.add("relu", RELU, slid);
    Node sum = dense(relu);
    Node end = builder.add("end", RELU, sum);
    assertThat(sets(end, slid)).containsExactlyInAnyOrder(1L, 2L, 4L, 8L);
    assertThat(sets(end, relu)).containsExactlyInAnyOrder(3L, 6L, 12L);
    assertThat(sets(end, sum)).containsExactlyInAnyOrder(3L, 6L, 12L);
    assertThat(sets(end, end)).containsExactly(15L);
  }

  @Test
  void windows_see_what_their_stride_dilation_and_padding_let_them() {
    // Places -1 and 1, then 1 and 3.
    Node slid = convolution(builder.input(), new Window.Axis(2, 2, 2, 1, 0));
    Node relu = builder.add("relu", RELU, slid);
    assertThat(sets(relu, relu)).containsExactly(10L);
    Node own = builder.add("pad", new Operation.Pad(List.of(0, 1), List.of(0, 0), 2), relu);
    Node maximum = pool(Operation.Reduction.MAX, own);
    // The margin and the first, then the first, which is in the second, and the second.
    assertThat(sets(maximum, maximum)).containsExactly(10L);
  }

  @Test
  void a_mean_over_places_adds_them_up_and_a_maximum_does_not() {
    Node relu = builder.add("relu", RELU, builder.input());
    Node mean = pool(Operation.Reduction.AVERAGE, relu);
    assertThat(sets(mean, mean)).containsExactlyInAnyOrder(1L, 2L, 4L, 8L);
    Node maximum = pool(Operation.Reduction.MAX, relu);
    assertThat(sets(maximum, maximum)).containsExactlyInAnyOrder(3L, 6L, 12L);
    Node total =
        builder.add("total", Operation.Reduce.over(Operation.Reduction.SUM, 0, 1), maximum);
    assertThat(sets(total, total)).containsExactlyInAnyOrder(3L, 6L, 12L);
    Node largest =
        builder.add("largest", Operation.Reduce.over(Operation.Reduction.MAX, 0, 1), maximum);
    assertThat(sets(largest, largest)).containsExactly(15L);
  }

  @Test
  void paths_that_meet_add_up_or_multiply() {
    Node slid = convolution(builder.input(), new Window.Axis(2, 1, 1, 0, 1));
    Node relu = builder.add("relu", RELU, slid);
    Node sum =
        builder.add("sum", new Operation.Combine(Operation.Combination.ADD), relu, builder.input());
    Node product =
        builder.add(
            "product", new Operation.Combine(Operation.Combination.PRODUCT), slid, builder.input());
    assertThat(sets(sum, sum)).containsExactlyInAnyOrder(3L, 6L, 12L);
    assertThat(sets(product, product)).containsExactlyInAnyOrder(3L, 6L, 12L);
  }

  @Test
  void an_operation_of_which_nothing_is_known_reads_all() {
    Node softmax = builder.add("softmax", new Operation.Softmax(0), builder.input());
    assertThat(sets(softmax, softmax)).containsExactly(15L);
  }

  @Test
  void values_that_are_always_the_same_count_for_nothing() {
    InferenceGraph graph = builder.build(builder.add("relu", RELU, builder.input()));
    List<Summands> found = Summands.of(graph, -1, 5, -1, 5);
    assertThat(found).extracting(each -> each.layer().name()).containsExactly("input", "relu");
    assertThat(found.get(1).groups()).containsExactly(32L);
    assertThat(Summands.of(graph, -1, -1, -1, -1).get(1).groups()).containsExactly(0L);
  }

  @Test
  void groups_must_fit() {
    InferenceGraph graph = builder.build(builder.add("relu", RELU, builder.input()));
    assertThatThrownBy(() -> Summands.of(graph, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there must be a group for each of the 4 input values but there were 2");
    assertThatThrownBy(() -> Summands.of(graph, 0, 1, 2, 64))
        .hasMessage("groups must be below 64 but one was 64");
  }

  /** The sets of a node, where the graph ends at another one. */
  private Set<Long> sets(Node end, Node node) {
    return Summands.of(builder.build(end), 0, 1, 2, 3).stream()
        .filter(each -> each.layer().name().equals(node.name()))
        .findFirst()
        .orElseThrow()
        .groups();
  }

  private Node pool(Operation.Reduction reduction, Node of) {
    Window window = new Window(List.of(new Window.Axis(2, 1, 1, 0, 0)));
    return builder.add("pool", new Operation.Pool(reduction, window, true, 2), of);
  }

  private Node convolution(Node of, Window.Axis axis) {
    Parameter kernel = new Parameter("kernel" + builder.size(), Shape.of(2, 1, 2));
    builder.weights(kernel, new double[4]);
    Node slid =
        builder.add(
            "slid",
            new Operation.Convolution(kernel, Optional.empty(), new Window(List.of(axis))),
            of);
    // One channel again, so that it can be combined with the input.
    Parameter one = new Parameter("one" + builder.size(), Shape.of(1, 2, 1));
    builder.weights(one, new double[2]);
    return builder.add(
        "mixed",
        new Operation.Convolution(
            one, Optional.empty(), new Window(List.of(new Window.Axis(1, 1, 1, 0, 0)))),
        slid);
  }

  private Node dense(Node of) {
    Node flat = builder.add("flat", new Operation.Reshape(Shape.of(of.shape().elements())), of);
    Parameter weights = new Parameter("weights", Shape.of(of.shape().elements(), 2));
    builder.weights(weights, new double[weights.shape().elements()]);
    return builder.add("dense", new Operation.Affine(weights, Optional.empty()), flat);
  }
}
