package io.sextant.gradients.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Tape;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Cell;
import io.sextant.gradients.graph.Coordinates;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Operation.Reduction;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Operations alone: their gradients against finite differences, and closed forms. */
class OperationsTest {
  private static final Function TANH = new Function.Tanh();
  private static final Function SIGMOID = new Function.Sigmoid();

  /** A graph in the making, with parameters that are drawn. */
  private static final class Drawing {
    private final InferenceGraph.Builder builder;
    private final RandomGenerator random = RandomKey.of(7).random();
    private int count;

    Drawing(Shape input) {
      builder = InferenceGraph.builder(input);
    }

    Node input() {
      return builder.input();
    }

    Parameter parameter(int... sizes) {
      Parameter parameter = new Parameter("p" + count++, Shape.of(sizes));
      double[] values = new double[parameter.shape().elements()];
      Arrays.setAll(values, i -> random.nextDouble(-1, 1));
      builder.weights(parameter, values);
      return parameter;
    }

    Parameter given(double... values) {
      Parameter parameter = new Parameter("p" + count++, Shape.of(values.length));
      builder.weights(parameter, values);
      return parameter;
    }

    Optional<Parameter> some(int... sizes) {
      return Optional.of(parameter(sizes));
    }

    Node add(Operation operation, Node... inputs) {
      return builder.add("node", operation, inputs);
    }

    InferenceGraph graph(Node output) {
      return builder.build(output);
    }
  }

  private static InferenceGraph graph(Shape input, BiFunction<Drawing, Node, Node> layers) {
    Drawing drawing = new Drawing(input);
    return drawing.graph(layers.apply(drawing, drawing.input()));
  }

  private static Operation.Recurrent recurrent(
      Drawing d, Cell cell, int features, int units, boolean backwards) {
    int width = cell.gates() * units;
    return new Operation.Recurrent(
        cell, d.parameter(features, width), d.parameter(units, width), d.some(width), backwards);
  }

  private static Node masked(Drawing d, Node x, Cell cell, boolean backwards) {
    Node differs = d.add(new Operation.Elementwise(new Function.Differs(0.5)), x);
    Node mask = d.add(Operation.Reduce.over(Reduction.MAX, 1), differs);
    return d.add(recurrent(d, cell, 2, 3, backwards), x, mask);
  }

  private static Window.Axis axis(int kernel, int stride, int dilation, int before, int after) {
    return new Window.Axis(kernel, stride, dilation, before, after);
  }

  private static List<Cell> cells(Drawing d, int units) {
    return List.of(
        new Cell.Simple(TANH),
        new Cell.Lstm(SIGMOID, TANH, TANH, Optional.empty()),
        new Cell.Lstm(SIGMOID, new Function.Softsign(), TANH, d.some(3, units)),
        new Cell.Gru(SIGMOID, TANH, false, Optional.empty()),
        new Cell.Gru(SIGMOID, TANH, true, d.some(units)));
  }

  private record Named(String name, InferenceGraph graph) {}

