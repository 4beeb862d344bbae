package io.sextant.attacks;

/**
 * Whether a search was still getting anywhere when it ended, by the margin of its iterates: the
 * fourth indicator of attack failure. With b(t) the largest margin up to step t, and the margins of
 * the run from {@code least} to {@code most}, a run is unfinished when
 *
 * <pre>
 * (b(T) - b(T - 9)) / (most - least) > 0.05
 * </pre>
 *
 * <p>that is, when its last 10 iterates still brought more than a twentieth of the whole way. What
 * counts is the run that came nearest. The margin stands for the loss that is climbed, so that
 * attacks, stages and targets compare. A run of at most 10 iterates counts as finished: it is over
 * because no step leads away any more, or it is of an attack that has so few.
 *
 * <p>Pintor, Demetrio, Sotgiu, Demontis, Carlini, Biggio, Roli, "Indicators of Attack Failure:
 * Debugging and Improving Optimization of Adversarial Examples", NeurIPS 2022, arXiv:2106.09947;
 * the constants are those of the authors' code.
 */
final class Course {
  private static final int LAST = 10;
  private static final double STILL = 0.05;

  // The largest margins so far at the last iterates, by turns.
  private final double[] largest = new double[LAST];
  private int run = -1;
  private int count;
  private double least;
  private double most = Double.NEGATIVE_INFINITY;
  // Of the runs before.
  private double nearest = Double.NEGATIVE_INFINITY;
  private boolean unfinished;

  /**
   * The margin of the next iterate.
   *
   * @param number of the run that it belongs to
   * @param margin not finite where only decisions are asked for
   */
  void add(int number, double margin) {
    if (number != run) {
      end();
      run = number;
    }
    if (Double.isFinite(margin)) {
      least = count == 0 ? margin : Math.min(least, margin);
      most = count == 0 ? margin : Math.max(most, margin);
      largest[count++ % LAST] = most;
    }
  }

  /** Another search went on with the same example. */
  void took(Course other) {
    end();
    other.end();
    if (other.nearest >= nearest) {
      nearest = other.nearest;
      unfinished = other.unfinished;
    }
  }

  /** Whether the run that came nearest was unfinished. */
  boolean unfinished() {
    end();
    return unfinished;
  }

  /**
   * What is left of it between two runs.
   *
   * @param nearest the largest margin of the runs so far
   * @param unfinished whether the run that came so near was unfinished
   */
  record Memory(double nearest, boolean unfinished) {}

  /** What to go on with after the run that is over now. */
  Memory memory() {
    end();
    return new Memory(nearest, unfinished);
  }

  /** Goes on. */
  void restore(Memory memory) {
    count = 0;
    nearest = memory.nearest();
    unfinished = memory.unfinished();
  }

  private void end() {
    if (count > 0 && most >= nearest) {
      nearest = most;
      double before = largest[count % LAST];
      unfinished = count > LAST && (most - before) > STILL * (most - least);
    }
    count = 0;
  }
}
