package io.sextant.onnx.lowering;

import io.sextant.gradients.graph.Cell;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.onnx.file.Operator;
import io.sextant.onnx.lowering.Value.Known;
import io.sextant.onnx.lowering.Value.Moving;
import io.sextant.onnx.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** LSTM, GRU and simple recurrent layers, in one direction or both, from a state of zeros. */
final class Recurrents {
  private Recurrents() {}

  /** What the layers differ in. */
  private enum Type {
    /** Gates are stored as input, output, forget, candidate. */
    LSTM(List.of("Sigmoid", "Tanh", "Tanh"), 0, 2, 3, 1),
    /** Gates are stored as update, reset, candidate. */
    GRU(List.of("Sigmoid", "Tanh"), 0, 1, 2),
    /** There is nothing but the candidate. */
    RNN(List.of("Tanh"), 0);

    private final List<String> activations;

    /** Where the graph's gates lie in the file's weights. */
    private final int[] order;

    Type(List<String> activations, int... order) {
      this.activations = activations;
      this.order = order;
    }
  }

  static Map<String, Rule> rules() {
    return Map.of(
        "LSTM", step -> layer(step, Type.LSTM),
        "GRU", step -> layer(step, Type.GRU),
        "RNN", step -> layer(step, Type.RNN));
  }

  private static List<Value> layer(Step step, Type type) {
    Operator operator = step.operator();
    String direction = operator.text("direction", "forward");
    boolean rowsFirst = operator.integer("layout", 0) == 1;
    Moving x = sequence(step, rowsFirst);
    int time = x.node().shape().size(0);
    requireWhole(step, time);
    requireZero(step, 5, "initial_h");
    if (type == Type.LSTM) {
      requireZero(step, 6, "initial_c");
      step.requireUnread(2, "the cell's state after the last step");
      if (operator.flag("input_forget")) {
        throw step.unsupported("coupled input and forget gates are not supported");
      }
    }
    if (operator.has("clip")) {
      throw step.unsupported("clip is not supported");
    }
    List<Boolean> backwards =
        switch (direction) {
          case "forward" -> List.of(false);
          case "reverse" -> List.of(true);
          case "bidirectional" -> List.of(false, true);
          default -> throw step.unsupported("direction %s is not known".formatted(direction));
        };
    Weights weights = new Weights(step, type, backwards.size(), x.node().shape().size(1));
    List<Node> all = new ArrayList<>();
    List<Node> last = new ArrayList<>();
    for (int d = 0; d < backwards.size(); d++) {
      boolean back = backwards.get(d);
      Node states = step.add(weights.operation(d, back), x.node());
      Shape one = Shape.of(time, 1, weights.units);
      all.add(step.reshaped(states, one));
      int end = back ? 0 : time - 1;
      last.add(step.inner(new Operation.Slice(0, end, end + 1), states));
    }
    Node sequence = joined(step, all, 1);
    Node end = joined(step, last, 0);
    int directions = backwards.size();
    Layout whole =
        rowsFirst
            ? new Layout(List.of(1, time, directions, weights.units), 0, 1)
            : new Layout(List.of(time, directions, 1, weights.units), 2, 1);
    Layout ending =
        rowsFirst
            ? new Layout(List.of(1, directions, weights.units), 0, 1)
            : new Layout(List.of(directions, 1, weights.units), 1, 1);
    return List.of(new Moving(sequence, whole), new Moving(end, ending));
  }

  private static Node joined(Step step, List<Node> nodes, int axis) {
    return nodes.size() == 1
        ? nodes.get(0)
        : step.inner(new Operation.Concat(axis), nodes.toArray(Node[]::new));
  }

