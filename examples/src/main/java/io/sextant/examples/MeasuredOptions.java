package io.sextant.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which models the programs here measure, at which radii, on how many examples. */
final class MeasuredOptions {
  @Parameters(
      paramLabel = "SPEC",
      arity = "1..*",
      description = "Audit specs, for their models and data.")
  @SuppressWarnings("NullAway.Init")
  private List<Path> specs;

  @Option(
      names = "--at",
      required = true,
      split = ",",
      paramLabel = "NORM=EPSILON",
      description = "Norms and radii, such as linf=8/255,l2=0.5.")
  @SuppressWarnings("NullAway.Init")
  private List<String> threats;

  @Option(names = "--samples", description = "Examples (default: as the spec says).")
  private int samples;

  /** Visits each model at each radius. */
  void each(Measured.Visitor visitor) throws IOException {
    Measured.each(specs, threats, samples, visitor);
  }
}
