package io.sextant.evaluation;

import io.sextant.evaluation.data.NpyWriter;
import io.sextant.results.CsvText;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * What attacks on explanations found, as files of the evidence: a list, and for each attack and
 * explainer the inputs and the maps before and after, a row per example.
 */
final class ExplanationEvidence {
  static final String LIST = "explanations.csv";

  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT
          .builder()
          .setHeader(
              "attack",
              "explainer",
              "sample",
              "moved",
              "decided",
              "distance",
              "output_change",
              "reason",
              "inputs",
              "before",
              "after",
              "row")
          .setRecordSeparator("\n")
          .get();

  private ExplanationEvidence() {}

  /**
   * Writes everything.
   *
   * @param shape of inputs, and of the maps of all explainers that are attacked
   */
  static void write(Path folder, List<MovedExplanations.Found> all, int[] shape)
      throws IOException {
    StringWriter list = new StringWriter();
    try (CSVPrinter printer = new CSVPrinter(list, FORMAT)) {
      for (int k = 0; k < all.size(); k++) {
        MovedExplanations.Found found = all.get(k);
        // Ids may hold what file names must not.
        String name = "explanations-%d".formatted(k + 1);
        String inputs = name + "-inputs.npy";
        String before = name + "-before.npy";
        String after = name + "-after.npy";
        rows(
            folder.resolve(inputs),
            NpyWriter.Element.FLOAT32,
            found,
            shape,
            v -> v.moved().input());
        rows(
            folder.resolve(before),
            NpyWriter.Element.FLOAT64,
            found,
            shape,
            v -> v.moved().before());
        rows(
            folder.resolve(after), NpyWriter.Element.FLOAT64, found, shape, v -> v.moved().after());
        for (int row = 0; row < found.inputs().size(); row++) {
          MovedExplanations.Verified one = found.inputs().get(row);
          printer.printRecord(
              CsvText.cell(found.attack()),
              CsvText.cell(found.explainer()),
              one.moved().id(),
              one.counts(),
              one.decision(),
              one.distance(),
              one.outputChange(),
              CsvText.cell(one.reason().orElse("")),
              inputs,
              before,
              after,
              row);
        }
      }
    }
    AtomicOutput.write(folder.resolve(LIST), list.toString());
  }

  private static void rows(
      Path file,
      NpyWriter.Element element,
      MovedExplanations.Found found,
      int[] shape,
      Function<MovedExplanations.Verified, double[]> row)
      throws IOException {
    try (NpyWriter writer = NpyWriter.rows(file, element, found.inputs().size(), shape)) {
      for (MovedExplanations.Verified one : found.inputs()) {
        writer.row(row.apply(one));
      }
      writer.finish();
    }
  }
}
