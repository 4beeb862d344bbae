package io.sextant.maven.judge;

import io.sextant.results.AtomicFile;
import io.sextant.results.CsvText;
import io.sextant.results.Limit;
import io.sextant.results.Proportion;
import io.sextant.results.gate.GateReport;
import io.sextant.results.gate.RuleReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** A row per rule, for spreadsheets. */
final class RulesCsv {
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT
          .builder()
          .setRecordSeparator("\n")
          .setHeader(
              "model",
              "rule",
              "metric",
              "scope",
              "verdict",
              "count",
              "n",
              "bound",
              "gap",
              "drift",
              "minimum",
              "maximum",
              "baseline")
          .get();

  private RulesCsv() {}

  static void write(List<GateReport> reports, Path file) throws IOException {
    StringBuilder text = new StringBuilder();
    try (CSVPrinter printer = new CSVPrinter(text, FORMAT)) {
      for (GateReport report : reports) {
        for (RuleReport rule : report.rules()) {
          Optional<Proportion> share = rule.judged().share();
          printer.printRecord(
              CsvText.cell(report.model()),
              CsvText.cell(rule.rule().id()),
              rule.rule().metric().key(),
              CsvText.cell(rule.scope().describe()),
              rule.verdict(),
              share.map(s -> String.valueOf(s.count())).orElse(""),
              share.map(s -> String.valueOf(s.n())).orElse(""),
              rule.judged().bound().map(b -> b.words()).orElse(""),
              rule.judged().gap().isPresent()
                  ? String.valueOf(rule.judged().gap().getAsDouble())
                  : "",
              rule.judged().drift().map(d -> String.valueOf(d.mean().mean())).orElse(""),
              rule.rule().minimum().map(Limit::text).orElse(""),
              rule.rule().maximum().map(Limit::text).orElse(""),
              rule.change().map(c -> String.valueOf(c.before().count())).orElse(""));
        }
      }
    }
    AtomicFile.write(file, text.toString());
  }
}
