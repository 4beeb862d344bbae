package io.sextant.cli;

import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.Subject;
import io.sextant.evaluation.data.DataSet;
import io.sextant.spec.ModelSpec;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The model to examine. */
final class ModelOptions {
  @Option(
      names = "--model",
      paramLabel = "FILE",
      required = true,
      description = "A Deeplearning4j zip or Keras HDF5 file.")
  @SuppressWarnings("NullAway.Init")
  Path model;

  @Option(
      names = "--output-name",
      paramLabel = "NAME",
      description = "Which output, for graphs with several.")
  @Nullable String output;

  ModelSpec spec() {
    return new ModelSpec(
        "model", new ModelSpec.File(model), Optional.empty(), Optional.ofNullable(output));
  }

  Subject open(DataSet data, boolean table, EngineOptions options) {
    return Subject.open(model, spec(), data.shape(), data.domain(), !table, options);
  }
}
