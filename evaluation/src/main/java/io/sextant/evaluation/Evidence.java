package io.sextant.evaluation;

import io.sextant.evaluation.data.NpyWriter;
import io.sextant.gradients.Examples;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.model.ModelFileException;
import io.sextant.results.Aggregates;
import io.sextant.results.Cell;
import io.sextant.results.Condition;
import io.sextant.results.CsvText;
import io.sextant.results.Outcome;
import io.sextant.results.SampleRow;
import io.sextant.spec.AuditSpec;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

/** Writes the folder that lets anybody check the counted adversarial examples again. */
final class Evidence {
  static final String CLEAN = "clean.npy";
  static final String EXAMPLES = "examples.csv";
  static final String INDEX = "index.csv";

  private static final CSVFormat EXAMPLES_FORMAT = format("row", "sample", "label", "predicted");
  private static final CSVFormat INDEX_FORMAT =
      format(
          "row",
          "sample",
          "label",
          "predicted",
          "condition",
          "attack",
          "outcome",
          "distance",
          "forwards",
          "backwards",
          "reason",
          "adversarial_predicted",
          "file",
          "file_row");

  /**
   * The worst inputs under one condition, one per example.
   *
   * @param condition threat and radius
   * @param entries by place of the example; none where nothing was run
   */
  record Worst(Condition condition, SortedMap<Integer, Entry> entries) {
    /** The worst input of each example. */
    String file() {
      return name("adversarial");
    }

    /** Other inputs that broke an example, by attacks that did not find its worst one. */
    String others() {
      return name("others");
    }

    private String name(String kind) {
      return "%s-%s.npy".formatted(kind, fileName(condition));
    }
  }

