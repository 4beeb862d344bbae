package io.sextant.examples;

import io.sextant.attacks.AttackResult;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.results.Outcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apiguardian.api.API;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
  @Mixin
  @SuppressWarnings("NullAway.Init")
  private MeasuredOptions on;

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

  /** Measures. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new MeasureSteps()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter table = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    table.println("| Network | Norm, radius | " + String.join(" | ", stepSizes) + " |");
    table.println("|---|---|" + "---:|".repeat(stepSizes.size()));
    on.each(measured -> table.println(row(measured)));
    return 0;
  }

  private String row(Measured measured) {
    StringBuilder row =
        new StringBuilder(
            "| %s | %s |".formatted(measured.model(), measured.threat().condition().describe()));
    for (String size : stepSizes) {
      AttackResult result =
          Pgd.DEFAULT
              .withSteps(steps)
              .withStepSize(size)
              .run(measured.service(), measured.examples(), measured.threat(), measured.seed());
      row.append(
          String.format(
              Locale.ROOT,
              " %.1f |",
              100.0 * result.count(Outcome.HELD) / measured.examples().size()));
    }
    return row.toString();
  }
}
