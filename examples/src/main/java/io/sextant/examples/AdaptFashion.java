package io.sextant.examples;

import io.sextant.adaptation.Adaptations;
import io.sextant.adaptation.AdaptedModel;
import io.sextant.adaptation.AdaptedStream;
import io.sextant.adaptation.Predictions;
import io.sextant.corruptions.ParameterSet;
import io.sextant.evaluation.DataCorrupter;
import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.SpecSources;
import io.sextant.evaluation.Subject;
import io.sextant.evaluation.data.DataSet;
import io.sextant.gradients.Examples;
import io.sextant.gradients.Logits;
import io.sextant.results.Condition;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.ModelSpec;
import io.sextant.spec.SpecReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apiguardian.api.API;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Adapts a model to a stream of corrupted images in memory: the library without files. Prints a
 * line for each batch. The first rows of the data come in the stream, the others calibrate the
 * alarm.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Command(
    name = "adapt-fashion",
    mixinStandardHelpOptions = true,
    description = "Errors before and after adaptation to a corruption, batch by batch.")
public final class AdaptFashion implements Callable<Integer> {
  @Parameters(paramLabel = "SPEC", description = "An audit spec, for its model and data.")
  @SuppressWarnings("NullAway.Init")
  private Path spec;

  @Option(names = "--method", description = "Of sextant adapt --list (default: ${DEFAULT-VALUE}).")
  private String method = "tent";

  @Option(names = "--kind", description = "The corruption (default: ${DEFAULT-VALUE}).")
  private String kind = "gaussian-noise";

  @Option(names = "--samples", description = "Rows of the stream (default: ${DEFAULT-VALUE}).")
  private int samples = 700;

  @Option(names = "--batch-size", description = "Rows of a batch (default: ${DEFAULT-VALUE}).")
  private int batchSize = 100;

  /** Adapts. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new AdaptFashion()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    AuditSpec audit = SpecReader.read(spec);
    ModelSpec model = audit.models().get(0);
    try (SpecSources sources = new SpecSources()) {
      DataSet data = sources.data(audit.data());
      Examples all = data.examples();
      Examples stream =
          DataCorrupter.of(data, ParameterSet.CIFAR_C, audit.seed())
              .corrupt(new Condition.Corrupted(kind, 5), all.slice(0, samples));
      double[][] source = all.slice(samples, all.size()).rows();
      try (Subject subject =
              Subject.open(sources.model(model), model, data.input(), EngineOptions.DEFAULT);
          AdaptedModel adapted =
              AdaptedModel.of(subject.service(), Adaptations.create(method), source)) {
        AdaptedStream running = adapted.stream(batchSize);
        for (int from = 0; from < stream.size(); from += batchSize) {
          Examples batch = stream.slice(from, Math.min(stream.size(), from + batchSize));
          double[][] before = subject.service().logits(batch.rows());
          Predictions after = running.predict(batch.rows());
          out.printf(
              Locale.ROOT,
              "rows from %d: trained %.1f%% wrong, adapted %.1f%%%s%n",
              from,
              wrong(before, batch.labels()),
              wrong(after.logits(), batch.labels()),
              after.alarm().map("; alarm: "::concat).orElse(""));
        }
      }
    }
    return 0;
  }

  private static double wrong(double[][] logits, int[] labels) {
    int wrong = 0;
    for (int i = 0; i < labels.length; i++) {
      wrong += Logits.decision(logits[i]) == labels[i] ? 0 : 1;
    }
    return 100.0 * wrong / labels.length;
  }
}
