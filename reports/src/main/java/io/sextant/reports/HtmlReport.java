package io.sextant.reports;

import io.sextant.reports.internal.Build;
import io.sextant.reports.internal.Page;
import io.sextant.reports.internal.Templates;
import io.sextant.results.AtomicFile;
import io.sextant.results.AuditResult;
import io.sextant.results.gate.GateReport;
import io.sextant.results.gate.Guidance;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
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
    return render(Page.of(result, Optional.empty(), Optional.empty()));
  }

  /**
   * The report with the verdicts of a build in place of the spec's own. Equal arguments give equal
   * texts.
   *
   * @param result the audit
   * @param gate what the build made of it
   * @param guidance the commands that the report offers
   */
  public static String render(AuditResult result, GateReport gate, Guidance guidance) {
    return render(Page.of(result, Optional.of(new Build(gate, guidance)), Optional.empty()));
  }

  private static String render(Page page) {
    return Templates.render("report.jte", page);
  }

  /**
   * Writes the report, in full or not at all. It states the digest of the {@code result.json}
   * beside it.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(AuditResult result, Path file) throws IOException {
    AtomicFile.write(file, render(Page.of(result, Optional.empty(), digest(file))));
  }

  /**
   * Writes the report with the verdicts of a build, in full or not at all.
   *
   * @param result the audit
   * @param gate what the build made of it
   * @param guidance the commands that the report offers
   * @param file to write
   * @throws IOException if the file cannot be written
   */
  public static void write(AuditResult result, GateReport gate, Guidance guidance, Path file)
      throws IOException {
    AtomicFile.write(
        file, render(Page.of(result, Optional.of(new Build(gate, guidance)), digest(file))));
  }

  /** The digest of the result beside a report, which it is made from. */
  private static Optional<String> digest(Path report) throws IOException {
    Path result = report.resolveSibling("result.json");
    if (!Files.isRegularFile(result)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          HexFormat.of()
              .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(result))));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
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
