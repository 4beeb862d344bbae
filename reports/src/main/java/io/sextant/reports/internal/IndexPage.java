package io.sextant.reports.internal;

import io.sextant.results.AuditResult;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import io.sextant.results.RobustAccuracy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Several audits side by side.
 *
 * @param title of the page
 * @param rows one per audit
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record IndexPage(String title, List<Row> rows) {
  public IndexPage {
    rows = List.copyOf(rows);
  }

  /**
   * An audit.
   *
   * @param result its figures
   * @param link relative path of its report
   * @param mark its verdict
   * @param sentence its verdict in one sentence
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Row(AuditResult result, String link, Mark mark, String sentence) {
    /** The row of an audit. */
    public static Row of(AuditResult result, String link) {
      return new Row(result, link, Mark.of(result.gate()), Page.sentence(result));
    }
  }

  /** Every threat and radius that some audit measured, each once, in order. */
  public List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    for (Row row : rows) {
      for (RobustAccuracy cell : row.result().accuracy().robust()) {
        Column column = new Column(cell.norm(), cell.epsilon());
        if (!columns.contains(column)) {
          columns.add(column);
        }
      }
    }
    columns.sort(Comparator.comparing(Column::norm).thenComparing(Column::epsilon));
    return columns;
  }

  /**
   * A threat at a radius.
   *
   * @param norm of the threat
   * @param epsilon radius of the threat
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Column(Norm norm, Epsilon epsilon) {}
}
