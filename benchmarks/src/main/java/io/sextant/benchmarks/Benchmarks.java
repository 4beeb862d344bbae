package io.sextant.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.benchmarks.networks.Checkout;
import io.sextant.benchmarks.report.Processor;
import io.sextant.benchmarks.report.Results;
import io.sextant.benchmarks.report.ResultsPage;
import io.sextant.benchmarks.report.TimePlot;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;

/**
 * Measures everything and writes RESULTS.md and RESULTS.svg: into the folder {@code benchmarks} for
 * a full run, into {@code benchmarks/target/bench} for others.
 */
public final class Benchmarks {
  /** The main figures of each processor on which a full run took place. */
  private static final String KEPT = "benchmarks/processors.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Benchmarks() {}

  /**
   * Runs the benchmarks. The exit code is 1 when a measurement failed or a library's answers are
   * other ones, 0 otherwise; a goal that is not met is a finding and no failure.
   *
   * @param arguments the root folder of the repository, and {@code full}, {@code quick}, {@code
   *     sequences}, {@code explainers} or {@code commands}
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException(
          "the benchmarks take the repository's folder and full, quick, sequences, explainers or"
              + " commands");
    }
    // Output is flushed line by line: a build shows it as it comes.
    PrintWriter console =
        new PrintWriter(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    Plan plan = Plan.of(arguments[1]);
    Path root = Path.of(arguments[0]).toAbsolutePath().normalize();
    Path work = Files.createDirectories(root.resolve("benchmarks/target/bench"));
    Results results = new Run(plan, new Checkout(root), work, console).measure();
    Path folder = plan.name().equals("full") ? root.resolve("benchmarks") : work;
    if (!plan.isPart()) {
      write(folder.resolve("RESULTS.svg"), TimePlot.of(results));
    }
    Processor own = Processor.of(results);
    List<Processor> processors = own.beside(kept(root.resolve(KEPT)));
    if (plan.name().equals("full") && results.idle() && results.failures().isEmpty()) {
      write(
          root.resolve(KEPT),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(processors) + "\n");
    }
    Path page =
        folder.resolve(plan.isPart() ? plan.name().toUpperCase(Locale.ROOT) + ".md" : "RESULTS.md");
    write(page, ResultsPage.of(results, processors));
    console.printf("Results: %s%n", page);
    if (!results.failures().isEmpty()) {
      results.failures().forEach(failure -> console.printf("FAILED: %s%n", failure));
      System.exit(1);
    }
  }

  private static List<Processor> kept(Path file) throws IOException {
    return Files.exists(file)
        ? List.of(JSON.readValue(file.toFile(), Processor[].class))
        : List.of();
  }

  /** A reader never sees half a file. */
  private static void write(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(temporary, text);
    Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
