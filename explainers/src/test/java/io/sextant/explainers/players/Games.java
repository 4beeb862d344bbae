package io.sextant.explainers.players;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.Target;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Access;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/** Models that are any function at all, without gradients: their first logit is the function. */
final class Games {
  private Games() {}

  static GradientService service(Shape shape, ToDoubleFunction<double[]> f) {
    return service(shape, InputDomain.box(shape.elements(), -8, 8), f);
  }

  static GradientService service(Shape shape, InputDomain domain, ToDoubleFunction<double[]> f) {
    InferenceGraph.Builder builder = InferenceGraph.builder(shape);
    InferenceGraph graph =
        builder.build(
            builder.add(
                "function",
                new Operation.Prediction(
                    2,
                    Access.LOGITS,
                    rows ->
                        Arrays.stream(rows)
                            .map(row -> new double[] {f.applyAsDouble(row), 0})
                            .toArray(double[][]::new)),
                builder.input()));
    return GradientService.builder(graph).domain(domain).precision(Precision.DOUBLE).build();
  }

  /** A smooth function in which values act together, all of them at once. */
  static double tangled(double[] row) {
    double sum = 0;
    for (int k = 0; k < 5; k++) {
      double unit = 0.3 * k - 0.5;
      for (int i = 0; i < row.length; i++) {
        unit += 1.2 * Math.sin(3 * k + 5 * i + k * i + 1) * row[i];
      }
      sum += (k % 2 == 0 ? 2 : -1) * Math.tanh(unit);
    }
    return sum;
  }

  /** A row of values that are floats, none of them 0. */
  static double[] row(int values, long seed) {
    RandomGenerator random = RandomKey.of(seed).with("row").random();
    return random.doubles(values, 0.25, 1.5).map(v -> (float) v).toArray();
  }

  static Examples examples(double[]... rows) {
    return Examples.of(
        rows, new int[rows.length], LongStream.range(0, rows.length).map(i -> 7 * i + 3).toArray());
  }

  static Explanations explain(
      Explainer explainer, Shape shape, ToDoubleFunction<double[]> f, double[]... rows) {
    try (GradientService service = service(shape, f)) {
      return explainer.explain(service, examples(rows), Target.fixed(0));
    }
  }

  /** Every value by itself, against zero. */
  static Play features() {
    return Play.DEFAULT.withPlayers(new Players.Features()).withBaseline(new Baseline.Zero());
  }

  /** What a coalition of values gets against zero, by the bits of its members. */
  static double value(ToDoubleFunction<double[]> f, double[] row, int coalition) {
    double[] point = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      point[i] = (coalition >> i & 1) == 1 ? row[i] : 0;
    }
    return f.applyAsDouble(point);
  }

  /** Shapley values as the mean over all orders, one after another. */
  static double[] byAllOrders(ToDoubleFunction<double[]> f, double[] row) {
    double[] sums = new double[row.length];
    int orders = addOrders(f, row, 0, sums);
    return Arrays.stream(sums).map(sum -> sum / orders).toArray();
  }

  private static int addOrders(
      ToDoubleFunction<double[]> f, double[] row, int before, double[] sums) {
    int orders = 0;
    for (int i = 0; i < row.length; i++) {
      if ((before >> i & 1) == 0) {
        int after = before | 1 << i;
        double added = value(f, row, after) - value(f, row, before);
        int completions = addOrders(f, row, after, sums);
        sums[i] += added * completions;
        orders += completions;
      }
    }
    return orders == 0 ? 1 : orders;
  }
}
