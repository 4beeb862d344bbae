package io.sextant.gradients;

/** The negative of an objective. */
record Negated(Objective of) implements Objective {
  @Override
  public double evaluate(double[] logits, double[] cotangent) {
    double value = of.evaluate(logits, cotangent);
    for (int i = 0; i < cotangent.length; i++) {
      cotangent[i] = -cotangent[i];
    }
    return -value;
  }
}
