package io.sextant.evaluation;

import io.sextant.gradients.model.HealthReport;
import io.sextant.results.ModelInfo;
import java.util.OptionalDouble;

/** The health of gradients as results tell it. */
final class Health {
  private Health() {}

  static ModelInfo.Health info(HealthReport health) {
    return new ModelInfo.Health(
        finite(health.logitParityError()),
        finite(health.finiteDifferenceError()),
        finite(health.batchIndependenceError()),
        health.zeroGradientShare(),
        health.ok(),
        health.messages());
  }

  private static OptionalDouble finite(OptionalDouble error) {
    return error.isPresent() ? OptionalDouble.of(finite(error.getAsDouble())) : error;
  }

  /**
   * Results hold finite numbers only; where nothing could be compared, the error is the largest.
   */
  static double finite(double error) {
    return Double.isFinite(error) ? error : Double.MAX_VALUE;
  }
}
