package io.sextant.results.gate;

import io.sextant.results.ExplanationQuality;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * A score of explanations in one audit beside the same score in another.
 *
 * @param metric its id
 * @param better {@code higher} or {@code lower}
 * @param explainer its id
 * @param before of the first audit, where it was scored
 * @param after of the second audit, where it was scored
 * @param remark why the two do not say the same, where they do not
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record QualityContrast(
    String metric,
    String better,
    String explainer,
    Optional<ExplanationQuality.Cell> before,
    Optional<ExplanationQuality.Cell> after,
    Optional<String> remark) {
  /** Metric by metric and, in each, explainer by explainer; controls are left out. */
  public static List<QualityContrast> of(ExplanationQuality before, ExplanationQuality after) {
    List<QualityContrast> all = new ArrayList<>();
    for (ExplanationQuality.Column is : after.metrics()) {
      Optional<ExplanationQuality.Column> was =
          before.metrics().stream().filter(c -> c.metric().equals(is.metric())).findFirst();
      Optional<String> remark = was.flatMap(column -> remark(column, is));
      for (ExplanationQuality.Cell cell : is.cells()) {
        if (!cell.control()) {
          all.add(
              new QualityContrast(
                  is.metric(),
                  is.better(),
                  cell.explainer(),
                  was.flatMap(column -> of(column, cell.explainer())),
                  Optional.of(cell),
                  remark));
        }
      }
      was.ifPresent(
          column ->
              column.cells().stream()
                  .filter(cell -> !cell.control() && of(is, cell.explainer()).isEmpty())
                  .forEach(cell -> all.add(gone(column, cell))));
    }
    for (ExplanationQuality.Column was : before.metrics()) {
      if (after.metrics().stream().noneMatch(c -> c.metric().equals(was.metric()))) {
        was.cells().stream()
            .filter(cell -> !cell.control())
            .forEach(cell -> all.add(gone(was, cell)));
      }
    }
    return List.copyOf(all);
  }

  private static QualityContrast gone(
      ExplanationQuality.Column column, ExplanationQuality.Cell cell) {
    return new QualityContrast(
        column.metric(),
        column.better(),
        cell.explainer(),
        Optional.of(cell),
        Optional.empty(),
        Optional.empty());
  }

  private static Optional<ExplanationQuality.Cell> of(
      ExplanationQuality.Column column, String explainer) {
    return column.cells().stream().filter(c -> c.explainer().equals(explainer)).findFirst();
  }

  private static Optional<String> remark(
      ExplanationQuality.Column before, ExplanationQuality.Column after) {
    if (!before.name().equals(after.name())
        || !before.configuration().equals(after.configuration())) {
      return Optional.of("measured with other settings");
    }
    return before.invalid().isPresent() || after.invalid().isPresent()
        ? Optional.of("the metric says nothing here")
        : Optional.empty();
  }

  /**
   * One line, for example {@code infidelity of smoothgrad (lower is better): 0.2 ± 0.01 -> 0.3}.
   */
  public String describe() {
    return "%s of %s (%s is better): %s -> %s%s"
        .formatted(
            metric,
            explainer,
            better,
            score(before),
            score(after),
            remark.map("; "::concat).orElse(""));
  }

  private static String score(Optional<ExplanationQuality.Cell> cell) {
    if (cell.isEmpty()) {
      return "not scored";
    }
    if (cell.get().unfit().isPresent()) {
      return "does not fit";
    }
    OptionalDouble mean = cell.get().mean();
    if (mean.isEmpty()) {
      return "not defined";
    }
    OptionalDouble error = cell.get().standardError();
    return number(mean.getAsDouble())
        + (error.isPresent() ? " ± " + number(error.getAsDouble()) : "");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }
}
