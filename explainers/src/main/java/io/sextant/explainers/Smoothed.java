package io.sextant.explainers;

import io.sextant.gradients.Step;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Passes;

/** What explainers share that look at noisy copies of the input; they differ in the estimate. */
interface Smoothed extends Explainer {
  /** The noise and the explainer that looks at each draw. */
  Smoothing smoothing();

  /** The same with other noise. */
  Smoothed with(Smoothing smoothing);

  /** What is estimated of the attributions of the copies, each of so many values. */
  Estimator estimator(int values);

  /** The base's. */
  @Override
  default Shape shape(InferenceGraph graph) {
    return smoothing().base().shape(graph);
  }

  @Override
  default Passes passes(int classes, int features) {
    return new Passes(1, 0)
        .plus(smoothing().base().passes(classes, features).times(smoothing().draws()));
  }

  @Override
  default Explainer fitted(Reference reference) {
    return with(smoothing().fitted(reference));
  }

  @Override
  default int atOnce(int features) {
    return smoothing().atOnce(features);
  }

  @Override
  default Step<Attribution> attribute(Explained x) {
    return smoothing().attribute(x, estimator(shape(x.graph()).elements()));
  }
}
