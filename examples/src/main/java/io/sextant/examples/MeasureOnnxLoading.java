package io.sextant.examples;

import io.sextant.gradients.ModelInput;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import io.sextant.gradients.model.TrainedModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures how long a large ONNX file takes from the disk to an inference graph, and in how little
 * memory that can be done: writes a convolutional network of 50 MB, and loads it in new processes
 * whose whole Java heap is a multiple of the file.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Command(
    name = "measure-onnx-loading",
    mixinStandardHelpOptions = true,
    description = "Time and memory of loading an ONNX file of 50 MB.")
public final class MeasureOnnxLoading implements Callable<Integer> {
  private static final Shape IMAGE = Shape.of(3, 32, 32);
  private static final long SEED = 15;

  @Option(
      names = "--heap",
      split = ",",
      description = "Java heaps to try, in units of the file's size (default: ${DEFAULT-VALUE}).")
  private List<Double> heaps = List.of(6.0, 4.0, 3.0);

  @Option(names = "--load", hidden = true, description = "Only loads this file.")
  private Optional<Path> loaded = Optional.empty();

  /** Measures. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new MeasureOnnxLoading()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    if (loaded.isPresent()) {
      long start = System.nanoTime();
      TrainedModel model = TrainedModel.read(loaded.get(), ModelInput.bytes(IMAGE));
      double seconds = (System.nanoTime() - start) / 1e9;
      out.printf(Locale.ROOT, "%.2f s, %,d parameters%n", seconds, model.graph().weights().count());
      return 0;
    }
    Path file = Files.createTempFile("sextant-loading", ".onnx");
    try {
      Files.write(file, ExportOnnx.export(network()));
      long size = Files.size(file);
      out.printf(Locale.ROOT, "file: %.1f MB%n", size / 1e6);
      for (double heap : heaps) {
        out.printf(Locale.ROOT, "heap of %.1f times the file: ", heap);
        Process process =
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx" + Math.round(heap * size / 1024) + "k",
                    "-cp",
                    System.getProperty("java.class.path"),
                    MeasureOnnxLoading.class.getName(),
                    "--load",
                    file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        out.println(
            process.waitFor() == 0
                ? said.strip()
                : said.contains("OutOfMemoryError") ? "not enough" : said);
      }
    } finally {
      Files.deleteIfExists(file);
    }
    return 0;
  }

  /** Six convolutions and a dense layer; 12.6 million weights. */
  private static InferenceGraph network() {
    InferenceGraph.Builder graph = InferenceGraph.builder(IMAGE);
    int[] channels = {256, 512, 512, 512, 512, 512};
    Node last = graph.input();
    for (int i = 0; i < channels.length; i++) {
      String name = "conv" + i;
      int inputs = last.shape().size(0);
      Parameter weights =
          drawn(graph, name + "/W", Shape.of(channels[i], inputs, 3, 3), 9 * inputs);
      Parameter bias = drawn(graph, name + "/b", Shape.of(channels[i]), 100);
      Window window = square(3, 1, 1);
      last =
          graph.add(name, new Operation.Convolution(weights, Optional.of(bias), window, 1), last);
      last = graph.add("relu" + i, new Operation.Elementwise(new Function.Relu()), last);
      if (i < 4) {
        last =
            graph.add(
                "pool" + i,
                new Operation.Pool(Operation.Reduction.MAX, square(2, 2, 0), false, 1),
                last);
      }
    }
    last = graph.add("flat", new Operation.Reshape(Shape.of(last.shape().elements())), last);
    int features = last.shape().elements();
    Parameter weights = drawn(graph, "dense/W", Shape.of(features, 1000), features);
    Parameter bias = drawn(graph, "dense/b", Shape.of(1000), 100);
    return graph.build(graph.add("dense", new Operation.Affine(weights, Optional.of(bias)), last));
  }

  private static Window square(int kernel, int stride, int padding) {
    Window.Axis axis = new Window.Axis(kernel, stride, 1, padding, padding);
    return new Window(List.of(axis, axis));
  }

  private static Parameter drawn(
      InferenceGraph.Builder graph, String name, Shape shape, int inputs) {
    Parameter parameter = new Parameter(name, shape);
    RandomGenerator random = RandomKey.of(SEED).with(name).random();
    double deviation = Math.sqrt(2.0 / inputs);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    graph.weights(parameter, values);
    return parameter;
  }
}
