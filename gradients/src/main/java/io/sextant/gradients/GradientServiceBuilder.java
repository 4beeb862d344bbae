package io.sextant.gradients;

import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.engine.PredictionEngine;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.methods.Access;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Chooses how a graph is run.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class GradientServiceBuilder {
  private static final int MEASURED = 0;

  private final InferenceGraph graph;
  private String engine = Engines.AUTO;
  private Precision precision = Precision.FLOAT;
  private int threads = Runtime.getRuntime().availableProcessors();
  private int nativeThreads = MEASURED;
  private int batchSize = 128;
  private long byteBudget = 128L << 20;
  private @Nullable InputDomain domain;
  private Meter meter = new Meter();
  private String consumer = "direct";

  GradientServiceBuilder(InferenceGraph graph) {
    this.graph = graph;
  }

  /** The engine by name, or {@code auto} (the default): the fastest that runs here. */
  public GradientServiceBuilder engine(String name) {
    engine = name;
    return this;
  }

  /** Arithmetic in float (the default) or double. */
  public GradientServiceBuilder precision(Precision value) {
    precision = value;
    return this;
  }

  /** Threads in all, at least 1; the default is one per core. */
  public GradientServiceBuilder threads(int count) {
    threads = atLeastOne("threads", count);
    return this;
  }

  /**
   * Native threads in each engine call, from 1 to the number of threads in all. With 1, several
   * workers run calls side by side; with all threads, one worker runs one call after the other. The
   * default is 1 where a batch has calls enough for all workers; else whichever is faster by a
   * measurement when the service is built, and 1 where more would change the last digits of
   * results.
   */
  public GradientServiceBuilder nativeThreads(int count) {
    nativeThreads = atLeastOne("native threads", count);
    return this;
  }

  /** Rows in one engine call, at least 1; the default is 128, less where the budget asks so. */
  public GradientServiceBuilder batchSize(int rows) {
    batchSize = atLeastOne("batch size", rows);
    return this;
  }

  /**
   * Bytes that the activations of one session may take, of which each thread has one; the default
   * is 128 MiB. Batches shrink to it. It does not depend on the number of threads, so that results
   * do not either.
   */
  public GradientServiceBuilder byteBudget(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("byte budget must be at least 1 but was " + bytes);
    }
    byteBudget = bytes;
    return this;
  }

  /** The inputs that exist; the default is the box [0, 1]. */
  public GradientServiceBuilder domain(InputDomain value) {
    domain = value;
    return this;
  }

  /** Counts the work on the meter of another service. */
  GradientServiceBuilder counted(Meter on, String name) {
    meter = on;
    consumer = name;
    return this;
  }

  /**
   * Compiles the graph.
   *
   * @throws IllegalArgumentException when the engine is unknown, cannot run the graph, or the
   *     domain does not fit the input
   */
  public GradientService build() {
    int features = graph.input().shape().elements();
    InputDomain inputs = domain == null ? InputDomain.box(features, 0, 1) : domain;
    if (inputs.size() != features) {
      throw new IllegalArgumentException(
          "the domain has %d features but the model takes %d values per example (shape %s)"
              .formatted(inputs.size(), features, graph.input().shape()));
    }
    Engines.Choice choice = choice();
    ServiceCore core = new ServiceCore(graph, inputs, choice, precision, affordable(), meter);
    core.start(threads, nativeThreads == MEASURED ? core.measured(threads) : nativeThreads);
    return new GradientService(core, consumer);
  }

  /** Rows of a call: as many as the budget pays for, or all where they depend on one another. */
  private int affordable() {
    long most = roomFor();
    if (!graph.rowsIndependent()) {
      if (batchSize > most) {
        throw new IllegalArgumentException(
            "this graph sees its batch whole, and at its largest layer a batch may have at most %d rows but would have %d; lower the batch size"
                .formatted(most, batchSize));
      }
      return batchSize;
    }
    // A tape holds each activation and its gradient.
    long bytesPerRow = 2L * precision.bytes() * graph.elementsPerExample();
    return (int) Math.max(1, Math.min(batchSize, Math.min(most, byteBudget / bytesPerRow)));
  }

  /** Rows whose values at any layer fit one buffer, which has less than 2^31 bytes. */
  private long roomFor() {
    int largest = graph.nodes().stream().mapToInt(node -> node.shape().elements()).max().orElse(1);
    return Integer.MAX_VALUE / ((long) largest * precision.bytes());
  }

  private Engines.Choice choice() {
    if (graph.access() == Access.GRADIENTS) {
      return Engines.find(engine, precision);
    }
    if (!engine.equals(Engines.AUTO)) {
      throw new IllegalArgumentException(
          "a predictor answers by itself, so engine must be auto but was " + engine);
    }
    return new Engines.Choice(new PredictionEngine(), List.of());
  }

  private static int atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1 but was " + value);
    }
    return value;
  }
}
