package io.sextant.examples;

import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.SpecSources;
import io.sextant.evaluation.Subject;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.Draw;
import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explainers;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.Target;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.DataSpec;
import io.sextant.spec.ModelSpec;
import io.sextant.spec.SpecReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Measures what an explainer costs and how exact it is: the evidence for the figures in the
 * documentation. Prints a row of a Markdown table for each model of a spec. The data is explained
 * once before the clock starts, so that what is loaded on first use is not counted.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Command(
    name = "measure-explainers",
    mixinStandardHelpOptions = true,
    description = "Time, passes and standard errors of an explainer, as a Markdown table.")
public final class MeasureExplainers implements Callable<Integer> {
  @Parameters(paramLabel = "SPEC", description = "An audit spec, for its models and data.")
  @SuppressWarnings("NullAway.Init")
  private Path spec;

  @Option(names = "--method", required = true, description = "The explainer.")
  @SuppressWarnings("NullAway.Init")
  private String method;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting of it.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--samples", description = "Examples (default: ${DEFAULT-VALUE}).")
  private int samples = 32;

  /** Measures. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new MeasureExplainers()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    AuditSpec read = SpecReader.read(spec);
    Explainer explainer = Explainers.create(method, settings);
    PrintWriter table = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    table.println(
        "| Model | Examples | Players | Seconds in all | per example | of processors in all |"
            + " Forwards | Backwards | Largest standard error: mean | at worst | Tolerance met |");
    table.println("|---|" + "---:|".repeat(10));
    try (SpecSources sources = new SpecSources()) {
      DataSet all = sources.data(read.data());
      DataSet data = Draw.of(read.data().sampling(), all, samples, read.seed());
      Explainer fitted =
          explainer.fitted(all.reference(read.data().source() instanceof DataSpec.Table));
      for (ModelSpec model : read.models()) {
        try (Subject subject =
            Subject.open(sources.model(model), model, data.input(), EngineOptions.DEFAULT)) {
          table.println(row(model.id(), subject, fitted, data));
        }
      }
    }
    return 0;
  }

  private static String row(String model, Subject subject, Explainer explainer, DataSet data) {
    explain(subject, explainer, data);
    Duration worked = worked();
    long begin = System.nanoTime();
    Explanations found = explain(subject, explainer, data);
    double seconds = (System.nanoTime() - begin) / 1e9;
    double processors = worked().minus(worked).toMillis() / 1e3;
    double[] errors =
        found.standardErrors().stream()
            .flatMap(Arrays::stream)
            .mapToDouble(own -> Arrays.stream(own).max().orElse(0))
            .toArray();
    return String.format(
        Locale.ROOT,
        "| %s | %d | %s | %.2f | %.4f | %.2f | %.0f | %.0f | %s | %s | %s |",
        model,
        data.size(),
        found.players().map(players -> Integer.toString(players[0].length)).orElse(""),
        seconds,
        seconds / data.size(),
        processors,
        certificates(found).mapToLong(Certificate::forwards).average().orElse(0),
        certificates(found).mapToLong(Certificate::backwards).average().orElse(0),
        written(Arrays.stream(errors).average()),
        written(Arrays.stream(errors).max()),
        tolerances(found));
  }

  /** Time on processors, which other programs stretch less than they do the time that passes. */
  private static Duration worked() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private static Explanations explain(Subject subject, Explainer explainer, DataSet data) {
    return explainer.explain(
        subject.service().as(explainer.name()), data.examples(), Target.predicted());
  }

  private static Stream<Certificate> certificates(Explanations found) {
    return found.certificates().stream();
  }

  private static String tolerances(Explanations found) {
    long judged = certificates(found).filter(one -> one.toleranceMet().isPresent()).count();
    long met = certificates(found).filter(one -> one.toleranceMet().orElse(false)).count();
    return judged == 0 ? "" : "%d of %d".formatted(met, judged);
  }

  private static String written(OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%.2g", value.getAsDouble()) : "";
  }
}
