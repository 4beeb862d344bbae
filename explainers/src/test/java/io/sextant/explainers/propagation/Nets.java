package io.sextant.explainers.propagation;

import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.Target;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** A graph in the making, with weights of one's own or random ones. */
final class Nets {
  final InferenceGraph.Builder builder;
  private final RandomGenerator random;
  private Node last;

  Nets(long seed, int... input) {
    this.builder = InferenceGraph.builder(Shape.of(input));
    this.random = RandomKey.of(seed).random();
    this.last = builder.input();
  }

  Node last() {
    return last;
  }

  Nets then(Operation operation, Node... inputs) {
    last = builder.add("n" + builder.size(), operation, inputs.length == 0 ? of(last) : inputs);
    return this;
  }

  private static Node[] of(Node node) {
    return new Node[] {node};
  }

  Nets function(Function function) {
    return then(new Operation.Elementwise(function));
  }

  /** Columns of weights, one for each output, and biases. */
  Nets dense(double[][] columns, double... biases) {
    int inputs = columns[0].length;
    Parameter w = parameter("W", inputs, columns.length);
    Parameter b = parameter("b", columns.length);
    double[] values = new double[inputs * columns.length];
    for (int i = 0; i < inputs; i++) {
      for (int k = 0; k < columns.length; k++) {
        values[i * columns.length + k] = columns[k][i];
      }
    }
    builder.weights(w, values);
    builder.weights(b, Arrays.copyOf(biases, columns.length));
    return then(new Operation.Affine(w, Optional.of(b)));
  }

  Nets dense(int outputs) {
    int inputs = last.shape().size(last.shape().rank() - 1);
    double[][] columns = new double[outputs][];
    for (int k = 0; k < outputs; k++) {
      columns[k] = gaussians(inputs, Math.sqrt(2.0 / inputs));
    }
    return dense(columns, gaussians(outputs, 0.2));
  }

  Nets convolution(int outputs, int kernel) {
    int inputs = last.shape().channels();
    Parameter w = parameter("W", outputs, inputs, kernel, kernel);
    Parameter b = parameter("b", outputs);
    builder.weights(
        w, gaussians(w.shape().elements(), Math.sqrt(2.0 / (inputs * kernel * kernel))));
    builder.weights(b, gaussians(outputs, 0.2));
    return then(new Operation.Convolution(w, Optional.of(b), Window.of(kernel, kernel)));
  }

  Parameter parameter(String name, int... sizes) {
    return new Parameter("n%d/%s".formatted(builder.size(), name), Shape.of(sizes));
  }

  /** A random parameter. */
  Parameter random(String name, int... sizes) {
    Parameter parameter = parameter(name, sizes);
    builder.weights(parameter, gaussians(parameter.shape().elements(), 0.7));
    return parameter;
  }

  Nets pool(Operation.Reduction reduction, Window window) {
    return then(new Operation.Pool(reduction, window, true, 2));
  }

  Nets flat() {
    return then(new Operation.Reshape(Shape.of(last.shape().elements())));
  }

  InferenceGraph build() {
    return builder.build(last);
  }

  double[] gaussians(int count, double scale) {
    return IntStream.range(0, count).mapToDouble(i -> scale * random.nextGaussian()).toArray();
  }

  /** Explains the first class of some rows in double precision. */
  static Explanations explain(Explainer explainer, InferenceGraph graph, double[]... rows) {
    return explain(explainer, graph, Target.label(), rows);
  }

  static Explanations explain(
      Explainer explainer, InferenceGraph graph, Target target, double[]... rows) {
    try (GradientService service =
        GradientService.builder(graph).precision(Precision.DOUBLE).build()) {
      return explainer.explain(service, examples(rows), target);
    }
  }

  static Examples examples(double[]... rows) {
    return Examples.of(
        rows, new int[rows.length], IntStream.range(0, rows.length).asLongStream().toArray());
  }

  /** Rows of Gaussians, which are floats as all examples are. */
  static double[][] rows(int count, int size, long seed) {
    RandomGenerator random = RandomKey.of(seed).with("rows").random();
    double[][] rows = new double[count][size];
    for (double[] row : rows) {
      Arrays.setAll(row, i -> (float) random.nextGaussian());
    }
    return rows;
  }
}
