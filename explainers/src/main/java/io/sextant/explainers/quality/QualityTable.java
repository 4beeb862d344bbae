package io.sextant.explainers.quality;

import io.sextant.explainers.Explainer;
import io.sextant.explainers.Output;
import io.sextant.gradients.ExampleProgress;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Meter;
import io.sextant.methods.Passes;
import io.sextant.results.Correlation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
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
   * @param cost of the score of one example in gradients, the explanation not included; absent
   *     where nothing was scored
   * @param unfit why the metric does not fit what this explainer says; empty where it does
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
      Optional<MeanCurve> curve,
      OptionalDouble cost,
      Optional<String> unfit) {}

  /** Whether the metrics that remain contradict each other. */
  public boolean metricsDisagree() {
    return concordance.isPresent() && concordance.getAsDouble() < AGREEMENT;
  }

  /**
   * One explainer or control by one metric, example by example.
   *
   * @param scores one per example, not finite where the metric is not defined; none where it does
   *     not fit
   * @param curve the mean curve of metrics that have one
   * @param unfit why the metric does not fit what was to be scored; empty where it does
   * @param passes that the metric took, the explanations not included
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Scores(
      double[] scores, Optional<MeanCurve> curve, Optional<String> unfit, Passes passes) {
    public Scores {
      Objects.requireNonNull(unfit, "unfit");
      Objects.requireNonNull(passes, "passes");
    }

    /**
     * Scores attributions; what it takes is read off the meter, so that nobody else may ask for the
     * same consumer meanwhile.
     */
    public static Scores of(Judged judged, QualityMetric metric) {
      Optional<String> unfit = metric.unfit(judged);
      if (unfit.isPresent()) {
        return new Scores(new double[0], Optional.empty(), unfit, new Passes(0, 0));
      }
      GradientService service = judged.service();
      Meter.Count before = service.meter().of(service.consumer());
      double[] scores;
      Optional<MeanCurve> curve = Optional.empty();
      if (metric instanceof CurveMetric read) {
        List<RemovalCurve> curves = read.curves(judged);
        scores = curves.stream().mapToDouble(read::score).toArray();
        curve = MeanCurve.of(read, judged.output(), curves);
      } else {
        scores = metric.scores(judged);
      }
      Meter.Count asked = service.meter().of(service.consumer()).since(before);
      return new Scores(scores, curve, unfit, new Passes(asked.forwards(), asked.backwards()));
    }
  }

  /**
   * Explains examples and scores the explanations.
   *
   * @param service the model, its work counted for whoever asks
   * @param examples the inputs; their labels are the classes to explain
   * @param output what is explained
   * @param explainers by name, fitted to the data, at least one, of the input's values
   * @param metrics fitted to the data; of those that do not fit the model, its inputs or an
   *     explainer the table says so
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
    Map<String, Supplier<Judged>> judged = new LinkedHashMap<>();
    explainers.forEach(
        (name, explainer) ->
            judged.put(name, () -> Judged.of(service, examples, output, explainer)));
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
    Map<String, Supplier<Judged>> controls = new LinkedHashMap<>();
    List<Explainer> all = Controls.of(service.inputShape(), seed);
    Controls.requireNamedOtherwise(all, explainers.keySet());
    for (Explainer control : all) {
      controls.put(control.name(), () -> Judged.of(service, examples, output, control));
    }
    int total = explainers.size() + controls.size();
    List<Map<String, List<Scores>>> scored = new ArrayList<>();
    int done = 0;
    for (Map<String, Supplier<Judged>> some : List.of(explainers, controls)) {
      Map<String, List<Scores>> own = new LinkedHashMap<>();
      for (Map.Entry<String, Supplier<Judged>> one : some.entrySet()) {
        Judged judged = one.getValue().get();
        own.put(one.getKey(), metrics.stream().map(metric -> Scores.of(judged, metric)).toList());
        progress.finished(++done, total);
      }
      scored.add(own);
    }
    return of(examples.size(), metrics, scored.get(0), scored.get(1));
  }

  /**
   * The table of what was scored.
   *
   * @param examples how many
   * @param metrics by which
   * @param explainers by name, one per metric in their order
   * @param controls the same of {@link Controls}
   */
  public static QualityTable of(
      int examples,
      List<QualityMetric> metrics,
      Map<String, List<Scores>> explainers,
      Map<String, List<Scores>> controls) {
    List<Column> columns = new ArrayList<>();
    for (int m = 0; m < metrics.size(); m++) {
      Map<String, Scores> own = new LinkedHashMap<>();
      Map<String, Scores> others = new LinkedHashMap<>();
      for (Map.Entry<String, List<Scores>> one : explainers.entrySet()) {
        own.put(one.getKey(), one.getValue().get(m));
      }
      for (Map.Entry<String, List<Scores>> one : controls.entrySet()) {
        others.put(one.getKey(), one.getValue().get(m));
      }
      columns.add(column(metrics.get(m), examples, own, others));
    }
    return ranked(examples, columns, List.copyOf(explainers.keySet()));
  }

  private static Column column(
      QualityMetric metric, int examples, Map<String, Scores> own, Map<String, Scores> controls) {
    Better better = metric.better();
    List<Scores> fit = own.values().stream().filter(one -> one.unfit().isEmpty()).toList();
    if (fit.isEmpty()) {
      return new Column(
          metric.name(),
          better,
          List.of(),
          own.values().stream().findFirst().flatMap(Scores::unfit));
    }
    double[] merits =
        fit.stream()
            .map(one -> Mean.of(one.scores()).value())
            .filter(OptionalDouble::isPresent)
            .mapToDouble(mean -> -better.merit(mean.getAsDouble()))
            .toArray();
    double[] ranks = Correlation.ranks(merits);
    Optional<Scores> random =
        Optional.ofNullable(controls.get(Controls.RANDOM)).filter(one -> one.unfit().isEmpty());
    Optional<String> invalid =
        merits.length == 0
            ? Optional.of("it is defined on none of the examples, for none of the explainers")
            : invalid(better, fit, random);
    List<Cell> cells = new ArrayList<>();
    int ranked = 0;
    for (Map.Entry<String, Scores> one : own.entrySet()) {
      boolean placed = Mean.of(one.getValue().scores()).value().isPresent();
      OptionalDouble rank =
          invalid.isEmpty() && placed ? OptionalDouble.of(ranks[ranked]) : OptionalDouble.empty();
      ranked += placed ? 1 : 0;
      cells.add(cell(one.getKey(), false, one.getValue(), examples, rank));
    }
    controls.forEach(
        (name, scores) -> cells.add(cell(name, true, scores, examples, OptionalDouble.empty())));
    return new Column(metric.name(), better, cells, invalid);
  }

  /** Why scores say nothing beside those of a random map; empty where they do. */
  private static Optional<String> invalid(
      Better better, List<Scores> explainers, Optional<Scores> random) {
    if (random.isEmpty()) {
      return Optional.of("there is no score of a random map to compare with");
    }
    double[] others = random.get().scores();
    long beat = explainers.stream().filter(one -> beats(better, one.scores(), others)).count();
    return 2 * beat > explainers.size()
        ? Optional.empty()
        : Optional.of(
            "of %d explainers %d score better than a random map beyond chance"
                .formatted(explainers.size(), beat));
  }

  private static Cell cell(
      String name, boolean control, Scores scores, int examples, OptionalDouble rank) {
    Mean mean = Mean.of(scores.scores());
    return new Cell(
        name,
        control,
        mean.value(),
        mean.standardError(),
        mean.defined(),
        rank,
        scores.curve(),
        examples == 0 || scores.unfit().isPresent()
            ? OptionalDouble.empty()
            : OptionalDouble.of(scores.passes().gradients() / examples),
        scores.unfit());
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
