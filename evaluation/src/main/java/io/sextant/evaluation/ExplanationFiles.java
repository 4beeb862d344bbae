package io.sextant.evaluation;

import io.sextant.evaluation.data.NpyWriter;
import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.Target;
import io.sextant.gradients.Examples;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apiguardian.api.API;

/**
 * Explanations of examples, written to {@code attributions.npy} and {@code certificates.csv}, and
 * to {@code players.npy} where groups of values play.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ExplanationFiles {
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT
          .builder()
          .setHeader(
              "sample",
              "target",
              "output",
              "nodes",
              "f_input",
              "f_baseline",
              "gap",
              "tolerance_met",
              "standard_error",
              "forwards",
              "backwards")
          .setRecordSeparator("\n")
          .get();

  private ExplanationFiles() {}

  /**
   * Explains examples and writes what was found.
   *
   * @param subject model and service
   * @param examples in the order of the rows written
   * @param explainer configured, and fitted to the data
   * @param target what is explained
   * @param progress is notified of progress
   * @param out output folder, created when it does not exist
   * @return the explanations
   * @throws IOException when a file cannot be written
   */
  public static Explanations run(
      Subject subject,
      Examples examples,
      Explainer explainer,
      Target target,
      Progress progress,
      Path out)
      throws IOException {
    OutputFolder.create(out);
    Explanations found =
        explainer.explain(
            subject.service().as(explainer.name()).remembering(examples),
            examples,
            target,
            (done, total) -> progress.advanced(explainer.name(), done, total, Optional.empty()));
    StringWriter text = new StringWriter();
    try (CSVPrinter printer = new CSVPrinter(text, FORMAT)) {
      for (Certificate c : found.certificates()) {
        printer.printRecord(
            c.example(),
            c.target(),
            c.output().text(),
            c.nodes(),
            c.fInput(),
            field(c.fBaseline()),
            field(c.gap()),
            c.toleranceMet().map(String::valueOf).orElse(""),
            field(c.standardError()),
            c.forwards(),
            c.backwards());
      }
    }
    NpyWriter.write(
        out.resolve("attributions.npy"),
        NpyWriter.Element.FLOAT64,
        found.attributions(),
        found.shape().sizes());
    // Another method may have written here before.
    Files.deleteIfExists(out.resolve("players.npy"));
    if (found.players().isPresent()) {
      double[][] players = found.players().get();
      NpyWriter.write(
          out.resolve("players.npy"), NpyWriter.Element.FLOAT64, players, players[0].length);
    }
    AtomicOutput.write(out.resolve("certificates.csv"), text.toString());
    found.remarks().forEach(progress::remark);
    return found;
  }

  private static String field(OptionalDouble value) {
    return value.isPresent() ? String.valueOf(value.getAsDouble()) : "";
  }
}
