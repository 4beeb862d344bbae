package io.sextant.lrp;

import io.sextant.gradients.rules.Change;

/** Weights that are all 1, and no bias. */
record Ones() implements Change {
  @Override
  public double weight(double weight) {
    return 1;
  }

  @Override
  public double bias(double bias) {
    return 0;
  }
}
