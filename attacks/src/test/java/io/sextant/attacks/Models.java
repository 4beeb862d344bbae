package io.sextant.attacks;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import java.util.Optional;

/** Small models with known weights. */
public final class Models {
  private Models() {}

  /** Layers of {@code x W + b} with ReLU between them; weights are {@code [inputs][outputs]}. */
  public static InferenceGraph layers(Layer... layers) {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(layers[0].weights().length));
    Node node = builder.input();
    for (int i = 0; i < layers.length; i++) {
      double[][] weights = layers[i].weights();
      Parameter w = new Parameter(i + "/W", Shape.of(weights.length, weights[0].length));
      Parameter b = new Parameter(i + "/b", Shape.of(weights[0].length));
      if (i > 0) {
        node = builder.add("relu" + i, new Operation.Elementwise(new Function.Relu()), node);
      }
      node = builder.add("dense" + i, new Operation.Affine(w, Optional.of(b)), node);
      double[] flat = new double[weights.length * weights[0].length];
      for (int r = 0; r < weights.length; r++) {
        System.arraycopy(weights[r], 0, flat, r * weights[0].length, weights[0].length);
      }
      builder.weights(w, flat).weights(b, layers[i].bias());
    }
    return builder.build(node);
  }

  public record Layer(double[][] weights, double[] bias) {}

  /** Logits (0, f) with f(x) = bias + w x. */
  public static InferenceGraph binary(double bias, double... w) {
    double[][] weights = new double[w.length][];
    for (int i = 0; i < w.length; i++) {
      weights[i] = new double[] {0, w[i]};
    }
    return layers(new Layer(weights, new double[] {0, bias}));
  }

  /** Logits (0, f) with f(x) = bias + sum slope_k relu(x - knot_k) over one feature. */
  public static InferenceGraph hinges(double bias, double[] knots, double[] slopes) {
    double[] ones = new double[knots.length];
    double[] shift = new double[knots.length];
    double[][] second = new double[knots.length][];
    for (int k = 0; k < knots.length; k++) {
      ones[k] = 1;
      shift[k] = -knots[k];
      second[k] = new double[] {0, slopes[k]};
    }
    return layers(
        new Layer(new double[][] {ones}, shift), new Layer(second, new double[] {0, bias}));
  }

  /** A random network with one hidden layer. */
  public static InferenceGraph random(int features, int hidden, int classes, long seed) {
    return layers(layer(features, hidden, seed), layer(hidden, classes, seed + 1000));
  }

  private static Layer layer(int inputs, int outputs, long seed) {
    var random = RandomKey.of(seed).random();
    double[][] weights = new double[inputs][outputs];
    for (double[] row : weights) {
      for (int i = 0; i < outputs; i++) {
        row[i] = random.nextGaussian() * Math.sqrt(2.0 / inputs);
      }
    }
    double[] bias = new double[outputs];
    for (int i = 0; i < outputs; i++) {
      bias[i] = 0.1 * random.nextGaussian();
    }
    return new Layer(weights, bias);
  }

  public static GradientService exact(InferenceGraph graph, InputDomain domain) {
    return GradientService.builder(graph).domain(domain).precision(Precision.DOUBLE).build();
  }

  public static GradientService exact(InferenceGraph graph) {
    return GradientService.builder(graph).precision(Precision.DOUBLE).build();
  }
}
