package io.sextant.attacks.gradient;

import io.sextant.attacks.Iterate;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Step;

/**
 * One run of APGD in L∞ or L2: steps with momentum, whose length is halved at {@link Checkpoints},
 * with a return to the best point.
 *
 * <pre>
 * z      = P(x(k) + eta d(g(k)))
 * x(k+1) = P(x(k) + a (z - x(k)) + (1 - a)(x(k) - x(k-1)))     x(1) = z
 * </pre>
 */
final class Climb {
  /** a, the weight of the gradient against that of the last step. */
  private static final double WEIGHT = 0.75;

  private final Trial trial;
  private final Objective f;
  private final int steps;
  private final Checkpoints checkpoints;

  private double eta;
  private Point best;

  private Climb(Trial trial, Objective f, int steps, double rho, Point start) {
    this.trial = trial;
    this.f = f;
    this.steps = steps;
    this.checkpoints = new Checkpoints(steps, rho, start.loss());
    this.eta = 2 * trial.epsilon();
    this.best = start;
  }

  /** A run from a random direction, as far as the radius. */
  static Step<Trial> run(Trial trial, Objective f, int steps, double rho) {
    Iterate start = trial.surface(trial.epsilon());
    return trial.look(
        start,
        f,
        seen -> {
          Point first = new Point(start, seen);
          return new Climb(trial, f, steps, rho, first).first();
        });
  }

  private Step<Trial> first() {
    Iterate next = trial.project(trial.ascend(best.x(), best.gradient(), eta));
    return next.equals(best.x()) ? trial.over() : to(next, best, 1);
  }

  /** To x(k), from x(k-1). */
  private Step<Trial> to(Iterate x, Point before, int k) {
    return k == steps
        ? trial.judge(x)
        : trial.look(x, f, seen -> from(new Point(x, seen), before, k));
  }

  private Step<Trial> from(Point reached, Point before, int k) {
    best = best.or(reached);
    boolean halve = checkpoints.halve(k, reached.loss() > before.loss(), best.loss());
    eta = halve ? eta / 2 : eta;
    Point at = halve ? best : reached;
    Iterate next = next(at, before.x());
    // At the best point, with no way up and no momentum: nothing leads away any more.
    boolean stays = next.equals(at.x()) && before.x().equals(at.x()) && best.x().equals(at.x());
    return stays ? trial.over() : to(next, at, k + 1);
  }

  private Iterate next(Point at, Iterate before) {
    Iterate z = trial.project(trial.ascend(at.x(), at.gradient(), eta));
    double[] x = at.x().perturbation();
    double[] next = new double[x.length];
    for (int i = 0; i < next.length; i++) {
      next[i] =
          x[i]
              + WEIGHT * (z.perturbation()[i] - x[i])
              + (1 - WEIGHT) * (x[i] - before.perturbation()[i]);
    }
    return trial.project(z.moved(next));
  }
}
