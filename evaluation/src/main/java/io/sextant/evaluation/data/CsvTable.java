package io.sextant.evaluation.data;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Suggestion;
import io.sextant.spec.Missing;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.apiguardian.api.API;

/**
 * Reads a table from a CSV file with a header. Features are the columns in the file's order without
 * the label; messages name the line, from 1, and the column.
 *
 * <p>Columns are separated by commas, or by the semicolons or tabs that the header is separated by;
 * decimals are written with a point. A value is missing where its cell is empty or says {@code NA},
 * {@code N/A}, {@code NaN}, {@code null}, {@code None} or {@code ?}; a label only where its cell is
 * empty.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class CsvTable {
  private static final int MOST_CLASSES = 100_000;
  private static final int LONGEST_HEADER = 1 << 22;

  /** A comma first: it is what the format's name says. */
  private static final List<Character> DELIMITERS = List.of(',', ';', '\t');

  private static final Set<String> MISSING = Set.of("", "na", "n/a", "nan", "null", "none", "?");
  private static final Pattern NOT_FINITE =
      Pattern.compile("[+-]?(inf|infinity)", Pattern.CASE_INSENSITIVE);
  private static final Pattern WHOLE = Pattern.compile("([+-]?\\d{1,9})\\.0*");
  private static final Pattern CLASS_NUMBER = Pattern.compile("\\d{1,6}");

  private final String name;
  private final List<String> header;
  private final int label;
  private final List<Line> lines = new ArrayList<>();
  private long rows;
  private long missing;
  private String firstMissing = "";
  private Origin.Digest digest = new Origin.Digest("", "");

  /** A row without missing values; its place counts from 0 and counts the others too. */
  private record Line(long number, long place, double[] features, String label) {}

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
    return open(file, labelColumn, Missing.REFUSE).dataSet(Optional.of(schema));
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
    return open(file, labelColumn, Missing.REFUSE).dataSet(Optional.empty());
  }

  /**
   * Reads the cells of a table; what the columns mean is asked later.
   *
   * @param file UTF-8
   * @param labelColumn the column that holds the classes
   * @param missing what becomes of rows with a missing value
   * @throws DataException naming line and column
   */
  public static CsvTable open(Path file, String labelColumn, Missing missing) {
    String name = Digests.name(file);
    Digests.checkFile(file);
    requireRoom(file, name);
    try (DigestInputStream in =
            new DigestInputStream(Files.newInputStream(file), Digests.sha256());
        BufferedReader reader = text(in);
        CSVParser parser = CSVParser.parse(reader, format(delimiter(reader, labelColumn)))) {
      Iterator<CSVRecord> records = parser.iterator();
      CsvTable table = header(name, labelColumn, records);
      while (records.hasNext()) {
        table.add(parser, records.next());
      }
      in.transferTo(OutputStream.nullOutputStream());
      table.digest = new Origin.Digest(name, Digests.hex(in.getMessageDigest()));
      return table.complete(missing);
    } catch (IOException | UncheckedIOException e) {
      Throwable cause =
          e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
      throw cause instanceof CharacterCodingException
          ? new DataException(name + " is not UTF-8 text", e)
          : new DataException(
              "%s cannot be read as CSV: %s".formatted(name, DataException.firstLine(cause)), e);
    }
  }

  private static CSVFormat format(char delimiter) {
    return CSVFormat.RFC4180
        .builder()
        .setDelimiter(delimiter)
        .setIgnoreEmptyLines(true)
        .setTrim(true)
        .get();
  }

  private static void requireRoom(Path file, String name) {
    try {
      Room.here().requireText(name, Files.size(file));
    } catch (IOException e) {
      throw new DataException(
          "%s cannot be read as CSV: %s".formatted(name, DataException.firstLine(e)), e);
    }
  }

  /** Text without the byte order mark that spreadsheets put in front. */
  private static BufferedReader text(InputStream in) throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
    reader.mark(1);
    if (reader.read() != '\uFEFF') {
      reader.reset();
    }
    return reader;
  }

  /**
   * What the columns are separated by: the header has the label's column among others. Rows that
   * are separated otherwise have another number of columns, which is an error of its own.
   */
  private static char delimiter(BufferedReader reader, String labelColumn) throws IOException {
    reader.mark(LONGEST_HEADER);
    String first = reader.readLine();
    while (first != null && first.isBlank()) {
      first = reader.readLine();
    }
    reader.reset();
    for (char delimiter : DELIMITERS) {
      List<String> cells = cells(first == null ? "" : first, delimiter);
      if (cells.size() > 1 && cells.contains(labelColumn)) {
        return delimiter;
      }
    }
    return DELIMITERS.get(0);
  }

  private static List<String> cells(String line, char delimiter) {
    try (CSVParser parser = CSVParser.parse(line, format(delimiter))) {
      Iterator<CSVRecord> records = parser.iterator();
      return records.hasNext() ? records.next().toList() : List.of();
    } catch (IOException | UncheckedIOException e) {
      return List.of(); // quotes that this delimiter does not fit
    }
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
              .formatted(name, labelColumn, hint(labelColumn, header)));
    }
    if (header.size() < 2) {
      throw new DataException(name + ": the table has no features, only the label column");
    }
    return new CsvTable(name, header, label);
  }

  /** What the header says, or by what it may be separated. */
  private static String hint(String labelColumn, List<String> header) {
    if (header.size() == 1) {
      return ", which has a single column '%s'; columns are separated by commas, semicolons or tabs"
          .formatted(Names.shortened(header.get(0)));
    }
    List<String> names = header.stream().filter(cell -> !DecimalText.isNumber(cell)).toList();
    if (!Suggestion.isMistyped(labelColumn, names)
        && header.stream().anyMatch(DecimalText::isNumber)) {
      return ", which is %s; the first line must name the columns".formatted(Names.listed(header));
    }
    return "%s; the columns are %s"
        .formatted(Suggestion.question(labelColumn, header), Names.listed(header));
  }

  private void add(CSVParser parser, CSVRecord row) {
    long line = parser.getCurrentLineNumber();
    if (row.size() != header.size()) {
      throw new DataException(
          "%s: line %d has %d columns but the header has %d"
              .formatted(name, line, row.size(), header.size()));
    }
    // As doubles and, later, as floats too.
    Room.here()
        .requireData(name, lines.size() + 1L, header.size() - 1L, Double.BYTES + Float.BYTES);
    double[] features = new double[header.size() - 1];
    boolean complete = true;
    for (int column = 0, i = 0; column < header.size(); column++) {
      String cell = row.get(column);
      boolean absent =
          column == label ? cell.isEmpty() : MISSING.contains(cell.toLowerCase(Locale.ROOT));
      if (absent && complete) {
        complete = false;
        if (missing++ == 0) {
          firstMissing = "line %d, column '%s'".formatted(line, header.get(column));
        }
      }
      if (column != label) {
        features[i++] = absent ? 0 : number(line, column, cell);
      }
    }
    if (complete) {
      lines.add(new Line(line, rows, features, row.get(label)));
    }
    rows++;
  }

  private CsvTable complete(Missing asked) {
    if (rows == 0) {
      throw new DataException(name + ": the data has no rows, only a header");
    }
    if (missing > 0 && (asked == Missing.REFUSE || lines.isEmpty())) {
      throw new DataException(
          "%s: %d of %d rows have a missing value, the first in %s; fill them in%s"
              .formatted(
                  name,
                  missing,
                  rows,
                  firstMissing,
                  lines.isEmpty()
                      ? ""
                      : ", or leave these rows out with missing: skip (--missing skip)"));
    }
    return this;
  }

  private DataException wrong(long line, int column, String what) {
    return new DataException(
        "%s: line %d, column '%s': %s".formatted(name, line, header.get(column), what));
  }

  private double number(long line, int column, String text) {
    OptionalDouble value = DecimalText.parse(text);
    if (value.isPresent()) {
      return value.getAsDouble();
    }
    if (NOT_FINITE.matcher(text).matches() || DecimalText.isNumber(text)) {
      throw wrong(line, column, "only finite values are accepted but it is " + text);
    }
    throw wrong(
        line,
        column,
        "'%s' is not a number%s".formatted(Names.shortened(text), DecimalText.hint(text)));
  }

  /** Names of the columns in order, without the label's. */
  List<String> columns() {
    List<String> columns = new ArrayList<>(header);
    columns.remove(label);
    return columns;
  }

  /** The name of the file. */
  String name() {
    return name;
  }

  /** Number of rows that have no missing value. */
  int size() {
    return lines.size();
  }

  /** One value of a feature. */
  double value(int row, int feature) {
    return lines.get(row).features()[feature];
  }

  /** The labels that occur, each once, in the order of the rows. */
  Set<String> labels() {
    Set<String> labels = new LinkedHashSet<>();
    lines.forEach(line -> labels.add(plain(line.label())));
    return labels;
  }

  /** A label as it is written, but whole numbers without a fraction: tools write 1 as 1.0. */
  private static String plain(String label) {
    Matcher whole = WHOLE.matcher(label);
    return whole.matches() ? whole.group(1) : label;
  }

  /** What the values themselves tell of the columns. */
  public SchemaDraft draft() {
    return SchemaDraft.of(this);
  }

  /**
   * The examples. Those of a table with missing values keep the row numbers that they have in the
   * file.
   *
   * @param schema describes the columns; without it all features are real, between the smallest and
   *     the largest value in the data, and labels are whole numbers
   * @throws DataException naming line and column
   */
  public DataSet dataSet(Optional<Schema> schema) {
    List<String> columns = columns();
    InputDomain domain;
    try {
      domain = schema.map(s -> s.domain(columns)).orElseGet(() -> observed(columns));
    } catch (DataException e) {
      throw new DataException("%s: %s".formatted(name, DataException.firstLine(e)), e);
    }
    List<String> names = schema.map(Schema::labels).orElse(List.of());
    int[] labels = labels(names);
    float[][] values = new float[lines.size()][];
    for (int r = 0; r < values.length; r++) {
      check(lines.get(r), domain);
      double[] features = lines.get(r).features();
      values[r] = new float[features.length];
      for (int i = 0; i < features.length; i++) {
        values[r][i] = (float) features[i];
      }
    }
    String description =
        name
            + (missing == 0 ? "" : " without %d rows that have a missing value".formatted(missing))
            + (schema.isPresent()
                ? ""
                : " (no schema: all features real, bounds taken from the data)");
    return DataSet.of(
            Shape.of(columns.size()),
            values,
            labels,
            names.isEmpty() ? DataSet.numbered(labels) : names,
            domain,
            new Origin(description, false, List.of(digest)))
        .withOrder(names.isEmpty() ? ClassOrder.OPEN : ClassOrder.FIXED)
        .withIds(lines.stream().mapToLong(Line::place).toArray());
  }

  /**
   * Writes the table with other values, columns and labels as they are: comma separated, {@code \n}
   * at the line ends. The target appears when it is complete.
   *
   * @param target replaced
   * @param data of this table, whose rows are changed
   * @param change of a row
   * @throws IOException if the target cannot be written
   */
  public void write(Path target, DataSet data, RowChange change) throws IOException {
    Path temporary = target.resolveSibling(Digests.name(target) + ".part");
    try {
      try (CSVPrinter printer =
          CSVFormat.DEFAULT
              .builder()
              .setRecordSeparator("\n")
              .get()
              .print(temporary, StandardCharsets.UTF_8)) {
        printer.printRecord(header);
        for (int r = 0; r < data.size(); r++) {
          float[] row = change.of(data.id(r), data.row(r));
          List<Object> cells = new ArrayList<>(header.size());
          for (float value : row) {
            cells.add(new BigDecimal(Float.toString(value)).stripTrailingZeros().toPlainString());
          }
          cells.add(label, lines.get(r).label());
          printer.printRecord(cells);
        }
      }
      Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private InputDomain observed(List<String> columns) {
    return InputDomain.of(
        IntStream.range(0, columns.size())
            .mapToObj(i -> range(i).feature(columns.get(i), Feature.Kind.REAL))
            .toList(),
        List.of());
  }

  /** The smallest and the largest value of a feature. */
  record Range(double minimum, double maximum) {
    Feature feature(String name, Feature.Kind kind) {
      return new Feature(
          name, kind, minimum, maximum, maximum - minimum, true, Feature.Direction.BOTH);
    }
  }

  /**
   * The range of a feature. One that is constant has no room; the next whole unit gives it some.
   */
  Range range(int feature) {
    double minimum = lines.stream().mapToDouble(l -> l.features()[feature]).min().orElse(0);
    double maximum = lines.stream().mapToDouble(l -> l.features()[feature]).max().orElse(0);
    return new Range(
        minimum, maximum > minimum ? maximum : minimum + Math.max(1, Math.abs(minimum)));
  }

  private int[] labels(List<String> names) {
    // Names that are numbers are names all the same: 1 is the first of [1, 2, 3], not the second.
    boolean numbers = names.stream().noneMatch(DecimalText::isNumber);
    int[] labels = new int[lines.size()];
    for (int r = 0; r < labels.length; r++) {
      Line line = lines.get(r);
      int index = names.indexOf(line.label());
      if (index < 0) {
        index = names.indexOf(plain(line.label()));
      }
      labels[r] = index >= 0 ? index : number(line, names, numbers);
    }
    return labels;
  }

  /** The class of a label that is no name, but the number of a class. */
  private int number(Line line, List<String> names, boolean numbers) {
    String text = plain(line.label());
    if (numbers && CLASS_NUMBER.matcher(text).matches()) {
      int index = Integer.parseInt(text);
      int most = names.isEmpty() ? MOST_CLASSES : names.size();
      if (index < most) {
        return index;
      }
      throw wrong(
          line.number(),
          label,
          "the label must be in 0..%d%s but is %s"
              .formatted(
                  most - 1,
                  names.isEmpty() ? "" : ", or one of " + Names.listed(names),
                  Names.shortened(line.label())));
    }
    throw wrong(
        line.number(),
        label,
        names.isEmpty()
            ? ("the label '%s' is not a class number from 0; for text labels give the schema"
                    + " 'labels: [first class, second class, ...]'")
                .formatted(Names.shortened(line.label()))
            : "the label '%s' is not one of %s%s"
                .formatted(
                    Names.shortened(line.label()),
                    Names.listed(names),
                    Suggestion.question(line.label(), names)));
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
