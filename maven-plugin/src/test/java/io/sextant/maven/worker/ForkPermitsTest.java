package io.sextant.maven.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ForkPermitsTest {
  private final ForkPermits permits = new ForkPermits();

  @Test
  void the_second_waits_for_the_first() throws Exception {
    permits.take(1);
    CountDownLatch taken = new CountDownLatch(1);
    Thread second =
        new Thread(
            () -> {
              try {
                permits.take(1);
                taken.countDown();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    second.start();

    assertThat(taken.await(200, TimeUnit.MILLISECONDS)).isFalse();
    permits.giveBack();
    assertThat(taken.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void as_many_as_allowed_run_at_once() throws Exception {
    permits.take(2);
    permits.take(2);
    permits.giveBack();
    permits.giveBack();

    assertThatThrownBy(permits::giveBack).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void waiting_can_be_interrupted() throws Exception {
    permits.take(1);
    FutureTask<Object> task =
        new FutureTask<>(
            () -> {
              permits.take(1);
              return "taken";
            });
    Thread thread = new Thread(task);
    thread.start();
    thread.interrupt();

    assertThatThrownBy(() -> task.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(InterruptedException.class);
  }

  @Test
  void refuses_none_at_all() {
    assertThatThrownBy(() -> permits.take(0))
        .hasMessage("sextant.fork.concurrency must be at least 1 but was 0");
  }
}
