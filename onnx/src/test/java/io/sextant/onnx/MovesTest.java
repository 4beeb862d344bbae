package io.sextant.onnx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.UnsupportedLayerException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shapes, orders and parts, each operator alone against ONNX Runtime. */
class MovesTest {
  private static final long N = ModelBuilder.FREE;

  private static ModelBuilder images(int opset) {
    return new ModelBuilder(opset).input(N, 4, 6, 5);
  }

  /** What stands in front of it keeps an operator from seeing the bare input. */
  private static void ends(
      ModelBuilder model, String type, List<String> inputs, Map<String, ?> attributes) {
    model.node(type, inputs, List.of("y"), attributes);
    Contract.check(model.output("y"));
  }

  @Test
  void identity_dropout_and_casts_pass_values_on() {
    ModelBuilder model = images(13);
    String same = model.node("Identity", "x");
    String kept = model.node("Dropout", same, model.number(0.5f));
    ends(model, "Cast", List.of(kept), Map.of("to", 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1 24 5", "0 -1", "0 4 30", "-1 2 2 30", "0 0 5 6", "-1 120 1 1"})
  void a_reshape_keeps_the_batch(String sizes) {
    ModelBuilder model = images(13);
    ends(model, "Reshape", List.of("x", model.longs(longs(sizes))), Map.of());
  }

  private static long[] longs(String numbers) {
    return java.util.Arrays.stream(numbers.split(" ")).mapToLong(Long::parseLong).toArray();
  }

  @Test
  void the_batch_may_be_merged_with_its_neighbours_and_split_again() {
    // [N, 4, 6, 5] as N 4 rows of 30, through a dense layer, and back
    ModelBuilder model = images(13);
    String rows = model.node("Reshape", "x", model.longs(-1, 30));
    String dense = model.node("MatMul", rows, model.weights(30, 7));
    String added = model.node("Add", dense, model.weights(7));
    ends(model, "Reshape", List.of(added, model.longs(-1, 4, 7)), Map.of());
    // Time in front: [4, N, 30] as 4 N rows
    ModelBuilder timed = images(13);
    String flat = timed.node("Reshape", "x", timed.longs(0, 4, 30));
    String turned = timed.node("Transpose", List.of(flat), Map.of("perm", new int[] {1, 0, 2}));
    String merged = timed.node("Reshape", turned, timed.longs(-1, 30));
    String soft = timed.node("Softmax", List.of(merged), Map.of("axis", -1));
    String split = timed.node("Reshape", soft, timed.longs(4, -1, 30));
    ends(timed, "Transpose", List.of(split), Map.of("perm", new int[] {1, 0, 2}));
    // Both: [4, N, 30] as [4, N 5, 6], as an attention with several heads does
    ModelBuilder heads = images(13);
    String all = heads.node("Reshape", "x", heads.longs(0, 4, 30));
    String front = heads.node("Transpose", List.of(all), Map.of("perm", new int[] {1, 0, 2}));
    String each = heads.node("Reshape", front, heads.longs(4, -1, 6));
    String byHead = heads.node("Transpose", List.of(each), Map.of("perm", new int[] {1, 0, 2}));
    String scores =
        heads.node(
            "MatMul",
            byHead,
            heads.node("Transpose", List.of(byHead), Map.of("perm", new int[] {0, 2, 1})));
    ends(heads, "Reshape", List.of(scores, heads.longs(-1, 5, 4, 4)), Map.of());
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3", "4", "-1"})
  void a_flatten_is_a_matrix(int axis) {
    ModelBuilder model = images(11);
    ends(model, "Flatten", List.of("x"), Map.of("axis", axis));
  }

  @Test
  void dimensions_of_size_one_come_and_go() {
    for (int opset : new int[] {11, 13}) {
      ModelBuilder model = images(opset);
      String pooled = model.node("ReduceMean", List.of("x"), Map.of("axes", new int[] {2, 3}));
      String squeezed =
          opset < 13
              ? model.node("Squeeze", List.of(pooled), Map.of("axes", new int[] {2, -1}))
              : model.node("Squeeze", pooled, model.longs(2, -1));
      String more =
          opset < 13
              ? model.node("Unsqueeze", List.of(squeezed), Map.of("axes", new int[] {1, 3}))
              : model.node("Unsqueeze", squeezed, model.longs(1, 3));
      ends(model, "Identity", List.of(more), Map.of());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0 2 3 1", "0 3 1 2", "0 1 3 2", "0 1 2 3"})
  void dimensions_change_places(String order) {
    ModelBuilder model = images(13);
    ends(
        model,
        "Transpose",
        List.of(model.node("Sin", "x")),
        Map.of("perm", java.util.Arrays.stream(longs(order)).mapToInt(d -> (int) d).toArray()));
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3", "-1"})
  void values_are_joined_and_split(int axis) {
    ModelBuilder joined = images(13);
    ends(joined, "Concat", List.of("x", joined.node("Sin", "x"), "x"), Map.of("axis", axis));
    ModelBuilder parts = images(13);
    int size = axis == 1 ? 4 : axis == 2 ? 6 : 5;
    parts.node(
        "Split", List.of("x", parts.longs(1, size - 1)), List.of("a", "b"), Map.of("axis", axis));
    ends(parts, "Concat", List.of("b", "a"), Map.of("axis", axis));
  }

  @Test
  void a_split_is_even_when_nothing_is_said() {
    ModelBuilder old = images(11);
    old.node("Split", List.of("x"), List.of("a", "b"), Map.of("axis", 1));
    ends(old, "Sub", List.of("a", "b"), Map.of());
    ModelBuilder sizes = images(11);
    sizes.node(
        "Split",
        List.of("x"),
        List.of("a", "b", "c"),
        Map.of("axis", 2, "split", new int[] {1, 3, 2}));
    ends(sizes, "Concat", List.of("c", "a"), Map.of("axis", 2));
    ModelBuilder counted = images(18);
    counted.node(
        "Split", List.of("x"), List.of("a", "b", "c"), Map.of("axis", 3, "num_outputs", 3));
    ends(counted, "Concat", List.of("c", "b"), Map.of("axis", 3));
  }

  @Test
  void slices_go_in_steps_and_backwards() {
    ModelBuilder old = images(9);
    ends(
        old,
        "Slice",
        List.of("x"),
        Map.of("starts", new int[] {1, -3}, "ends", new int[] {100, -1}, "axes", new int[] {1, 2}));
    ModelBuilder steps = images(13);
    ends(
        steps,
        "Slice",
        List.of(
            "x",
            steps.longs(0, 4, 0),
            steps.longs(Long.MAX_VALUE, 0, Long.MAX_VALUE),
            steps.longs(1, 2, 0),
            steps.longs(2, -2, 1)),
        Map.of());
    ModelBuilder backwards = images(13);
    ends(
        backwards,
        "Slice",
        List.of(
            "x",
            backwards.longs(-1),
            backwards.longs(Long.MIN_VALUE),
            backwards.longs(3),
            backwards.longs(-1)),
        Map.of());
  }

  @Test
  void a_slice_backwards_starts_at_the_first_place_at_least() {
    ModelBuilder model = images(13);
    ends(
        model,
        "Slice",
        List.of("x", model.longs(-10), model.longs(-20), model.longs(2), model.longs(-1)),
        Map.of());
  }

  @Test
  void places_are_picked() {
    ModelBuilder one = images(13);
    ends(one, "Gather", List.of("x", one.aLong(-1)), Map.of("axis", 2));
    ModelBuilder several = images(13);
    ends(several, "Gather", List.of("x", several.longs(3, 0, 0, 1)), Map.of("axis", 1));
    ModelBuilder matrix = images(13);
    String indices = matrix.add(ModelBuilder.longTensor(new int[] {2, 2}, 0, 2, 1, 1));
    ends(matrix, "Gather", List.of("x", indices), Map.of("axis", 3));
  }

  @Test
  void values_are_repeated() {
    ModelBuilder model = new ModelBuilder(13).input(N, 4, 1, 5);
    String expanded = model.node("Expand", "x", model.longs(1, 4, 3, 5));
    ends(model, "Tile", List.of(expanded, model.longs(1, 2, 1, 3)), Map.of());
  }

  @ParameterizedTest
  @CsvSource({"constant", "reflect", "edge"})
  void margins_are_filled(String mode) {
    ModelBuilder old = images(9);
    ends(
        old,
        "Pad",
        List.of("x"),
        Map.of("mode", mode, "pads", new int[] {0, 0, 1, 2, 0, 0, 3, 0}, "value", 0.5f));
    ModelBuilder inputs = images(13);
    List<String> with = List.of("x", inputs.longs(0, 1, 0, 2, 0, 0, 2, 1), inputs.number(-1));
    ends(inputs, "Pad", mode.equals("constant") ? with : with.subList(0, 2), Map.of("mode", mode));
  }

  @Test
  void margins_may_be_negative_and_of_some_axes() {
    ModelBuilder model = images(18);
    ends(model, "Pad", List.of("x", model.longs(-1, 2, 0, -1), "", model.longs(2, 3)), Map.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"DCR", "CRD"})
  void blocks_of_channels_become_pixels_and_back(String mode) {
    ModelBuilder model = new ModelBuilder(13).input(N, 8, 3, 2);
    String pixels = model.node("DepthToSpace", List.of("x"), Map.of("blocksize", 2, "mode", mode));
    ends(model, "SpaceToDepth", List.of(model.node("Sin", pixels)), Map.of("blocksize", 2));
    ModelBuilder enlarged = new ModelBuilder(13).input(N, 8, 3, 2);
    ends(enlarged, "DepthToSpace", List.of("x"), Map.of("blocksize", 2, "mode", mode));
  }

  /** What exporters write for x.view(x.size(0), -1), and for an expanded class token. */
  @Test
  void arithmetic_on_shapes_is_folded() {
    ModelBuilder model = images(13);
    String shape = model.node("Shape", "x");
    String batch = model.node("Gather", shape, model.aLong(0));
    String one = model.node("Unsqueeze", batch, model.longs(0));
    String target = model.node("Concat", List.of(one, model.longs(-1)), Map.of("axis", 0));
    ends(model, "Reshape", List.of("x", target), Map.of());

    ModelBuilder token = images(13);
    String rows = token.node("Reshape", "x", token.longs(0, 4, 30));
    String size =
        token.node(
            "Slice", token.node("Shape", "x"), token.longs(0), token.longs(1), token.longs(0));
    String wanted = token.node("Concat", List.of(size, token.longs(-1, -1)), Map.of("axis", 0));
    String same = token.node("Equal", wanted, token.longs(-1, -1, -1));
    String ones =
        token.node(
            "ConstantOfShape",
            List.of(token.longs(3)),
            Map.of("value", ModelBuilder.longTensor(new int[] {1}, 1)));
    String sizes = token.node("Where", same, ones, wanted);
    String expanded = token.node("Expand", token.weights(1, 1, 30), sizes);
    ends(token, "Concat", List.of(expanded, rows), Map.of("axis", 1));
  }

  @Test
  void whole_numbers_of_shapes_are_computed_with() {
    ModelBuilder model = images(13);
    String shape = model.node("Shape", "x");
    String height = model.node("Gather", shape, model.longs(2));
    String width = model.node("Gather", shape, model.longs(3));
    String area = model.node("Mul", height, width);
    String half =
        model.node("Div", model.node("Cast", List.of(area), Map.of("to", 7)), model.longs(2));
    String batch = model.node("Gather", shape, model.longs(0));
    String target = model.node("Concat", List.of(batch, half, model.longs(-1)), Map.of("axis", 0));
    ends(model, "Reshape", List.of("x", target), Map.of());
  }

  @Test
  void a_fixed_batch_is_made_free() {
    for (int batch : new int[] {1, 2, 4}) {
      ModelBuilder model = new ModelBuilder(13).input(batch, 4, 6, 5);
      String flat = model.node("Reshape", "x", model.longs(batch, 120));
      String dense = model.node("MatMul", flat, model.weights(120, 3));
      ends(model, "Add", List.of(dense, model.weights(3)), Map.of());
    }
  }

  @Test
  void a_batch_of_one_may_vanish_and_come_back() {
    ModelBuilder model = new ModelBuilder(13).input(1, 4, 6, 5);
    String image = model.node("Squeeze", "x", model.longs(0));
    String rows = model.node("Reshape", image, model.longs(4, 30));
    String dense = model.node("MatMul", rows, model.weights(30, 4));
    String square =
        model.node(
            "MatMul",
            dense,
            model.node("Transpose", List.of(dense), Map.of("perm", new int[] {1, 0})));
    ends(model, "Reshape", List.of(square, model.longs(1, 16)), Map.of());
    ModelBuilder open = new ModelBuilder(13).input(1, 1, 1, 5);
    ends(open, "Flatten", List.of(open.node("Sub", "x", open.weights(1, 1, 1, 5))), Map.of());
  }

  @Test
  void a_free_batch_that_the_nodes_fix_at_one_is_one() {
    ModelBuilder model = new ModelBuilder(13).input(N, 4, 3);
    String flat = model.node("Reshape", "x", model.longs(1, 12));
    model.node("MatMul", List.of(flat, model.weights(12, 2)), List.of("y"), Map.of());
    model.output("y");
    OnnxNetwork network = OnnxNetwork.of("m", model.bytes());
    org.assertj.core.api.Assertions.assertThat(
            network
                .compile(
                    Shape.of(4, 3),
                    java.util.Optional.empty(),
                    java.util.Optional.empty(),
                    io.sextant.gradients.model.LogitsSaid.BY_FILE)
                .graph()
                .output()
                .shape())
        .isEqualTo(Shape.of(2));
  }

  /** Exporters flatten one image from the first dimension on. */
  @Test
  void weights_that_fit_one_example_alone_make_the_batch_one() {
    ModelBuilder model = new ModelBuilder(11).input(N, 4, 3);
    String flat = model.node("Flatten", List.of("x"), Map.of("axis", 0));
    model.node("Gemm", List.of(flat, model.weights(12, 2)), List.of("y"), Map.of());
    OnnxNetwork network = OnnxNetwork.of("m", model.output("y").bytes());
    org.assertj.core.api.Assertions.assertThat(
            network
                .compile(
                    Shape.of(4, 3),
                    java.util.Optional.empty(),
                    java.util.Optional.empty(),
                    io.sextant.gradients.model.LogitsSaid.BY_FILE)
                .head())
        .isEqualTo(io.sextant.gradients.model.Head.IDENTITY);
  }

  @Test
  void nodes_may_come_in_any_order_but_not_in_a_circle() {
    ModelBuilder late = images(13);
    late.node("Mul", List.of("x", "two"), List.of("y"), Map.of());
    late.node("Constant", List.of(), List.of("two"), Map.of("value_float", 2f));
    org.assertj.core.api.Assertions.assertThat(
            OnnxNetwork.of("m", late.output("y").bytes())
                .compile(
                    Shape.of(4, 6, 5),
                    java.util.Optional.empty(),
                    java.util.Optional.empty(),
                    io.sextant.gradients.model.LogitsSaid.NOT)
                .judge()
                .outputs(new double[][] {new double[120]})[0])
        .containsOnly(0);
    ModelBuilder circle = images(13);
    circle.node("Add", List.of("x", "b"), List.of("a"), Map.of());
    circle.node("Relu", List.of("a"), List.of("b"), Map.of());
    circle.node("Relu", List.of("b"), List.of("y"), Map.of());
    byte[] round = circle.output("y").bytes();
    assertThatThrownBy(() -> OnnxNetwork.of("m", round))
        .isInstanceOf(UnsupportedLayerException.class)
        .hasMessageContaining("depends on it");
  }

  /** Images of [N, height, width, channels] are told by the Transpose, wherever it is stored. */
  @Test
  void the_entrance_does_not_depend_on_the_order_of_nodes() {
    ModelBuilder model = new ModelBuilder(13).input(N, 6, 5, 3);
    model.node("Conv", List.of("t", model.weights(2, 3, 3, 3)), List.of("y"), Map.of());
    model.node("Transpose", List.of("m"), List.of("t"), Map.of("perm", new int[] {0, 3, 1, 2}));
    model.node("Mul", List.of("x", model.number(2)), List.of("m"), Map.of());
    org.assertj.core.api.Assertions.assertThat(
            OnnxNetwork.of("m", model.output("y").bytes()).inputShape())
        .contains(Shape.of(3, 6, 5));
  }

  @Test
  void what_mixes_examples_is_refused_by_name() {
    ModelBuilder mean = images(13);
    mean.node("ReduceMean", List.of("x"), List.of("y"), Map.of("axes", new int[] {0}));
    refused(mean, "ReduceMean", "examples of a batch");
    ModelBuilder joined = images(13);
    joined.node("Concat", List.of("x", "x"), List.of("y"), Map.of("axis", 0));
    refused(joined, "Concat", "examples");
    ModelBuilder reshaped = images(13);
    reshaped.node("Reshape", List.of("x", reshaped.longs(4, -1)), List.of("y"), Map.of());
    refused(reshaped, "Reshape", "batch");
    ModelBuilder soft = images(13);
    soft.node("Softmax", List.of("x"), List.of("y"), Map.of("axis", 0));
    refused(soft, "Softmax", "batch");
    ModelBuilder sliced = images(13);
    sliced.node(
        "Slice",
        List.of("x", sliced.longs(0), sliced.longs(1), sliced.longs(0)),
        List.of("y"),
        Map.of());
    refused(sliced, "Slice", "batch");
  }

  private static void refused(ModelBuilder model, String... words) {
    OnnxNetwork network = OnnxNetwork.of("m", model.output("y").bytes());
    assertThatThrownBy(
            () ->
                network.compile(
                    Shape.of(4, 6, 5),
                    java.util.Optional.empty(),
                    java.util.Optional.empty(),
                    io.sextant.gradients.model.LogitsSaid.NOT))
        .isInstanceOf(UnsupportedLayerException.class)
        .hasMessageContainingAll(words);
  }
}
