package io.sextant.reports;

import io.sextant.reports.internal.Page;
import io.sextant.reports.internal.Templates;
import io.sextant.results.AtomicFile;
import io.sextant.results.AuditResult;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import org.apiguardian.api.API;

/**
 * The audit of one model as one HTML file.
 *
 * <p>The file is complete without scripts and without a network: its Content-Security-Policy allows
 * nothing but its own style sheet and embedded images.
 *
 * <pre>{@code
 * AuditResult result = AuditResult.read(folder.resolve("result.json"));
 * HtmlReport.write(result, folder.resolve("report.html"));
 * }</pre>
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class HtmlReport {
  private HtmlReport() {}

  /** The report as text. Equal results give equal texts. */
  public static String render(AuditResult result) {
    return Templates.render("report.jte", Page.of(result));
  }

  /**
   * Writes the report, in full or not at all.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(AuditResult result, Path file) throws IOException {
    AtomicFile.write(file, render(result));
  }

  /**
   * Writes the report to a writer, which stays open.
   *
   * @throws IOException if the writer fails
   */
  public static void write(AuditResult result, Writer writer) throws IOException {
    writer.write(render(result));
  }
}
