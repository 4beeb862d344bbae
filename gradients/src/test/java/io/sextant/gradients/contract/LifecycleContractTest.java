package io.sextant.gradients.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sextant.gradients.Answer;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.GradientServiceBuilder;
import io.sextant.gradients.Objective;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Tape;
import io.sextant.gradients.graph.InferenceGraph;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Services that are closed, interrupted and asked from within: nothing is used after it is freed.
 */
@Tag("engine-contract")
@Timeout(60)
class LifecycleContractTest {
  private static final InferenceGraph GRAPH = Soak.Subject.RESIDUAL.graph();
  private static final double[][] ROWS = rows(96);
  private static final double[][] COTANGENT = new double[16][4];

  static {
    for (double[] row : COTANGENT) {
      Arrays.fill(row, 1);
    }
  }

  private static double[][] rows(int count) {
    RandomGenerator random = RandomKey.of(9).random();
    double[][] rows = new double[count][GRAPH.input().shape().elements()];
    for (double[] row : rows) {
      Arrays.setAll(row, i -> random.nextDouble());
    }
    return rows;
  }

  private static GradientServiceBuilder service() {
    return EngineUnderTest.service(GRAPH).threads(4).nativeThreads(1).batchSize(16);
  }

  private static Answer ask(GradientService service, IntFunction<Objective> objective) {
    return service.query(ROWS, new int[ROWS.length], objective);
  }