  /** The input with the batch where the layer has it. */
  private static Moving sequence(Step step, boolean rowsFirst) {
    Moving x = step.moving(0);
    Layout layout = x.layout();
    int batch = rowsFirst ? 0 : 1;
    if (layout.rank() != 3) {
      throw step.unsupported("a sequence is needed but the input is %s".formatted(layout.sizes()));
    }
    if (layout.axis() == batch && !layout.merged()) {
      return x;
    }
    if (step.single() && layout.sizes(1)[batch] == 1) {
      Layout moved = new Layout(Layout.boxed(layout.sizes(1)), batch, 1);
      return new Moving(step.reshaped(x.node(), moved.shape()), moved);
    }
    throw step.unsupported(
        "it goes along the batch: dimension %d of %s must be the batch, but dimension %d is"
            .formatted(batch, layout.sizes(), layout.axis()));
  }

  private static void requireWhole(Step step, int time) {
    if (!step.has(4)) {
      return;
    }
    boolean whole =
        step.value(4) instanceof Known lengths
            && lengths.at().stream()
                .allMatch(
                    tensor -> Arrays.stream(tensor.values()).allMatch(length -> length == time));
    if (!whole) {
      throw step.unsupported(
          "sequence_lens is supported only where every sequence has all %d steps".formatted(time));
    }
  }

  private static void requireZero(Step step, int input, String name) {
    boolean zero =
        !step.has(input)
            || step.value(input) instanceof Known state
                && state.at().stream()
                    .allMatch(
                        tensor -> Arrays.stream(tensor.values()).allMatch(value -> value == 0));
    if (!zero) {
      throw step.unsupported(
          "%s must be zeros: layers start from a state of zeros".formatted(name));
    }
  }

  /** The weights of all directions, as the file has them: units in rows. */
  private static final class Weights {
    private final Step step;
    private final Type type;
    private final int inputs;
    private final int units;
    private final Tensor weights;
    private final Tensor recurrent;
    private final Optional<Tensor> biases;
    private final Optional<Tensor> peepholes;
    private final List<String> activations;
    private final double[] alphas;
    private final double[] betas;

    Weights(Step step, Type type, int directions, int inputs) {
      this.step = step;
      this.type = type;
      this.inputs = inputs;
      this.weights = step.constant(1);
      this.recurrent = step.constant(2);
      this.units =
          step.operator().index("hidden_size", recurrent.rank() == 3 ? recurrent.size(2) : 0);
      int rows = Math.multiplyExact(type.order.length, units);
      require(weights, directions, rows, inputs);
      require(recurrent, directions, rows, units);
      this.biases = step.optional(3);
      biases.ifPresent(bias -> require(bias, directions, Math.multiplyExact(2, rows)));
      this.peepholes = type == Type.LSTM ? step.optional(7) : Optional.empty();
      peepholes.ifPresent(p -> require(p, directions, Math.multiplyExact(3, units)));
      int count = type.activations.size();
      this.activations =
          step.operator()
              .texts("activations")
              .orElseGet(
                  () ->
                      IntStream.range(0, directions * count)
                          .mapToObj(i -> type.activations.get(i % count))
                          .toList());
      if (activations.size() != directions * count) {
        throw step.unsupported(
            "%d activations are needed but there are %s"
                .formatted(directions * count, activations));
      }
      this.alphas = step.operator().reals("activation_alpha").orElse(new double[0]);
      this.betas = step.operator().reals("activation_beta").orElse(new double[0]);
    }

    private void require(Tensor tensor, int... sizes) {
      if (!Arrays.equals(tensor.sizes(), sizes)) {
        throw step.unsupported(
            "weights must have shape %s but have %s".formatted(Arrays.toString(sizes), tensor));
      }
    }

    Operation operation(int direction, boolean backwards) {
      String key = direction == 0 ? "" : "backwards-";
      return new Operation.Recurrent(
          cell(direction, key),
          matrix(key + "weights", weights, direction, inputs),
          matrix(key + "recurrent", recurrent, direction, units),
          bias(direction, key),
          backwards);
    }

