package io.sextant.explainers;

import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Logits;

/**
 * The class that is explained for each example, and the output there where it was computed anyway.
 */
final class Classes {
  private Classes() {}

  /** Classes that the labels or the target name; no model is run. */
  static int[] named(GradientService service, Examples examples, Target target) {
    int[] classes = new int[examples.size()];
    for (int i = 0; i < classes.length; i++) {
      classes[i] =
          target.choice() instanceof Target.Fixed fixed ? fixed.index() : examples.label(i);
      if (classes[i] < 0 || classes[i] >= service.classes()) {
        throw new IllegalArgumentException(
            "example %d: the class to explain must be in 0..%d but was %d"
                .formatted(examples.id(i), service.classes() - 1, classes[i]));
      }
    }
    return classes;
  }

  /** The class that the model decides for. */
  static int decided(double[] logits, long example) {
    int decision = Logits.decision(logits);
    if (decision < 0) {
      throw new NotFiniteException(example, "logits must be finite but at least one was not");
    }
    return decision;
  }

  /** The classes of a target, given logits at the examples. */
  static int[] of(GradientService service, Examples examples, Target target, double[][] logits) {
    if (!(target.choice() instanceof Target.Predicted)) {
      return named(service, examples, target);
    }
    int[] classes = new int[examples.size()];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = decided(logits[i], examples.id(i));
    }
    return classes;
  }

  /** The output at one row of logits. */
  static double value(Output output, double[] logits, int label, long example) {
    double value = output.objective().evaluate(logits, label, new double[logits.length]);
    requireFinite(value, example);
    return value;
  }

  static void requireFinite(double value, long example) {
    if (!Double.isFinite(value)) {
      throw new NotFiniteException(example, "the model's output must be finite but was " + value);
    }
  }

  static void requireFinite(double[] gradient, long example) {
    for (double value : gradient) {
      if (!Double.isFinite(value)) {
        throw new NotFiniteException(
            example, "the gradient must be finite but one value was " + value);
      }
    }
  }
}
