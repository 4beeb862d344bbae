package io.sextant.examples;

import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.SpecSources;
import io.sextant.evaluation.Subject;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.Draw;
import io.sextant.explainers.Certificate;
import io.sextant.explainers.ExpectedGradients;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.IntegratedGradients;
import io.sextant.explainers.Quadrature;
import io.sextant.explainers.SmoothGrad;
import io.sextant.explainers.Smoothing;
import io.sextant.explainers.Target;
import io.sextant.gradients.Examples;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.ModelSpec;
import io.sextant.spec.SpecReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures what explainers along paths and over draws cost on the first model of a spec: nodes of
 * adaptive integrated gradients with the error of single attributions, draws to a standard error
 * with and without what lowers it, and the memory of many rows. Prints Markdown tables.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Command(
    name = "measure-paths",
    mixinStandardHelpOptions = true,
    description = "Cost and error of integrated gradients, SmoothGrad and expected gradients.")
public final class MeasurePaths implements Callable<Integer> {
  private static final int REFERENCE_NODES = 512;
  private static final int CAP = 20_000;

  @Option(names = "--spec", required = true, description = "An audit spec.")
  @SuppressWarnings("NullAway.Init")
  private Path spec;

  @Option(names = "--samples", description = "Examples (default: ${DEFAULT-VALUE}).")
  private int samples = 500;

  @Option(
      names = "--compared",
      description =
          "Examples that are compared with many nodes or draws (default: ${DEFAULT-VALUE}).")
  private int compared = 50;

  @Option(
      names = "--error",
      description = "Relative standard error to draw to (default: ${DEFAULT-VALUE}).")
  private double error = 0.2;

  @Option(names = "--rows", description = "Rows of the memory figure (default: ${DEFAULT-VALUE}).")
  private int rows = 1000;

  /** Measures. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new MeasurePaths()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    AuditSpec read = SpecReader.read(spec);
    ModelSpec model = read.models().get(0);
    try (SpecSources sources = new SpecSources()) {
      DataSet all = sources.data(read.data());
      DataSet data = Draw.of(read.data().sampling(), all, Math.max(samples, rows), read.seed());
      try (Subject subject =
          Subject.open(sources.model(model), model, data.input(), EngineOptions.DEFAULT)) {
        // Before the Java heap has grown for anything else.
        memory(subject, first(data, rows), out);
        integrals(subject, first(data, samples), out);
        draws(subject, all, first(data, compared), out);
      }
    }
    return 0;
  }

  private static Examples first(DataSet data, int count) {
    return data.examples().slice(0, Math.min(count, data.size()));
  }

  private void integrals(Subject subject, Examples examples, PrintWriter out) {
    out.println(
        "| Gap | Change | Nodes | Cost in gradients | Met | Error, median | Error, largest |");
    out.println("|---:|---:|---:|---:|---:|---:|---:|");
    Examples few = examples.slice(0, Math.min(compared, examples.size()));
    double[][] truth =
        IntegratedGradients.DEFAULT
            .withQuadrature(new Quadrature.Midpoint(REFERENCE_NODES))
            .explain(subject.service(), few, Target.predicted())
            .attributions();
    double usual = Quadrature.Adaptive.DEFAULT.change();
    for (double[] pair : new double[][] {{0.01, usual}, {0.01, 0.1}, {0.001, usual}}) {
      Explanations found =
          IntegratedGradients.DEFAULT
              .withQuadrature(new Quadrature.Adaptive(pair[0], pair[1], 1000))
              .explain(subject.service(), examples, Target.predicted());
      double[] errors =
          IntStream.range(0, few.size())
              .mapToDouble(i -> distance(found.attributions()[i], truth[i]))
              .sorted()
              .toArray();
      long met = found.certificates().stream().filter(c -> c.toleranceMet().orElse(false)).count();
      out.println(
          String.format(
              Locale.ROOT,
              "| %s%% | %s%% | %.1f | %.1f | %.1f%% | %.1f%% | %.1f%% |",
              percent(pair[0]),
              percent(pair[1]),
              nodes(found),
              found.cost() / found.size(),
              100.0 * met / found.size(),
              100 * errors[errors.length / 2],
              100 * errors[errors.length - 1]));
    }
    out.println();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.3g", 100 * share).replaceAll("\\.?0+$", "");
  }

  /** The L1 distance, in parts of the L1 norm of the truth. */
  private static double distance(double[] values, double[] truth) {
    double distance = 0;
    for (int i = 0; i < values.length; i++) {
      distance += Math.abs(values[i] - truth[i]);
    }
    return distance / Arrays.stream(truth).map(Math::abs).sum();
  }

  private static double nodes(Explanations found) {
    return found.certificates().stream().mapToLong(Certificate::nodes).average().orElse(0);
  }

  /**
   * Draws that each method would take to the same standard error, from the errors at equally many.
   */
  private void draws(Subject subject, DataSet all, Examples examples, PrintWriter out) {
    out.println("| Method | Plain draws | Draws | Fewer |");
    out.println("|---|---:|---:|---:|");
    Smoothing smoothing = Smoothing.DEFAULT.withDraws(CAP).withTolerance(error);
    ExpectedGradients expected = ExpectedGradients.DEFAULT.withDraws(CAP).withTolerance(error);
    List<List<Explainer>> pairs =
        Stream.<List<Explainer>>of(
                List.of(new SmoothGrad(smoothing.withStratified(false)), new SmoothGrad(smoothing)),
                List.of(expected.withStratified(false), expected))
            .toList();
    for (List<Explainer> pair : pairs) {
      double[] taken =
          pair.stream()
              .mapToDouble(
                  explainer ->
                      nodes(
                          explainer
                              .fitted(all.reference(false))
                              .explain(subject.service(), examples, Target.predicted())))
              .toArray();
      out.println(
          String.format(
              Locale.ROOT,
              "| `%s` | %.0f | %.0f | %.0f%% |",
              pair.get(0).name(),
              taken[0],
              taken[1],
              100 * (1 - taken[1] / taken[0])));
    }
    out.println();
  }

  private void memory(Subject subject, Examples examples, PrintWriter out) throws IOException {
    long before = kibibytes("VmRSS");
    IntegratedGradients.DEFAULT
        .withQuadrature(new Quadrature.GaussLegendre(50))
        .explain(subject.service(), examples, Target.predicted());
    out.println(
        "%d rows x 50 nodes: %d MiB more resident memory at the most than before%n"
            .formatted(examples.size(), (kibibytes("VmHWM") - before) / 1024));
  }

  /** A figure of this process, as Linux has it. */
  private static long kibibytes(String name) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith(name + ":"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow(() -> new IOException("there is no " + name + " on this system"));
  }
}
