package io.sextant.evaluation;

import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.NotFiniteException;
import io.sextant.explainers.Target;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Explanations of the labels of examples. One example on which the model's output or gradient is
 * not finite must not cost the others theirs.
 */
final class FiniteExplanations {
  private FiniteExplanations() {}

  /**
   * One explanation.
   *
   * @param of all that were made together
   * @param row its place among them
   */
  record One(Explanations of, int row) {
    double[] attribution() {
      return of.attributions()[row];
    }
  }

  /** Explains examples; empty where something is not finite. */
  static List<Optional<One>> of(Explainer explainer, GradientService service, Examples examples) {
    List<Optional<One>> all = new ArrayList<>();
    if (examples.size() == 0) {
      return all;
    }
    try {
      Explanations found = explainer.explain(service, examples, Target.label());
      for (int i = 0; i < examples.size(); i++) {
        all.add(Optional.of(new One(found, i)));
      }
      return all;
    } catch (NotFiniteException e) {
      if (examples.size() == 1) {
        return List.of(Optional.empty());
      }
    }
    for (int i = 0; i < examples.size(); i++) {
      all.addAll(of(explainer, service, examples.at(i)));
    }
    return all;
  }
}
