package io.sextant.examples;

import io.sextant.evaluation.Audit;
import io.sextant.evaluation.Effort;
import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.Progress;
import io.sextant.evaluation.SpecSources;
import io.sextant.reports.HtmlReport;
import io.sextant.reports.IndexReport;
import io.sextant.results.AuditResult;
import io.sextant.results.Proportion;
import io.sextant.results.RobustAccuracy;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.ModelSpec;
import io.sextant.spec.SpecReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Audits the three example models and prints a table of what was found.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Demo {
  private static final List<String> SPECS = List.of("fashion.yaml", "credit.yaml");

  private final Path examples;
  private final Path out;
  private final PrintWriter console;

  private Demo(Path examples, Path out, PrintWriter console) {
    this.examples = examples;
    this.out = out;
    this.console = console;
  }

  /**
   * Runs the demo.
   *
   * @param arguments the folder of the examples and the output folder
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException(
          "the demo takes the examples' folder and an output folder");
    }
    // Output is flushed line by line: a build shows it as it comes.
    PrintWriter console =
        new PrintWriter(
            new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);
    new Demo(Path.of(arguments[0]), Path.of(arguments[1]), console).run();
  }

  private void run() throws IOException {
    long start = System.nanoTime();
    List<IndexReport.Entry> entries = new ArrayList<>();
    for (String name : SPECS) {
      Path file = examples.resolve("audits").resolve(name);
      AuditSpec spec = SpecReader.read(file);
      Audit audit =
          new Audit(
              spec,
              EngineOptions.DEFAULT,
              Effort.FULL,
              new SpecSources(),
              new Lines(),
              "mvn -Pdemo verify");
      String folder = name.substring(0, name.indexOf('.'));
      for (ModelSpec model : spec.models()) {
        String id = spec.models().size() == 1 ? folder : folder + "-" + model.id();
        console.printf("== %s%n", id);
        AuditResult result = audit.run(model.id(), out.resolve(id), true);
        HtmlReport.write(result, out.resolve(id).resolve("report.html"));
        entries.add(new IndexReport.Entry(result, id + "/report.html"));
      }
    }
    Path index = out.resolve("index.html");
    IndexReport.write("Sextant demo", entries, index);
    summary(entries);
    console.printf(Locale.ROOT, "%nAudits took %.0f s.%n", (System.nanoTime() - start) / 1e9);
    console.printf("Report: %s%n", index.toAbsolutePath());
  }

  private void summary(List<IndexReport.Entry> entries) {
    console.printf("%n%-34s %-14s %-24s%n", "model", "", "accuracy (95% interval)");
    for (IndexReport.Entry entry : entries) {
      AuditResult result = entry.result();
      console.printf(
          "%-34s %-14s %-24s%n", result.model().file(), "clean", share(result.accuracy().clean()));
      for (RobustAccuracy cell : result.accuracy().robust()) {
        console.printf(
            "%-34s %-14s %-24s%n",
            "",
            cell.norm().symbol() + " " + cell.epsilon().text(),
            "at most " + share(cell.worstCase().accuracy()));
      }
      console.printf(
          "%-34s %s%n",
          "",
          result.validity().reliable() ? "validity checks passed" : "UNRELIABLE, see the report");
    }
  }

  private static String share(Proportion share) {
    return String.format(
        Locale.ROOT,
        "%.1f%% (%.1f to %.1f), n = %d",
        100 * share.value().orElse(0),
        100 * share.interval().low(),
        100 * share.interval().high(),
        share.n());
  }

  /** Phases and every tenth of the way. */
  private final class Lines implements Progress {
    private int tenth = -1;

    @Override
    public void phase(String name) {
      tenth = -1;
      console.println(name);
    }

    @Override
    public void advanced(String what, int done, int total, Optional<Duration> remaining) {
      int reached = 10 * done / total;
      if (reached == tenth) {
        return;
      }
      tenth = reached;
      console.printf(
          "  %d of %d%s%n",
          done,
          total,
          remaining
              .filter(left -> done < total)
              .map(left -> ", about %d s left".formatted(Math.max(1, left.toSeconds())))
              .orElse(""));
    }
  }
}
