package io.sextant.reports.internal;

import io.sextant.results.ExplanationQuality;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * How explainers fared by metrics, turned for reading: a row for each explainer and control.
 *
 * @param result what was found
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Judged(ExplanationQuality result) {
  // Each is below 50 kB with its figures: a test draws the largest.
  private static final int MOST_CHARTS = 6;

  /**
   * A row of the table.
   *
   * @param name of the explainer or control
   * @param control whether it explains nothing
   * @param cells one per metric that fits
   * @param meanRank over the metrics that say something
   */
  public record Row(
      String name, boolean control, List<ExplanationQuality.Cell> cells, String meanRank) {}

  /** The metrics that fit the model and its inputs. */
  public List<ExplanationQuality.Column> metrics() {
    return result.metrics().stream().filter(column -> !column.cells().isEmpty()).toList();
  }

  /** The metrics that say nothing here, or do not fit. */
  public List<ExplanationQuality.Column> invalid() {
    return result.metrics().stream().filter(column -> column.invalid().isPresent()).toList();
  }

  /** The curves of the first metrics that have some. */
  public List<RemovalChart> charts() {
    return result.metrics().stream()
        .map(RemovalChart::of)
        .flatMap(Optional::stream)
        .limit(MOST_CHARTS)
        .toList();
  }

  /** Explainers in the order of the spec, then controls. */
  public List<Row> rows() {
    return metrics().stream()
        .findFirst()
        .map(
            first ->
                first.cells().stream()
                    .map(
                        cell ->
                            new Row(
                                cell.explainer(),
                                cell.control(),
                                metrics().stream()
                                    .map(column -> of(column, cell.explainer()))
                                    .flatMap(Optional::stream)
                                    .toList(),
                                meanRank(cell.explainer())))
                    .toList())
        .orElse(List.of());
  }

  /** The settings of an attack that say most about it. */
  public static String settings(ExplanationQuality.Attack attack) {
    return Stream.of("aim", "norm", "epsilon", "steps", "output-change")
        .filter(attack.configuration()::containsKey)
        .map(key -> key + " " + attack.configuration().get(key))
        .collect(Collectors.joining(", "));
  }

  /** The measures of an attack, where anything was moved. */
  public static List<String> measures(ExplanationQuality.Attack attack) {
    return attack.explainers().stream()
        .map(ExplanationQuality.Attacked::measures)
        .filter(measures -> !measures.isEmpty())
        .findFirst()
        .map(measures -> measures.stream().map(ExplanationQuality.Measure::measure).toList())
        .orElse(List.of());
  }

  /** A measure of one explainer; empty where nothing of it was moved. */
  public static ExplanationQuality.Measure measure(
      ExplanationQuality.Attacked attacked, String name) {
    return attacked.measures().stream()
        .filter(measure -> measure.measure().equals(name))
        .findFirst()
        .orElseGet(
            () ->
                new ExplanationQuality.Measure(
                    name, OptionalDouble.empty(), OptionalDouble.empty()));
  }

  private static Optional<ExplanationQuality.Cell> of(
      ExplanationQuality.Column column, String explainer) {
    return column.cells().stream().filter(cell -> cell.explainer().equals(explainer)).findFirst();
  }

  private String meanRank(String explainer) {
    return result.meanRanks().stream()
        .filter(rank -> rank.explainer().equals(explainer))
        .findFirst()
        .map(rank -> String.format(Locale.ROOT, "%.1f", rank.rank()))
        .orElse("–");
  }

  /** A score with its standard error, and its rank. */
  public static String score(ExplanationQuality.Cell cell) {
    if (cell.unfit().isPresent()) {
      return "does not fit";
    }
    if (cell.mean().isEmpty()) {
      return "–";
    }
    String error =
        cell.standardError().isPresent()
            ? " ± " + Format.number(cell.standardError().getAsDouble())
            : "";
    return Format.number(cell.mean().getAsDouble()) + error;
  }

  /** Beneath a score: rank, on how many examples it is defined where not on all, and its cost. */
  public String beneath(ExplanationQuality.Cell cell) {
    List<String> parts = new ArrayList<>();
    cell.rank().ifPresent(rank -> parts.add("rank " + rank(rank)));
    if (cell.unfit().isEmpty() && cell.defined() < result.examples()) {
      parts.add("on " + cell.defined());
    }
    cell.cost()
        .ifPresent(cost -> parts.add(cost == 0 ? "no passes" : Format.number(cost) + " gradients"));
    return String.join(", ", parts);
  }

  /** Why metrics do not fit single explainers, a sentence for each reason. */
  public List<String> unfit() {
    return metrics().stream()
        .flatMap(
            column ->
                column.cells().stream()
                    .filter(cell -> !cell.control() && cell.unfit().isPresent())
                    .map(
                        cell ->
                            "%s does not fit %s: %s."
                                .formatted(column.metric(), cell.explainer(), cell.unfit().get())))
        .toList();
  }

  private static String rank(double rank) {
    return String.format(Locale.ROOT, rank == Math.rint(rank) ? "%.0f" : "%.1f", rank);
  }

  /** What the agreement of the ranks means, as a sentence; empty where there is none. */
  public String agreement() {
    return result.concordance().isEmpty()
        ? ""
        : "Kendall's W of the ranks is %s: %s."
            .formatted(
                Format.number(result.concordance().getAsDouble()),
                result.metricsDisagree()
                    ? "metrics disagree, and the mean rank is a mean of contradictions"
                    : "metrics agree in part; there is no winner all the same");
  }
}
