package io.sextant.attacks.minimumnorm;

import io.sextant.attacks.Loss;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Step;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The end of a search in L0: tries to do with fewer features than were found to be enough, namely
 * those whose move from the clean input to their bound gains most, by the gradient at what was
 * found. Where the model is linear no choice of features is better.
 *
 * @param trial the example
 * @param gradient of the attacker's lead with respect to the input
 * @param moves the whole move of each feature to the bound to which its slope points
 * @param order the features, those that gain most first
 */
record Fewest(Trial trial, double[] gradient, double[] moves, int[] order) {
  /** How many forwards it takes at most; and one backward. */
  static int forwards(int features) {
    return 1 + Integer.SIZE - Integer.numberOfLeadingZeros(features);
  }

  /** The end of a run. */
  static Step<Trial> search(Trial trial) {
    int enough = trial.found().isEmpty() ? 0 : (int) trial.nearest();
    if (enough < 2) {
      return trial.over();
    }
    return trial.look(
        trial.found().orElseThrow(),
        trial.objective(Loss.MARGIN),
        at -> {
          if (at.flat()) {
            return trial.over();
          }
          double[] slope = trial.slope(at.gradient());
          double[] moves = new double[slope.length];
          for (int i = 0; i < moves.length; i++) {
            moves[i] = slope[i] > 0 ? trial.high()[i] : trial.low()[i];
          }
          int[] order =
              IntStream.range(0, moves.length)
                  .boxed()
                  .sorted(Comparator.comparingDouble(i -> -slope[i] * moves[i]))
                  .mapToInt(Integer::intValue)
                  .toArray();
          return new Fewest(trial, at.gradient(), moves, order).bisect(0, enough);
        });
  }

  private Step<Trial> bisect(int few, int enough) {
    if (enough - few < 2) {
      return trial.over();
    }
    int middle = (few + enough) >>> 1;
    double[] perturbation = new double[moves.length];
    for (int n = 0; n < middle; n++) {
      perturbation[order[n]] = moves[order[n]];
    }
    return trial.decide(
        trial.project(trial.move(perturbation, gradient)),
        adversarial -> adversarial ? bisect(few, middle) : bisect(middle, enough));
  }
}
