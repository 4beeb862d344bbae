package io.sextant.explainers.quality;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Reference;
import io.sextant.methods.Passes;

/** What metrics share that follow the output between an input and a baseline. */
interface RemovalMetric extends BaselineMetric {
  /** The way. */
  Removal removal();

  /** The same on another way. */
  RemovalMetric with(Removal removal);

  @Override
  default Baseline baseline() {
    return removal().baseline();
  }

  @Override
  default QualityMetric fitted(Reference reference) {
    return with(removal().fitted(reference));
  }

  @Override
  default Passes perBaseline() {
    return removal().passes();
  }
}
