package io.sextant.reports;

import io.sextant.reports.internal.IndexPage;
import io.sextant.reports.internal.Templates;
import io.sextant.results.AtomicFile;
import io.sextant.results.AuditResult;
import io.sextant.results.gate.GateReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Several audits side by side, with a link to the report of each.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class IndexReport {
  private IndexReport() {}

  /**
   * An audit and where its report is.
   *
   * @param label name of the model, with its module where there are several
   * @param result of the audit
   * @param gate what a build made of it
   * @param link relative path of its report, with {@code /} between folders; no scheme, no {@code
   *     //}
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Entry(String label, AuditResult result, Optional<GateReport> gate, String link) {
    public Entry {
      if (label.isBlank()) {
        throw new IllegalArgumentException("label must not be blank");
      }
      if (link.isBlank() || link.contains(":") || link.startsWith("/") || link.contains("\\")) {
        throw new IllegalArgumentException(
            "link must be a relative path with / between folders but was '%s'".formatted(link));
      }
    }

    /** An audit under the id of its model, judged by its spec alone. */
    public Entry(AuditResult result, String link) {
      this(result.model().id(), result, Optional.empty(), link);
    }
  }

  /** The index as text, entries in the given order. Equal entries give equal texts. */
  public static String render(String title, List<Entry> entries) {
    List<IndexPage.Row> rows =
        entries.stream()
            .map(
                entry ->
                    new IndexPage.Row(entry.label(), entry.result(), entry.link(), entry.gate()))
            .toList();
    return Templates.render("index.jte", new IndexPage(title, rows));
  }

  /**
   * Writes the index, in full or not at all.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(String title, List<Entry> entries, Path file) throws IOException {
    AtomicFile.write(file, render(title, entries));
  }
}
