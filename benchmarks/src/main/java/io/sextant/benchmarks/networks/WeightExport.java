package io.sextant.benchmarks.networks;

import io.sextant.evaluation.data.NpyWriter;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.model.TrainedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes the parameters of every network as NPY files, from which {@code
 * src/main/python/make_torchscript.py} makes the TorchScript files.
 */
public final class WeightExport {
  private WeightExport() {}

  /**
   * Writes one folder per network.
   *
   * @param arguments the root folder of the repository and the folder to write to
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException(
          "the export takes the repository's folder and an output folder");
    }
    Checkout checkout = new Checkout(Path.of(arguments[0]));
    for (Network network : Network.values()) {
      if (Network.FROM_ONNX.contains(network)) {
        continue; // their weights come from PyTorch
      }
      TrainedModel model = network.load(checkout);
      write(model.graph(), Files.createDirectories(Path.of(arguments[1], network.key())));
    }
  }

  private static void write(InferenceGraph graph, Path folder) throws IOException {
    for (Node node : graph.nodes()) {
      for (Parameter parameter : node.operation().parameters()) {
        write(
            folder.resolve(parameter.name().replace('/', '.') + ".npy"),
            graph.weights().values(parameter),
            parameter.shape().sizes());
      }
      if (node.operation() instanceof Operation.Rescale rescale) {
        write(folder.resolve("input.factors.npy"), rescale.factors());
        write(folder.resolve("input.offsets.npy"), rescale.offsets());
      }
    }
  }

  private static void write(Path file, List<Double> values) throws IOException {
    write(
        file,
        values.stream().mapToDouble(Double::doubleValue).toArray(),
        new int[] {values.size()});
  }

  private static void write(Path file, double[] values, int[] sizes) throws IOException {
    int[] row = java.util.Arrays.copyOfRange(sizes, 1, sizes.length);
    int width = values.length / sizes[0];
    double[][] rows = new double[sizes[0]][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = java.util.Arrays.copyOfRange(values, i * width, (i + 1) * width);
    }
    NpyWriter.write(file, NpyWriter.Element.FLOAT64, rows, row);
  }
}
