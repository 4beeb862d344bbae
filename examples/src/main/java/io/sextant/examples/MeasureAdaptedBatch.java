package io.sextant.examples;

import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.SpecSources;
import io.sextant.evaluation.Subject;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.Draw;
import io.sextant.gradients.BatchObjective;
import io.sextant.gradients.BatchQuery;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Objective;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Statistics;
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
 * Measures what a batch costs an adapted model beside a plain forward: the shortest of many calls,
 * in milliseconds and as a multiple, for each model of a spec. Nothing else should run meanwhile.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Command(
    name = "measure-adapted-batch",
    mixinStandardHelpOptions = true,
    description = "Cost of an adapted batch, as a Markdown table.")
public final class MeasureAdaptedBatch implements Callable<Integer> {
  @Parameters(paramLabel = "SPEC", description = "An audit spec, for its models and data.")
  @SuppressWarnings("NullAway.Init")
  private Path spec;

  @Option(names = "--batch-size", description = "Rows of a batch (default: ${DEFAULT-VALUE}).")
  private int batchSize = 200;

  @Option(names = "--threads", description = "Threads (default: ${DEFAULT-VALUE}).")
  private int threads = 1;

  @Option(names = "--calls", description = "Calls of each kind (default: ${DEFAULT-VALUE}).")
  private int calls = 300;

  private final PrintWriter table = new PrintWriter(System.out, true, StandardCharsets.UTF_8);

  /** Measures. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new MeasureAdaptedBatch()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    AuditSpec read = SpecReader.read(spec);
    table.println("| Model | Asked | ms | of a forward |");
    table.println("|---|---|---:|---:|");
    for (ModelSpec model : read.models()) {
      try (SpecSources sources = new SpecSources()) {
        DataSet data =
            Draw.of(read.data().sampling(), sources.data(read.data()), batchSize, read.seed());
        try (Subject subject =
            Subject.open(sources.model(model), model, data.input(), EngineOptions.DEFAULT)) {
          measure(model.id(), subject.service().graph(), data.examples().rows());
        }
      }
    }
    return 0;
  }

  private GradientService service(InferenceGraph graph) {
    return GradientService.builder(graph).threads(threads).batchSize(batchSize).build();
  }

  private void measure(String model, InferenceGraph trained, double[][] rows) {
    InferenceGraph graph = trained.withStatistics(Statistics.replaced());
    BatchObjective objective = BatchObjective.sum(row -> Objective.logProbability(0));
    BatchQuery plain = BatchQuery.of(rows);
    try (GradientService source = service(trained);
        GradientService adapted = service(graph)) {
      double forward = shortest(() -> source.answer(plain));
      row(model, "forward", forward, forward);
      row(
          model,
          "forward and input gradients",
          shortest(() -> source.answer(plain.objective(objective).withInputGradients())),
          forward);
      row(model, "statistics of the batch", shortest(() -> adapted.answer(plain)), forward);
      row(
          model,
          "the same, and gradients by gamma and beta",
          shortest(
              () -> adapted.answer(plain.objective(objective).gradientsBy(graph.differentiable()))),
          forward);
      row(
          model,
          "the same, and input gradients",
          shortest(
              () ->
                  adapted.answer(
                      plain
                          .objective(objective)
                          .gradientsBy(graph.differentiable())
                          .withInputGradients())),
          forward);
    }
  }

  /** Milliseconds; the first half, in which the loops are compiled, does not count. */
  private double shortest(Runnable call) {
    double shortest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < calls; i++) {
      long start = System.nanoTime();
      call.run();
      double taken = (System.nanoTime() - start) / 1e6;
      shortest = i < calls / 2 ? shortest : Math.min(shortest, taken);
    }
    return shortest;
  }

  private void row(String model, String asked, double taken, double forward) {
    table.printf(Locale.ROOT, "| %s | %s | %.2f | %.2f |%n", model, asked, taken, taken / forward);
  }
}