  /** A condition as a part of a file's name, for example {@code linf-8d255}. */
  static String fileName(Condition condition) {
    return condition.text().replace(' ', '-').replace('/', 'd');
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

  /** Where the input of a row stands. */
  private record Kept(Attempt attempt, String file, int row) {}

  /**
   * Writes everything and returns the manifest's digest.
   *
   * @param extent how much is kept
   * @param clean the network's decisions, in the order of the examples
   * @param rows of {@code samples.csv}, in its order
   * @param parts what the attacks did
   * @param cells the worst inputs
   * @param moved what attacks on explanations found
   */
  String write(
      AuditSpec.Evidence extent,
      Examples examples,
      List<Aggregates.CleanPrediction> clean,
      List<SampleRow> rows,
      List<AttackStage.Part> parts,
      List<Worst> cells,
      List<RightDecisions> adapted,
      List<MovedExplanations.Found> moved,
      Optional<Path> model,
      Manifest about)
      throws IOException {
    Files.createDirectories(folder);
    removeOld();
    int[] shape = about.inputShape().stream().mapToInt(Integer::intValue).toArray();
    write(CLEAN, examples, new TreeMap<>(), shape);
    Map<Integer, Integer> places = new HashMap<>();
    StringWriter list = new StringWriter();
    try (CSVPrinter printer = new CSVPrinter(list, EXAMPLES_FORMAT)) {
      for (int place = 0; place < clean.size(); place++) {
        Aggregates.CleanPrediction own = clean.get(place);
        places.put(own.sample(), place);
        printer.printRecord(place, own.sample(), own.label(), own.predicted());
      }
    }
    AtomicOutput.write(folder.resolve(EXAMPLES), list.toString());
    Map<SampleRow.Key, Attempt> attempts = new HashMap<>();
    Map<SampleRow.Key, Kept> kept = new HashMap<>();
    for (Worst cell : cells) {
      keep(cell, examples, parts, places, shape, attempts, kept);
    }
    StringWriter index = new StringWriter();
    try (CSVPrinter printer = new CSVPrinter(index, INDEX_FORMAT)) {
      for (SampleRow row : rows) {
        Optional<Kept> input = Optional.ofNullable(kept.get(row.key()));
        String reason =
            Optional.ofNullable(attempts.get(row.key()))
                .filter(Attempt::rejected)
                .map(Attempt::reason)
                .orElse("");
        printer.printRecord(
            places.get(row.sample()),
            row.sample(),
            row.label(),
            row.predicted(),
            row.condition().text(),
            CsvText.cell(row.attack()),
            row.outcome().key(),
            row.distance().isPresent() ? Double.toString(row.distance().getAsDouble()) : "",
            row.forwards(),
            row.backwards(),
            CsvText.cell(reason),
            input.map(k -> String.valueOf(k.attempt().prediction())).orElse(""),
            input.map(Kept::file).orElse(""),
            input.map(k -> String.valueOf(k.row())).orElse(""));
      }
    }
    AtomicOutput.write(folder.resolve(INDEX), index.toString());
    if (!adapted.isEmpty()) {
      AdaptationEvidence.write(folder, adapted);
    }
    if (!moved.isEmpty()) {
      ExplanationEvidence.write(folder, moved, shape);
    }
    Optional<String> copied = Optional.empty();
    if (extent == AuditSpec.Evidence.FULL && model.isPresent()) {
      copied = Optional.of(copy(model.get(), about.modelSha256()));
    }
    Map<String, String> digests = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        digests.put(String.valueOf(file.getFileName()), Sha256.of(file));
      }
    }
    Manifest manifest = about.with(copied, digests);
    AtomicOutput.write(folder.resolve(Manifest.FILE), manifest.json());
    return Sha256.of(folder.resolve(Manifest.FILE));
  }

  /** Writes the inputs of one threat and radius: the worst ones, and all others that broke. */
  private void keep(
      Worst cell,
      Examples examples,
      List<AttackStage.Part> parts,
      Map<Integer, Integer> places,
      int[] shape,
      Map<SampleRow.Key, Attempt> attempts,
      Map<SampleRow.Key, Kept> kept)
      throws IOException {
    cell.entries()
        .forEach(
            (place, entry) -> {
              int sample = entry.attempt().sample();
              kept.put(
                  new SampleRow.Key(sample, Cell.worstCase(cell.condition())),
                  new Kept(entry.attempt(), cell.file(), place));
            });
    write(cell.file(), examples, cell.entries(), shape);
    List<float[]> others = new ArrayList<>();
    for (AttackStage.Part part : parts) {
      Unit unit = part.unit();
      if (!unit.cell().condition().equals(cell.condition())) {
        continue;
      }
      for (int i = 0; i < part.done().attempts().size(); i++) {
        Attempt attempt = part.done().attempts().get(i);
        float[] input = part.done().adversarial()[i];
        SampleRow.Key key = new SampleRow.Key(attempt.sample(), unit.cell());
        attempts.put(key, attempt);
        int place = places.getOrDefault(attempt.sample(), 0);
        Entry entry = cell.entries().get(place);
        if (entry != null && Arrays.equals(entry.input(), input)) {
          kept.put(key, new Kept(attempt, cell.file(), place));
        } else if (attempt.outcome() == Outcome.BROKEN) {
          kept.put(key, new Kept(attempt, cell.others(), others.size()));
          others.add(input);
        }
      }
    }
    if (!others.isEmpty()) {
      try (NpyWriter file =
          NpyWriter.rows(
              folder.resolve(cell.others()), NpyWriter.Element.FLOAT32, others.size(), shape)) {
        for (float[] input : others) {
          file.row(input);
        }
        file.finish();
      }
    }
  }

  /** Writes a row per example: what was found for it, or the clean one. */
  private void write(String name, Examples examples, SortedMap<Integer, Entry> entries, int[] shape)
      throws IOException {
    try (NpyWriter file =
        NpyWriter.rows(folder.resolve(name), NpyWriter.Element.FLOAT32, examples.size(), shape)) {
      for (int place = 0; place < examples.size(); place++) {
        Entry found = entries.get(place);
        if (found == null) {
          file.row(examples.row(place));
        } else {
          file.row(found.input());
        }
      }
      file.finish();
    }
  }

  /** An input of the index: a row of a file in the folder. */
  record Input(String file, int row) {}

  /**
   * A line of the index.
   *
   * @param place row of {@code clean.npy}
   * @param row as in {@code samples.csv}
   * @param reason why the claim of an attack did not verify
   * @param prediction the network's decision on the input, where that is kept
   * @param input where it is kept
   */
  record Line(
      int place,
      SampleRow row,
      Optional<String> reason,
      OptionalInt prediction,
      Optional<Input> input) {}

  /**
   * Reads the clean decisions of a folder of evidence, in the order of {@code clean.npy}.
   *
   * @throws IllegalArgumentException when the list is damaged
   */
  static List<Aggregates.CleanPrediction> examples(Path folder) throws IOException {
    List<Aggregates.CleanPrediction> examples = new ArrayList<>();
    read(
        folder.resolve(EXAMPLES),
        EXAMPLES_FORMAT,
        line -> {
          if (Integer.parseInt(line.get("row")) != examples.size()) {
            throw new IllegalArgumentException("rows must be numbered from 0, one by one");
          }
          examples.add(
              new Aggregates.CleanPrediction(
                  Integer.parseInt(line.get("sample")),
                  Integer.parseInt(line.get("label")),
                  Integer.parseInt(line.get("predicted"))));
        });
    return examples;
  }

  /**
   * Reads the index of a folder of evidence.
   *
   * @throws IllegalArgumentException when it is damaged
   */
  static List<Line> index(Path folder) throws IOException {
    List<Line> lines = new ArrayList<>();
    read(folder.resolve(INDEX), INDEX_FORMAT, line -> lines.add(line(line)));
    return lines;
  }

  private static void read(Path file, CSVFormat format, Consumer<CSVRecord> each)
      throws IOException {
    try (Reader reader = Files.newBufferedReader(file);
        CSVParser parser = format.builder().setSkipHeaderRecord(true).get().parse(reader)) {
      for (CSVRecord line : parser) {
        try {
          each.accept(line);
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "%s, record %d: %s"
                  .formatted(file.getFileName(), line.getRecordNumber(), e.getMessage()),
              e);
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static Line line(CSVRecord line) {
    String distance = line.get("distance");
    String file = line.get("file");
    if (!file.isEmpty()) {
      inside(file);
    }
    return new Line(
        Integer.parseInt(line.get("row")),
        new SampleRow(
            Integer.parseInt(line.get("sample")),
            Integer.parseInt(line.get("label")),
            Integer.parseInt(line.get("predicted")),
            new Cell(Condition.parse(line.get("condition")), CsvText.text(line.get("attack"))),
            Outcome.parse(line.get("outcome")),
            distance.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(Double.parseDouble(distance)),
            Long.parseLong(line.get("forwards")),
            Long.parseLong(line.get("backwards"))),
        Optional.of(CsvText.text(line.get("reason"))).filter(reason -> !reason.isEmpty()),
        file.isEmpty()
            ? OptionalInt.empty()
            : OptionalInt.of(Integer.parseInt(line.get("adversarial_predicted"))),
        file.isEmpty()
            ? Optional.empty()
            : Optional.of(new Input(file, Integer.parseInt(line.get("file_row")))));
  }

  /** A name without a folder: evidence never reaches outside its own. */
  static String inside(String name) {
    if (name.isBlank() || name.contains("/") || name.contains("\\") || name.startsWith("..")) {
      throw new IllegalArgumentException("the evidence names a file outside its folder: " + name);
    }
    return name;
  }

  private static CSVFormat format(String... columns) {
    return CSVFormat.DEFAULT.builder().setHeader(columns).setRecordSeparator("\n").get();
  }

  private void removeOld() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  private String copy(Path model, String sha256) throws IOException {
    String name = "model" + extension(model);
    Path copy = folder.resolve(name);
    AtomicOutput.write(copy, out -> Files.copy(model, out));
    if (!Sha256.of(copy).equals(sha256) && unchanged(model, sha256)) {
      // A model that keeps weights in files beside it is known by what it is with them inside.
      AtomicOutput.write(copy, out -> ModelFile.read(model).networkBehindNormalizer().write(out));
    }
    if (!Sha256.of(copy).equals(sha256)) {
      Files.delete(copy);
      throw new IOException(
          "the model file %s was changed during the audit; start again with --overwrite"
              .formatted(model));
    }
    return name;
  }

  private static boolean unchanged(Path model, String sha256) {
    try {
      return ModelFile.read(model).sha256().equals(sha256);
    } catch (ModelFileException e) {
      return false;
    }
  }

  private static String extension(Path model) {
    String name = String.valueOf(model.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 && name.length() - dot <= 6 ? name.substring(dot) : "";
  }
}
