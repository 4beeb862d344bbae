package io.sextant.attacks;

import io.sextant.gradients.Logits;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Reply;
import io.sextant.methods.Access;
import java.util.EnumSet;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has come of an example so far: its best iterate, whether that is adversarial, and whether
 * anything is left to be found. Iterates are judged here and nowhere else.
 */
final class Standing {
  /** The decision on a clean input that nobody has asked for yet. */
  static final int UNKNOWN = Integer.MIN_VALUE;

  // The margin of an iterate where only decisions are asked for: it is no better than any other.
  private static final double UNSEEN = Double.NEGATIVE_INFINITY;

  private final Neighbourhood around;
  private final int label;
  private final OptionalInt target;
  private final boolean seesLogits;
  private final boolean untilBroken;
  private final boolean nearest;
  // A minimum-norm search that is a part of another may end once it has come this near.
  private final double enough;

  private int predicted;
  private double @Nullable [] cleanLogits;
  private boolean nonFinite;
  private double[] best;
  private double bestMargin = Double.NEGATIVE_INFINITY;
  private Outcome.@Nullable Broken broken;
  private @Nullable Iterate found;
  private @Nullable Outcome settled;
  private final Course course = new Course();
  // An adversarial input was asked about without being judged.
  private boolean overlooked;

  Standing(
      Attack attack,
      ThreatModel threat,
      Neighbourhood around,
      int label,
      OptionalInt target,
      int predicted,
      double enough) {
    this.around = around;
    this.label = label;
    this.target = target;
    this.seesLogits = attack.declaration().access().allows(Access.LOGITS);
    this.untilBroken = attack.untilBroken();
    this.nearest = Double.isInfinite(threat.radius());
    this.predicted = predicted;
    this.enough = enough;
    this.best = around.clean().row();
  }

  /**
   * What has come of an example between two runs, none of which has settled it.
   *
   * @param predicted the decision on the clean input
   * @param cleanLogits the logits there, as far as they were asked for
   * @param nonFinite whether an iterate had logits that are not finite
   * @param overlooked whether an adversarial input was asked about without being judged
   * @param best {@code [features]}, the best iterate; the clean input where there is none
   * @param bestMargin its margin
   * @param broken the nearest adversarial iterate, where more than the first one is looked for
   * @param found the same as a point of the search
   * @param course whether the search was getting anywhere
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Memory(
      int predicted,
      double @Nullable [] cleanLogits,
      boolean nonFinite,
      boolean overlooked,
      double @Nullable [] best,
      double bestMargin,
      Outcome.@Nullable Broken broken,
      @Nullable Iterate found,
      Course.Memory course) {}

  /** What to go on with after the run that is over now. */
  Memory memory() {
    return new Memory(
        predicted,
        cleanLogits,
        nonFinite,
        overlooked,
        best == around.clean().row() ? null : best,
        bestMargin,
        broken,
        found,
        course.memory());
  }

  /** Goes on: whatever was judged since the example was begun again is part of it. */
  void restore(Memory memory) {
    predicted = memory.predicted();
    cleanLogits = memory.cleanLogits();
    nonFinite = memory.nonFinite();
    overlooked = memory.overlooked();
    double[] row = memory.best();
    best = row == null ? around.clean().row() : row;
    bestMargin = memory.bestMargin();
    broken = memory.broken();
    found = memory.found();
    course.restore(memory.course());
  }

  /** The decision on the clean input, or {@link #UNKNOWN}. */
  int predicted() {
    return predicted;
  }

  /** The logits of the clean input, as far as they were asked for. */
  double @Nullable [] cleanLogits() {
    return cleanLogits;
  }

  /** Takes over what is known of the clean input. */
  void knows(double @Nullable [] logits) {
    if (cleanLogits == null) {
      cleanLogits = logits;
    }
  }

  /** The broken outcome, as far as there is one. */
  Outcome.@Nullable Broken broken() {
    return broken;
  }

  /** The adversarial iterate to return, as far as there is one. */
  @Nullable Iterate found() {
    return found;
  }

  /** Whether there is nothing to attack, whatever an attack may find. */
  boolean isPointless() {
    return settled != null;
  }

  /** Whether the example has its outcome: it was broken, or there is nothing to attack. */
  boolean isSettled() {
    return settled != null || broken != null;
  }

  /**
   * Whether another run could find anything that is wanted: any adversarial input, or one nearer
   * than what is enough where the nearest is looked for.
   */
  boolean isOpen() {
    return settled == null && (broken == null || nearest && broken.distance() > enough);
  }

