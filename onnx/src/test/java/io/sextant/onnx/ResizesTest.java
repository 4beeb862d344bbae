package io.sextant.onnx;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images in another size, each operator alone against ONNX Runtime. */
class ResizesTest {
  private static final long N = ModelBuilder.FREE;

  private static ModelBuilder images(int opset) {
    return new ModelBuilder(opset).input(N, 2, 5, 4);
  }

  private static void ends(
      ModelBuilder model, String type, List<String> inputs, Map<String, ?> attributes) {
    model.node(type, inputs, List.of("y"), attributes);
    Contract.check(model.output("y"));
  }

  @ParameterizedTest
  @CsvSource({
    "half_pixel,round_prefer_floor", "half_pixel,round_prefer_ceil", "asymmetric,floor",
    "asymmetric,ceil", "align_corners,round_prefer_floor", "pytorch_half_pixel,floor",
    "tf_half_pixel_for_nn,floor"
  })
  void the_nearest_is_taken_or_what_lies_between(String coordinates, String nearest) {
    for (float[] scales : new float[][] {{1, 1, 2, 2}, {1, 1, 1.5f, 0.5f}, {1, 1, 0.75f, 3}}) {
      ModelBuilder model = images(13);
      ends(
          model,
          "Resize",
          List.of("x", "", model.floats(new int[] {4}, scales)),
          Map.of(
              "coordinate_transformation_mode",
              coordinates,
              "nearest_mode",
              nearest,
              "mode",
              "nearest"));
      ModelBuilder linear = images(13);
      if (!coordinates.startsWith("tf_")) {
        ends(
            linear,
            "Resize",
            List.of("x", "", linear.floats(new int[] {4}, scales)),
            Map.of("coordinate_transformation_mode", coordinates, "mode", "linear"));
      }
    }
  }

  @Test
  void sizes_may_be_given_also_by_arithmetic_on_shapes() {
    ModelBuilder model = images(13);
    String shape = model.node("Shape", "x");
    String front = model.node("Slice", shape, model.longs(0), model.longs(2), model.longs(0));
    String sizes = model.node("Concat", List.of(front, model.longs(7, 8)), Map.of("axis", 0));
    ends(
        model,
        "Resize",
        List.of("x", "", "", sizes),
        Map.of("mode", "linear", "coordinate_transformation_mode", "align_corners"));
    ModelBuilder axes = images(18);
    ends(axes, "Resize", List.of("x", "", "", axes.longs(10, 8)), Map.of("axes", new int[] {2, 3}));
  }

  @Test
  void older_operators_enlarge_too() {
    for (String mode : List.of("nearest", "linear")) {
      ModelBuilder seven = images(7);
      ends(
          seven,
          "Upsample",
          List.of("x"),
          Map.of("mode", mode, "scales", new float[] {1, 1, 2, 3}));
      ModelBuilder nine = images(9);
      ends(
          nine,
          "Upsample",
          List.of("x", nine.floats(new int[] {4}, 1, 1, 2, 2)),
          Map.of("mode", mode));
      ModelBuilder ten = images(10);
      ends(
          ten, "Resize", List.of("x", ten.floats(new int[] {4}, 1, 1, 2, 2)), Map.of("mode", mode));
    }
  }

  /** Scales and positions are floats: in double precision these have other sizes and places. */
  @ParameterizedTest
  @CsvSource({
    "10,0.7,asymmetric,floor", "10,0.9,half_pixel,round_prefer_floor", "10,0.2,asymmetric,floor",
    "10,1.3,half_pixel,round_prefer_floor", "10,1.2,asymmetric,floor", "20,1.1,asymmetric,floor",
    "20,1.9,asymmetric,floor", "10,2.1,half_pixel,round_prefer_ceil", "10,0.7,asymmetric,ceil"
  })
  void scales_that_no_float_is_exactly_give_the_sizes_and_places_of_floats(
      int size, float scale, String coordinates, String nearest) {
    for (String mode : List.of("nearest", "linear")) {
      ModelBuilder model = new ModelBuilder(13).input(N, 1, size, 3);
      ends(
          model,
          "Resize",
          List.of("x", "", model.floats(new int[] {4}, 1, 1, scale, 1)),
          Map.of(
              "coordinate_transformation_mode",
              coordinates,
              "nearest_mode",
              nearest,
              "mode",
              mode));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "14,18,asymmetric,floor",
    "14,17,half_pixel,round_prefer_floor",
    "18,42,asymmetric,floor",
    "20,44,asymmetric,floor",
    "21,27,asymmetric,floor",
    "18,39,half_pixel,round_prefer_floor",
    "20,14,half_pixel,round_prefer_floor",
    "22,49,half_pixel,round_prefer_floor",
    "14,2,asymmetric,floor"
  })
  void sizes_that_do_not_divide_give_the_places_of_floats(
      int from, int to, String coordinates, String nearest) {
    ModelBuilder model = new ModelBuilder(13).input(N, 1, from, 2);
    String front =
        model.node(
            "Slice", model.node("Shape", "x"), model.longs(0), model.longs(2), model.longs(0));
    String sizes = model.node("Concat", List.of(front, model.longs(to, 2)), Map.of("axis", 0));
    ends(
        model,
        "Resize",
        List.of("x", "", "", sizes),
        Map.of("coordinate_transformation_mode", coordinates, "nearest_mode", nearest));
  }

  @Test
  void operator_set_10_rounds_up_where_it_shrinks() {
    for (float scale : new float[] {0.4f, 0.5f, 0.7f, 1.2f}) {
      ModelBuilder model = new ModelBuilder(10).input(N, 2, 5, 10);
      ends(
          model,
          "Resize",
          List.of("x", model.floats(new int[] {4}, 1, 1, scale, scale)),
          Map.of("mode", "nearest"));
    }
  }

  @Test
  void constant_arithmetic_is_that_of_single_precision() {
    ModelBuilder model = new ModelBuilder(13).input(N, 2, 10, 4);
    String height = model.node("Gather", model.node("Shape", "x"), model.longs(2));
    String real = model.node("Cast", List.of(height), Map.of("to", 1));
    String more = model.node("Floor", model.node("Mul", real, model.number(1.3f)));
    String whole = model.node("Cast", List.of(more), Map.of("to", 7));
    String front =
        model.node(
            "Slice", model.node("Shape", "x"), model.longs(0), model.longs(2), model.longs(0));
    String sizes = model.node("Concat", List.of(front, whole, model.longs(4)), Map.of("axis", 0));
    ends(model, "Resize", List.of("x", "", "", sizes), Map.of("mode", "nearest"));
  }
}
