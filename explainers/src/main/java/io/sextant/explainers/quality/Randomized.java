package io.sextant.explainers.quality;

import io.sextant.explainers.Explanations;
import io.sextant.explainers.Target;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.methods.Access;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** What metrics share that explain again on networks with shuffled parameters. */
interface Randomized extends QualityMetric {
  @Override
  default Optional<String> unfit(Judged judged) {
    if (judged.service().access() != Access.GRADIENTS) {
      return Optional.of("it shuffles a network's parameters, but this model answers by itself");
    }
    return Shuffled.hasLayers(judged.service().graph())
        ? Optional.empty()
        : Optional.of("it shuffles a network's parameters, but this one has none");
  }

  /**
   * The mean over shuffled networks of what is made of the explanations there.
   *
   * @param judged the explanations of the trained network
   * @param stages the shuffled networks
   * @param own the maps of the trained network, as {@code maps} makes them
   * @param maps of a network's service
   * @param compare the map of the trained network and that of a shuffled one
   */
  static double[] means(
      Judged judged,
      List<InferenceGraph> stages,
      double[][] own,
      Maps maps,
      BiFunction<double[], double[], Double> compare) {
    double[] means = new double[own.length];
    for (InferenceGraph stage : stages) {
      try (GradientService service = judged.service().alike(stage).build()) {
        double[][] there = maps.of(service);
        for (int i = 0; i < means.length; i++) {
          means[i] += compare.apply(own[i], there[i]) / stages.size();
        }
      }
    }
    return means;
  }

  /** Maps of all examples by a network. */
  @FunctionalInterface
  interface Maps {
    /** One map per example. */
    double[][] of(GradientService service);
  }

  /** Explains the same examples for the same classes on another network. */
  static double[][] explain(Judged judged, GradientService service, Examples examples) {
    Explanations found =
        judged.explainer().explain(service, examples, Target.label().withOutput(judged.output()));
    return found.attributions();
  }
}
