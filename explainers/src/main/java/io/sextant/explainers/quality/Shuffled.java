package io.sextant.explainers.quality;

import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A network that has forgotten what it learnt, from its input on: the values of each parameter are
 * shuffled, so that they keep their size and variances stay positive.
 */
final class Shuffled {
  private Shuffled() {}

  /** Nodes with parameters, in the order of the graph. */
  private static List<Node> layers(InferenceGraph graph) {
    return graph.nodes().stream().filter(node -> !node.operation().parameters().isEmpty()).toList();
  }

  /** Whether there is anything to shuffle. */
  static boolean hasLayers(InferenceGraph graph) {
    return !layers(graph).isEmpty();
  }

  /**
   * Networks of which ever more layers are shuffled, beginning at the input; all in the last one.
   *
   * @param most how many networks at most; evenly spaced where there are more layers
   */
  static List<InferenceGraph> stages(InferenceGraph graph, int most, RandomKey key) {
    List<Node> layers = layers(graph);
    int count = Math.min(most, layers.size());
    List<InferenceGraph> stages = new ArrayList<>();
    Weights weights = graph.weights();
    int done = 0;
    for (int stage = 1; stage <= count; stage++) {
      for (; done < (int) Math.ceil((double) layers.size() * stage / count); done++) {
        for (Parameter parameter : layers.get(done).operation().parameters()) {
          // Layers that share a parameter share what becomes of it.
          weights =
              weights.with(
                  parameter,
                  shuffled(graph.weights().values(parameter), key.with(parameter.name())));
        }
      }
      stages.add(graph.withWeights(weights));
    }
    return stages;
  }

  private static double[] shuffled(double[] values, RandomKey key) {
    RandomGenerator random = key.random();
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      double swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
    return values;
  }
}
