package io.sextant.evaluation;

import io.sextant.evaluation.data.NpyWriter;
import io.sextant.gradients.Examples;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.spec.AuditSpec;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Writes the folder that lets anybody check the counted adversarial examples again. */
final class Evidence {
  static final String CLEAN = "clean.npy";
  static final String INDEX = "index.csv";
  static final CSVFormat INDEX_FORMAT =
      CSVFormat.DEFAULT
          .builder()
          .setHeader(
              "row",
              "sample",
              "label",
              "predicted",
              "norm",
              "epsilon",
              "attack",
              "outcome",
              "distance",
              "adversarial_predicted",
              "file")
          .setRecordSeparator("\n")
          .get();

  /**
   * The inputs at one threat and radius, one per example.
   *
   * @param norm of the threat
   * @param epsilon radius
   * @param entries by place of the example; none where nothing was run
   */
  record Cell(Norm norm, Epsilon epsilon, SortedMap<Integer, Entry> entries) {
    String file() {
      return "adversarial-%s-%s.npy".formatted(norm.key(), epsilon.text().replace('/', 'd'));
    }
  }

  /**
   * The worst that was found for one example.
   *
   * @param attack that found it
   * @param attempt what it did
   * @param input the input
   */
  record Entry(String attack, Attempt attempt, float[] input) {
    /** Broken before held, then nearer before farther. */
    boolean worseThan(Entry other) {
      boolean own = attempt.outcome() == Outcome.BROKEN;
      boolean others = other.attempt().outcome() == Outcome.BROKEN;
      if (own != others) {
        return own;
      }
      Double distance = attempt.distance();
      Double otherDistance = other.attempt().distance();
      return distance != null && otherDistance != null && distance < otherDistance;
    }
  }

  private final Path folder;

  Evidence(Path folder) {
    this.folder = folder;
  }

  /** Writes everything and returns the manifest's digest. */
  String write(
      AuditSpec.Evidence extent, Examples examples, List<Cell> cells, Path model, Manifest about)
      throws IOException {
    Files.createDirectories(folder);
    removeOld();
    int[] shape = about.inputShape().stream().mapToInt(Integer::intValue).toArray();
    NpyWriter.write(folder.resolve(CLEAN), NpyWriter.Element.FLOAT32, examples.rows(), shape);
    StringWriter index = new StringWriter();
    try (CSVPrinter printer = new CSVPrinter(index, INDEX_FORMAT)) {
      for (Cell cell : cells) {
        double[][] rows = examples.rows();
        for (Map.Entry<Integer, Entry> at : cell.entries().entrySet()) {
          Entry entry = at.getValue();
          rows[at.getKey()] = Rows.widen(entry.input());
          Attempt attempt = entry.attempt();
          printer.printRecord(
              at.getKey(),
              attempt.sample(),
              attempt.label(),
              attempt.predicted(),
              cell.norm().key(),
              cell.epsilon().text(),
              entry.attack(),
              attempt.outcome().key(),
              attempt.distance() == null ? "" : attempt.distance(),
              attempt.prediction(),
              cell.file());
        }
        NpyWriter.write(folder.resolve(cell.file()), NpyWriter.Element.FLOAT32, rows, shape);
      }
    }
    AtomicOutput.write(folder.resolve(INDEX), index.toString());
    Optional<String> kept = Optional.empty();
    if (extent == AuditSpec.Evidence.FULL) {
      kept = Optional.of("model" + extension(model));
      Path copy = folder.resolve(kept.get());
      AtomicOutput.write(copy, out -> Files.copy(model, out));
      if (!Sha256.of(copy).equals(about.modelSha256())) {
        Files.delete(copy);
        throw new IOException(
            "the model file %s was changed during the audit; start again with --overwrite"
                .formatted(model));
      }
    }
    Map<String, String> digests = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        digests.put(String.valueOf(file.getFileName()), Sha256.of(file));
      }
    }
    Manifest manifest =
        new Manifest(
            about.schema(),
            about.toolkit(),
            kept,
            about.modelSha256(),
            about.output(),
            about.factors(),
            about.offsets(),
            about.logits(),
            about.normalizerUnits(),
            about.inputShape(),
            about.classes(),
            about.domain(),
            about.threats(),
            about.data(),
            about.spec(),
            digests);
    AtomicOutput.write(folder.resolve(Manifest.FILE), manifest.json());
    return Sha256.of(folder.resolve(Manifest.FILE));
  }

  private void removeOld() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  private static String extension(Path model) {
    String name = String.valueOf(model.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 && name.length() - dot <= 6 ? name.substring(dot) : "";
  }
}
