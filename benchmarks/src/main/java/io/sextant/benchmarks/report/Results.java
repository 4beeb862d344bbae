package io.sextant.benchmarks.report;

import io.sextant.benchmarks.contenders.Contender;
import io.sextant.benchmarks.networks.Network;
import io.sextant.benchmarks.timing.Agreement;
import io.sextant.benchmarks.timing.MemoryReading;
import io.sextant.benchmarks.timing.Peak;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/**
 * Everything that a run found out.
 *
 * @param plan {@code full}, {@code quick}, or the name of a part
 * @param rounds of the table of cells
 * @param date of the run
 * @param machine where it took place
 * @param busy the largest share of the machine that other work took while a process was timed
 * @param agreements that the libraries do the same work
 * @param peaks of matrix multiplication
 * @param operations floating-point operations of one forward pass of one example
 * @param parameters number of parameters by network
 * @param commandRounds how often whole commands were timed
 * @param timings all timings
 * @param scaledBatches batches of the scaling table
 * @param scaledRows numbers of rows of the scaling table
 * @param memory peak memory by network and library
 * @param soak the memory over many calls, by library
 * @param kernels of the reference CNN
 * @param absences why a library did not take part, by library
 * @param failures measurements that failed, with the reason
 */
public record Results(
    String plan,
    int rounds,
    LocalDate date,
    Machine machine,
    double busy,
    List<Agreement> agreements,
    List<Peak> peaks,
    Map<Network, Long> operations,
    Map<Network, Long> parameters,
    int commandRounds,
    Measurements timings,
    List<Integer> scaledBatches,
    List<Integer> scaledRows,
    Map<Network, Map<Contender, MemoryReading>> memory,
    Map<Contender, MemoryReading> soak,
    Kernels kernels,
    Map<Contender, String> absences,
    List<String> failures) {
  /** The share of the machine that other work may take, from 0 to 1. */
  public static final double QUIET = 0.1;

  /** The batches of the table of cells. */
  public static final List<Integer> BATCHES = List.of(1, 16, 128, 512);

  /** Whether anything was timed on a network. */
  boolean measured(Question question) {
    return java.util.Arrays.stream(Contender.values())
        .anyMatch(contender -> timings.series(question, contender).isPresent());
  }

  /** Whether the machine was left to the benchmarks. */
  public boolean idle() {
    return busy <= QUIET;
  }

  /** The machine's best at multiplying matrices, in operations per second. */
  public double peak() {
    return peaks.stream().mapToDouble(Peak::operationsPerSecond).max().orElseThrow();
  }

  /** The time in milliseconds below which no forward + input gradient can be, at the peak. */
  public double floor(Network network, int batch) {
    return 2.0 * operations.getOrDefault(network, 0L) * batch / peak() * 1000;
  }
}
