package io.sextant.attacks.gradient;

/**
 * When a run of APGD halves its steps. At a checkpoint it does when the loss rose in too few of the
 * steps since the last one, or when neither the step nor the best loss has changed since.
 *
 * <p>The first window is 22% of all steps; each is 3% shorter than the one before, and none shorter
 * than 6%. Of 100 steps the checkpoints are 22, 41, 57, 70, 80, 87, 93 and 99. Shares are rounded
 * down, as in AutoAttack.
 */
final class Checkpoints {
  private final double rho;
  private final int shrink;
  private final int least;

  private int window;
  private int next;
  private int rises;
  private boolean halved;
  private double bestAtLast;

  /**
   * Before the first step.
   *
   * @param loss where the run begins
   */
  Checkpoints(int steps, double rho, double loss) {
    this.rho = rho;
    this.bestAtLast = loss;
    this.window = share(steps, 22);
    this.shrink = share(steps, 3);
    this.least = share(steps, 6);
    this.next = window;
  }

  private static int share(int steps, int percent) {
    return Math.max(1, (int) ((long) steps * percent / 100));
  }

  /**
   * Whether to halve the steps now.
   *
   * @param step steps taken, from 1 on by one
   * @param rose whether the last one raised the loss
   * @param best the highest loss so far
   */
  boolean halve(int step, boolean rose, double best) {
    rises += rose ? 1 : 0;
    if (step < next) {
      return false;
    }
    halved = rises <= rho * window || !halved && best <= bestAtLast;
    bestAtLast = best;
    rises = 0;
    window = Math.max(least, window - shrink);
    next += window;
    return halved;
  }
}
