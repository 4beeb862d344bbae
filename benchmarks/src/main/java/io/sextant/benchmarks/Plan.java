package io.sextant.benchmarks;

import io.sextant.benchmarks.networks.Network;
import io.sextant.benchmarks.report.Results;
import java.util.List;

/**
 * How much is measured.
 *
 * @param name {@code full}, {@code quick} or the name of a part
 * @param rounds how often the table of cells and the end-to-end jobs are measured again, each time
 *     in new processes
 * @param slowRounds in how many of them the slow libraries, DL4J and nd4j, take part
 * @param networks of the table of cells
 * @param jobNetworks of the end-to-end jobs
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
    List<Network> networks,
    List<Network> jobNetworks,
    int attempts,
    int warmupMillis,
    int measureMillis,
    List<Integer> batches,
    List<Integer> jacobianBatches,
    List<Integer> scaledBatches,
    List<Integer> scaledRows,
    long soakCalls,
    int commandRounds) {
  private static final List<Network> JOB_NETWORKS =
      List.of(Network.DEMO_CNN, Network.DEMO_CNN_ADVERSARIAL, Network.REFERENCE_CNN);
  private static final Plan FULL =
      new Plan(
          "full",
          3,
          1,
          Network.TIMED,
          JOB_NETWORKS,
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
          Network.TIMED,
          JOB_NETWORKS,
          1,
          150,
          400,
          List.of(1, 128),
          List.of(128),
          List.of(1, 8, 64, 256),
          List.of(128, 1024),
          2_000,
          1);
  private static final Plan SEQUENCES = part("sequences", 3, Network.SEQUENCES, List.of(), 0);
  private static final Plan EXPLAINERS =
      part("explainers", 5, List.of(), List.of(Network.REFERENCE_CNN), 0);
  private static final Plan COMMANDS = part("commands", 0, List.of(), List.of(), 5);

  Plan {
    networks = List.copyOf(networks);
    jobNetworks = List.copyOf(jobNetworks);
    batches = List.copyOf(batches);
    jacobianBatches = List.copyOf(jacobianBatches);
    scaledBatches = List.copyOf(scaledBatches);
    scaledRows = List.copyOf(scaledRows);
  }

  private static Plan part(
      String name,
      int rounds,
      List<Network> networks,
      List<Network> jobNetworks,
      int commandRounds) {
    return new Plan(
        name,
        rounds,
        0,
        networks,
        jobNetworks,
        2,
        300,
        900,
        Results.BATCHES,
        Results.BATCHES,
        List.of(),
        List.of(),
        0,
        commandRounds);
  }

  /** Whether it measures some kinds of things only: these do not judge an engine. */
  boolean isPart() {
    return soakCalls == 0;
  }

  static Plan of(String name) {
    return switch (name) {
      case "full" -> FULL;
      case "quick" -> QUICK;
      case "sequences" -> SEQUENCES;
      case "explainers" -> EXPLAINERS;
      case "commands" -> COMMANDS;
      default ->
          throw new IllegalArgumentException(
              "-Dbench must be full, quick, sequences, explainers or commands but was " + name);
    };
  }
}
