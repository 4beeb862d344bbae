package io.sextant.examples;

import io.sextant.attacks.Attack;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.blackbox.Square;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.attacks.table.Caa;
import io.sextant.attacks.table.Capgd;
import io.sextant.attacks.table.TableSearch;
import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.SpecSources;
import io.sextant.evaluation.Subject;
import io.sextant.evaluation.VerifiedAttack;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.Draw;
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
 * Measures attacks on a table against PGD that knows no rules and is repaired afterwards: the
 * evidence for the table in the documentation. Prints a row of a Markdown table for each radius and
 * number of category changes, with the share of rightly decided examples that broke and were
 * verified, in percent, and last how many rows of all attacks were returned that verification
 * refused.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Command(
    name = "measure-tables",
    mixinStandardHelpOptions = true,
    description = "Success of attacks on a table, as a Markdown table.")
public final class MeasureTables implements Callable<Integer> {
  private static final List<Attack> ATTACKS =
      List.of(Pgd.DEFAULT, Square.DEFAULT, Capgd.DEFAULT, TableSearch.DEFAULT, Caa.DEFAULT);

  @Parameters(paramLabel = "SPEC", description = "An audit spec, for its model and data.")
  @SuppressWarnings("NullAway.Init")
  private Path spec;

  @Option(
      names = "--epsilon",
      split = ",",
      description = "Radii in L∞ (default: ${DEFAULT-VALUE}).")
  private List<String> radii = List.of("0.05", "0.1", "0.2");

  @Option(
      names = "--category-changes",
      split = ",",
      description = "Category changes (default: ${DEFAULT-VALUE}).")
  private List<Integer> categoryChanges = List.of(0, 1, 2);

  @Option(names = "--budget", description = "What all changes may cost (default: anything).")
  private double budget = Double.POSITIVE_INFINITY;

  /** Measures. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new MeasureTables()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    AuditSpec read = SpecReader.read(spec);
    PrintWriter table = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    table.print("| L∞ | Categories | PGD, repaired |");
    ATTACKS.forEach(attack -> table.printf(" %s |", attack.name()));
    table.println(" refused |");
    table.println("|---|---:|" + "---:|".repeat(ATTACKS.size() + 2));
    try (SpecSources sources = new SpecSources()) {
      ModelSpec model = read.models().get(0);
      DataSet data =
          Draw.of(
              read.data().sampling(),
              sources.data(read.data()),
              read.data().samples(),
              read.seed());
      try (Subject subject =
          Subject.open(sources.model(model), model, data.input(), EngineOptions.DEFAULT)) {
        for (String radius : radii) {
          for (int changes : categoryChanges) {
            ThreatModel threat =
                ThreatModel.of(Norm.LINF, radius).withCategoryChanges(changes).withBudget(budget);
            measure(subject, data, threat, radius, read.seed(), table);
          }
        }
      }
    }
    return 0;
  }

  private static void measure(
      Subject subject,
      DataSet data,
      ThreatModel threat,
      String radius,
      long seed,
      PrintWriter table) {
    int[] decided = subject.judge().decisions(data.examples());
    int right = 0;
    for (int i = 0; i < decided.length; i++) {
      right += decided[i] == data.examples().label(i) ? 1 : 0;
    }
    table.printf("| %s | %d |", radius, threat.categoryChanges());
    int repaired = new RepairedPgd(subject, threat, seed).broken(data.examples(), decided);
    table.printf(Locale.ROOT, " %.1f |", 100.0 * repaired / right);
    int refused = 0;
    for (Attack attack : ATTACKS) {
      VerifiedAttack.AtRadius found =
          VerifiedAttack.run(
                  subject.judge(),
                  subject.service(),
                  attack,
                  threat,
                  List.of(radius),
                  data.examples(),
                  seed)
              .radii()
              .get(0);
      table.printf(
          Locale.ROOT,
          " %.1f |",
          100.0
              * found.examples().stream().filter(e -> e.outcome() == Outcome.BROKEN).count()
              / right);
      refused +=
          (int) found.examples().stream().filter(e -> e.outcome() == Outcome.INCONCLUSIVE).count();
    }
    table.printf(" %d |%n", refused);
  }
}
