package io.sextant.onnx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.LogitsSaid;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of matrices, each operator alone against ONNX Runtime. */
class ProductsTest {
  private static final long N = ModelBuilder.FREE;

  @ParameterizedTest
  @CsvSource({"0,1,1", "1,1,1", "1,0.5,2", "0,2,0.25"})
  void a_gemm_takes_all_its_flags(int turned, float alpha, float beta) {
    for (int[] bias : new int[][] {{4}, {1, 4}, {1}, {}}) {
      ModelBuilder model = new ModelBuilder(13).input(N, 6);
      String weights = turned == 1 ? model.weights(4, 6) : model.weights(6, 4);
      model.node(
          "Gemm",
          List.of("x", weights, model.weights(bias)),
          List.of("y"),
          Map.of("transB", turned, "alpha", alpha, "beta", beta));
      Contract.check(model.output("y"));
    }
  }

  @Test
  void a_gemm_adds_another_value_or_nothing() {
    ModelBuilder model = new ModelBuilder(13).input(N, 6);
    String first = model.node("MatMul", "x", model.weights(6, 4));
    model.node(
        "Gemm", List.of("x", model.weights(6, 4), first), List.of("y"), Map.of("beta", 0.5f));
    Contract.check(model.output("y"));
    ModelBuilder bare = new ModelBuilder(13).input(N, 6);
    bare.node("Gemm", List.of("x", bare.weights(6, 4)), List.of("y"), Map.of());
    Contract.check(bare.output("y"));
  }

  @Test
  void weights_stand_behind_and_in_front() {
    ModelBuilder behind = new ModelBuilder(13).input(N, 5, 6);
    String dense = behind.node("MatMul", "x", behind.weights(6, 3));
    behind.node("Add", List.of(dense, behind.weights(3)), List.of("y"), Map.of());
    Contract.check(behind.output("y"));
    ModelBuilder front = new ModelBuilder(13).input(N, 5, 6);
    front.node("MatMul", List.of(front.weights(4, 5), "x"), List.of("y"), Map.of());
    Contract.check(front.output("y"));
    ModelBuilder vector = new ModelBuilder(13).input(N, 5, 6);
    vector.node("MatMul", List.of("x", vector.weights(6)), List.of("y"), Map.of());
    Contract.check(vector.output("y"));
    ModelBuilder many = new ModelBuilder(13).input(N, 2, 5, 6);
    many.node("MatMul", List.of("x", many.weights(2, 6, 3)), List.of("y"), Map.of());
    Contract.check(many.output("y"));
    ModelBuilder wrapped = new ModelBuilder(13).input(N, 5, 6);
    wrapped.node("MatMul", List.of("x", wrapped.weights(1, 6, 3)), List.of("y"), Map.of());
    Contract.check(wrapped.output("y"));
  }

  @Test
  void a_bias_that_something_else_reads_too_stays_apart() {
    ModelBuilder model = new ModelBuilder(13).input(N, 6);
    String dense = model.node("MatMul", "x", model.weights(6, 3));
    String added = model.node("Add", dense, model.weights(3));
    model.node("Mul", List.of(added, dense), List.of("y"), Map.of());
    Contract.check(model.output("y"));
  }

  @Test
  void two_values_are_multiplied() {
    ModelBuilder model = new ModelBuilder(13).input(N, 2, 5, 6);
    String turned = model.node("Transpose", List.of("x"), Map.of("perm", new int[] {0, 1, 3, 2}));
    model.node("MatMul", List.of(model.node("Sin", "x"), turned), List.of("y"), Map.of());
    Contract.check(model.output("y"));
    ModelBuilder repeated = new ModelBuilder(13).input(N, 2, 5, 6);
    String mean = repeated.node("ReduceMean", List.of("x"), Map.of("axes", new int[] {1}));
    String other =
        repeated.node("Transpose", List.of(mean), Map.of("perm", new int[] {0, 1, 3, 2}));
    repeated.node("MatMul", List.of("x", other), List.of("y"), Map.of());
    Contract.check(repeated.output("y"));
  }

  @Test
  void a_batch_of_one_does_not_stand_in_the_way() {
    ModelBuilder model = new ModelBuilder(13).input(1, 6);
    String column = model.node("Reshape", "x", model.longs(6, 1));
    String square = model.node("MatMul", column, "x");
    model.node("Reshape", List.of(square, model.longs(1, 36)), List.of("y"), Map.of());
    Contract.check(model.output("y"));
  }

  @Test
  void one_example_without_a_batch_is_multiplied() {
    ModelBuilder model = new ModelBuilder(13).input(6);
    String first = model.node("MatMul", model.weights(4, 6), "x");
    model.node("MatMul", List.of(first, model.weights(4, 3)), List.of("y"), Map.of());
    Contract.check(model.output("y"));
  }

  /** Weights of more dimensions than the value: they come back in front. */
  @Test
  void leading_dimensions_of_size_1_are_kept() {
    ModelBuilder behind = new ModelBuilder(13).input(N, 4);
    String product = behind.node("MatMul", "x", behind.weights(1, 4, 3));
    behind.node("Squeeze", List.of(product, behind.longs(0)), List.of("y"), Map.of());
    Contract.check(behind.output("y"));
    ModelBuilder front = new ModelBuilder(13).input(4);
    String other = front.node("MatMul", front.weights(1, 3, 4), "x");
    front.node("Squeeze", List.of(other, front.longs(0)), List.of("y"), Map.of());
    Contract.check(front.output("y"));
    ModelBuilder mean = new ModelBuilder(13).input(N, 4);
    String wrapped = mean.node("MatMul", "x", mean.weights(1, 4, 3));
    mean.node(
        "ReduceMean", List.of(wrapped), List.of("y"), Map.of("axes", new int[] {1}, "keepdims", 0));
    byte[] bytes = mean.output("y").bytes();
    assertThatThrownBy(
            () ->
                OnnxNetwork.of("m", bytes)
                    .compile(Shape.of(4), Optional.empty(), Optional.empty(), LogitsSaid.NOT))
        .hasMessageContaining("examples of a batch");
  }
}
