package io.sextant.gradients;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a service. Whoever asks works too, and the others only help: a question that is
 * asked from within another, by whatever thread, never waits for a thread that waits for it.
 */
final class Workers implements AutoCloseable {
  private final int count;
  private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
  private final ExecutorService helpers;
  private final AtomicInteger working = new AtomicInteger();
  private final AtomicInteger helping = new AtomicInteger();

  Workers(int count) {
    this.count = count;
    // As many as work in all: who waits for the last tasks leaves a place for a helper.
    this.helpers =
        new ThreadPoolExecutor(
            count,
            count,
            0,
            TimeUnit.SECONDS,
            queue,
            task -> {
              Thread thread = new Thread(task, "sextant-gradients");
              thread.setDaemon(true);
              return thread;
            },
            // After closing nobody helps; who still works then does so alone.
            new ThreadPoolExecutor.DiscardPolicy());
  }

  int count() {
    return count;
  }

  /** Calls for help that nobody has answered yet. */
  int waiting() {
    return queue.size();
  }

  /**
   * Does tasks 0 to n - 1 side by side, and returns, normally or not, when nobody is at work on
   * them any more.
   *
   * @throws CancellationException when the calling thread is interrupted before all are done; its
   *     interrupted status stays
   */
  void run(int n, IntConsumer work) {
    Round round = new Round(n, work);
    // Who asks from within a task is at work already.
    int asking = round.within == null ? 1 : 0;
    int free = Math.min(count - working.addAndGet(asking), count - helping.get() - queue.size());
    try {
      // No more are called than can come: a call that waits keeps all that it is about.
      for (int i = 0; i < Math.min(n - 1, free); i++) {
        helpers.execute(() -> help(round));
      }
      round.work();
    } finally {
      working.addAndGet(-asking);
      round.finish();
    }
    round.report();
  }

  private void help(Round round) {
    // A call that comes too late must not count as work, or the next one is not helped.
    if (!round.join()) {
      return;
    }
    helping.incrementAndGet();
    try {
      // Where as many ask as there are threads, each does its own work.
      if (working.incrementAndGet() <= count) {
        round.work();
      }
    } finally {
      // Before the round may end: who asks next counts who is free.
      working.decrementAndGet();
      helping.decrementAndGet();
      round.leave();
    }
  }

  @Override
  public void close() {
    helpers.shutdown();
  }

  /** Tasks that are done together; the state is guarded by the round itself. */
  private static final class Round {
    // What the thread at work here is a part of, where its task asks in turn.
    private static final ThreadLocal<@Nullable Round> CURRENT = new ThreadLocal<>();

    private final int tasks;
    private final IntConsumer work;
    private final @Nullable Round within = CURRENT.get();
    private int next;
    private int done;
    private int helping;
    private volatile boolean stopped;
    private boolean interrupted;
    private int failedTask = Integer.MAX_VALUE;
    private @Nullable Throwable failure;

    Round(int tasks, IntConsumer work) {
      this.tasks = tasks;
      this.work = work;
    }

    /** Lets a helper in, unless there is nothing left to do. */
    synchronized boolean join() {
      if (stopped || next == tasks) {
        return false;
      }
      helping++;
      return true;
    }

    synchronized void leave() {
      helping--;
      notifyAll();
    }

    /** Does tasks for as long as there are any to begin. */
    void work() {
      Round outer = CURRENT.get();
      CURRENT.set(this);
      try {
        for (int task = take(); task < tasks; task = take()) {
          try {
            work.accept(task);
            did();
          } catch (Throwable e) {
            failed(task, e);
          }
        }
      } finally {
        CURRENT.set(outer);
      }
    }

    /** Whether this, or what it is a part of, has ended early. */
    private boolean isStopped() {
      return stopped || within != null && within.isStopped();
    }

    private synchronized int take() {
      // A helper's thread serves others next: an interrupt that reached it is the asker's.
      if (Thread.interrupted()) {
        interrupted = true;
        stopped = true;
      }
      return isStopped() ? tasks : next < tasks ? next++ : tasks;
    }

    private synchronized void did() {
      done++;
    }

    private synchronized void failed(int task, Throwable e) {
      if (stopped && e instanceof CancellationException) {
        // It was ended because of another.
        return;
      }
      stopped = true;
      if (task < failedTask) {
        failedTask = task;
        failure = e;
      }
    }

    /** Waits for the helpers' tasks, however often it is interrupted: they use the asker's data. */
    synchronized void finish() {
      while (helping > 0) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
          stopped = true;
        }
      }
      stopped = true;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    synchronized void report() {
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
      if (done < tasks) {
        throw new CancellationException("interrupted before all gradients were there");
      }
    }
  }
}
