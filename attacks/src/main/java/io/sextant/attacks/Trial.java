package io.sextant.attacks;

import io.sextant.gradients.Logits;
import io.sextant.gradients.Objective;
import io.sextant.gradients.RandomKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The attack on one example: its runs, one after the other, and the best that they have found. It
 * asks for one point at a time to be judged, and knows no other example.
 */
final class Trial {
  private static final int CLEAN = -1;

  private final Plan plan;
  private final Reach reach;
  private final long id;
  private final int label;
  private final OptionalInt target;
  private final RandomKey key;
  private final List<List<Switch>> alternatives;

  private int restart;
  private int step;
  private double[] delta;
  // Where the next perturbation is made, in turn with the other.
  private double[] spare;
  private List<Switch> switches = List.of();
  private double[] point;

  private int predicted = -1;
  private long forwards;
  private long backwards;
  private boolean zeroGradient;
  private boolean nonFinite;
  private double[] best;
  private double bestLoss = Double.NEGATIVE_INFINITY;
  private Outcome.@Nullable Broken broken;
  private @Nullable ExampleResult result;

  /** What is the same for all examples of an attack. */
  record Plan(
      Schedule schedule, Ball ball, Objective objective, Coordinates coordinates, int changes) {}

  Trial(Plan plan, double[] clean, long id, int label, OptionalInt target, RandomKey key) {
    this.plan = plan;
    this.reach = plan.coordinates().reach(clean);
    this.id = id;
    this.label = label;
    this.target = target;
    this.key = key.with(id);
    this.alternatives =
        plan.changes() == 0 ? List.of() : Switch.alternatives(plan.coordinates().domain(), clean);
    this.best = clean;
    this.delta = new double[clean.length];
    this.spare = new double[clean.length];
    this.point = clean;
    // Without a random start the first run begins at the clean input and judges it in passing.
    this.restart = plan.schedule().randomStart() ? CLEAN : 0;
  }

  /** The row to be judged next. */
  double[] point() {
    return point;
  }

  /** The class that the objective is about. */
  int subject() {
    return target.orElse(label);
  }

  /** Whether the next judgement needs a gradient, to go on from there. */
  boolean climbs() {
    return restart != CLEAN && step < plan.schedule().steps();
  }

  /** The result, once there is one. */
  Optional<ExampleResult> result() {
    return Optional.ofNullable(result);
  }

  /**
   * Takes the model's answer at {@link #point} and, unless that ends the run, steps on.
   *
   * @param gradient with respect to the point; not the caller's any more
   */
  void climb(double[] logits, double loss, double[] gradient) {
    backwards++;
    if (!judge(logits, loss)) {
      return;
    }
    if (!usable(gradient)) {
      zeroGradient |= step == 0;
      // No step leads away from here, so all later iterates are this one.
      endRun();
      return;
    }
    List<Switch> nextSwitches = Switch.best(alternatives, gradient, plan.changes());
    reach.toSlope(gradient);
    double[] next = spare;
    System.arraycopy(delta, 0, next, 0, next.length);
    Schedule schedule = plan.schedule();
    double size = schedule.stepSize().at(plan.ball().radius(), step, schedule.steps());
    plan.ball().ascend(gradient, size, next, reach.low(), reach.high());
    plan.ball().project(next, reach.low(), reach.high());
    if (Arrays.equals(next, delta) && nextSwitches.equals(switches)) {
      endRun();
      return;
    }
    step++;
    moveTo(next, nextSwitches);
  }

  /** Takes the model's answer at {@link #point}, the last of a run. */
  void conclude(double[] logits) {
    double[] unused = new double[logits.length];
    if (judge(logits, plan.objective().evaluate(logits, subject(), unused))) {
      if (restart == CLEAN) {
        begin(0);
      } else {
        endRun();
      }
    }
  }

  /** Judges the point; false when that has settled the run or the example. */
  private boolean judge(double[] logits, double loss) {
    forwards++;
    int decision = Logits.decision(logits);
    if (restart == CLEAN || step == 0 && !plan.schedule().randomStart()) {
      if (!judgeClean(decision)) {
        return false;
      }
      bestLoss = restart == CLEAN ? bestLoss : loss;
      return true;
    }
    if (decision < 0) {
      nonFinite = true;
      endRun();
      return false;
    }
    boolean adversarial = target.isPresent() ? decision == subject() : decision != label;
    // An adversarial iterate beats any that is not, whatever their losses.
    if (adversarial && broken == null || loss > bestLoss && adversarial == (broken != null)) {
      best = point;
      bestLoss = loss;
      if (adversarial) {
        double distance = plan.ball().length(plan.coordinates().difference(reach.clean(), point));
        int first = broken == null ? step : broken.step();
        broken = new Outcome.Broken(distance, restart, first);
      }
    }
    if (adversarial && plan.schedule().untilBroken()) {
      endRun();
      return false;
    }
    return true;
  }

  private boolean judgeClean(int decision) {
    predicted = decision;
    if (decision < 0) {
      finish(new Outcome.Inconclusive("non-finite logits on the clean input"));
    } else if (decision != label) {
      finish(new Outcome.AlreadyWrong());
    } else if (target.isPresent() && subject() == label) {
      finish(new Outcome.Held());
    }
    return result == null;
  }

  private void begin(int run) {
    restart = run;
    step = 0;
    double[] start = spare;
    Arrays.fill(start, 0);
    plan.ball().draw(key.with(run).with(0).random(), start, reach.low(), reach.high());
    plan.ball().project(start, reach.low(), reach.high());
    moveTo(start, List.of());
  }

  private void moveTo(double[] next, List<Switch> nextSwitches) {
    spare = delta;
    delta = next;
    switches = nextSwitches;
    point = reach.row(delta, switches);
  }

  private void endRun() {
    if (broken != null) {
      finish(broken);
    } else if (restart + 1 < plan.schedule().restarts()) {
      begin(restart + 1);
    } else if (nonFinite) {
      best = reach.clean();
      finish(new Outcome.Inconclusive("non-finite logits"));
    } else {
      finish(new Outcome.Held());
    }
  }

  private void finish(Outcome outcome) {
    result =
        new ExampleResult(id, label, predicted, outcome, best, forwards, backwards, zeroGradient);
  }

  private static boolean usable(double[] gradient) {
    boolean moves = false;
    for (double value : gradient) {
      if (!Double.isFinite(value)) {
        return false;
      }
      moves |= value != 0;
    }
    return moves;
  }
}
