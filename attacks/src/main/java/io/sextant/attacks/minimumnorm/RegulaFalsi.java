package io.sextant.attacks.minimumnorm;

import io.sextant.attacks.Iterate;
import io.sextant.attacks.Loss;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Step;

/**
 * Looks for the boundary on the line from the clean input to an adversarial iterate, each time
 * where the lead would be 0 if it were linear between the two sides known.
 *
 * @param trial the example
 * @param end the iterate at share 1
 */
record RegulaFalsi(Trial trial, Iterate end) {
  private static final int STEPS = 3;

  /** A point of the line: its share, and the attacker's lead there. */
  private record Point(double share, double lead) {}

  private static final double BEYOND = 1.01;
  // The lead to look for: a thousandth of the clean one, or what engines are sure to agree on.
  private static final double SHARE = 1e-3;
  private static final double SURE = 1e-4;

  /** How many forwards it takes. */
  static final int FORWARDS = STEPS + 2;

  /** Judges points between what was found and the clean input; the end of a run. */
  static Step<Trial> search(Trial trial) {
    return trial.found().map(found -> between(trial, found)).orElseGet(trial::over);
  }

  /**
   * The same after one try of the shortest way: from the clean input straight to the hyperplane
   * that the gradient at what was found gives, and a little beyond. Takes one backward.
   */
  static Step<Trial> searchStraight(Trial trial) {
    if (trial.found().isEmpty()) {
      return trial.over();
    }
    Iterate found = trial.found().get();
    return trial.look(
        found,
        trial.objective(Loss.MARGIN),
        at -> {
          if (at.flat()) {
            return search(trial);
          }
          double[] slope = trial.slope(at.gradient());
          double[] way =
              Hyperplane.through(at.loss(), slope, found.perturbation())
                  .step(trial.norm(), new double[slope.length], trial.low(), trial.high());
          for (int i = 0; i < way.length; i++) {
            way[i] *= BEYOND;
          }
          return trial.decide(
              trial.project(trial.move(way, at.gradient())), adversarial -> search(trial));
        });
  }

  private static Step<Trial> between(Trial trial, Iterate adversarial) {
    RegulaFalsi line = new RegulaFalsi(trial, adversarial);
    Objective lead = trial.objective(Loss.MARGIN);
    return trial.atClean(
        clean ->
            trial.score(
                adversarial,
                lead,
                most -> {
                  double least = lead.evaluate(clean, new double[clean.length]);
                  double wanted = Math.max(SHARE * -least, SURE);
                  return line.narrow(wanted, new Point(0, least), new Point(1, most), 0);
                }));
  }

  private Step<Trial> narrow(double wanted, Point below, Point above, int t) {
    if (t == STEPS || above.lead() <= wanted) {
      return trial.over();
    }
    double way = (wanted - below.lead()) / (above.lead() - below.lead());
    double share = below.share() + way * (above.share() - below.share());
    return trial.score(
        trial.along(end, share),
        trial.objective(Loss.MARGIN),
        lead -> {
          Point here = new Point(share, lead);
          return lead > wanted
              ? narrow(wanted, below, here, t + 1)
              : narrow(wanted, here, above, t + 1);
        });
  }
}
