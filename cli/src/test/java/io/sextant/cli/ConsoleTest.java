package io.sextant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private final StringWriter said = new StringWriter();
  private final AtomicLong seconds = new AtomicLong();
  private final AtomicLong passes = new AtomicLong();

  private Console console() {
    return new Console(new PrintWriter(said), () -> Duration.ofSeconds(seconds.get()).toNanos());
  }

  @Test
  void a_long_unit_of_work_gives_signs_of_life_and_one_that_hangs_does_not() {
    try (Console console = console()) {
      console.phase("attacking");
      console.computing(passes::get);
      passes.set(1500);
      console.pulse();
      assertThat(said.toString()).isEqualToNormalizingNewlines("attacking\n");

      seconds.set(40);
      console.pulse();
      seconds.set(80);
      console.pulse();
      passes.set(2500);
      console.pulse();

      assertThat(said.toString())
          .isEqualToNormalizingNewlines(
              "attacking\n  at work, 1,500 passes so far\n  at work, 2,500 passes so far\n");
    }
  }

  @Test
  void nothing_is_added_where_lines_come_anyway() {
    try (Console console = console()) {
      console.computing(passes::get);
      passes.set(7);
      seconds.set(100);
      console.advanced("pgd", 1, 1, Optional.empty());
      seconds.set(129);
      console.pulse();

      assertThat(said.toString()).isEqualToNormalizingNewlines("  1 of 1 (pgd)\n");
    }
  }
}
