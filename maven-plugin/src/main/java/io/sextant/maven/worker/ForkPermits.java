package io.sextant.maven.worker;

import org.apiguardian.api.API;

/**
 * Keeps the modules of a parallel build from running more workers than the machine can feed.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ForkPermits {
  /** Of all goals in this build. */
  public static final ForkPermits BUILD = new ForkPermits();

  private int taken;

  /** No permit is taken. */
  public ForkPermits() {}

  /**
   * Waits for a permit, which must be given back.
   *
   * @param limit how many may be taken at once, at least 1; modules may differ in it
   * @throws InterruptedException if this thread is interrupted while it waits
   */
  public synchronized void take(int limit) throws InterruptedException {
    if (limit < 1) {
      throw new IllegalArgumentException(
          "sextant.fork.concurrency must be at least 1 but was " + limit);
    }
    while (taken >= limit) {
      wait();
    }
    taken++;
  }

  /** Gives a permit back, for others to take. */
  public synchronized void giveBack() {
    if (taken == 0) {
      throw new IllegalStateException("a permit must be taken before it is given back");
    }
    taken--;
    notifyAll();
  }
}
