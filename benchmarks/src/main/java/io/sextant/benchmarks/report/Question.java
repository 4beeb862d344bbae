package io.sextant.benchmarks.report;

import io.sextant.benchmarks.contenders.Mode;
import io.sextant.benchmarks.networks.Network;

/**
 * What was timed, whatever the library.
 *
 * @param what the benchmark: a mode's key, or a job
 * @param network the network
 * @param batch number of inputs; 0 for jobs
 * @param threads threads, 0 for the library's default
 */
public record Question(String what, Network network, int batch, int threads) {
  /** A cell of the table. */
  public static Question cell(Mode mode, Network network, int batch) {
    return new Question(mode.key(), network, batch, 0);
  }

  /** Forward + input gradient at batch 128, in turns with the same network from another file. */
  public static Question paired(Network network) {
    return new Question("paired", network, 128, 0);
  }

  /** An end-to-end job. */
  public static Question job(String what, Network network) {
    return new Question(what, network, 0, 0);
  }
}
