package io.sextant.benchmarks;

import io.sextant.benchmarks.contenders.Contender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Starts a process for one library alone. Two libraries in one process would disturb each other:
 * their pools of threads spin for a while after each call.
 *
 * @param work folder for logs and results
 */
record Fork(Path work) {
  private static final long LONGEST_MINUTES = 15;

  /**
   * How a process ended.
   *
   * @param failure the reason of its failure, or nothing when it ended well
   * @param wallMillis from its start to its end
   * @param cpuMillis processor time, that of its children included
   * @param others the share of the machine that other processes took meanwhile
   * @param log what it printed
   */
  record Ended(
      Optional<String> failure, double wallMillis, double cpuMillis, double others, Path log) {}

  /**
   * Runs a main class to its end.
   *
   * @param name of the log, unique in this run
   * @param environment variables besides those of this process
   * @param options of the JVM
   * @param main the class
   * @param arguments its arguments
   * @return the reason of its failure, or nothing when it ended well
   */
  Optional<String> run(
      String name,
      Map<String, String> environment,
      List<String> options,
      Class<?> main,
      List<String> arguments)
      throws IOException {
    return run(name, environment, java(options, main, arguments)).failure();
  }

  /** The command line that runs a main class of this class path. */
  List<String> java(List<String> options, Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of(
            "-Djava.awt.headless=true",
            "-Dai.djl.offline=true",
            "-DOPT_OUT_TRACKING=true",
            "-DDJL_CACHE_DIR=" + work.resolve("djl"),
            "-DENGINE_CACHE_DIR=" + work.resolve("djl"),
            "-classpath",
            System.getProperty("java.class.path"),
            main.getName()));
    command.addAll(arguments);
    return command;
  }

  /**
   * Runs a command to its end.
   *
   * @param name of the log, unique in this run
   * @param environment variables besides those of this process
   * @param command a program and its arguments
   */
  Ended run(String name, Map<String, String> environment, List<String> command) throws IOException {
    Path log = Files.createDirectories(work.resolve("logs")).resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    for (Contender contender : Contender.values()) {
      contender.environment().keySet().forEach(builder.environment()::remove);
    }
    // What a user set for the command is not part of what is measured.
    builder.environment().remove("SEXTANT_JAVA_OPTS");
    builder.environment().putAll(environment);
    Ticks before = Ticks.now();
    long start = System.nanoTime();
    Process process = builder.start();
    try {
      boolean ended = process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES);
      double wall = (System.nanoTime() - start) / 1e6;
      Ticks after = Ticks.now();
      return new Ended(
          !ended
              ? Optional.of("it took more than %d minutes".formatted(LONGEST_MINUTES))
              : process.exitValue() == 0
                  ? Optional.empty()
                  : Optional.of("%s (log: %s)".formatted(firstError(log), log.getFileName())),
          wall,
          after.childSecondsSince(before) * 1000,
          after.othersSince(before),
          log);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Ended(Optional.of("it was interrupted"), 0, 0, 0, log);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String firstError(Path log) throws IOException {
    String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    return Arrays.stream(text.split("\n"))
        .map(String::strip)
        .filter(line -> line.contains("Exception") || line.contains("Error"))
        .findFirst()
        .orElse("it ended without a message");
  }
}
