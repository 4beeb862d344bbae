package io.sextant.evaluation;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.InferenceGraph;
import org.apiguardian.api.API;

/**
 * How gradients are computed. Outcomes do not depend on threads, and on the rest only where a
 * decision hangs on the last digits.
 *
 * @param engine {@code auto} or an engine's name
 * @param precision of the arithmetic
 * @param threads workers, at least 1
 * @param batchSize rows in one engine call, at least 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record EngineOptions(String engine, Precision precision, int threads, int batchSize) {
  /** The fastest engine, in float, one thread per core, 128 rows. */
  public static final EngineOptions DEFAULT =
      new EngineOptions("auto", Precision.FLOAT, Runtime.getRuntime().availableProcessors(), 128);

  public EngineOptions {
    if (threads < 1 || batchSize < 1) {
      throw new IllegalArgumentException(
          "threads and batch size must be at least 1 but were %d and %d"
              .formatted(threads, batchSize));
    }
  }

  /** These options with another engine. */
  public EngineOptions withEngine(String name) {
    return new EngineOptions(name, precision, threads, batchSize);
  }

  /** These options with another precision. */
  public EngineOptions withPrecision(Precision value) {
    return new EngineOptions(engine, value, threads, batchSize);
  }

  /** These options with another number of workers. */
  public EngineOptions withThreads(int count) {
    return new EngineOptions(engine, precision, count, batchSize);
  }

  /** These options with another batch size. */
  public EngineOptions withBatchSize(int rows) {
    return new EngineOptions(engine, precision, threads, rows);
  }

  /** A service with these options. */
  GradientService service(InferenceGraph graph, InputDomain domain) {
    return GradientService.builder(graph)
        .engine(engine)
        .precision(precision)
        .threads(threads)
        .batchSize(batchSize)
        .domain(domain)
        .build();
  }
}
