package io.sextant.examples;

import io.sextant.attacks.AttackResult;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.SpecSources;
import io.sextant.evaluation.Subject;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.Draw;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.ModelSpec;
import io.sextant.spec.SpecReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apiguardian.api.API;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Measures what PGD leaves standing with several step sizes at equal cost: the evidence for its
 * default. Prints a row of a Markdown table for each model, norm and radius, with the robust
 * accuracy in percent for each step size.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Command(
    name = "measure-steps",
    mixinStandardHelpOptions = true,
    description = "Robust accuracy under PGD by step size, as a Markdown table.")
public final class MeasureSteps implements Callable<Integer> {
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

  @Option(
      names = "--step-size",
      split = ",",
      description = "Step sizes (default: ${DEFAULT-VALUE}).")
  private List<String> stepSizes =
      List.of(
          "epsilon/30",
          "epsilon/16",
          "epsilon/10",
          "epsilon/5",
          "cosine epsilon/4",
          "cosine epsilon/2");

  @Option(names = "--steps", description = "Steps of a run (default: ${DEFAULT-VALUE}).")
  private int steps = 40;

  @Option(names = "--samples", description = "Examples (default: as the spec says).")
  private int samples;

  /** Measures. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new MeasureSteps()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter table = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    table.println("| Network | Norm, radius | " + String.join(" | ", stepSizes) + " |");
    table.println("|---|---|" + "---:|".repeat(stepSizes.size()));
    for (Path path : specs) {
      AuditSpec spec = SpecReader.read(path);
      for (ModelSpec model : spec.models()) {
        measure(spec, model, table);
      }
    }
    return 0;
  }

  private void measure(AuditSpec spec, ModelSpec model, PrintWriter table) throws IOException {
    try (SpecSources sources = new SpecSources()) {
      int most = samples > 0 ? samples : spec.data().samples();
      DataSet data = Draw.of(spec.data().sampling(), sources.data(spec.data()), most, spec.seed());
      try (Subject subject =
          Subject.open(sources.model(model), model, data.input(), EngineOptions.DEFAULT)) {
        for (String threat : threats) {
          String[] parts = threat.split("=", 2);
          ThreatModel within = ThreatModel.of(Norm.parse(parts[0]).within(Epsilon.parse(parts[1])));
          StringBuilder row =
              new StringBuilder("| %s | %s |".formatted(model.id(), within.condition().describe()));
          for (String size : stepSizes) {
            AttackResult result =
                Pgd.DEFAULT
                    .withSteps(steps)
                    .withStepSize(size)
                    .run(subject.service(), data.examples(), within, spec.seed());
            row.append(
                String.format(
                    Locale.ROOT, " %.1f |", 100.0 * result.count(Outcome.HELD) / data.size()));
          }
          table.println(row);
        }
      }
    }
  }
}