    /** Gates in the graph's order, inputs in rows. */
    private Parameter matrix(String key, Tensor stored, int direction, int columns) {
      int gates = type.order.length;
      double[] values = new double[columns * gates * units];
      for (int g = 0; g < gates; g++) {
        for (int u = 0; u < units; u++) {
          int row = (direction * gates + type.order[g]) * units + u;
          for (int i = 0; i < columns; i++) {
            values[(i * gates + g) * units + u] = stored.value(row * columns + i);
          }
        }
      }
      return step.parameter(key, Shape.of(columns, gates * units), values);
    }

    private Optional<Parameter> bias(int direction, String key) {
      return biases.map(
          stored -> {
            int gates = type.order.length;
            double[] values = new double[gates * units];
            for (int g = 0; g < gates; g++) {
              for (int u = 0; u < units; u++) {
                values[g * units + u] = ofInput(stored, direction, g, u);
                if (!inside(g)) {
                  values[g * units + u] += ofState(stored, direction, g, u);
                }
              }
            }
            return step.parameter(key + "bias", Shape.of(values.length), values);
          });
    }

    /** Whether the state's bias of a gate is scaled by the reset gate. */
    private boolean inside(int gate) {
      return resetAfter() && gate == 2;
    }

    private boolean resetAfter() {
      return type == Type.GRU && step.operator().flag("linear_before_reset");
    }

    private double ofInput(Tensor stored, int direction, int gate, int unit) {
      int gates = type.order.length;
      return stored.value((2 * direction * gates + type.order[gate]) * units + unit);
    }

    private double ofState(Tensor stored, int direction, int gate, int unit) {
      int gates = type.order.length;
      return stored.value(((2 * direction + 1) * gates + type.order[gate]) * units + unit);
    }

    private Cell cell(int direction, String key) {
      int at = direction * type.activations.size();
      return switch (type) {
        case RNN -> new Cell.Simple(activation(at));
        case GRU -> {
          Optional<Parameter> after =
              resetAfter()
                  ? biases.map(
                      stored ->
                          step.parameter(
                              key + "after",
                              Shape.of(units),
                              IntStream.range(0, units)
                                  .mapToDouble(u -> ofState(stored, direction, 2, u))
                                  .toArray()))
                  : Optional.empty();
          yield new Cell.Gru(activation(at), activation(at + 1), resetAfter(), after);
        }
        case LSTM ->
            new Cell.Lstm(
                activation(at), activation(at + 1), activation(at + 2), peepholes(direction, key));
      };
    }

    /** Stored as input, output, forget; the graph has input, forget, output. */
    private Optional<Parameter> peepholes(int direction, String key) {
      int[] order = {0, 2, 1};
      return peepholes.map(
          stored ->
              step.parameter(
                  key + "peepholes",
                  Shape.of(3, units),
                  IntStream.range(0, 3 * units)
                      .mapToDouble(
                          i -> stored.value((direction * 3 + order[i / units]) * units + i % units))
                      .toArray()));
    }

    /** Parameters of activations are listed for those that take them, in their order. */
    private Function activation(int index) {
      int alpha = 0;
      int beta = 0;
      for (int i = 0; i < index; i++) {
        alpha += takesAlpha(activations.get(i)) ? 1 : 0;
        beta += takesBeta(activations.get(i)) ? 1 : 0;
      }
      String name = activations.get(index);
      return Functions.named(
          step,
          name,
          takesAlpha(name) && alpha < alphas.length ? alphas[alpha] : Double.NaN,
          takesBeta(name) && beta < betas.length ? betas[beta] : Double.NaN);
    }

    private static boolean takesAlpha(String name) {
      return List.of("affine", "leakyrelu", "thresholdedrelu", "scaledtanh", "hardsigmoid", "elu")
          .contains(name.toLowerCase(Locale.ROOT));
    }

    private static boolean takesBeta(String name) {
      return List.of("affine", "scaledtanh", "hardsigmoid").contains(name.toLowerCase(Locale.ROOT));
    }
  }
}
