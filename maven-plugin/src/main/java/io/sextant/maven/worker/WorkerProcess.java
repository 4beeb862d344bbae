package io.sextant.maven.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apiguardian.api.API;

/**
 * A worker that runs until it ends, is too late, or is not wanted any more.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class WorkerProcess {
  /** What is kept of standard error to find the reason of a failure in. */
  private static final int KEPT_LINES = 40;

  private static final long LAST_WORDS_MILLIS = 2000;

  private WorkerProcess() {}

  /**
   * Runs a worker.
   *
   * @param command to start it with
   * @param timeout after which it is killed, with its children
   * @param lines hears each line of its output, from other threads, one at a time
   * @throws IOException if it cannot be started
   * @throws InterruptedException if this thread is interrupted; the worker is killed
   */
  public static WorkerExit run(
      WorkerCommand command, Optional<Duration> timeout, Consumer<String> lines)
      throws IOException, InterruptedException {
    Path arguments = command.writeArguments();
    ProcessBuilder builder =
        new ProcessBuilder(command.jvm().java().toString(), "@" + arguments)
            .directory(command.directory().toFile())
            .redirectInput(ProcessBuilder.Redirect.from(nothing()));
    // A worker whose Maven is gone, even killed, ends too.
    builder.environment().put("SEXTANT_PARENT", String.valueOf(ProcessHandle.current().pid()));
    // It would add options that nobody sees, and a line to standard error.
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().putAll(command.jvm().environment());
    Process process = builder.start();
    Thread ending = new Thread(() -> kill(process), "sextant-worker-end");
    try {
      Runtime.getRuntime().addShutdownHook(ending);
      Deque<String> errors = new ArrayDeque<>();
      Object turn = new Object();
      Consumer<String> kept =
          line -> {
            synchronized (turn) {
              errors.addLast(line);
              if (errors.size() > KEPT_LINES) {
                errors.removeFirst();
              }
            }
          };
      Thread out =
          reader(
              process.getInputStream(),
              line -> {
                // Java tells of its own crash on standard output.
                if (line.contains(WorkerExit.CRASH)) {
                  kept.accept(line);
                }
                tell(turn, lines, line);
              });
      Thread err =
          reader(
              process.getErrorStream(),
              line -> {
                kept.accept(line);
                tell(turn, lines, line);
              });
      boolean ended = true;
      if (timeout.isPresent()) {
        ended = process.waitFor(timeout.get().toMillis(), TimeUnit.MILLISECONDS);
      } else {
        process.waitFor();
      }
      if (!ended) {
        kill(process);
      }
      out.join(LAST_WORDS_MILLIS);
      err.join(LAST_WORDS_MILLIS);
      if (!ended) {
        return new WorkerExit.TimedOut(timeout.orElseThrow());
      }
      synchronized (turn) {
        return new WorkerExit.Ended(process.exitValue(), List.copyOf(errors));
      }
    } finally {
      kill(process);
      removeHook(ending);
    }
  }

  private static java.io.File nothing() {
    boolean windows = System.getProperty("os.name", "").startsWith("Windows");
    return new java.io.File(windows ? "NUL" : "/dev/null");
  }

  private static void tell(Object turn, Consumer<String> lines, String line) {
    synchronized (turn) {
      lines.accept(line);
    }
  }

  private static Thread reader(InputStream stream, Consumer<String> lines) {
    Thread thread =
        new Thread(
            () -> {
              try (BufferedReader reader =
                  new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                  lines.accept(printable(line));
                }
              } catch (IOException e) {
                // The stream was closed under the reader: the process was killed.
                return;
              }
            },
            "sextant-worker-output");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Names come from people and files; they must not move the cursor or fake a line. */
  private static String printable(String line) {
    return line.replace("\t", "    ").replaceAll("\\p{Cntrl}", "?");
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // Java is ending; the hook runs, and finds nothing to kill.
      return;
    }
  }
}
