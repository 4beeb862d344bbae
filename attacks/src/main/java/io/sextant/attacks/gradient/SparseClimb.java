package io.sextant.attacks.gradient;

import io.sextant.attacks.Iterate;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Step;

/**
 * One run of APGD in L1: sparse steps without momentum, first in balls of three and two times the
 * radius, then within it. How many features share a step follows from how many differ at the best
 * point; where those become fewer, steps are long again and begin there.
 *
 * <pre>
 * x(k+1) = P(x(k) + eta d(g(k)))        d on the s steepest features
 * s      = |best - x|0 / 1.5            at first |start - x|0 / 1.5; rounded up
 * eta    = r, x(k+1) from the best      when |best - x|0 fell below 95% of what it was
 * eta    = max(eta / 1.5, r / 10)       otherwise
 * </pre>
 */
final class SparseClimb {
  private static final int[] RADII = {3, 2, 1};
  private static final double FEWER = 1.5;
  private static final double SHORTER = 1.5;
  private static final double SPARSER = 0.95;
  private static final double SHORTEST = 0.1;

  private final Trial trial;
  private final Objective f;
  private final int[] lengths;

  SparseClimb(Trial trial, Objective f, int steps) {
    this.trial = trial;
    this.f = f;
    // 30% each, rounded up as with the authors, and a step at least for the threat's own ball.
    int part = (int) Math.min((3L * steps + 9) / 10, (steps - 1) / 2);
    this.lengths = new int[] {part, part, steps - 2 * part};
  }

  Step<Trial> run() {
    int first = lengths[0] > 0 ? 0 : RADII.length - 1;
    return within(first, trial.surface(radius(first)));
  }

  private double radius(int ball) {
    return RADII[ball] * trial.epsilon();
  }

  private Step<Trial> within(int ball, Iterate start) {
    return trial.look(
        start,
        f,
        seen -> {
          Point first = new Point(start, seen);
          return seen.flat() ? trial.over() : new Part(ball, first).from(first, 0);
        });
  }

  /** The steps within one of the balls. */
  private final class Part {
    private final int ball;
    private final int steps;
    private final int every;

    private int features;
    private int differing;
    private double eta;
    private Point best;

    Part(int ball, Point start) {
      this.ball = ball;
      this.steps = lengths[ball];
      this.every = Math.max(1, (int) (4L * steps / 100));
      this.differing = differing(start.x());
      this.features = shared(differing);
      this.eta = radius(ball);
      this.best = start;
    }

    Step<Trial> from(Point reached, int k) {
      best = best.or(reached);
      Point at = k > 0 && k % every == 0 && adapt() ? best : reached;
      Iterate next =
          trial.project(trial.ascend(at.x(), at.gradient(), eta, features), radius(ball));
      return k + 1 == steps
          ? last(next)
          : trial.look(next, f, seen -> from(new Point(next, seen), k + 1));
    }

    /** Whether the best point has become sparser. */
    private boolean adapt() {
      int now = differing(best.x());
      boolean sparser = now < SPARSER * differing;
      eta = sparser ? radius(ball) : Math.max(eta / SHORTER, SHORTEST * radius(ball));
      features = shared(now);
      differing = now;
      return sparser;
    }

    private Step<Trial> last(Iterate x) {
      return ball == RADII.length - 1
          ? trial.judge(x)
          : trial.score(
              x,
              f,
              loss -> {
                Iterate from = loss > best.loss() ? x : best.x();
                return within(
                    ball + 1,
                    trial.project(from.moved(from.perturbation().clone()), radius(ball + 1)));
              });
    }
  }

  private static int shared(int differing) {
    return Math.max(1, (int) Math.ceil(differing / FEWER));
  }

  private static int differing(Iterate x) {
    int count = 0;
    for (double moved : x.perturbation()) {
      count += moved != 0 ? 1 : 0;
    }
    return count;
  }
}
