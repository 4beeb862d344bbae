package io.sextant.gradients.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Layers of Keras 1 by the names of Keras 2. */
final class Keras1 {
  private static final Map<String, String> KINDS =
      Map.of(
          "Convolution1D", "Conv1D",
          "Convolution2D", "Conv2D",
          "Convolution3D", "Conv3D",
          "AtrousConvolution1D", "Conv1D",
          "AtrousConvolution2D", "Conv2D",
          "SeparableConvolution2D", "SeparableConv2D");

  private static final Map<String, String> OPTIONS =
      Map.ofEntries(
          Map.entry("output_dim", "units"),
          Map.entry("nb_filter", "filters"),
          Map.entry("filter_length", "kernel_size"),
          Map.entry("subsample", "strides"),
          Map.entry("subsample_length", "strides"),
          Map.entry("stride", "strides"),
          Map.entry("border_mode", "padding"),
          Map.entry("atrous_rate", "dilation_rate"),
          Map.entry("bias", "use_bias"),
          Map.entry("p", "rate"),
          Map.entry("sigma", "stddev"),
          Map.entry("pool_length", "pool_size"),
          Map.entry("length", "size"),
          Map.entry("inner_activation", "recurrent_activation"));

  /** The sides of a kernel, which Keras 2 has in one list. */
  private static final List<String> WINDOWS = List.of("nb_row", "nb_col");

  private Keras1() {}

  /** The same layer with the names of Keras 2; those of no effect at test time are left out. */
  static LayerConfig renamed(LayerConfig layer) {
    if (!layer.config().isObject()) {
      return layer;
    }
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> entry : layer.config().properties()) {
      String key = entry.getKey();
      JsonNode value = entry.getValue();
      if (key.equals("dim_ordering")) {
        config.put("data_format", value.asText().equals("th") ? "channels_first" : "channels_last");
      } else if (!key.matches("[WUb]_(regularizer|constraint)") && !WINDOWS.contains(key)) {
        config.set(OPTIONS.getOrDefault(key, key), value);
      }
    }
    if (layer.config().has("nb_row")) {
      ArrayNode kernel = config.putArray("kernel_size");
      WINDOWS.forEach(side -> kernel.add(layer.config().path(side)));
    }
    return new LayerConfig(
        layer.name(),
        KINDS.getOrDefault(layer.kind(), layer.kind()),
        layer.module(),
        layer.registered(),
        config,
        layer.inner());
  }

  /** Margins by the names of their sides, or four in a row, as Keras 2 has them. */
  static JsonNode margins(JsonNode given, int rank) {
    List<String> sides =
        rank == 1
            ? List.of("left_pad", "right_pad")
            : List.of("top_pad", "bottom_pad", "left_pad", "right_pad");
    boolean four = given.isArray() && rank == 2 && given.size() == 4;
    if (rank > 2 || !given.isObject() && !four) {
      return given;
    }
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < sides.size(); i += 2) {
      ArrayNode ends = rank == 1 ? all : all.addArray();
      for (int end = i; end < i + 2; end++) {
        JsonNode named = given.path(sides.get(end));
        JsonNode at = four ? given.path(end) : named;
        ends.add(at.isMissingNode() ? JsonNodeFactory.instance.numberNode(0) : at);
      }
    }
    return all;
  }

  /** Whether a kernel lies as {@code [out, in, rows, columns]}, as on Theano. */
  static boolean outputsInFront(Step step, Weight kernel, int filters) {
    return step.conventions().version() == 1
        && kernel.sizes().length == 4
        && step.options().any("data_format").asText().equals("channels_first")
        && kernel.sizes()[0] == filters;
  }

  /** Whether each gate of a recurrent layer has weights of its own. */
  static boolean apart(Step step) {
    return step.conventions().version() == 1 && step.part("cell", 0, 1).arrays().size() > 3;
  }

  /**
   * Recurrent weights that are apart: by the input, by the state and a bias for each gate.
   *
   * @param order the place in the file of each gate of Keras 2
   */
  static LayerWeights joined(Step step, List<Integer> order) {
    List<Stored> arrays = step.part("cell", 0, 1).arrays();
    if (arrays.size() != 3 * order.size()) {
      throw step.refusal(
          "it must have %d arrays of weights but has %d"
              .formatted(3 * order.size(), arrays.size()));
    }
    List<Weight> all = new ArrayList<>();
    arrays.forEach(array -> all.add(step.read(array)));
    Map<String, Weight> joined = new HashMap<>();
    List<String> roles = List.of("kernel", "recurrent_kernel", "bias");
    for (int role = 0; role < roles.size(); role++) {
      int part = role;
      joined.put(
          roles.get(role),
          beside(step, order.stream().map(gate -> all.get(3 * gate + part)).toList()));
    }
    return new LayerWeights(joined);
  }

  private static Weight beside(Step step, List<Weight> parts) {
    int rows = parts.get(0).sizes().length == 2 ? parts.get(0).sizes()[0] : 1;
    int each = parts.get(0).values().length / rows; // arrays of nothing were refused
    double[] values = new double[rows * each * parts.size()];
    for (int p = 0; p < parts.size(); p++) {
      double[] own = step.sized("a gate", parts.get(p), parts.get(0).sizes()).values();
      for (int row = 0; row < rows; row++) {
        System.arraycopy(own, row * each, values, (row * parts.size() + p) * each, each);
      }
    }
    return rows == 1 && parts.get(0).sizes().length == 1
        ? new Weight(new int[] {values.length}, values)
        : new Weight(new int[] {rows, each * parts.size()}, values);
  }
}