  /** Judges an iterate; false when that has settled the run or the example. */
  boolean judge(Iterate x, Reply reply, int run, int step) {
    if (x.row() == around.clean().row()) {
      judgeClean(reply);
      course.add(run, margin(reply.logits()));
      if (!isSettled() && margin(reply.logits()) > bestMargin) {
        best = x.row();
        bestMargin = margin(reply.logits());
      }
      return settled == null;
    }
    boolean counts = nearest || around.distance(x) <= around.epsilon();
    int decision = reply.decision();
    if (decision < 0 || !counts) {
      nonFinite |= counts;
      return decision >= 0;
    }
    double margin = margin(reply.logits());
    course.add(run, margin);
    boolean adversarial = isAdversarial(decision);
    // An adversarial iterate beats any that is not.
    if (adversarial && broken == null || adversarial == (broken != null) && isBetter(x, margin)) {
      best = x.row();
      bestMargin = margin;
      if (adversarial) {
        found = x;
        broken = new Outcome.Broken(around.distance(x), run, broken == null ? step : broken.step());
      }
    }
    return nearest ? !(adversarial && around.distance(x) <= enough) : !(adversarial && untilBroken);
  }

  /** Notes what was asked about without being judged. */
  void pass(double[] row, Reply reply) {
    overlooked |= isAdversarial(reply.decision()) && around.allows(row);
  }

  /** Signs that the search went wrong, as far as its iterates tell. */
  Set<Sign> signs() {
    Set<Sign> signs = EnumSet.noneOf(Sign.class);
    if (outcome() instanceof Outcome.Held) {
      if (overlooked) {
        signs.add(Sign.SILENT_SUCCESS);
      }
      if (course.unfinished()) {
        signs.add(Sign.UNFINISHED);
      }
    }
    return signs;
  }

  /** Whether these logits are what the attacker wants. */
  boolean isAdversarial(double[] logits) {
    return isAdversarial(Logits.decision(logits));
  }

  boolean isAdversarial(int decision) {
    return decision >= 0
        && (target.isPresent() ? decision == target.getAsInt() : decision != label);
  }

  /**
   * By how much the attacker's class leads, which compares iterates whatever was climbed to find
   * them: losses of different stages, targets or scales do not compare.
   */
  private double margin(double[] logits) {
    if (!seesLogits) {
      return UNSEEN;
    }
    double[] unused = new double[logits.length];
    return target.isPresent()
        ? Objective.margin(target.getAsInt()).evaluate(logits, unused)
        : -Objective.margin(label).evaluate(logits, unused);
  }

  /** Of adversarial iterates the nearest one counts where that is looked for. */
  private boolean isBetter(Iterate x, double margin) {
    return nearest && broken != null ? around.distance(x) < broken.distance() : margin > bestMargin;
  }

  void judgeClean(Reply reply) {
    judgeClean(reply.decision());
    cleanLogits = reply.logits();
  }

  void judgeClean(int decision) {
    predicted = decision;
    if (decision < 0) {
      settled = new Outcome.Inconclusive("non-finite logits on the clean input");
    } else if (decision != label) {
      settled = new Outcome.AlreadyWrong();
    } else if (target.isPresent() && target.getAsInt() == label) {
      settled = new Outcome.Held();
    }
  }

  /** The share of the clean lead that is left, see {@link Trial#leadLeft}. */
  double leadLeft() {
    if (cleanLogits == null) {
      throw new IllegalStateException(
          "the lead on the clean input is not known; ask for its logits first (Trial.atClean)");
    }
    double whole = margin(cleanLogits);
    return isSettled() || whole >= 0 ? 0 : Math.max(0, Math.min(1, bestMargin / whole));
  }

  /**
   * Takes over what a part has found: what it broke within the radius, its iterate of largest
   * margin otherwise.
   *
   * @param number of the part
   * @return whether it broke the example
   */
  boolean take(int number, Standing part, ExampleResult result) {
    nonFinite |= part.nonFinite;
    overlooked |= part.overlooked;
    if (!part.nearest) {
      // What a search for the nearest input has seen may lie beyond the radius.
      course.took(part.course);
    }
    knows(part.cleanLogits);
    if (result.outcome() instanceof Outcome.Broken own && own.distance() <= around.epsilon()) {
      broken = new Outcome.Broken(own.distance(), number, own.step());
      best = result.input();
      found = part.found;
      return true;
    }
    if (!part.nearest && part.bestMargin > bestMargin) {
      best = result.input();
      bestMargin = part.bestMargin;
    }
    return false;
  }

  /** What the whole trial comes to. */
  Outcome outcome() {
    if (settled != null) {
      return settled;
    }
    if (broken != null) {
      return broken;
    }
    return nonFinite ? new Outcome.Inconclusive("non-finite logits") : new Outcome.Held();
  }

  /** The input that stands for the example: clean where no outcome rests on another. */
  double[] input() {
    return settled != null || broken == null && nonFinite ? around.clean().row() : best;
  }
}
