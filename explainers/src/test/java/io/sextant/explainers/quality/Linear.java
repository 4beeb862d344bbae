package io.sextant.explainers.quality;

import io.sextant.explainers.Attribution;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Step;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * Linear models, of which every explanation is known, and explainers that say what they are told.
 */
final class Linear {
  private Linear() {}

  /** Logits (w x, 0), over values in [0, 1]. */
  static GradientService service(Shape shape, double... w) {
    return service(shape, InputDomain.box(w.length, 0, 1), w);
  }

  /** The same over a domain. */
  static GradientService service(Shape shape, InputDomain domain, double... w) {
    InferenceGraph.Builder builder = InferenceGraph.builder(shape);
    Parameter weights = new Parameter("out/W", Shape.of(w.length, 2));
    double[] values = new double[2 * w.length];
    for (int i = 0; i < w.length; i++) {
      values[2 * i] = w[i];
    }
    Node flat =
        shape.rank() == 1
            ? builder.input()
            : builder.add("flat", new Operation.Reshape(Shape.of(w.length)), builder.input());
    Node out = builder.add("out", new Operation.Affine(weights, Optional.empty()), flat);
    return GradientService.builder(builder.weights(weights, values).build(out))
        .precision(Precision.DOUBLE)
        .engine("nd4j")
        .domain(domain)
        .build();
  }

  static double[] weights(int count, long seed) {
    RandomGenerator random = RandomKey.of(seed).with("weights").random();
    return random.doubles(count, -1, 1).toArray();
  }

  /** Examples of class 0 with values in (0.2, 1). */
  static Examples examples(int count, int features, long seed) {
    RandomGenerator random = RandomKey.of(seed).with("rows").random();
    double[][] rows = new double[count][];
    long[] ids = new long[count];
    for (int i = 0; i < count; i++) {
      rows[i] = random.doubles(features, 0.2, 1).toArray();
      ids[i] = 7L * i + 3;
    }
    return Examples.of(rows, new int[count], ids);
  }

  /** The map of the input that a function makes. */
  static Explainer saying(UnaryOperator<double[]> map) {
    return new Saying(map, false);
  }

  /** The same, as slopes. */
  static Explainer slopes(UnaryOperator<double[]> map) {
    return new Saying(map, true);
  }

  /** Weight times value: the true contributions from a baseline of zero. */
  static Explainer truth(double... w) {
    return saying(
        x -> {
          double[] map = x.clone();
          Arrays.setAll(map, i -> w[i] * x[i]);
          return map;
        });
  }

  /** The opposite of the truth. */
  static Explainer inverse(double... w) {
    return truth(Arrays.stream(w).map(v -> -v).toArray());
  }

  private record Saying(UnaryOperator<double[]> map, boolean slopes) implements Explainer {
    @Override
    public Declaration<?> declaration() {
      return Declaration.of("saying", Kind.ATTRIBUTION, Saying.class)
          .summary("says what it is told")
          .made(() -> this);
    }

    @Override
    public Passes passes(int classes, int features) {
      return new Passes(1, 0);
    }

    @Override
    public Step<Attribution> attribute(Explained x) {
      return x.atInput(
          value ->
              Step.done(
                  new Attribution(
                      map.apply(x.input()),
                      x.certificate(
                          0,
                          value,
                          OptionalDouble.empty(),
                          OptionalDouble.empty(),
                          Optional.empty()))));
    }
  }
}
