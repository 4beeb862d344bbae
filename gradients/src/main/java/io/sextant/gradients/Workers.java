package io.sextant.gradients;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/** The threads of a service. */
final class Workers implements AutoCloseable {
  private final int count;
  private final ExecutorService threads;

  Workers(int count) {
    this.count = count;
    this.threads =
        Executors.newFixedThreadPool(
            count,
            task -> {
              Thread thread = new Thread(task, "sextant-gradients");
              thread.setDaemon(true);
              return thread;
            });
  }

  int count() {
    return count;
  }

  /** Does tasks 0 to n - 1 side by side, and returns when all are done. */
  void run(int n, IntConsumer work) {
    if (n <= 1 || count == 1) {
      for (int i = 0; i < n; i++) {
        work.accept(i);
      }
      return;
    }
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int index = i;
      tasks.add(
          () -> {
            work.accept(index);
            return null;
          });
    }
    try {
      for (Future<Void> done : threads.invokeAll(tasks)) {
        done.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for gradients", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException("a gradient batch failed", e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
