package io.sextant.attacks;

import io.sextant.gradients.Objective;

/**
 * An objective of logits in units of a tenth of the lead of the largest over the next one. The unit
 * counts as a constant: the cotangent holds no derivative of it.
 *
 * @param of what the scaled logits are given to; it must not depend on a constant added to all
 */
record ScaledLogits(Objective of) implements Objective {
  // What the largest logit then leads by, as with the authors.
  private static final double LEAD = 10;

  // A smaller lead is a tie, and scaled logits must stay numbers.
  private static final double TINY = 1e-12;

  @Override
  public double evaluate(double[] logits, double[] cotangent) {
    int[] order = Ranking.of(logits);
    double largest = logits[order[0]];
    double factor = LEAD / Math.max(TINY, largest - logits[order[1]]);
    double[] scaled = new double[logits.length];
    for (int i = 0; i < scaled.length; i++) {
      // From the largest one, so that a large factor does not round the differences away.
      scaled[i] = factor * (logits[i] - largest);
    }
    double value = of.evaluate(scaled, cotangent);
    for (int i = 0; i < cotangent.length; i++) {
      cotangent[i] *= factor;
    }
    return value;
  }
}
