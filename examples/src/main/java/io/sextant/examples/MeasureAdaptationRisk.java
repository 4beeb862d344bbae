package io.sextant.examples;

import io.sextant.adaptation.AdaptedModel;
import io.sextant.adaptation.AdaptedStream;
import io.sextant.adaptation.Tent;
import io.sextant.adaptation.audit.AttributionDrift;
import io.sextant.adaptation.audit.CompanyAttack;
import io.sextant.adaptation.audit.FrozenModel;
import io.sextant.adaptation.audit.Poisoning;
import io.sextant.adaptation.audit.Poisoning.Knowledge;
import io.sextant.adaptation.audit.Poisoning.Poisoned;
import io.sextant.gradients.BatchQuery;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Logits;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.graph.Statistics.Estimator;
import io.sextant.gradients.graph.Weights;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Measures what adaptation costs in safety: the evidence for the table in the documentation. Prints
 * a row of a Markdown table for each state of a model and each radius: the batch's error, success
 * of PGD on rows in the company of their batch, growth of the error of the other rows when a share
 * of the batch is poisoned, with knowledge of the batch and without, and the attributions' likeness
 * to those of the trained model. The first batch of the examples is attacked; Tent has seen all
 * batches before.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Command(
    name = "measure-adaptation-risk",
    mixinStandardHelpOptions = true,
    description = "Attacks on adapted models, as a Markdown table.")
public final class MeasureAdaptationRisk implements Callable<Integer> {
  private static final double[] SHARES = {0.01, 0.05, 0.1};

  @Mixin
  @SuppressWarnings("NullAway.Init")
  private MeasuredOptions options;

  @Option(names = "--batch-size", description = "Rows of a batch (default: ${DEFAULT-VALUE}).")
  private int batchSize = 200;

  @Option(
      names = "--attacked",
      description = "Rows of the batch to attack and explain (default: ${DEFAULT-VALUE}).")
  private int attacked = 20;

  private final PrintWriter table = new PrintWriter(System.out, true, StandardCharsets.UTF_8);

  /** Measures. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new MeasureAdaptationRisk()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    table.println(
        "| Model | State | Wrong | L∞ | Attack |"
            + " White-box 1% | 5% | 10% | Own rows 1% | 5% | 10% | Cosine | Spearman |");
    table.println("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    options.each(this::measure);
    return 0;
  }

  private void measure(Measured measured) {
    row(measured, "trained", Statistics.stored(), Weights.empty());
    row(measured, "bn", Statistics.replaced(), Weights.empty());
    row(measured, "bn, median", Statistics.replaced().with(Estimator.MEDIAN), Weights.empty());
    row(
        measured,
        "bn, medians",
        Statistics.replaced().with(Estimator.MEDIAN_OF_SQUARES),
        Weights.empty());
    row(measured, "tent", Statistics.replaced(), afterTent(measured));
  }

  private Weights afterTent(Measured measured) {
    try (AdaptedModel model = AdaptedModel.of(measured.service(), new Tent())) {
      AdaptedStream stream = model.stream(batchSize);
      Examples examples = measured.examples();
      for (int from = 0; from < examples.size(); from += batchSize) {
        stream.predict(examples.slice(from, Math.min(examples.size(), from + batchSize)).rows());
      }
      return stream.adapted();
    }
  }

  private void row(Measured measured, String state, Statistics statistics, Weights bound) {
    Examples first = measured.examples().slice(0, Math.min(batchSize, measured.examples().size()));
    double[][] batch = first.rows();
    int[] rows = IntStream.range(0, Math.min(attacked, batch.length)).toArray();
    double epsilon = measured.threat().radius();
    try (GradientService service =
        GradientService.builder(measured.service().graph().withStatistics(statistics))
            .batchSize(batch.length)
            .domain(measured.service().domain())
            .build()) {
      FrozenModel model = new FrozenModel(service, bound);
      table.printf(
          Locale.ROOT,
          "| %s | %s | %.1f | %.3f | %.0f%% |",
          measured.model(),
          state,
          100 * wrong(model, first),
          epsilon,
          100
              * CompanyAttack.success(
                  CompanyAttack.of(epsilon).run(model, batch, first.labels(), rows)));
      for (Knowledge knowledge : Knowledge.values()) {
        for (double share : SHARES) {
          Poisoned poisoned =
              Poisoning.of(share, epsilon, knowledge)
                  .run(model, batch, first.labels(), RandomKey.of(measured.seed()));
          table.printf(Locale.ROOT, " %.1f |", 100 * poisoned.harm());
        }
      }
      AttributionDrift drift =
          AttributionDrift.between(FrozenModel.of(measured.service()), model, batch, rows);
      table.printf(Locale.ROOT, " %.3f | %.3f |%n", drift.meanCosine(), drift.meanSpearman());
    }
  }

  /** The share of the batch that is decided wrongly. */
  private static double wrong(FrozenModel model, Examples batch) {
    double[][] logits =
        model.service().answer(BatchQuery.of(batch.rows()).bound(model.bound())).logits();
    return IntStream.range(0, logits.length)
        .map(row -> Logits.decision(logits[row]) == batch.label(row) ? 0 : 1)
        .average()
        .orElse(0);
  }
}
