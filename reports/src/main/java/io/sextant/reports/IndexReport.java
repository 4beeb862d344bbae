package io.sextant.reports;

import io.sextant.reports.internal.IndexPage;
import io.sextant.reports.internal.Templates;
import io.sextant.results.AtomicFile;
import io.sextant.results.AuditResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
   * @param result of the audit
   * @param link relative path of its report, with {@code /} between folders; no scheme, no {@code
   *     //}
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Entry(AuditResult result, String link) {
    public Entry {
      if (link.isBlank() || link.contains(":") || link.startsWith("/") || link.contains("\\")) {
        throw new IllegalArgumentException(
            "link must be a relative path with / between folders but was '%s'".formatted(link));
      }
    }
  }

  /** The index as text, entries in the given order. Equal entries give equal texts. */
  public static String render(String title, List<Entry> entries) {
    List<IndexPage.Row> rows =
        entries.stream().map(entry -> IndexPage.Row.of(entry.result(), entry.link())).toList();
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
