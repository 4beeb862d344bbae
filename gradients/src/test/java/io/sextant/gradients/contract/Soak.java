package io.sextant.gradients.contract;

import io.sextant.gradients.BatchObjective;
import io.sextant.gradients.BatchQuery;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Objective;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Cell;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Margins;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.graph.Weights;
import io.sextant.gradients.graph.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;

/**
 * Gradient calls by the thousand in a process of their own, whose resident memory is looked at on
 * the way. Its Java heap is touched whole at the start and never grows, so that what grows is
 * native.
 *
 * @param engine the engine's name
 * @param network what is differentiated
 * @param asked what is asked in each call
 * @param calls gradient calls after the warm-up, of {@value #BATCH} rows each
 * @param leak native bytes to lose with each call, to see that a leak is noticed; usually 0
 */
public record Soak(String engine, Subject network, Asked asked, int calls, int leak) {
  private static final int BATCH = 16;
  private static final int CHECKPOINTS = 20;
  private static final Duration TIMEOUT = Duration.ofMinutes(20);
  private static final String MARK = "resident ";

  /** The small networks that are differentiated. */
  public enum Subject {
    /** Strided convolution, batch normalisation, ReLU, max-pooling and a dense layer. */
    CONVOLUTIONAL {
      @Override
      Node body(Layers layers) {
        Window strided = new Window(3, 3, 2, 2, 1, 1, new Margins(0, 1, 0, 1));
        Node image = layers.convolution(layers.input(), 8, strided, true);
        return maxPool(layers, layers.relu(layers.batchNorm(image)));
      }
    },
    /** The same with a residual block in between. */
    RESIDUAL {
      @Override
      Node body(Layers layers) {
        Window same = new Window(3, 3, 1, 1, 1, 1, new Margins(1, 1, 1, 1));
        Node stem = layers.relu(layers.batchNorm(CONVOLUTIONAL.body(layers)));
        Node inner = layers.relu(layers.batchNorm(layers.convolution(stem, 8, same, false)));
        Node branch = layers.batchNorm(layers.convolution(inner, 8, same, false));
        return layers.relu(layers.sum(branch, stem));
      }
    },
    /** A convolution over a signal, pooling, cells in both directions, layer normalisation. */
    SEQUENTIAL {
      @Override
      Node body(Layers layers) {
        Node signal = layers.add(new Operation.Reshape(Shape.of(7, 28)), layers.input());
        Window window = new Window(List.of(new Window.Axis(3, 1, 1, 1, 1)));
        signal = layers.relu(layers.batchNorm(layers.grouped(signal, 1, 8, window, true)));
        Window pairs = new Window(List.of(new Window.Axis(2, 2, 1, 0, 0)));
        signal = layers.add(new Operation.Pool(Operation.Reduction.MAX, pairs, true, 2), signal);
        Node steps = layers.add(new Operation.Permute(List.of(1, 0)), signal);
        Function sigmoid = new Function.Sigmoid();
        Function tanh = new Function.Tanh();
        Cell lstm = new Cell.Lstm(sigmoid, tanh, tanh, Optional.empty());
        steps = layers.recurrent(lstm, 6, true, false, steps);
        Cell gru = new Cell.Gru(sigmoid, tanh, true, Optional.empty());
        return layers.layerNorm(layers.recurrent(gru, 6, true, true, steps), 1, true);
      }
    },
    /** A strided convolution, and a transposed one back to where it started. */
    SPREADING {
      @Override
      Node body(Layers layers) {
        Window strided = new Window(3, 3, 2, 2, 1, 1, new Margins(1, 1, 1, 1));
        Node image = layers.relu(layers.convolution(layers.input(), 8, strided, true));
        image = layers.transposed(image, 1, 4, strided, List.of(1, 1), true);
        return maxPool(layers, layers.relu(layers.batchNorm(image)));
      }
    };

    abstract Node body(Layers layers);

    InferenceGraph graph() {
      Layers layers =
          new Layers(Shape.of(1, 14, 14), Values.ROUGH, RandomKey.of(7).with(name()).random());
      return layers.endingIn(layers.dense(body(layers), 4, true));
    }

    private static Node maxPool(Layers layers, Node image) {
      Window window = new Window(2, 2, 2, 2, 1, 1, Margins.NONE);
      return layers.add(new Operation.Pool(Operation.Reduction.MAX, window, true, 2), image);
    }
  }

  /** What is asked in each call. */
  public enum Asked {
    /** The gradients of rows, each by itself. */
    POINTS,
    /** The gradients of a batch on its own statistics by its rows and by newly bound parameters. */
    BATCHES
  }

