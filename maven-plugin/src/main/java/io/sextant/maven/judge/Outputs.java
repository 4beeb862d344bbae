package io.sextant.maven.judge;

import io.sextant.reports.GateJson;
import io.sextant.reports.HtmlReport;
import io.sextant.reports.IndexReport;
import io.sextant.reports.JunitXml;
import io.sextant.reports.MarkdownSummary;
import io.sextant.reports.Sarif;
import io.sextant.results.Verdict;
import io.sextant.results.gate.GateMessage;
import io.sextant.results.gate.GateReport;
import io.sextant.results.gate.Guidance;
import io.sextant.spec.ResultFolders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * Writes judgements down, before anybody throws.
 *
 * @param folder of the files about all models
 * @param formats that are wanted
 * @param advice which commands and files they point to
 * @param anchor where code hosts show the rules
 * @param version of the toolkit
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Outputs(
    Path folder, Set<Format> formats, Advice advice, Sarif.Anchor anchor, String version) {
  private static final String REPORT = "report.html";
  private static final String GATE = "gate.json";
  private static final String INDEX = "index.html";
  private static final String JUNIT = "TEST-sextant.xml";
  private static final String SUMMARY = "summary.md";
  private static final String RULES = "rules.csv";
  private static final String SARIF = "sextant.sarif";

  public Outputs {
    formats = Set.copyOf(formats);
  }

  /**
   * Writes every wanted format.
   *
   * @throws IOException if a file cannot be written
   */
  public void write(List<Judgement> judgements) throws IOException {
    List<GateReport> reports = judgements.stream().map(Judgement::report).toList();
    for (Judgement judgement : judgements) {
      if (formats.contains(Format.HTML)) {
        HtmlReport.write(
            judgement.result(),
            judgement.report(),
            guidance(judgement),
            judgement.folder().resolve(REPORT));
      }
      if (formats.contains(Format.JSON)) {
        GateJson.write(judgement.report(), judgement.folder().resolve(GATE));
      }
    }
    if (formats.contains(Format.HTML) && judgements.size() > 1) {
      IndexReport.write(
          "Robustness of %d models".formatted(judgements.size()),
          judgements.stream().map(this::entry).toList(),
          folder.resolve(INDEX));
    }
    Guidance guidance = guidance(judgements);
    if (formats.contains(Format.JUNIT)) {
      JunitXml.write(reports, guidance, folder.resolve(JUNIT));
    }
    if (formats.contains(Format.MARKDOWN)) {
      MarkdownSummary.write(reports, guidance, folder.resolve(SUMMARY));
    }
    if (formats.contains(Format.CSV)) {
      RulesCsv.write(reports, folder.resolve(RULES));
    }
    if (formats.contains(Format.SARIF)) {
      Sarif.write(reports, anchor, version, folder.resolve(SARIF));
    }
  }

  /**
   * The files that are written, by their names in the folder.
   *
   * @param models ids, each with a judgement
   */
  public Map<String, Path> files(List<String> models) {
    List<Path> files = new ArrayList<>();
    for (Path own : ResultFolders.of(models, folder).values()) {
      wanted(Format.HTML).ifPresent(f -> files.add(own.resolve(REPORT)));
      wanted(Format.JSON).ifPresent(f -> files.add(own.resolve(GATE)));
    }
    wanted(Format.HTML)
        .filter(f -> models.size() > 1)
        .ifPresent(f -> files.add(folder.resolve(INDEX)));
    wanted(Format.JUNIT).ifPresent(f -> files.add(folder.resolve(JUNIT)));
    wanted(Format.MARKDOWN).ifPresent(f -> files.add(folder.resolve(SUMMARY)));
    wanted(Format.CSV).ifPresent(f -> files.add(folder.resolve(RULES)));
    wanted(Format.SARIF).ifPresent(f -> files.add(folder.resolve(SARIF)));
    return files.stream()
        .collect(
            Collectors.toMap(
                file -> folder.relativize(file).toString().replace('\\', '/'), file -> file));
  }

  private Optional<Format> wanted(Format format) {
    return Optional.of(format).filter(formats::contains);
  }

  private IndexReport.Entry entry(Judgement judgement) {
    String link = folder.relativize(judgement.folder()).resolve(REPORT).toString();
    return new IndexReport.Entry(
        judgement.result().model().id(),
        judgement.result(),
        Optional.of(judgement.report()),
        link.replace('\\', '/'));
  }

  /** What the build says about a model at its end. */
  public Conclusion conclusion(Judgement judgement) {
    GateReport report = judgement.report();
    Conclusion.Level level =
        report.failed()
            ? Conclusion.Level.FAIL
            : report.in(Verdict.WARN).isEmpty() ? Conclusion.Level.PASS : Conclusion.Level.WARN;
    return new Conclusion(level, GateMessage.of(report, guidance(judgement)));
  }

  /** What the message about one model points to. */
  private Guidance guidance(Judgement judgement) {
    return advice.guidance(
        formats.contains(Format.HTML)
            ? Optional.of(judgement.folder().resolve(REPORT))
            : Optional.empty());
  }

  /** What files about all models point to. */
  private Guidance guidance(List<Judgement> judgements) {
    return judgements.size() == 1
        ? guidance(judgements.get(0))
        : advice.guidance(
            formats.contains(Format.HTML) ? Optional.of(folder.resolve(INDEX)) : Optional.empty());
  }
}
