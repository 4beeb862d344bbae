package io.sextant.benchmarks;

import io.sextant.benchmarks.report.Results;
import java.util.List;

/**
 * How much is measured.
 *
 * @param name {@code full}, {@code quick} or {@code commands}
 * @param rounds how often the table of cells and the end-to-end jobs are measured again, each time
 *     in new processes
 * @param slowRounds in how many of them the slow libraries, DL4J and nd4j, take part
 * @param attempts how often a process is measured until it is not disturbed by other work
 * @param warmupMillis for which a cell runs before the clock counts
 * @param measureMillis for which a cell is measured; at least one call
 * @param batches of the table of cells
 * @param jacobianBatches batches of forward + 10 pullbacks
 * @param scaledBatches batches of the scaling table
 * @param scaledRows numbers of rows in one query of the scaling table
 * @param soakCalls gradient calls of the memory test
 * @param commandRounds how often whole commands are measured, each time in new processes
 */
record Plan(
    String name,
    int rounds,
    int slowRounds,
    int attempts,
    int warmupMillis,
    int measureMillis,
    List<Integer> batches,
    List<Integer> jacobianBatches,
    List<Integer> scaledBatches,
    List<Integer> scaledRows,
    long soakCalls,
    int commandRounds) {
  private static final Plan FULL =
      new Plan(
          "full",
          3,
          1,
          2,
          300,
          900,
          Results.BATCHES,
          Results.BATCHES,
          List.of(1, 2, 4, 8, 16, 32, 64, 128, 256, 512),
          List.of(128, 256, 512, 1024, 2048, 4096),
          100_000,
          5);
  private static final Plan QUICK =
      new Plan(
          "quick",
          1,
          1,
          1,
          150,
          400,
          List.of(1, 128),
          List.of(128),
          List.of(1, 8, 64, 256),
          List.of(128, 1024),
          2_000,
          1);
  private static final Plan COMMANDS =
      new Plan("commands", 0, 0, 2, 0, 0, List.of(), List.of(), List.of(), List.of(), 0, 5);

  Plan {
    batches = List.copyOf(batches);
    jacobianBatches = List.copyOf(jacobianBatches);
    scaledBatches = List.copyOf(scaledBatches);
    scaledRows = List.copyOf(scaledRows);
  }

  /** Whether whole commands are all that is measured. */
  boolean commandsOnly() {
    return name.equals("commands");
  }

  static Plan of(String name) {
    return switch (name) {
      case "full" -> FULL;
      case "quick" -> QUICK;
      case "commands" -> COMMANDS;
      default ->
          throw new IllegalArgumentException(
              "-Dbench must be full, quick or commands but was " + name);
    };
  }
}
