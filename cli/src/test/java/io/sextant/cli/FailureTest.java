package io.sextant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class FailureTest {
  @CommandLine.Command(name = "fail")
  private static final class Failing implements Callable<Integer> {
    private final Throwable failure;

    Failing(Throwable failure) {
      this.failure = failure;
    }

    @Override
    public Integer call() throws Exception {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (Exception) failure;
    }
  }

  private static Command with(Throwable failure, Object... arguments) {
    return Command.run(Main.commandLine().addSubcommand(new Failing(failure)), arguments);
  }

  @Test
  void out_of_memory_is_71() {
    Command ended = with(new OutOfMemoryError("Java heap space"), "fail").ends(71);
    assertThat(ended.err())
        .hasLineCount(1)
        .startsWith("sextant: out of memory (Java heap space)")
        .contains("--batch-size");
  }

  @Test
  void anything_unforeseen_is_70() {
    for (Throwable failure :
        new Throwable[] {
          new IllegalStateException("odd"), new StackOverflowError(), new NoClassDefFoundError("x")
        }) {
      Command ended = with(failure, "fail").ends(70);
      assertThat(ended.err()).hasLineCount(1).startsWith("sextant: internal error: ");
    }
  }

  @Test
  void files_that_fail_are_2() {
    for (Throwable failure :
        new Throwable[] {
          new IOException("No space left on device"),
          new UncheckedIOException(new IOException("No space left on device"))
        }) {
      Command ended = with(failure, "fail").refuses("No space left on device", "same command");
      assertThat(ended.err()).hasLineCount(1);
    }
  }

  @Test
  void messages_are_one_line_whoever_wrote_them() {
    assertThat(with(new IllegalArgumentException("one\n  two\r\nthree\n"), "fail").ends(2).err())
        .isEqualTo("sextant: one two three%n".formatted());
    assertThat(with(new IllegalArgumentException((String) null), "fail").ends(2).err())
        .isEqualTo("sextant: IllegalArgumentException%n".formatted());
  }

  @Test
  void verbose_shows_where_errors_come_from() {
    assertThat(with(new OutOfMemoryError("x"), "--verbose", "fail").ends(71).err())
        .contains("\tat io.sextant.cli.FailureTest");
  }
}
