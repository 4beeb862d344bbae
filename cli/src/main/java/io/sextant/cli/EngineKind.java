package io.sextant.cli;

import io.sextant.evaluation.EngineOptions;
import io.sextant.gradients.engine.Precision;
import picocli.CommandLine.Option;

/** Which engine runs the network. */
final class EngineKind {
  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "auto (default) or an engine's name: onednn (the fast one), nd4j.")
  @SuppressWarnings("NullAway.Init")
  String engine;

  @Option(
      names = "--precision",
      paramLabel = "float|double",
      defaultValue = "float",
      description = "Arithmetic of the engine (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  Precision precision;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Workers (default: one per core). Results do not depend on it.")
  int threads = EngineOptions.DEFAULT.threads();

  EngineOptions options() {
    return EngineOptions.DEFAULT.withEngine(engine).withPrecision(precision).withThreads(threads);
  }
}
