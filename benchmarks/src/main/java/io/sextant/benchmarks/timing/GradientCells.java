package io.sextant.benchmarks.timing;

import io.sextant.benchmarks.contenders.Computation;
import io.sextant.benchmarks.contenders.Contender;
import io.sextant.benchmarks.contenders.Task;
import io.sextant.benchmarks.networks.Checkout;
import io.sextant.benchmarks.networks.Network;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * One cell of the table: a network and a batch in a library. Every call is timed by itself, so that
 * medians can be told.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init")
public class GradientCells {
  // Calls before the clock counts: the JVM compiles, and libtorch specialises its graph for each
  // new shape in the first two.
  private static final int WARM_CALLS = 3;
  private static final long LONGEST_WARM_UP_MILLIS = 4000;

  /** Key of the library. */
  @Param("nd4j")
  public String contender;

  /** Key of the network. */
  @Param("reference-cnn")
  public String network;

  /** Number of inputs. */
  @Param("128")
  public int batch;

  /** Threads, or 0 for the library's default. */
  @Param("0")
  public int threads;

  /** Time for which the task is run before the clock counts, in milliseconds. */
  @Param("500")
  public int warmup;

  /** The root folder of the repository. */
  @Param(".")
  public String root;

  private Computation computation;
  private Task task;

  /** Loads the network and runs the task until it is warm. */
  @Setup(Level.Trial)
  public void open(BenchmarkParams parameters) {
    Checkout checkout = new Checkout(Path.of(root));
    Network subject = Network.of(network);
    Network.Signature signature = subject.signature(checkout);
    double[][] rows = subject.inputs(checkout, batch, signature.input().elements());
    int[] labels = IntStream.range(0, batch).map(i -> i % signature.classes()).toArray();
    computation = Contender.of(contender).open(checkout, subject, threads);
    task = computation.task(rows, labels);
    String benchmark = parameters.getBenchmark();
    warm(work(benchmark.substring(benchmark.lastIndexOf('.') + 1)));
  }

  private Runnable work(String benchmark) {
    return switch (benchmark) {
      case "forward" -> this::forward;
      case "gradient" -> this::gradient;
      case "rows" -> this::rows;
      case "jacobian" -> this::jacobian;
      default -> throw new IllegalArgumentException("there is no benchmark " + benchmark);
    };
  }

  private void warm(Runnable work) {
    long start = System.nanoTime();
    int calls = 0;
    while (true) {
      work.run();
      calls++;
      long millis = (System.nanoTime() - start) / 1_000_000;
      if (millis >= LONGEST_WARM_UP_MILLIS || calls >= WARM_CALLS && millis >= warmup) {
        return;
      }
    }
  }

  /** Frees the network. */
  @TearDown(Level.Trial)
  public void close() {
    computation.close();
  }

  /** The logits. */
  @Benchmark
  public Object forward() {
    return task.forward();
  }

  /** The logits and the gradient of the cross-entropy. */
  @Benchmark
  public Object gradient() {
    return task.gradient();
  }

  /** The same in batches of a size that suits the library. */
  @Benchmark
  public Object rows() {
    return task.gradientInBatches();
  }

  /** The logits and the gradient of each of them. */
  @Benchmark
  public Object jacobian() {
    return task.jacobian();
  }
}
