package io.sextant.evaluation.data;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.Shape;
import io.sextant.spec.Suggestion;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apiguardian.api.API;

/**
 * Reads a table from a CSV file with a header. Features are the columns in the file's order without
 * the label; messages name the line, from 1, and the column.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class CsvTable {
  private static final int MOST_CLASSES = 100_000;
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,4})?");
  private static final Pattern NOT_FINITE =
      Pattern.compile("[+-]?(nan|inf|infinity)", Pattern.CASE_INSENSITIVE);

  private final String name;
  private final List<String> header;
  private final int label;
  private final List<Line> lines = new ArrayList<>();

  private record Line(long number, double[] features, String label) {}

  private CsvTable(String name, List<String> header, int label) {
    this.name = name;
    this.header = header;
    this.label = label;
  }

  /**
   * Reads a table whose columns a schema describes.
   *
   * @param file UTF-8
   * @param labelColumn the column that holds the classes
   * @param schema describes every other column
   * @throws DataException naming line and column
   */
  public static DataSet read(Path file, String labelColumn, Schema schema) {
    return read(file, labelColumn, Optional.of(schema));
  }

  /**
   * Reads a table without a schema: all features are real, between the smallest and the largest
   * value in the data.
   *
   * @param file UTF-8
   * @param labelColumn the column that holds the classes, as whole numbers
   * @throws DataException naming line and column
   */
  public static DataSet read(Path file, String labelColumn) {
    return read(file, labelColumn, Optional.empty());
  }

  private static DataSet read(Path file, String labelColumn, Optional<Schema> schema) {
    String name = Digests.name(file);
    Digests.checkFile(file);
    CSVFormat format = CSVFormat.RFC4180.builder().setIgnoreEmptyLines(true).setTrim(true).get();
    try (DigestInputStream in =
            new DigestInputStream(Files.newInputStream(file), Digests.sha256());
        Reader reader = text(in);
        CSVParser parser = CSVParser.parse(reader, format)) {
      Iterator<CSVRecord> records = parser.iterator();
      CsvTable table = header(name, labelColumn, records);
      while (records.hasNext()) {
        table.add(parser, records.next());
      }
      in.transferTo(OutputStream.nullOutputStream());
      Origin.Digest digest = new Origin.Digest(name, Digests.hex(in.getMessageDigest()));
      return table.dataSet(schema, digest);
    } catch (IOException | UncheckedIOException e) {
      Throwable cause =
          e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
      throw cause instanceof CharacterCodingException
          ? new DataException(name + " is not UTF-8 text", e)
          : new DataException(
              "%s cannot be read as CSV: %s".formatted(name, DataException.firstLine(cause)), e);
    }
  }

  /** Text without the byte order mark that spreadsheets put in front. */
  private static Reader text(InputStream in) throws IOException {
    Reader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
    reader.mark(1);
    if (reader.read() != '\uFEFF') {
      reader.reset();
    }
    return reader;
  }

  private static CsvTable header(String name, String labelColumn, Iterator<CSVRecord> records) {
    if (!records.hasNext()) {
      throw new DataException(name + ": the file is empty; it must start with a header");
    }
    List<String> header = new ArrayList<>(records.next().toList());
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < header.size(); i++) {
      if (header.get(i).isEmpty()) {
        throw new DataException("%s: column %d of the header has no name".formatted(name, i + 1));
      }
      if (!seen.add(header.get(i))) {
        throw new DataException(
            "%s: column '%s' occurs twice in the header".formatted(name, header.get(i)));
      }
    }
    int label = header.indexOf(labelColumn);
    if (label < 0) {
      throw new DataException(
          "%s: the label column '%s' is missing from the header%s"
              .formatted(name, labelColumn, Suggestion.question(labelColumn, header)));
    }
    if (header.size() < 2) {
      throw new DataException(name + ": the table has no features, only the label column");
    }
    return new CsvTable(name, header, label);
  }

  private void add(CSVParser parser, CSVRecord row) {
    long line = parser.getCurrentLineNumber();
    if (row.size() != header.size()) {
      throw new DataException(
          "%s: line %d has %d columns but the header has %d"
              .formatted(name, line, row.size(), header.size()));
    }
    double[] features = new double[header.size() - 1];
    for (int column = 0, i = 0; column < header.size(); column++) {
      if (column != label) {
        features[i++] = number(line, column, row.get(column));
      }
    }
    lines.add(new Line(line, features, row.get(label)));
  }

  private DataException wrong(long line, int column, String what) {
    return new DataException(
        "%s: line %d, column '%s': %s".formatted(name, line, header.get(column), what));
  }

  private double number(long line, int column, String text) {
    if (NUMBER.matcher(text).matches()) {
      double value = Double.parseDouble(text);
      if (Float.isFinite((float) value)) {
        return value;
      }
    }
    if (text.isEmpty()) {
      throw wrong(line, column, "the value is missing");
    }
    if (NOT_FINITE.matcher(text).matches() || NUMBER.matcher(text).matches()) {
      throw wrong(line, column, "only finite values are accepted but it is " + text);
    }
    throw wrong(line, column, "'%s' is not a number".formatted(text));
  }

  private DataSet dataSet(Optional<Schema> schema, Origin.Digest digest) {
    if (lines.isEmpty()) {
      throw new DataException(name + ": the data has no rows, only a header");
    }
    List<String> columns = new ArrayList<>(header);
    columns.remove(label);
    InputDomain domain;
    try {
      domain = schema.map(s -> s.domain(columns)).orElseGet(() -> observed(columns));
    } catch (DataException e) {
      throw new DataException("%s: %s".formatted(name, DataException.firstLine(e)), e);
    }
    int[] labels = labels(schema.map(Schema::labels).orElse(List.of()));
    List<String> classes =
        schema
            .map(Schema::labels)
            .filter(names -> !names.isEmpty())
            .orElseGet(() -> DataSet.numbered(labels));
    float[][] rows = new float[lines.size()][];
    for (int r = 0; r < rows.length; r++) {
      check(lines.get(r), domain);
      double[] features = lines.get(r).features();
      rows[r] = new float[features.length];
      for (int i = 0; i < features.length; i++) {
        rows[r][i] = (float) features[i];
      }
    }
    String description =
        schema.isPresent()
            ? name
            : name + " (no schema: all features real, bounds taken from the data)";
    return DataSet.of(
        Shape.of(columns.size()),
        rows,
        labels,
        classes,
        domain,
        new Origin(description, false, List.of(digest)));
  }

  private InputDomain observed(List<String> columns) {
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      int index = i;
      double minimum = lines.stream().mapToDouble(l -> l.features()[index]).min().orElse(0);
      double maximum = lines.stream().mapToDouble(l -> l.features()[index]).max().orElse(0);
      // A constant feature has no room; the next whole unit gives it some.
      double top = maximum > minimum ? maximum : minimum + Math.max(1, Math.abs(minimum));
      features.add(
          new Feature(
              columns.get(i),
              Feature.Kind.REAL,
              minimum,
              top,
              top - minimum,
              true,
              Feature.Direction.BOTH));
    }
    return InputDomain.of(features, List.of());
  }

  private int[] labels(List<String> names) {
    int[] labels = new int[lines.size()];
    for (int r = 0; r < labels.length; r++) {
      Line line = lines.get(r);
      String text = line.label();
      int index = names.indexOf(text);
      if (index < 0 && text.matches("\\d{1,6}(\\.0*)?")) {
        index = (int) Double.parseDouble(text);
        int most = names.isEmpty() ? MOST_CLASSES : names.size();
        if (index >= most) {
          throw wrong(
              line.number(),
              label,
              "the label must be in 0..%d but is %s".formatted(most - 1, text));
        }
      }
      if (index < 0 && names.isEmpty()) {
        throw wrong(
            line.number(),
            label,
            ("the label '%s' is not a class number from 0; for text labels give the schema"
                    + " 'labels: [first class, second class, ...]'")
                .formatted(text));
      }
      if (index < 0) {
        throw wrong(
            line.number(),
            label,
            "the label '%s' is not one of %s%s"
                .formatted(text, names, Suggestion.question(text, names)));
      }
      labels[r] = index;
    }
    return labels;
  }

  private void check(Line line, InputDomain domain) {
    double[] row = line.features();
    for (int i = 0; i < row.length; i++) {
      Feature feature = domain.feature(i);
      int column = i < label ? i : i + 1;
      if (row[i] < feature.minimum() || row[i] > feature.maximum()) {
        throw wrong(
            line.number(),
            column,
            "the value must be in [%s, %s] but is %s"
                .formatted(feature.minimum(), feature.maximum(), row[i]));
      }
      if (feature.kind() != Feature.Kind.REAL && row[i] != Math.rint(row[i])) {
        throw wrong(line.number(), column, "the value must be a whole number but is " + row[i]);
      }
    }
    for (InputDomain.OneHot group : domain.groups()) {
      long ones = group.members().stream().filter(member -> row[member] == 1).count();
      if (ones != 1) {
        String first = domain.feature(group.members().get(0)).name();
        throw new DataException(
            "%s: line %d, group '%s' (column '%s' and others): exactly one column must be 1 but %d"
                    .formatted(name, line.number(), group.name(), first, ones)
                + " are");
      }
    }
  }
}
