package io.sextant.cli;

import io.sextant.evaluation.EngineOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How gradients are computed. */
final class EngineMixin {
  @Mixin
  @SuppressWarnings("NullAway.Init")
  private EngineKind kind;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Rows in one engine call (default: 128).")
  @Nullable Integer batchSize;

  EngineOptions options() {
    EngineOptions options = kind.options();
    return batchSize == null ? options : options.withBatchSize(batchSize);
  }
}
