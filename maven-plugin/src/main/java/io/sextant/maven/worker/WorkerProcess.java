package io.sextant.maven.worker;

import io.sextant.results.internal.Text;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

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
   * @param patience after which it is killed, with its children
   * @param lines receives each line of its output, from other threads, one at a time
   * @throws IOException if it cannot be started
   * @throws InterruptedException if this thread is interrupted; the worker is killed
   */
  public static WorkerExit run(WorkerCommand command, Patience patience, Consumer<String> lines)
      throws IOException, InterruptedException {
    Files.createDirectories(command.folder());
    try (WorkerFolder own = WorkerFolder.in(command.folder())) {
      return run(command, own, patience, lines);
    } finally {
      CrashLogs.clean(command.folder(), command.jvm().options());
    }
  }

  private static WorkerExit run(
      WorkerCommand command, WorkerFolder own, Patience patience, Consumer<String> lines)
      throws IOException, InterruptedException {
    Path arguments = command.writeArguments(own);
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
    Thread ending = new Thread(() -> end(process, own), "sextant-worker-end");
    try {
      Runtime.getRuntime().addShutdownHook(ending);
      Deque<String> errors = new ArrayDeque<>();
      Object turn = new Object();
      Watch watch = new Watch(patience);
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
                // Java reports its own crash on standard output.
                if (line.contains(WorkerExit.CRASH)) {
                  kept.accept(line);
                }
                watch.heard(line);
                tell(turn, lines, line);
              });
      Thread err =
          reader(
              process.getErrorStream(),
              line -> {
                kept.accept(line);
                watch.heard(line);
                tell(turn, lines, line);
              });
      Optional<WorkerExit> late = watch.await(process);
      if (late.isPresent()) {
        kill(process);
      }
      out.join(LAST_WORDS_MILLIS);
      err.join(LAST_WORDS_MILLIS);
      if (late.isPresent()) {
        return late.get();
      }
      synchronized (turn) {
        return new WorkerExit.Ended(process.exitValue(), List.copyOf(errors));
      }
    } finally {
      kill(process);
      removeHook(ending);
    }
  }

  /** Waits for a process and watches whether it makes progress. */
  private static final class Watch {
    private final long begin = System.nanoTime();
    private final Patience patience;
    private long heard = begin;
    private @Nullable String last;

    Watch(Patience patience) {
      this.patience = patience;
    }

    synchronized void heard(String line) {
      heard = System.nanoTime();
      last = line.isBlank() ? last : line.strip();
    }

    /** Why the process is to be killed; nothing when it has ended. */
    Optional<WorkerExit> await(Process process) throws InterruptedException {
      while (true) {
        long left = Long.MAX_VALUE;
        synchronized (this) {
          long now = System.nanoTime();
          if (patience.whole().isPresent()) {
            left = patience.whole().get().toNanos() - (now - begin);
            if (left <= 0) {
              return Optional.of(new WorkerExit.TimedOut(patience.whole().get()));
            }
          }
          if (patience.silence().isPresent()) {
            long quiet = patience.silence().get().toNanos() - (now - heard);
            if (quiet <= 0) {
              return Optional.of(
                  new WorkerExit.Stalled(patience.silence().get(), Optional.ofNullable(last)));
            }
            left = Math.min(left, quiet);
          }
        }
        if (process.waitFor(left, TimeUnit.NANOSECONDS)) {
          return Optional.empty();
        }
      }
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
    return Text.line(line.replace("\t", "    "));
  }

  private static void end(Process process, WorkerFolder own) {
    kill(process);
    try {
      own.close();
    } catch (IOException e) {
      // Java is ending, and there is nobody left to tell.
      return;
    }
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
