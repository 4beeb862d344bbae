package io.sextant.lrp;

import io.sextant.gradients.rules.Change;

/** The square of each weight, and no bias. */
record Squared() implements Change {
  @Override
  public double weight(double weight) {
    return weight * weight;
  }

  @Override
  public double bias(double bias) {
    return 0;
  }
}
