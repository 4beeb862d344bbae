package io.sextant.onnx;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values combined place by place, each operator alone against ONNX Runtime. */
class ArithmeticTest {
  private static final long N = ModelBuilder.FREE;

  private static ModelBuilder images() {
    return new ModelBuilder(13).input(N, 3, 4, 5);
  }

  private static void ends(ModelBuilder model, String type, String... inputs) {
    model.node(type, List.of(inputs), List.of("y"), Map.of());
    Contract.check(model.output("y"));
  }

  @ParameterizedTest
  @CsvSource({"Add", "Sub", "Mul", "Div"})
  void a_constant_of_any_shape_is_repeated(String type) {
    for (int[] sizes :
        new int[][] {{}, {1}, {3, 1, 1}, {1, 3, 1, 1}, {5}, {4, 1}, {1, 3, 4, 5}, {4, 5}}) {
      ModelBuilder first = images();
      ends(first, type, "x", first.positive(sizes));
      ModelBuilder second = images();
      String away = second.node("Exp", "x");
      ends(second, type, second.positive(sizes), away);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Add", "Sub", "Mul", "Div", "Max", "Min", "Sum", "Mean"})
  void two_values_meet(String type) {
    ModelBuilder model = images();
    String other = model.node("Exp", model.node("Neg", "x"));
    ends(model, type, "x", other);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Add", "Sub", "Mul", "Div", "Max", "Min"})
  void a_value_is_repeated_to_another(String type) {
    ModelBuilder model = images();
    String positive = model.node("Exp", "x");
    String pooled = model.node("ReduceMean", List.of(positive), Map.of("axes", new int[] {2, 3}));
    ends(model, type, "x", pooled);
    ModelBuilder turned = images();
    String narrow =
        turned.node("ReduceMean", List.of(turned.node("Exp", "x")), Map.of("axes", new int[] {1}));
    ends(turned, type, narrow, turned.node("Exp", "x"));
  }

  @Test
  void a_constant_with_more_dimensions_than_the_value_adds_them() {
    ModelBuilder model = new ModelBuilder(13).input(N, 6);
    String sum = model.node("Add", "x", model.weights(1, 1, 6));
    model.node("Reshape", List.of(sum, model.longs(-1, 6)), List.of("y"), Map.of());
    Contract.check(model.output("y"));
  }

  @Test
  void powers_have_one_exponent() {
    for (float exponent : new float[] {2, 3, 1}) {
      ModelBuilder model = images();
      ends(model, "Pow", "x", model.number(exponent));
    }
    ModelBuilder model = images();
    ends(model, "Pow", model.node("Exp", "x"), model.number(0.7f));
  }

  @Test
  void extremes_of_numbers_and_of_three() {
    ModelBuilder floor = images();
    ends(floor, "Max", "x", floor.number(0.2f));
    ModelBuilder ceiling = images();
    ends(ceiling, "Min", ceiling.number(0.2f), "x");
    ModelBuilder three = images();
    ends(three, "Max", "x", three.node("Neg", "x"), three.weights(5));
  }

  @Test
  void a_mask_chooses_between_values_and_constants() {
    boolean[] mask = {true, false, true, true, false};
    ModelBuilder both = images();
    ends(both, "Where", both.truths(new int[] {5}, mask), "x", both.node("Sin", "x"));
    ModelBuilder filled = images();
    String masked =
        filled.node(
            "Where",
            filled.truths(new int[] {5}, mask),
            "x",
            filled.number(Float.NEGATIVE_INFINITY));
    filled.node("Softmax", List.of(masked), List.of("y"), Map.of("axis", -1));
    Contract.check(filled.output("y"));
  }
}