  private static List<Named> graphs() {
    List<Named> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      for (boolean backwards : new boolean[] {false, true}) {
        int index = i;
        all.add(
            new Named(
                "recurrent %d %s".formatted(i, backwards),
                graph(
                    Shape.of(4, 2),
                    (d, x) -> d.add(recurrent(d, cells(d, 3).get(index), 2, 3, backwards), x))));
        all.add(
            new Named(
                "masked recurrent %d %s".formatted(i, backwards),
                graph(Shape.of(4, 2), (d, x) -> masked(d, x, cells(d, 3).get(index), backwards))));
      }
    }
    all.add(
        new Named(
            "dense on tokens",
            graph(
                Shape.of(2, 3, 4),
                (d, x) -> d.add(new Operation.Affine(d.parameter(4, 5), d.some(5)), x))));
    for (boolean first : new boolean[] {false, true}) {
      for (boolean second : new boolean[] {false, true}) {
        all.add(
            new Named(
                "product %s %s".formatted(first, second),
                graph(
                    Shape.of(2, 24),
                    (d, x) ->
                        d.add(
                            new Operation.MatrixProduct(first, second),
                            part(d, x, 0, first ? Shape.of(2, 2, 4) : Shape.of(2, 4, 2)),
                            part(d, x, 8, second ? Shape.of(2, 3, 2) : Shape.of(2, 2, 3))))));
      }
    }
    all.add(
        new Named(
            "attention with itself",
            graph(
                Shape.of(4, 4),
                (d, x) ->
                    d.add(
                        new Operation.MatrixProduct(false, false),
                        d.add(
                            new Operation.Softmax(1),
                            d.add(new Operation.MatrixProduct(false, true), x, x)),
                        x))));
    all.add(
        new Named(
            "grouped",
            graph(
                Shape.of(4, 5, 6),
                (d, x) ->
                    d.add(
                        new Operation.Convolution(
                            d.parameter(6, 2, 3, 2),
                            d.some(6),
                            new Window(List.of(axis(3, 2, 1, 1, 0), axis(2, 1, 2, 0, 1))),
                            2),
                        x))));
    all.add(
        new Named(
            "patches far apart",
            graph(
                Shape.of(2, 21),
                (d, x) ->
                    d.add(
                        new Operation.Convolution(
                            d.parameter(24, 2, 2),
                            d.some(24),
                            new Window(List.of(axis(2, 9, 1, 1, 0)))),
                        x))));
    all.add(
        new Named(
            "taps far apart",
            graph(
                Shape.of(2, 23),
                (d, x) ->
                    d.add(
                        new Operation.Convolution(
                            d.parameter(3, 2, 2),
                            d.some(3),
                            new Window(List.of(axis(2, 1, 20, 0, 1)))),
                        x))));
    all.add(
        new Named(
            "signal",
            graph(
                Shape.of(2, 9),
                (d, x) ->
                    d.add(
                        new Operation.Pool(
                            Reduction.MAX, new Window(List.of(axis(2, 2, 1, 0, 1))), true, 2),
                        d.add(
                            new Operation.Convolution(
                                d.parameter(3, 2, 3),
                                d.some(3),
                                new Window(List.of(axis(3, 1, 2, 2, 2)))),
                            x)))));
    all.add(
        new Named(
            "volume",
            graph(
                Shape.of(2, 3, 4, 5),
                (d, x) ->
                    d.add(
                        new Operation.Convolution(
                            d.parameter(3, 2, 2, 3, 2),
                            d.some(3),
                            new Window(
                                List.of(
                                    axis(2, 1, 1, 0, 1),
                                    axis(3, 2, 1, 1, 1),
                                    axis(2, 1, 2, 1, 1)))),
                        x))));
    for (Reduction reduction : Reduction.values()) {
      all.add(
          new Named(
              "volume pooled by " + reduction,
              graph(
                  Shape.of(2, 3, 4, 5),
                  (d, x) ->
                      d.add(
                          new Operation.Pool(
                              reduction,
                              new Window(
                                  List.of(
                                      axis(2, 1, 1, 0, 1),
                                      axis(2, 2, 1, 1, 1),
                                      axis(3, 2, 1, 1, 1))),
                              false,
                              2),
                          x))));
      all.add(
          new Named(
              "reduced by " + reduction,
              graph(
                  Shape.of(3, 2, 4),
                  (d, x) -> d.add(Operation.Reduce.keeping(reduction, 0, 2), x))));
    }
    all.add(
        new Named(
            "transposed",
            graph(
                Shape.of(4, 3, 2),
                (d, x) ->
                    d.add(
                        new Operation.TransposedConvolution(
                            d.parameter(4, 3, 3, 2),
                            d.some(6),
                            new Window(List.of(axis(3, 2, 1, 1, 0), axis(2, 2, 2, 0, 1))),
                            List.of(1, 0),
                            2),
                        x))));
    all.add(
        new Named(
            "layer normalisation",
            graph(
                Shape.of(2, 3, 2),
                (d, x) -> d.add(new Operation.LayerNorm(2, d.some(3, 2), d.some(3, 2), 1e-3), x))));
    all.add(
        new Named(
            "moves",
            graph(
                Shape.of(3, 4),
                (d, x) -> {
                  Node y = d.add(Operation.Select.reflected(1, 4, 2, 1), x);
                  y = d.add(new Operation.Pad(List.of(1, 0), List.of(0, 2), 0.25), y);
                  y = d.add(new Operation.Slice(1, 1, 8), y);
                  y = d.add(new Operation.Select(0, List.of(3, 0, 2, 2)), y);
                  y = d.add(new Operation.Permute(List.of(1, 0)), y);
                  return d.add(new Operation.Elementwise(TANH), y);
                })));
    all.add(
        new Named(
            "broadcast",
            graph(
                Shape.of(3, 1),
                (d, x) ->
                    d.add(
                        new Operation.Combine(Operation.Combination.QUOTIENT),
                        d.add(new Operation.Expand(Shape.of(2, 3, 4)), x),
                        d.add(
                            new Operation.Expand(Shape.of(2, 3, 4)),
                            d.add(new Operation.Constant(d.given(1, 2, -3, 4))))))));
    all.add(
        new Named(
            "interpolated",
            graph(
                Shape.of(2, 3, 4),
                (d, x) ->
                    d.add(
                        new Operation.Interpolate(2, Coordinates.HALF_PIXEL.positions(4, 7, 1.75f)),
                        d.add(
                            new Operation.Interpolate(
                                1, Coordinates.ALIGN_CORNERS.positions(3, 5, 5 / 3f)),
                            x)))));
    all.add(
        new Named(
            "smallest",
            graph(
                Shape.of(2, 4),
                (d, x) ->
                    d.add(
                        new Operation.Combine(Operation.Combination.MIN),
                        d.add(new Operation.Elementwise(TANH), x),
                        d.add(Operation.Rescale.all(0.5, 0.1), x)))));
    return all;
  }

  private static Node part(Drawing d, Node x, int from, Shape shape) {
    Node slice = d.add(new Operation.Slice(1, from, from + shape.elements() / 2), x);
    return d.add(new Operation.Reshape(shape), slice);
  }

  private static double[] row(int size, long seed) {
    RandomGenerator random = RandomKey.of(seed).random();
    double[] row = new double[size];
    Arrays.setAll(row, i -> random.nextDouble(-1, 1));
    return row;
  }

  @TestFactory
  Stream<DynamicTest> gradients_are_those_of_finite_differences() {
    return graphs().stream()
        .map(named -> DynamicTest.dynamicTest(named.name(), () -> agrees(named.graph())));
  }

  private static void agrees(InferenceGraph graph) {
    int features = graph.input().shape().elements();
    int classes = graph.output().shape().elements();
    double[][] rows = {row(features, 1), row(features, 2), row(features, 3)};
    // A step of each example is left out where there is a mask.
    if (graph.input().shape().equals(Shape.of(4, 2))) {
      for (int row = 0; row < rows.length; row++) {
        rows[row][2 * row] = 0.5;
        rows[row][2 * row + 1] = 0.5;
      }
    }
    double[][] cotangent = {row(classes, 4), row(classes, 5), row(classes, 6)};
    try (GradientService service =
            GradientService.builder(graph).engine("nd4j").precision(Precision.DOUBLE).build();
        Tape tape = service.record(rows)) {
      double[][] gradient = tape.pullback(cotangent);
      for (int row = 0; row < rows.length; row++) {
        double[][] alone = service.logits(new double[][] {rows[row]});
        for (int i = 0; i < classes; i++) {
          assertThat(tape.logits()[row][i]).isCloseTo(alone[0][i], offset(1e-12));
        }
        for (int i = 0; i < features; i++) {
          if (rows[row][i] == 0.5) {
            continue; // the mask jumps here
          }
          assertThat(gradient[row][i])
              .as("gradient of row %d by value %d", row, i)
              .isCloseTo(slope(service, rows[row], i, cotangent[row]), offset(1e-7));
        }
      }
    }
  }

  private static double slope(GradientService service, double[] row, int i, double[] cotangent) {
    double step = 1e-5;
    double[][] moved = {row.clone(), row.clone()};
    moved[0][i] += step;
    moved[1][i] -= step;
    double[][] logits = service.logits(moved);
    double difference = 0;
    for (int k = 0; k < cotangent.length; k++) {
      difference += cotangent[k] * (logits[0][k] - logits[1][k]);
    }
    return difference / (2 * step);
  }

  private static double[] value(InferenceGraph graph, double... row) {
    try (GradientService service =
        GradientService.builder(graph).engine("nd4j").precision(Precision.DOUBLE).build()) {
      return service.logits(new double[][] {row})[0];
    }
  }

  @Test
  void lstm_is_its_formula() {
    Drawing d = new Drawing(Shape.of(2, 1));
    Cell cell = new Cell.Lstm(SIGMOID, TANH, TANH, Optional.of(peepholes(d)));
    Operation layer =
        new Operation.Recurrent(
            cell,
            rowOf(d, 0.1, 0.2, 0.3, 0.4),
            rowOf(d, -0.5, 0.6, 0.7, -0.8),
            Optional.of(d.given(0.01, 0.02, 0.03, 0.04)),
            false);
    double c1 = s(0.11) * Math.tanh(0.33);
    double h1 = s(0.44 + 0.5 * c1) * Math.tanh(c1);
    double i = s(0.1 * 2 + 0.01 - 0.5 * h1 + 0.3 * c1);
    double f = s(0.2 * 2 + 0.02 + 0.6 * h1 + 0.4 * c1);
    double c2 = f * c1 + i * Math.tanh(0.3 * 2 + 0.03 + 0.7 * h1);
    double h2 = s(0.4 * 2 + 0.04 - 0.8 * h1 + 0.5 * c2) * Math.tanh(c2);
    assertThat(value(d.graph(d.add(layer, d.input())), 1, 2))
        .containsExactly(new double[] {h1, h2}, offset(1e-12));
  }

  private static Parameter peepholes(Drawing d) {
    Parameter parameter = new Parameter("peepholes", Shape.of(3, 1));
    d.builder.weights(parameter, new double[] {0.3, 0.4, 0.5});
    return parameter;
  }

  private static Parameter rowOf(Drawing d, double... values) {
    Parameter parameter = new Parameter("row" + d.count++, Shape.of(1, values.length));
    d.builder.weights(parameter, values);
    return parameter;
  }

  private static double s(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  @Test
  void gru_is_its_formula_with_the_reset_before_and_after() {
    for (boolean after : new boolean[] {false, true}) {
      Drawing d = new Drawing(Shape.of(2, 1));
      Optional<Parameter> bias = after ? Optional.of(d.given(0.5)) : Optional.empty();
      Operation layer =
          new Operation.Recurrent(
              new Cell.Gru(SIGMOID, TANH, after, bias),
              rowOf(d, 0.1, 0.2, 0.3),
              rowOf(d, 0.4, 0.5, 0.6),
              Optional.empty(),
              true);
      // Backwards: the second step first.
      double start = after ? s(0.2 * 2) * 0.5 : 0;
      double h1 = (1 - s(0.1 * 2)) * Math.tanh(0.3 * 2 + start);
      double z = s(0.1 + 0.4 * h1);
      double r = s(0.2 + 0.5 * h1);
      double inner = after ? r * (0.6 * h1 + 0.5) : 0.6 * (r * h1);
      double h2 = z * h1 + (1 - z) * Math.tanh(0.3 + inner);
      assertThat(value(d.graph(d.add(layer, d.input())), 1, 2))
          .containsExactly(new double[] {h2, h1}, offset(1e-12));
    }
  }

  @Test
  void masked_steps_leave_the_state_as_it_is() {
    Drawing d = new Drawing(Shape.of(3, 2));
    Node y = masked(d, d.input(), new Cell.Lstm(SIGMOID, TANH, TANH, Optional.empty()), false);
    double[] whole = value(d.graph(y), 0.5, 0.5, 1, 2, 0.5, 0.5);
    double[] other = value(d.graph(y), 1, 2, 0.5, 0.5, 0.5, 0.5);
    assertThat(Arrays.copyOf(whole, 3)).containsOnly(0);
    assertThat(Arrays.copyOfRange(whole, 3, 6)).isEqualTo(Arrays.copyOfRange(whole, 6, 9));
    assertThat(Arrays.copyOfRange(whole, 3, 6)).isEqualTo(Arrays.copyOf(other, 3));
  }

  @Test
  void transposed_convolution_spreads_each_value_through_the_kernel() {
    Drawing d = new Drawing(Shape.of(1, 2));
    Parameter kernel = new Parameter("kernel", Shape.of(1, 1, 3));
    d.builder.weights(kernel, new double[] {1, 10, 100});
    Operation layer =
        new Operation.TransposedConvolution(
            kernel, Optional.empty(), new Window(List.of(axis(3, 2, 1, 1, 0))), List.of(1), 1);
    // 2 and 3 at distance 2: [2, 20, 200 + 3, 30, 300], without the first, one more at the end.
    assertThat(value(d.graph(d.add(layer, d.input())), 2, 3)).containsExactly(20, 203, 30, 300, 0);
  }

  @Test
  void resized_dimensions_follow_their_coordinates() {
    assertThat(Coordinates.HALF_PIXEL.positions(2, 4, 2)).containsExactly(-0.25, 0.25, 0.75, 1.25);
    assertThat(Coordinates.ALIGN_CORNERS.positions(3, 5, 5 / 3f))
        .containsExactly(0.0, 0.5, 1.0, 1.5, 2.0);
    assertThat(Coordinates.ASYMMETRIC.places(2, 4, 2, Coordinates.Rounding.FLOOR))
        .containsExactly(0, 0, 1, 1);
    assertThat(Coordinates.HALF_PIXEL.places(4, 2, 0.5f, Coordinates.Rounding.HALF_DOWN))
        .containsExactly(0, 2);
    Drawing d = new Drawing(Shape.of(2));
    Node y =
        d.add(new Operation.Interpolate(0, Coordinates.HALF_PIXEL.positions(2, 4, 2)), d.input());
    assertThat(value(d.graph(y), 0, 4)).containsExactly(0, 1, 3, 4);
  }

  @Test
  void normalisation_has_mean_zero_and_variance_one() {
    Drawing d = new Drawing(Shape.of(2, 2));
    Node y =
        d.add(
            new Operation.LayerNorm(1, Optional.empty(), Optional.of(d.given(0, 1)), 0), d.input());
    assertThat(value(d.graph(y), 1, 3, 5, 4)).containsExactly(-1, 2, 1, 0);
  }
}
