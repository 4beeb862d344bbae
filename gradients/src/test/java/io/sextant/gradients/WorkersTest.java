package io.sextant.gradients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkersTest {
  private static void await(CountDownLatch latch) {
    boolean interrupted = false;
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Runs in a thread of its own, so that interrupts do not reach the test's. */
  private static Thread start(Runnable work) {
    Thread thread = new Thread(work);
    thread.start();
    return thread;
  }

  @Test
  void each_task_is_done_once() {
    try (Workers workers = new Workers(3)) {
      Set<Integer> done = ConcurrentHashMap.newKeySet();
      AtomicInteger calls = new AtomicInteger();
      workers.run(
          500,
          task -> {
            done.add(task);
            calls.incrementAndGet();
          });
      assertThat(done).hasSize(500);
      assertThat(calls).hasValue(500);
    }
  }

  @Test
  void tasks_run_side_by_side() {
    try (Workers workers = new Workers(3)) {
      CountDownLatch all = new CountDownLatch(3);
      // Each waits for the other two.
      workers.run(
          3,
          task -> {
            all.countDown();
            await(all);
          });
      assertThat(all.getCount()).isZero();
    }
  }

  @Test
  void who_is_interrupted_waits_for_tasks_under_way_and_begins_no_more() throws Exception {
    try (Workers workers = new Workers(2)) {
      CountDownLatch both = new CountDownLatch(2);
      CountDownLatch go = new CountDownLatch(1);
      AtomicInteger begun = new AtomicInteger();
      AtomicInteger ended = new AtomicInteger();
      AtomicInteger endedAtReturn = new AtomicInteger();
      AtomicBoolean status = new AtomicBoolean();
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread asker =
          start(
              () -> {
                thrown.set(
                    catchThrowable(
                        () ->
                            workers.run(
                                100,
                                task -> {
                                  begun.incrementAndGet();
                                  both.countDown();
                                  // Only the helper's task is still under way after the interrupt.
                                  if (!Thread.currentThread().getName().startsWith("sextant")) {
                                    await(both);
                                    Thread.currentThread().interrupt();
                                  } else {
                                    await(go);
                                  }
                                  ended.incrementAndGet();
                                })));
                endedAtReturn.set(ended.get());
                status.set(Thread.currentThread().isInterrupted());
              });
      await(both);
      asker.join(100);
      assertThat(asker.isAlive()).isTrue();
      asker.interrupt();
      asker.join(100);
      assertThat(asker.isAlive()).isTrue();
      go.countDown();
      asker.join();
      assertThat(begun).hasValue(2);
      assertThat(endedAtReturn).hasValue(2);
      assertThat(status).isTrue();
      assertThat(thrown.get())
          .isInstanceOf(CancellationException.class)
          .hasMessageContaining("interrupted");
    }
  }

  @Test
  void an_interrupt_of_a_helper_is_the_askers() throws Exception {
    try (Workers workers = new Workers(2)) {
      AtomicBoolean status = new AtomicBoolean();
      CountDownLatch both = new CountDownLatch(2);
      start(
              () -> {
                workers.run(
                    2,
                    task -> {
                      both.countDown();
                      await(both);
                      if (Thread.currentThread().getName().startsWith("sextant")) {
                        Thread.currentThread().interrupt();
                      }
                    });
                status.set(Thread.currentThread().isInterrupted());
              })
          .join();
      assertThat(status).isTrue();
    }
  }

  @Test
  void a_thread_that_comes_interrupted_begins_nothing() throws Exception {
    try (Workers workers = new Workers(1)) {
      AtomicInteger begun = new AtomicInteger();
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      AtomicBoolean status = new AtomicBoolean();
      start(
              () -> {
                Thread.currentThread().interrupt();
                thrown.set(catchThrowable(() -> workers.run(1, task -> begun.incrementAndGet())));
                status.set(Thread.currentThread().isInterrupted());
              })
          .join();
      assertThat(thrown.get()).isInstanceOf(CancellationException.class);
      assertThat(begun).hasValue(0);
      assertThat(status).isTrue();
    }
  }

  @Test
  void tasks_may_run_tasks_of_the_same_workers_from_any_thread() {
    try (Workers workers = new Workers(2)) {
      AtomicInteger inner = new AtomicInteger();
      workers.run(
          8,
          task -> {
            workers.run(8, nested -> inner.incrementAndGet());
            try {
              start(() -> workers.run(8, nested -> inner.incrementAndGet())).join();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
      assertThat(inner).hasValue(128);
    }
  }

  @Test
  void the_first_failure_by_number_is_thrown_when_nobody_works_any_more() {
    try (Workers workers = new Workers(2)) {
      CountDownLatch both = new CountDownLatch(2);
      AtomicInteger working = new AtomicInteger();
      assertThatThrownBy(
              () ->
                  workers.run(
                      50,
                      task -> {
                        working.incrementAndGet();
                        both.countDown();
                        await(both);
                        working.decrementAndGet();
                        throw new IllegalArgumentException("task " + task);
                      }))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("task 0");
      assertThat(working).hasValue(0);
    }
  }

  @Test
  void closed_workers_leave_all_to_the_asker() {
    Workers workers = new Workers(4);
    workers.close();
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    workers.run(20, task -> threads.add(Thread.currentThread()));
    assertThat(threads).containsExactly(Thread.currentThread());
  }

  @Test
  void tasks_that_ask_in_turn_hear_of_an_interrupt_and_of_a_failure() throws Exception {
    try (Workers workers = new Workers(2)) {
      for (boolean fails : new boolean[] {false, true}) {
        CountDownLatch both = new CountDownLatch(2);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean status = new AtomicBoolean();
        Thread asker =
            start(
                () -> {
                  thrown.set(
                      catchThrowable(
                          () ->
                              workers.run(
                                  2,
                                  task -> {
                                    both.countDown();
                                    await(both);
                                    if (fails && task == 0) {
                                      throw new IllegalArgumentException("no such task");
                                    }
                                    // Far more than can be done: only an end from outside helps.
                                    workers.run(Integer.MAX_VALUE, inner -> Thread.onSpinWait());
                                  })));
                  status.set(Thread.currentThread().isInterrupted());
                });
        await(both);
        if (!fails) {
          asker.interrupt();
        }
        asker.join();
        assertThat(thrown.get())
            .isInstanceOf(fails ? IllegalArgumentException.class : CancellationException.class);
        assertThat(status.get()).isEqualTo(!fails);
        // The helper's thread serves the next without a trace of it.
        AtomicInteger marked = new AtomicInteger();
        workers.run(100, task -> marked.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0));
        assertThat(marked).hasValue(0);
      }
    }
  }

  @Test
  void who_asks_from_within_calls_nobody_who_cannot_come() {
    try (Workers workers = new Workers(2)) {
      AtomicInteger most = new AtomicInteger();
      CountDownLatch both = new CountDownLatch(2);
      workers.run(
          2,
          task -> {
            both.countDown();
            await(both);
            for (int i = 0; i < 1000; i++) {
              workers.run(2, inner -> {});
              most.accumulateAndGet(workers.waiting(), Math::max);
            }
          });
      // One may have ended while the other calls.
      assertThat(most).hasValueLessThan(3);
    }
  }

  @Test
  void a_thread_without_a_task_of_its_own_helps_one_that_asks_from_within() {
    try (Workers workers = new Workers(2)) {
      CountDownLatch both = new CountDownLatch(2);
      workers.run(
          1,
          task ->
              workers.run(
                  2,
                  inner -> {
                    both.countDown();
                    await(both);
                  }));
      assertThat(both.getCount()).isZero();
    }
  }
}