  /** A soak without a deliberate leak. */
  public Soak(String engine, Subject network, Asked asked, int calls) {
    this(engine, network, asked, calls, 0);
  }

  /**
   * Resident memory at equal distances, from the end of the warm-up on.
   *
   * @param bytes the sizes
   * @param callsBetween gradient calls between two of them
   */
  public record Residence(List<Long> bytes, int callsBetween) {
    public Residence {
      bytes = List.copyOf(bytes);
    }

    /** Growth from the first size to the last, as a share of the first. */
    public double growth() {
      long first = bytes.get(0);
      return (double) (bytes.get(bytes.size() - 1) - first) / first;
    }

    /**
     * Bytes by which a call makes the process grow in most stretches: a leak grows in each of them,
     * late compilations and loadings of classes only in some.
     */
    public double growthPerCall() {
      long[] steps =
          IntStream.range(1, bytes.size())
              .mapToLong(i -> bytes.get(i) - bytes.get(i - 1))
              .sorted()
              .toArray();
      return (double) steps[steps.length / 2] / callsBetween;
    }
  }

  /**
   * Runs the calls in another process of the same class path.
   *
   * @throws IllegalStateException when it fails or takes too long, with what it printed
   */
  public Residence run() throws IOException, InterruptedException {
    Path output = Files.createTempFile("soak", ".txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms192m",
                "-Xmx192m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                // The optimising compiler takes tens of megabytes now and then.
                "-XX:TieredStopAtLevel=1",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
                "-cp",
                System.getProperty("java.class.path"),
                Soak.class.getName(),
                engine,
                network.name(),
                asked.name(),
                Integer.toString(calls),
                Integer.toString(leak))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      boolean ended = process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      List<String> lines = Files.readAllLines(output);
      if (!ended || process.exitValue() != 0) {
        throw new IllegalStateException(
            "the soak %s; it printed:%n%s"
                .formatted(
                    ended
                        ? "ended with status " + process.exitValue()
                        : "took longer than " + TIMEOUT.toMinutes() + " minutes",
                    String.join("\n", lines)));
      }
      return new Residence(
          lines.stream()
              .filter(line -> line.startsWith(MARK))
              .map(line -> Long.valueOf(line.substring(MARK.length())))
              .toList(),
          calls / CHECKPOINTS);
    } finally {
      process.destroyForcibly().waitFor();
      Files.delete(output);
    }
  }

  /** The process of its own: the components of a soak in their order. */
  public static void main(String[] arguments) {
    Soak soak =
        new Soak(
            arguments[0],
            Subject.valueOf(arguments[1]),
            Asked.valueOf(arguments[2]),
            Integer.parseInt(arguments[3]),
            Integer.parseInt(arguments[4]));
    InferenceGraph graph = soak.network.graph();
    if (soak.asked == Asked.BATCHES) {
      graph = graph.withStatistics(Statistics.replaced());
    }
    RandomGenerator random = RandomKey.of(1).random();
    double[][] rows = new double[BATCH][graph.input().shape().elements()];
    for (double[] row : rows) {
      Arrays.setAll(row, i -> random.nextDouble());
    }
    try (GradientService service = GradientService.builder(graph).engine(soak.engine).build()) {
      soak.call(service, rows, soak.calls / 4);
      print();
      for (int checkpoint = 0; checkpoint < CHECKPOINTS; checkpoint++) {
        soak.call(service, rows, soak.calls / CHECKPOINTS);
        print();
      }
    }
  }

  private void call(GradientService service, double[][] rows, int count) {
    int[] labels = new int[rows.length];
    for (int call = 0; call < count; call++) {
      if (asked == Asked.POINTS) {
        service.query(rows, labels, Objective::crossEntropy);
      } else {
        adapt(service, rows, call);
      }
      if (leak > 0) {
        // Without a deallocator, and touched, so that it counts and never comes back.
        Pointer.memset(Pointer.malloc(leak), 1, leak);
      }
    }
  }

  private static void adapt(GradientService service, double[][] rows, int call) {
    Set<Parameter> parameters = service.graph().differentiable();
    Weights bound = Weights.empty();
    for (Parameter parameter : parameters) {
      double[] values = service.graph().weights().values(parameter);
      values[0] += call % 7;
      bound = bound.with(parameter, values);
    }
    service.answer(
        BatchQuery.of(rows)
            .bound(bound)
            .objective(BatchObjective.sum(row -> Objective.crossEntropy(0)))
            .gradientsBy(parameters)
            .withInputGradients());
  }

  private static void print() {
    System.out.println(MARK + Pointer.physicalBytes());
  }
}
