package io.sextant.gradients.engine;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Weights;
import java.util.Optional;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * Runs inference graphs and their pullbacks. Engines are found through {@link
 * java.util.ServiceLoader}.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Engine {
  /** The name by which a user asks for this engine, in lower case. */
  String name();

  /** Which engine is taken when none is asked for: the available one of the highest priority. */
  int priority();

  /** Why it cannot run on this machine, or nothing when it can. */
  default Optional<String> unavailable() {
    return Optional.empty();
  }

  /** The precisions that it computes in. */
  Set<Precision> precisions();

  /** Engine, library and version, for reports. */
  String description();

  /**
   * Prepares a graph. The program is immutable and can be used by many threads.
   *
   * @param graph what to compute
   * @param weights the values of its parameters
   * @param precision one of {@link #precisions()}
   * @return the program
   * @throws IllegalArgumentException when it cannot run one of the graph's operations
   */
  Program compile(InferenceGraph graph, Weights weights, Precision precision);
}