  @Test
  void a_closed_service_refuses_all_questions() {
    GradientService service = service().build();
    Tape tape = service.record(Arrays.copyOf(ROWS, 16));
    service.close();
    service.close();
    for (int count : new int[] {0, 1, 96}) {
      assertThatThrownBy(() -> service.logits(Arrays.copyOf(ROWS, count)))
          .isExactlyInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }
    assertThatThrownBy(() -> ask(service, Objective::crossEntropy))
        .isExactlyInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> service.record(Arrays.copyOf(ROWS, 16)))
        .isExactlyInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> tape.pullback(COTANGENT))
        .isExactlyInstanceOf(IllegalStateException.class);
    tape.close();
    tape.close();
    assertThatThrownBy(tape::logits).isInstanceOf(IllegalStateException.class);
  }

  /** Services that spread work over calls, over native threads where the engine can, and both. */
  private static Stream<GradientService> spread() {
    Stream<int[]> threads =
        EngineUnderTest.isReference()
            ? Stream.of(new int[] {1, 1}, new int[] {2, 1}, new int[] {4, 1})
            : Stream.of(new int[] {1, 1}, new int[] {2, 1}, new int[] {2, 2}, new int[] {4, 2});
    return threads.map(
        count -> service().threads(count[0]).nativeThreads(count[1]).batchSize(16).build());
  }

  @Test
  void an_objective_may_ask_its_own_service_from_any_thread() {
    spread()
        .forEach(
            made -> {
              try (GradientService service = made) {
                double[][] logits = service.logits(ROWS);
                Answer expected = ask(service, Objective::crossEntropy);
                Answer answer =
                    ask(
                        service,
                        label ->
                            (at, cotangent) -> {
                              assertThat(service.logits(ROWS)).isDeepEqualTo(logits);
                              assertThat(
                                      CompletableFuture.supplyAsync(() -> service.logits(ROWS))
                                          .join())
                                  .isDeepEqualTo(logits);
                              return Objective.crossEntropy(label).evaluate(at, cotangent);
                            });
                assertThat(answer.gradients()).isDeepEqualTo(expected.gradients());
                assertThat(answer.values()).isEqualTo(expected.values());
              }
            });
  }

  @Test
  void an_objective_that_closes_its_service_ends_the_query_and_nothing_else() {
    spread()
        .forEach(
            service ->
                assertThatThrownBy(
                        () ->
                            ask(
                                service,
                                label ->
                                    (at, cotangent) -> {
                                      service.close();
                                      return Objective.crossEntropy(label).evaluate(at, cotangent);
                                    }))
                    .isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed"));
  }

  @Test
  void what_fails_in_an_objective_reaches_the_asker_and_the_service_goes_on() {
    try (GradientService service = service().build()) {
      assertThatThrownBy(
              () ->
                  ask(
                      service,
                      label ->
                          (at, cotangent) -> {
                            throw new UnsupportedOperationException("no such objective");
                          }))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThat(ask(service, Objective::crossEntropy).gradients()).hasDimensions(96, 196);
    }
  }

  @Test
  void the_asking_thread_keeps_its_own_number_of_native_threads() {
    NativeOps library = NativeOpsHolder.getInstance().getDeviceNativeOps();
    int before = library.ompGetMaxThreads();
    try {
      library.setOmpNumThreads(3);
      spread()
          .forEach(
              made -> {
                try (GradientService service = made;
                    Tape tape = service.record(Arrays.copyOf(ROWS, 16))) {
                  ask(service, Objective::crossEntropy);
                  tape.pullback(COTANGENT);
                  tape.pullback(COTANGENT, GRAPH.output().name());
                  tape.activation(GRAPH.nodes().get(2).name());
                  assertThat(library.ompGetMaxThreads()).isEqualTo(3);
                }
              });
    } finally {
      library.setOmpNumThreads(before);
    }
  }

  @Test
  void a_thread_interrupted_in_a_query_stays_interrupted_and_work_ends_before_it_returns()
      throws Exception {
    try (GradientService service = service().build()) {
      AtomicBoolean status = new AtomicBoolean();
      AtomicInteger working = new AtomicInteger();
      AtomicInteger left = new AtomicInteger(-1);
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      CountDownLatch begun = new CountDownLatch(1);
      Thread asker =
          new Thread(
              () -> {
                thrown.set(
                    catchThrowable(
                        () -> {
                          while (true) {
                            ask(
                                service,
                                label ->
                                    (at, cotangent) -> {
                                      working.incrementAndGet();
                                      begun.countDown();
                                      double value =
                                          Objective.crossEntropy(label).evaluate(at, cotangent);
                                      working.decrementAndGet();
                                      return value;
                                    });
                          }
                        }));
                left.set(working.get());
                status.set(Thread.currentThread().isInterrupted());
              });
      asker.start();
      begun.await();
      asker.interrupt();
      asker.join();
      assertThat(thrown.get()).isInstanceOf(CancellationException.class);
      assertThat(status).isTrue();
      assertThat(left).hasValue(0);
    }
  }

  @Test
  void interrupts_and_closes_at_any_moment_leave_nothing_behind() throws Exception {
    stress(Duration.ofMillis(1500));
  }

  @Test
  @Tag("slow")
  void interrupts_and_closes_at_any_moment_leave_nothing_behind_for_long() throws Exception {
    stress(Duration.ofSeconds(10));
  }

  /**
   * Threads that ask a service and its tapes, of which some are interrupted at some moment and all
   * of which see the service, and the tape that they share, closed. Whoever gets an answer gets the
   * right one; all else is an IllegalStateException. Memory used after it is freed ends the process
   * sooner or later.
   */
  private static void stress(Duration length) throws InterruptedException {
    double[][] logits;
    double[][] gradients;
    try (GradientService service = service().build()) {
      logits = service.logits(ROWS);
      gradients = ask(service, Objective::crossEntropy).gradients();
    }
    RandomGenerator random = RandomKey.of(3).random();
    long end = System.nanoTime() + length.toNanos();
    while (System.nanoTime() < end) {
      GradientService service = service().build();
      Tape shared = service.record(Arrays.copyOf(ROWS, 16));
      double[][] pulled = shared.pullback(COTANGENT);
      List<Runnable> uses =
          List.of(
              () -> assertThat(service.logits(ROWS)).isDeepEqualTo(logits),
              () ->
                  assertThat(ask(service, Objective::crossEntropy).gradients())
                      .isDeepEqualTo(gradients),
              () -> assertThat(shared.pullback(COTANGENT)).isDeepEqualTo(pulled),
              () -> {
                try (Tape own = service.record(Arrays.copyOf(ROWS, 16))) {
                  for (int i = 0; i < 5; i++) {
                    assertThat(own.pullback(COTANGENT)).isDeepEqualTo(pulled);
                  }
                }
              });
      List<Throwable> wrong = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (Runnable use : uses) {
        Thread thread =
            new Thread(
                () -> {
                  try {
                    while (true) {
                      use.run();
                    }
                  } catch (IllegalStateException expected) {
                    // Closed, or interrupted.
                  } catch (Throwable e) {
                    synchronized (wrong) {
                      wrong.add(e);
                    }
                  }
                });
        threads.add(thread);
        thread.start();
      }
      pause(random);
      threads.get(random.nextInt(threads.size())).interrupt();
      pause(random);
      if (random.nextBoolean()) {
        shared.close();
      }
      service.close();
      threads.get(random.nextInt(threads.size())).interrupt();
      for (Thread thread : threads) {
        thread.join();
      }
      shared.close();
      assertThat(wrong).isEmpty();
    }
  }

  private static void pause(RandomGenerator random) {
    long end = System.nanoTime() + random.nextLong(15_000_000);
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
