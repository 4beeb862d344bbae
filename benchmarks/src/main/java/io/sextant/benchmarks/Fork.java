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
 * Starts a Java process for one library alone. Two libraries in one process would disturb each
 * other: their pools of threads spin for a while after each call.
 *
 * @param work folder for logs and results
 */
record Fork(Path work) {
  private static final long LONGEST_MINUTES = 15;

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
    Path log = Files.createDirectories(work.resolve("logs")).resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    for (Contender contender : Contender.values()) {
      contender.environment().keySet().forEach(builder.environment()::remove);
    }
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
        return Optional.of("it took more than %d minutes".formatted(LONGEST_MINUTES));
      }
      return process.exitValue() == 0
          ? Optional.empty()
          : Optional.of("%s (log: %s)".formatted(firstError(log), log.getFileName()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("it was interrupted");
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
