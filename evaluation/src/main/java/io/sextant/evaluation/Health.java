package io.sextant.evaluation;

import io.sextant.gradients.dl4j.HealthReport;
import io.sextant.results.ModelInfo;

/** The health of gradients as results tell it. */
final class Health {
  private Health() {}

  static ModelInfo.Health info(HealthReport health) {
    return new ModelInfo.Health(
        health.logitParityError(),
        health.finiteDifferenceError(),
        health.batchIndependenceError(),
        health.zeroGradientShare(),
        health.ok(),
        health.messages());
  }
}
