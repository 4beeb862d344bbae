package io.sextant.explainers.quality;

import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.Output;
import io.sextant.explainers.Target;
import io.sextant.gradients.ExampleProgress;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.results.Correlation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Several explainers by several metrics on the same examples, beside {@link Controls}.
 *
 * <p>A metric by which at most half of the explainers beat the random map is marked as saying
 * nothing on this model: they beat it where the mean difference on the same examples is more than
 * 1.96 of its standard errors. Ranks, mean ranks and their agreement are over explainers and the
 * metrics that remain, as in Klein, Lüth, Schlegel, Bungert, El-Assady, Jäger, "Navigating the Maze
 * of Explainable AI: A Systematic Approach to Evaluating Methods and Metrics", NeurIPS 2024,
 * arXiv:2409.16756. There is no winner: where metrics disagree, a mean rank is a mean of
 * contradictions.
 *
 * @param examples how many were scored
 * @param metrics one per metric, in the order asked
 * @param meanRanks of the explainers over metrics that remain, 1 for the best; empty where fewer
 *     than two explainers or no metric remain
 * @param concordance Kendall's W of the ranks, from 0 to 1; absent where fewer than two explainers
 *     or metrics remain
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record QualityTable(
    int examples, List<Column> metrics, Map<String, Double> meanRanks, OptionalDouble concordance) {
  /** Below this, metrics disagree. */
  public static final double AGREEMENT = 0.3;

  // Of the normal distribution, two-sided 95%.
  private static final double QUANTILE = 1.96;

  public QualityTable {
    metrics = List.copyOf(metrics);
    meanRanks = Collections.unmodifiableMap(new LinkedHashMap<>(meanRanks));
  }

  /**
   * One metric.
   *
   * @param metric its name
   * @param better which scores are the better ones
   * @param cells explainers in the order given, then controls
   * @param invalid why it says nothing here; empty where it does
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Column(String metric, Better better, List<Cell> cells, Optional<String> invalid) {
    public Column {
      cells = List.copyOf(cells);
    }
  }

  /**
   * One explainer or control by one metric.
   *
   * @param explainer its name in the table
   * @param control whether it is a control
   * @param mean score over the examples on which the metric is defined; absent where on none
   * @param standardError of the mean; absent where the metric is defined on fewer than two
   * @param defined on how many examples the metric is defined
   * @param rank among the explainers, 1 for the best, ties in the middle; absent for controls,
   *     where there is no mean, and where the metric says nothing here
   * @param curve the mean curve of metrics that have one; it costs nothing more
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Cell(
      String explainer,
      boolean control,
      OptionalDouble mean,
      OptionalDouble standardError,
      int defined,
      OptionalDouble rank,
      Optional<MeanCurve> curve) {}

  /** Whether the metrics that remain contradict each other. */
  public boolean metricsDisagree() {
    return concordance.isPresent() && concordance.getAsDouble() < AGREEMENT;
  }

  /**
   * Explains examples and scores the explanations.
   *
   * @param service the model, its work counted for whoever asks
   * @param examples the inputs; their labels are the classes to explain
   * @param output what is explained
   * @param explainers by name, fitted to the data, at least one, of the input's values
   * @param metrics fitted to the data; of those that do not fit the model or its inputs the table
   *     says so
   * @param seed of the random map
   * @param progress is called for each explainer that was explained and scored by all metrics
   */
  public static QualityTable of(
      GradientService service,
      Examples examples,
      Output output,
      Map<String, Explainer> explainers,
      List<QualityMetric> metrics,
      long seed,
      ExampleProgress progress) {
    return of(service, examples, output, explainers, metrics, seed, (name, found) -> {}, progress);
  }

  /**
   * Explains examples and scores the explanations, which somebody else sees, too.
   *
   * @param service the model, its work counted for whoever asks
   * @param examples the inputs; their labels are the classes to explain
   * @param output what is explained
   * @param explainers by name, fitted to the data, at least one, of the input's values
   * @param metrics fitted to the data; of those that do not fit the model or its inputs the table
   *     says so
   * @param seed of the random map
   * @param explained is given the explanations of each explainer, in their order, before they are
   *     scored; what it does not keep of them is not held
   * @param progress is called for each explainer that was explained and scored by all metrics
   */
  public static QualityTable of(
      GradientService service,
      Examples examples,
      Output output,
      Map<String, Explainer> explainers,
      List<QualityMetric> metrics,
      long seed,
      BiConsumer<String, Explanations> explained,
      ExampleProgress progress) {
    Map<String, Supplier<Judged>> judged = new LinkedHashMap<>();
    explainers.forEach(
        (name, explainer) ->
            judged.put(
                name,
                () -> {
                  Explanations found =
                      explainer.explain(service, examples, Target.label().withOutput(output));
                  explained.accept(name, found);
                  return Judged.of(service, examples, output, explainer, found);
                }));
    return scored(service, examples, output, judged, metrics, seed, progress);
  }

  /**
   * Scores explanations that there are already.
   *
   * @param judged the explanations
   * @param name of their explainer in the table
   * @param metrics fitted to the data
   * @param seed of the random map
   * @param progress is called for the explainer and each control
   */
  public static QualityTable of(
      Judged judged,
      String name,
      List<QualityMetric> metrics,
      long seed,
      ExampleProgress progress) {
    return scored(
        judged.service(),
        judged.examples(),
        judged.output(),
        Map.of(name, () -> judged),
        metrics,
        seed,
        progress);
  }

  private static QualityTable scored(
      GradientService service,
      Examples examples,
      Output output,
      Map<String, Supplier<Judged>> explainers,
      List<QualityMetric> metrics,
      long seed,
      ExampleProgress progress) {
    // Made one after the other, so that one map of each example is held at a time.
    Map<String, Supplier<Judged>> all = new LinkedHashMap<>(explainers);
    for (Explainer control : Controls.of(service.inputShape(), seed)) {
      if (all.putIfAbsent(control.name(), () -> Judged.of(service, examples, output, control))
          != null) {
        throw new IllegalArgumentException(
            "an explainer must not be named as the control %s; give it another id"
                .formatted(control.name()));
      }
    }
    Scored[][] scored = new Scored[metrics.size()][all.size()];
    List<Optional<String>> unfit = new ArrayList<>();
    metrics.forEach(metric -> unfit.add(Optional.empty()));
    int place = 0;
    for (Supplier<Judged> made : all.values()) {
      Judged judged = made.get();
      for (int m = 0; m < metrics.size(); m++) {
        unfit.set(m, metrics.get(m).unfit(judged));
        if (unfit.get(m).isEmpty()) {
          scored[m][place] = Scored.of(metrics.get(m), judged);
        }
      }
      progress.finished(++place, all.size());
    }
    List<String> names = List.copyOf(all.keySet());
    List<Column> columns = new ArrayList<>();
    for (int m = 0; m < metrics.size(); m++) {
      columns.add(
          unfit.get(m).isPresent()
              ? new Column(metrics.get(m).name(), metrics.get(m).better(), List.of(), unfit.get(m))
              : column(metrics.get(m), names, explainers.size(), scored[m]));
    }
    return ranked(examples.size(), columns, List.copyOf(explainers.keySet()));
  }

  /** What a metric says of the attributions of one explainer. */
  private record Scored(double[] scores, Optional<MeanCurve> curve) {
    static Scored of(QualityMetric metric, Judged judged) {
      if (metric instanceof CurveMetric read) {
        List<RemovalCurve> curves = read.curves(judged);
        return new Scored(
            curves.stream().mapToDouble(read::score).toArray(),
            MeanCurve.of(read, judged.output(), curves));
      }
      return new Scored(metric.scores(judged), Optional.empty());
    }
  }

  private static Column column(
      QualityMetric metric, List<String> names, int explainers, Scored[] scored) {
    double[][] scores = Arrays.stream(scored).map(Scored::scores).toArray(double[][]::new);
    Better better = metric.better();
    List<Mean> means = new ArrayList<>();
    for (double[] of : scores) {
      means.add(Mean.of(of));
    }
    int[] ranked =
        IntStream.range(0, explainers).filter(e -> means.get(e).value().isPresent()).toArray();
    double[] ranks =
        Correlation.ranks(
            IntStream.of(ranked)
                .mapToDouble(e -> -better.merit(means.get(e).value().orElseThrow()))
                .toArray());
    OptionalDouble[] rank = new OptionalDouble[names.size()];
    Arrays.fill(rank, OptionalDouble.empty());
    for (int i = 0; i < ranked.length; i++) {
      rank[ranked[i]] = OptionalDouble.of(ranks[i]);
    }
    // The random map is the first of the controls.
    double[] random = scores[explainers];
    long beat =
        IntStream.range(0, explainers).filter(e -> beats(better, scores[e], random)).count();
    boolean valid = 2 * beat > explainers;
    List<Cell> cells = new ArrayList<>();
    for (int e = 0; e < names.size(); e++) {
      Mean mean = means.get(e);
      cells.add(
          new Cell(
              names.get(e),
              e >= explainers,
              mean.value(),
              mean.standardError(),
              mean.defined(),
              valid ? rank[e] : OptionalDouble.empty(),
              scored[e].curve()));
    }
    return new Column(
        metric.name(),
        better,
        cells,
        valid
            ? Optional.empty()
            : Optional.of(
                "of %d explainers %d score better than a random map beyond chance"
                    .formatted(explainers, beat)));
  }

  /** Whether scores are better on the same examples, beyond chance. */
  private static boolean beats(Better better, double[] scores, double[] others) {
    double[] leads = new double[scores.length];
    for (int i = 0; i < leads.length; i++) {
      leads[i] = better.merit(scores[i]) - better.merit(others[i]);
    }
    Mean lead = Mean.of(leads);
    return lead.standardError().isPresent()
        && lead.value().orElseThrow() > QUANTILE * lead.standardError().getAsDouble();
  }

  private static QualityTable ranked(int examples, List<Column> columns, List<String> explainers) {
    List<double[]> judges = new ArrayList<>();
    for (Column column : columns) {
      List<Cell> own = column.cells().stream().filter(cell -> !cell.control()).toList();
      if (column.invalid().isEmpty() && own.stream().allMatch(cell -> cell.rank().isPresent())) {
        judges.add(own.stream().mapToDouble(cell -> cell.rank().orElseThrow()).toArray());
      }
    }
    Map<String, Double> meanRanks = new LinkedHashMap<>();
    OptionalDouble concordance = OptionalDouble.empty();
    if (explainers.size() > 1 && !judges.isEmpty()) {
      for (int e = 0; e < explainers.size(); e++) {
        int place = e;
        meanRanks.put(
            explainers.get(e),
            judges.stream().mapToDouble(ranks -> ranks[place]).average().orElseThrow());
      }
      double agreement = Correlation.concordance(judges.toArray(double[][]::new));
      if (judges.size() > 1 && Double.isFinite(agreement)) {
        concordance = OptionalDouble.of(agreement);
      }
    }
    return new QualityTable(examples, columns, meanRanks, concordance);
  }
}
