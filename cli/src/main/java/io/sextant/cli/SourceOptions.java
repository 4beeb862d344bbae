package io.sextant.cli;

import io.sextant.evaluation.data.DataSet;
import io.sextant.gradients.graph.Shape;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Data such as the model was trained for, whose labels nobody needs. */
final class SourceOptions {
  @Option(
      names = "--source",
      paramLabel = "PATH",
      description =
          "Inputs such as the model was trained for but has not seen, in the format of the data; for"
              + " images without labels. Calibrates the alarm, and methods that ask for it.")
  @Nullable Path path;

  @Option(
      names = "--source-samples",
      paramLabel = "N",
      defaultValue = "1000",
      description = "The first N rows of it (default: ${DEFAULT-VALUE}).")
  int samples;

  /**
   * The rows, where there are any.
   *
   * @param data options of the data that they are like
   * @param shape of an input
   */
  Optional<double[][]> rows(DataOptions data, Shape shape) {
    if (samples < 1) {
      throw new IllegalArgumentException("--source-samples must be at least 1 but was " + samples);
    }
    if (path == null) {
      return Optional.empty();
    }
    DataSet all = data.unlabelled(path);
    if (all.shape().elements() != shape.elements()) {
      throw new IllegalArgumentException(
          "--source has inputs of shape %s but the data has %s".formatted(all.shape(), shape));
    }
    double[][] rows = new double[Math.min(samples, all.size())][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = all.row(i);
    }
    return Optional.of(rows);
  }
}
