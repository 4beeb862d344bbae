package io.sextant.cli;

import io.sextant.evaluation.EngineOptions;
import io.sextant.gradients.engine.Precision;
import picocli.CommandLine.Option;

/** How gradients are computed. */
final class EngineMixin {
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

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Rows in one engine call (default: 128).")
  int batchSize = EngineOptions.DEFAULT.batchSize();

  EngineOptions options() {
    return new EngineOptions(engine, precision, threads, batchSize);
  }
}
