package io.sextant.lrp;

import io.sextant.gradients.rules.Change;

/**
 * A weight and its parts by sign: {@code plain w + positive max(w, 0) + negative min(w, 0)}.
 *
 * @param bias whether biases are changed alike; otherwise they are 0
 */
record Signed(double plain, double positive, double negative, boolean bias) implements Change {
  @Override
  public double weight(double weight) {
    return plain * weight + positive * Math.max(weight, 0) + negative * Math.min(weight, 0);
  }

  @Override
  public double bias(double value) {
    return bias ? weight(value) : 0;
  }
}
