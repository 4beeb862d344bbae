package io.sextant.onnx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.model.LogitsSaid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recurrent layers, each alone against ONNX Runtime. */
class RecurrentsTest {
  private static final int TIME = 5;
  private static final int FEATURES = 3;
  private static final int UNITS = 4;

  private static int gates(String type) {
    return type.equals("LSTM") ? 4 : type.equals("GRU") ? 3 : 1;
  }

  /** The layer on sequences with the batch in front; its outputs are named all and last. */
  private static ModelBuilder layer(
      String type, String direction, Map<String, ?> more, String... states) {
    ModelBuilder model = new ModelBuilder(14).input(ModelBuilder.FREE, TIME, FEATURES);
    int directions = direction.equals("bidirectional") ? 2 : 1;
    String turned = model.node("Transpose", List.of("x"), Map.of("perm", new int[] {1, 0, 2}));
    List<String> inputs =
        new ArrayList<>(
            List.of(
                turned,
                model.weights(directions, gates(type) * UNITS, FEATURES),
                model.weights(directions, gates(type) * UNITS, UNITS),
                model.weights(directions, 2 * gates(type) * UNITS)));
    inputs.addAll(Arrays.asList(states));
    Map<String, Object> attributes = new HashMap<>(more);
    attributes.put("hidden_size", UNITS);
    attributes.put("direction", direction);
    model.node(type, inputs, List.of("all", "last"), attributes);
    return model;
  }

  private static void checkBoth(String type, String direction, Map<String, ?> more) {
    ModelBuilder last = layer(type, direction, more);
    last.node("Transpose", List.of("last"), List.of("y"), Map.of("perm", new int[] {1, 0, 2}));
    Contract.check(last.output("y"));
    ModelBuilder all = layer(type, direction, more);
    all.node("Transpose", List.of("all"), List.of("y"), Map.of("perm", new int[] {2, 0, 1, 3}));
    Contract.check(all.output("y"));
  }

  @ParameterizedTest
  @CsvSource({
    "LSTM,forward",
    "LSTM,reverse",
    "LSTM,bidirectional",
    "GRU,forward",
    "GRU,reverse",
    "GRU,bidirectional",
    "RNN,forward",
    "RNN,bidirectional"
  })
  void a_layer_goes_both_ways(String type, String direction) {
    checkBoth(type, direction, Map.of());
  }

  @Test
  void a_reset_acts_before_or_after_the_product() {
    checkBoth("GRU", "bidirectional", Map.of("linear_before_reset", 1));
  }

  @Test
  void activations_may_be_others() {
    checkBoth("RNN", "forward", Map.of("activations", new String[] {"Relu"}));
    checkBoth(
        "LSTM", "forward", Map.of("activations", new String[] {"HardSigmoid", "Tanh", "Softsign"}));
    checkBoth(
        "GRU",
        "forward",
        Map.of(
            "activations",
            new String[] {"HardSigmoid", "Tanh"},
            "activation_alpha",
            new float[] {0.3f},
            "activation_beta",
            new float[] {0.4f}));
  }

  @Test
  void states_of_zeros_made_by_arithmetic_on_shapes_are_zeros() {
    ModelBuilder model = new ModelBuilder(14).input(ModelBuilder.FREE, TIME, FEATURES);
    String batch =
        model.node(
            "Slice", model.node("Shape", "x"), model.longs(0), model.longs(1), model.longs(0));
    String sizes =
        model.node("Concat", List.of(model.longs(1), batch, model.longs(UNITS)), Map.of("axis", 0));
    String zeros = model.node("ConstantOfShape", sizes);
    String turned = model.node("Transpose", List.of("x"), Map.of("perm", new int[] {1, 0, 2}));
    model.node(
        "LSTM",
        List.of(
            turned,
            model.weights(1, 16, FEATURES),
            model.weights(1, 16, UNITS),
            model.weights(1, 32),
            "",
            zeros,
            zeros,
            model.weights(1, 12)),
        List.of("all", "last"),
        Map.of("hidden_size", UNITS));
    String squeezed = model.node("Squeeze", "last", model.longs(0));
    model.node("MatMul", List.of(squeezed, model.weights(UNITS, 2)), List.of("y"), Map.of());
    Contract.check(model.output("y"));
  }

  @Test
  void what_is_not_supported_is_named() {
    refused(layer("LSTM", "forward", Map.of("clip", 3f)), "clip");
    refused(layer("LSTM", "forward", Map.of("input_forget", 1)), "coupled");
    refused(
        layer("RNN", "forward", Map.of("activations", new String[] {"ScaledTanh"})), "ScaledTanh");
  }

  private static void refused(ModelBuilder model, String word) {
    OnnxNetwork network = OnnxNetwork.of("m", model.output("last").bytes());
    assertThatThrownBy(
            () ->
                network.compile(
                    network.inputShape().orElseThrow(),
                    Optional.empty(),
                    Optional.empty(),
                    LogitsSaid.NOT))
        .hasMessageContaining(word)
        .hasMessageContaining("operator");
  }
}
