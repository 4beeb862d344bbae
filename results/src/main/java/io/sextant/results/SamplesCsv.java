package io.sextant.results;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;
import org.apiguardian.api.API;

/**
 * The file {@code samples.csv}: UTF-8, comma separated, {@code \n} at the line ends, one header
 * row.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class SamplesCsv {
  private static final List<String> COLUMNS =
      List.of(
          "sample",
          "label",
          "predicted",
          "norm",
          "epsilon",
          "attack",
          "outcome",
          "distance",
          "forwards",
          "backwards");
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT
          .builder()
          .setRecordSeparator("\n")
          .setHeader(COLUMNS.toArray(String[]::new))
          .get();

  private SamplesCsv() {}

  /**
   * Writes rows in the given order, in full or not at all.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, List<SampleRow> rows) throws IOException {
    StringBuilder text = new StringBuilder();
    try (CSVPrinter printer = new CSVPrinter(text, FORMAT)) {
      for (SampleRow row : rows) {
        printer.printRecord(
            row.sample(),
            row.label(),
            row.predicted(),
            // A condition without a norm stands in its place.
            row.condition().sharedNorm().map(Norm::key).orElse(row.condition().text()),
            row.condition().sharedRadius().map(Epsilon::text).orElse(""),
            CsvText.cell(row.attack()),
            row.outcome().key(),
            row.distance().isPresent() ? Double.toString(row.distance().getAsDouble()) : "",
            row.forwards(),
            row.backwards());
      }
    }
    AtomicFile.write(file, text.toString());
  }

  /**
   * Reads rows in the order of the file.
   *
   * @throws IllegalArgumentException if a column is missing or a line is malformed; the line is
   *     named
   * @throws IOException if the file cannot be read
   */
  public static List<SampleRow> read(Path file) throws IOException {
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setDuplicateHeaderMode(DuplicateHeaderMode.DISALLOW)
            .get();
    List<SampleRow> rows = new ArrayList<>();
    try (CSVParser parser = open(file, format)) {
      List<String> missing = new ArrayList<>(COLUMNS);
      missing.removeAll(parser.getHeaderNames());
      if (!missing.isEmpty()) {
        throw new IllegalArgumentException(
            "%s must have the columns %s but lacks %s"
                .formatted(file.getFileName(), COLUMNS, missing));
      }
      for (CSVRecord line : parser) {
        rows.add(row(line, file));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return List.copyOf(rows);
  }

  private static CSVParser open(Path file, CSVFormat format) throws IOException {
    try {
      return CSVParser.parse(file, StandardCharsets.UTF_8, format);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s must begin with the columns %s but does not: %s"
              .formatted(file.getFileName(), COLUMNS, e.getMessage()),
          e);
    }
  }

  private static SampleRow row(CSVRecord line, Path file) {
    try {
      if (!line.isConsistent()) {
        throw new IllegalArgumentException(
            "it must have %d columns but had %d"
                .formatted(line.getParser().getHeaderNames().size(), line.size()));
      }
      String distance = line.get("distance");
      return new SampleRow(
          Integer.parseInt(line.get("sample")),
          Integer.parseInt(line.get("label")),
          Integer.parseInt(line.get("predicted")),
          new Cell(condition(line), CsvText.text(line.get("attack"))),
          Outcome.parse(line.get("outcome")),
          distance.isEmpty()
              ? OptionalDouble.empty()
              : OptionalDouble.of(Double.parseDouble(distance)),
          Long.parseLong(line.get("forwards")),
          Long.parseLong(line.get("backwards")));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s, record %d: %s".formatted(file.getFileName(), line.getRecordNumber(), e.getMessage()),
          e);
    }
  }

  private static Condition condition(CSVRecord line) {
    String norm = line.get("norm");
    String epsilon = line.get("epsilon");
    if (!epsilon.isEmpty()) {
      return Norm.parse(norm).within(Epsilon.parse(epsilon));
    }
    Optional<Norm> known = Norm.find(norm);
    return known.isPresent() ? new Condition.Nearest(known.get()) : Condition.parse(norm);
  }
}
