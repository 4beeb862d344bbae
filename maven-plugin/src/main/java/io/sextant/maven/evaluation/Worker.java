package io.sextant.maven.evaluation;

import io.sextant.maven.worker.ExitMeaning;
import io.sextant.maven.worker.ForkPermits;
import io.sextant.maven.worker.Patience;
import io.sextant.maven.worker.WorkerCommand;
import io.sextant.maven.worker.WorkerExit;
import io.sextant.maven.worker.WorkerJvm;
import io.sextant.maven.worker.WorkerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apiguardian.api.API;

/**
 * Runs the {@code sextant} command in a process of its own.
 *
 * @param classPath of the process
 * @param jvm of the process
 * @param directory it runs in
 * @param patience after which it is killed
 * @param threads it computes with, at least 1
 * @param concurrency how many such processes a build runs at once, at least 1
 * @param verbose whether it shows stack traces
 * @param lines receives its output
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Worker(
    ClassPathSource classPath,
    WorkerJvm jvm,
    Path directory,
    Patience patience,
    int threads,
    int concurrency,
    boolean verbose,
    Consumer<String> lines) {
  public Worker {
    if (threads < 1) {
      throw new IllegalArgumentException(
          "sextant.fork.threads must be at least 1 but was " + threads);
    }
  }

  /** The same with a class path that was found. */
  Worker on(List<Path> found) {
    return new Worker(() -> found, jvm, directory, patience, threads, concurrency, verbose, lines);
  }

  /**
   * Runs a command to its end.
   *
   * @param arguments of the command
   * @param folder for the argument file and the log of a crash
   * @param results whether what the command is to leave is there
   * @return what is broken, with the next step; nothing when all is well
   * @throws EvaluationException if the class path cannot be had
   * @throws IOException if the process cannot be started
   * @throws InterruptedException if this thread is interrupted; the process is killed
   */
  public Optional<String> run(List<String> arguments, Path folder, BooleanSupplier results)
      throws EvaluationException, IOException, InterruptedException {
    List<String> all = new ArrayList<>(arguments);
    if (verbose) {
      all.add("--verbose");
    }
    WorkerCommand command = new WorkerCommand(jvm, classPath.resolve(), all, directory, folder);
    WorkerExit exit;
    ForkPermits.BUILD.take(concurrency);
    try {
      exit = WorkerProcess.run(command, patience, lines);
    } finally {
      ForkPermits.BUILD.giveBack();
    }
    return ExitMeaning.broken(exit, results.getAsBoolean(), jvm);
  }
}
