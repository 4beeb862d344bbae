package io.sextant.onnx;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions of each value, each alone against ONNX Runtime. */
class FunctionsTest {
  /** A dense layer around a function, so that it sees values of both signs. */
  private static void check(String type, int opset, Map<String, ?> attributes) {
    ModelBuilder model = new ModelBuilder(opset).input(ModelBuilder.FREE, 6);
    String bent = model.node(type, List.of("x"), attributes);
    model.node("Flatten", List.of(bent), List.of("y"), Map.of());
    Contract.check(model.output("y"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Relu",
        "LeakyRelu",
        "Elu",
        "Celu",
        "Selu",
        "ThresholdedRelu",
        "Sigmoid",
        "HardSigmoid",
        "HardSwish",
        "Tanh",
        "Softplus",
        "Softsign",
        "Exp",
        "Abs",
        "Neg",
        "Erf",
        "Sin",
        "Cos"
      })
  void a_function_is_that_of_the_runtime(String type) {
    check(type, 17, Map.of());
  }

  @Test
  void functions_take_their_parameters() {
    check("LeakyRelu", 9, Map.of("alpha", 0.3f));
    check("Elu", 9, Map.of("alpha", 0.7f));
    check("Celu", 12, Map.of("alpha", 2f));
    check("ThresholdedRelu", 10, Map.of("alpha", 0.2f));
    check("HardSigmoid", 9, Map.of("alpha", 0.3f, "beta", 0.4f));
    check("Gelu", 20, Map.of());
    check("Gelu", 20, Map.of("approximate", "tanh"));
    check("Mish", 18, Map.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Log", "Sqrt", "Reciprocal"})
  void a_function_of_positive_numbers_is_that_of_the_runtime(String type) {
    ModelBuilder model = new ModelBuilder(13).input(ModelBuilder.FREE, 6);
    String positive = model.node("Add", model.node("Mul", "x", "x"), model.number(1));
    model.node(type, List.of(positive), List.of("y"), Map.of());
    Contract.check(model.output("y"));
  }

  @Test
  void clip_takes_its_bounds_as_attributes_and_as_inputs() {
    check("Clip", 7, Map.of("min", -0.5f, "max", 0.4f));
    check("Clip", 7, Map.of("max", 0.4f));
    for (String[] bounds : new String[][] {{"-0.5", "0.4"}, {"0", "6"}, {"", "0.1"}, {"0", ""}}) {
      ModelBuilder model = new ModelBuilder(13).input(ModelBuilder.FREE, 6);
      String least = bounds[0].isEmpty() ? "" : model.number(Float.parseFloat(bounds[0]));
      String most = bounds[1].isEmpty() ? "" : model.number(Float.parseFloat(bounds[1]));
      model.node("Clip", List.of("x", least, most), List.of("y"), Map.of());
      Contract.check(model.output("y"));
    }
  }

  @ParameterizedTest
  @CsvSource({"4", "4 1 1", "1 1 1", "4 5 5", "1", "1 5 5"})
  void slopes_of_a_parametric_relu_are_repeated(String sizes) {
    ModelBuilder model = new ModelBuilder(16).input(ModelBuilder.FREE, 4, 5, 5);
    int[] shape = java.util.Arrays.stream(sizes.split(" ")).mapToInt(Integer::parseInt).toArray();
    if (shape.length == 1 && shape[0] == 4) {
      shape = new int[] {4, 1, 1};
    }
    model.node("PRelu", List.of("x", model.weights(shape)), List.of("y"), Map.of());
    Contract.check(model.output("y"));
  }

  @ParameterizedTest
  @CsvSource({"13,-1", "13,1", "13,2", "13,3", "11,1", "11,2", "11,3", "9,-1"})
  void a_softmax_goes_along_its_axis_and_flattened_what_followed_before(int opset, int axis) {
    for (String type : List.of("Softmax", "LogSoftmax")) {
      ModelBuilder model = new ModelBuilder(opset).input(ModelBuilder.FREE, 4, 3, 2);
      model.node(type, List.of("x"), List.of("y"), Map.of("axis", axis));
      Contract.check(model.output("y"));
    }
  }
}
