package io.sextant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ParentTest {
  @Test
  void acts_when_the_parent_has_ended_and_not_before() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jshell").toString(), "-")
            .start();
    CountDownLatch orphaned = new CountDownLatch(1);
    Parent.watch(Optional.of(String.valueOf(parent.pid())), orphaned::countDown);
    assertThat(parent.isAlive()).isTrue();
    assertThat(orphaned.getCount()).isOne();

    parent.destroyForcibly();
    assertThat(orphaned.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void without_a_parent_there_is_nothing_to_watch() {
    AtomicInteger acted = new AtomicInteger();
    Parent.watch(Optional.empty(), acted::incrementAndGet);
    Parent.watch(Optional.of("x"), acted::incrementAndGet);
    assertThat(acted).hasValue(0);
  }

  @Test
  void a_parent_that_is_gone_already_is_noticed() throws Exception {
    Process gone =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version")
            .start();
    gone.waitFor();
    AtomicInteger acted = new AtomicInteger();
    Parent.watch(Optional.of(String.valueOf(gone.pid())), acted::incrementAndGet);
    assertThat(acted).hasValue(1);
  }
}
