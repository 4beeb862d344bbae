package io.sextant.cli;

import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.Subject;
import io.sextant.evaluation.data.DataSet;
import io.sextant.gradients.ModelInput;
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
      description = "A Deeplearning4j zip, a Keras or an ONNX file.")
  @SuppressWarnings("NullAway.Init")
  Path model;

  @Option(
      names = "--output-name",
      paramLabel = "NAME",
      description = "Which output, for graphs with several.")
  @Nullable String output;

  @Option(
      names = "--output-kind",
      paramLabel = "KIND",
      defaultValue = "auto",
      description =
          "logits: the outputs are logits of classes although the network ends without an"
              + " activation and no loss says so; auto: what the file says (default).")
  @SuppressWarnings("NullAway.Init")
  String outputKind;

  @Option(
      names = "--normalizer-units",
      paramLabel = "UNITS",
      description =
          "What the model's own normaliser takes: bytes (0 to 255) or as-is (the inputs as they"
              + " are); found out where it is certain.")
  @Nullable String normalizerUnits;

  ModelSpec spec() {
    return new ModelSpec(
        "model",
        new ModelSpec.File(model),
        Optional.empty(),
        Optional.ofNullable(output),
        ModelSpec.parseLogits(outputKind),
        Optional.ofNullable(normalizerUnits).map(ModelSpec.NormalizerUnits::parse));
  }

  Subject open(DataSet data, EngineOptions options) {
    return open(data.input(), options);
  }

  Subject open(ModelInput input, EngineOptions options) {
    return Subject.open(model, spec(), input, options);
  }
}
