package io.sextant.onnx;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Normalisations and reductions, each operator alone against ONNX Runtime. */
class NormsTest {
  private static final long N = ModelBuilder.FREE;

  private static void ends(
      ModelBuilder model, String type, List<String> inputs, Map<String, ?> attributes) {
    model.node(type, inputs, List.of("y"), attributes);
    Contract.check(model.output("y"));
  }

  @Test
  void batches_are_normalised_by_stored_statistics() {
    for (long[] sizes : new long[][] {{N, 4}, {N, 4, 5}, {N, 4, 3, 2}}) {
      ModelBuilder model = new ModelBuilder(15).input(sizes);
      ends(
          model,
          "BatchNormalization",
          List.of("x", model.weights(4), model.weights(4), model.weights(4), model.positive(4)),
          Map.of("epsilon", 1e-3f));
    }
  }

  @Test
  void layers_are_normalised() {
    for (int axis : new int[] {-1, 1, 2}) {
      ModelBuilder model = new ModelBuilder(17).input(N, 3, 4, 5);
      int[] sizes = axis == 1 ? new int[] {3, 4, 5} : axis == 2 ? new int[] {4, 5} : new int[] {5};
      ends(
          model,
          "LayerNormalization",
          List.of("x", model.weights(sizes), model.weights(sizes)),
          Map.of("axis", axis));
    }
    ModelBuilder bare = new ModelBuilder(17).input(N, 3, 5);
    ends(bare, "LayerNormalization", List.of("x", bare.weights(5)), Map.of("epsilon", 1e-3f));
  }

  @Test
  void channels_and_groups_of_them_are_normalised() {
    ModelBuilder instance = new ModelBuilder(13).input(N, 4, 5, 3);
    ends(
        instance,
        "InstanceNormalization",
        List.of("x", instance.weights(4), instance.weights(4)),
        Map.of());
    ModelBuilder groups = new ModelBuilder(21).input(N, 6, 5, 3);
    ends(
        groups,
        "GroupNormalization",
        List.of("x", groups.weights(6), groups.weights(6)),
        Map.of("num_groups", 3));
    ModelBuilder perGroup = new ModelBuilder(18).input(N, 6, 5, 3);
    ends(
        perGroup,
        "GroupNormalization",
        List.of("x", perGroup.weights(3), perGroup.weights(3)),
        Map.of("num_groups", 3));
  }

  @Test
  void neighbouring_channels_and_vectors_are_normalised() {
    ModelBuilder channels = new ModelBuilder(13).input(N, 6, 3, 3);
    ends(
        channels,
        "LRN",
        List.of("x"),
        Map.of("size", 3, "alpha", 0.5f, "beta", 0.6f, "bias", 1.5f));
    for (int p : new int[] {1, 2}) {
      ModelBuilder unit = new ModelBuilder(13).input(N, 4, 5);
      ends(unit, "LpNormalization", List.of("x"), Map.of("p", p, "axis", 1));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ReduceMean",
        "ReduceSum",
        "ReduceMax",
        "ReduceMin",
        "ReduceL1",
        "ReduceL2",
        "ReduceSumSquare",
        "ReduceLogSumExp"
      })
  void dimensions_are_reduced(String type) {
    for (int[] axes : new int[][] {{1}, {2, 3}, {-1}, {1, 3}, {1, 2, 3}}) {
      for (int keep : new int[] {0, 1}) {
        ModelBuilder old = new ModelBuilder(12).input(N, 3, 4, 2);
        ends(old, type, List.of("x"), Map.of("axes", axes, "keepdims", keep));
      }
    }
    ModelBuilder model = new ModelBuilder(18).input(N, 3, 4, 2);
    ends(model, type, List.of("x", model.longs(1, -1)), Map.of("keepdims", 0));
  }

  @ParameterizedTest
  @CsvSource({"1", "2"})
  void a_normalisation_may_come_in_pieces(int power) {
    ModelBuilder model = new ModelBuilder(13).input(N, 4, 6);
    String mean = model.node("ReduceMean", List.of("x"), Map.of("axes", new int[] {-1}));
    String centred = model.node("Sub", "x", mean);
    String squares =
        power == 2
            ? model.node("Pow", centred, model.number(2))
            : model.node("Mul", centred, centred);
    String variance = model.node("ReduceMean", List.of(squares), Map.of("axes", new int[] {-1}));
    String deviation = model.node("Sqrt", model.node("Add", variance, model.number(1e-5f)));
    String normal = model.node("Div", centred, deviation);
    String scaled = model.node("Mul", normal, model.weights(6));
    ends(model, "Add", List.of(scaled, model.weights(6)), Map.of());
  }
}
