package io.sextant.attacks;

import io.sextant.gradients.Objective;
import java.util.Arrays;

/**
 * The difference of logits ratio: a lead in units of how far the largest logits lie apart, so that
 * neither the scale of the logits nor a constant added to them makes a difference.
 */
sealed interface LogitRatio extends Objective {
  /** The fewest classes for which both of its forms are defined and aim at the right thing. */
  int CLASSES = 4;

  // Keeps the ratio a number where the largest logits are equal.
  double TINY = 1e-12;

  /** A ratio, or the margin where there are too few classes. */
  static Objective orMargin(LogitRatio ratio, Objective margin) {
    return (logits, cotangent) ->
        (logits.length >= CLASSES ? ratio : margin).evaluate(logits, cotangent);
  }

  /** (max z(i != y) - z_y) / (z(1) - z(3)). */
  record Away(int label) implements LogitRatio {
    @Override
    public double evaluate(double[] logits, double[] cotangent) {
      int[] order = Ranking.of(logits);
      int rival = order[0] == label ? order[1] : order[0];
      double apart = logits[order[0]] - logits[order[2]] + TINY;
      double ratio = (logits[rival] - logits[label]) / apart;
      Arrays.fill(cotangent, 0);
      cotangent[rival] += 1 / apart;
      cotangent[label] -= 1 / apart;
      cotangent[order[0]] -= ratio / apart;
      cotangent[order[2]] += ratio / apart;
      return ratio;
    }
  }

  /** (z_t - z_y) / (z(1) - (z(3) + z(4)) / 2). */
  record Towards(int label, int target) implements LogitRatio {
    @Override
    public double evaluate(double[] logits, double[] cotangent) {
      int[] order = Ranking.of(logits);
      double apart = logits[order[0]] - (logits[order[2]] + logits[order[3]]) / 2 + TINY;
      double ratio = (logits[target] - logits[label]) / apart;
      Arrays.fill(cotangent, 0);
      cotangent[target] += 1 / apart;
      cotangent[label] -= 1 / apart;
      cotangent[order[0]] -= ratio / apart;
      cotangent[order[2]] += ratio / (2 * apart);
      cotangent[order[3]] += ratio / (2 * apart);
      return ratio;
    }
  }
}
