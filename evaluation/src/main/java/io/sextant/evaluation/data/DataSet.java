package io.sextant.evaluation.data;

import io.sextant.explainers.Reference;
import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.ModelInput;
import io.sextant.gradients.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apiguardian.api.API;

/**
 * Labelled examples: at least one, all of one shape, all in the domain. Immutable.
 *
 * <p>Values are floats in row-major order. An example's id is its 0-based row in the data, and
 * stays with it when a sample is drawn.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class DataSet {
  private final Shape shape;
  private final float[][] rows;
  private final int[] labels;
  private final long[] ids;
  private final List<String> classes;
  private final InputDomain domain;
  private final Origin origin;
  private final ClassOrder order;

  private DataSet(
      Shape shape,
      float[][] rows,
      int[] labels,
      long[] ids,
      List<String> classes,
      InputDomain domain,
      Origin origin,
      ClassOrder order) {
    this.shape = shape;
    this.rows = rows;
    this.labels = labels;
    this.ids = ids;
    this.classes = classes;
    this.domain = domain;
    this.origin = origin;
    this.order = order;
  }

  /**
   * A data set whose ids are the places of its rows.
   *
   * @param shape of one example
   * @param rows one flat row per example, not copied: hand over rows that nobody else writes to
   * @param labels one class per example, from 0
   * @param classes one name per class of the model, in its order, unique; names that are the
   *     numbers from 0 may be fewer than the model has
   * @param domain of the inputs
   * @param origin where the data comes from
   * @throws DataException if there are no rows, counts differ, a label has no class, or a value is
   *     outside the domain; rows are named by their place
   */
  public static DataSet of(
      Shape shape,
      float[][] rows,
      int[] labels,
      List<String> classes,
      InputDomain domain,
      Origin origin) {
    String what = origin.description();
    if (rows.length == 0) {
      throw new DataException(what + ": the data has no rows");
    }
    if (rows.length != labels.length) {
      throw new DataException(
          "%s: there are %d rows but %d labels".formatted(what, rows.length, labels.length));
    }
    if (domain.size() != shape.elements()) {
      throw new DataException(
          "%s: the domain has %d features but the shape %s has %d values"
              .formatted(what, domain.size(), shape, shape.elements()));
    }
    double[] row = new double[shape.elements()];
    for (int r = 0; r < rows.length; r++) {
      if (rows[r].length != row.length) {
        throw new DataException(
            "%s: row %d has %d values but the shape %s has %d"
                .formatted(what, r, rows[r].length, shape, row.length));
      }
      for (int i = 0; i < row.length; i++) {
        row[i] = rows[r][i];
        if (!Float.isFinite(rows[r][i])) {
          throw new DataException(
              "%s: row %d: feature %s is %s; only finite values are accepted"
                  .formatted(what, r, domain.feature(i).name(), rows[r][i]));
        }
      }
      String violation = domain.violation(row);
      if (!violation.isEmpty()) {
        throw new DataException(
            "%s: row %d: %s%s".formatted(what, r, violation, hint(rows, domain)));
      }
    }
    long[] ids = LongStream.range(0, rows.length).toArray();
    return new DataSet(
            shape,
            rows.clone(),
            labels.clone(),
            ids,
            List.of(),
            domain,
            origin,
            ClassMatch.isNumbered(classes) ? ClassOrder.OPEN : ClassOrder.FIXED)
        .withClasses(classes);
  }

  /** The same, with a further file that it was read from. */
  public DataSet withFile(Origin.Digest file) {
    List<Origin.Digest> files = new ArrayList<>(origin.files());
    files.add(file);
    return new DataSet(
        shape,
        rows,
        labels,
        ids,
        classes,
        domain,
        new Origin(origin.description(), origin.bytes(), files),
        order);
  }

  /** Where the values lie, if all of them share one box: then it is the box that is wrong. */
  private static String hint(float[][] rows, InputDomain domain) {
    Feature first = domain.feature(0);
    if (!domain.features().stream()
        .allMatch(f -> f.minimum() == first.minimum() && f.maximum() == first.maximum())) {
      return "";
    }
    float smallest = Float.POSITIVE_INFINITY;
    float largest = Float.NEGATIVE_INFINITY;
    for (float[] row : rows) {
      for (float value : row) {
        smallest = Math.min(smallest, value);
        largest = Math.max(largest, value);
      }
    }
    boolean bytes = smallest >= 0 && largest > 1 && largest <= 255;
    return "; the values lie in [%s, %s]: %sgive their bounds with 'box' (--box), as in box: [%s, %s]"
        .formatted(
            DecimalText.rounded(smallest),
            DecimalText.rounded(largest),
            bytes ? "divide them by 255, or " : "scale them, or ",
            bytes ? "0" : DecimalText.of(Math.floor(smallest)),
            bytes ? "255" : DecimalText.of(Math.ceil(largest)));
  }

  /** Shape of one example. */
  public Shape shape() {
    return shape;
  }

  /** Number of examples. */
  public int size() {
    return rows.length;
  }

  /** One example as a flat row, a copy. */
  public double[] row(int index) {
    double[] row = new double[rows[index].length];
    for (int i = 0; i < row.length; i++) {
      row[i] = rows[index][i];
    }
    return row;
  }

  /** All examples as flat rows, a copy: twice the size of this data set. */
  public double[][] rows() {
    return IntStream.range(0, rows.length).mapToObj(this::row).toArray(double[][]::new);
  }

  /** The class of one example. */
  public int label(int index) {
    return labels[index];
  }

  /** The classes of the examples, a copy. */
  public int[] labels() {
    return labels.clone();
  }

  /** The 0-based row of one example in the data. */
  public long id(int index) {
    return ids[index];
  }

  /** The 0-based rows of the examples in the data, a copy. */
  public long[] ids() {
    return ids.clone();
  }

  /** One name per class. */
  public List<String> classes() {
    return classes;
  }

  /** One name per feature. */
  public List<String> features() {
    return domain.features().stream().map(Feature::name).toList();
  }

  /** The domain of the inputs. */
  public InputDomain domain() {
    return domain;
  }

  /** What a model is given of this data: shape, domain and units. */
  public ModelInput input() {
    return new ModelInput(
        shape, domain, origin.bytes() ? ModelInput.Units.BYTES : ModelInput.Units.AS_STORED);
  }

  /** Where the data comes from. */
  public Origin origin() {
    return origin;
  }

  /** The examples for attacks and explainers. */
  public Examples examples() {
    return Examples.ofFloats(rows, labels, ids);
  }

  /**
   * What explainers are fitted to: the domain, and all rows of this data set.
   *
   * @param table whether features have units of their own, whatever their bounds
   */
  public Reference reference(boolean table) {
    Reference reference = Reference.of(domain).withShape(shape).withRows(size(), this::row);
    return table ? reference.asTable() : reference;
  }

  /** The examples at the given places; each keeps its id. */
  public DataSet at(int... places) {
    if (places.length == 0) {
      throw new DataException(origin.description() + ": a sample must have at least one example");
    }
    float[][] r = new float[places.length][];
    int[] l = new int[places.length];
    long[] n = new long[places.length];
    for (int i = 0; i < places.length; i++) {
      r[i] = rows[places[i]];
      l[i] = labels[places[i]];
      n[i] = ids[places[i]];
    }
    return new DataSet(shape, r, l, n, classes, domain, origin, order);
  }

  /**
   * The same data with other class names.
   *
   * @param names one per class of the model, unique
   * @throws DataException if a label has no name
   */
  public DataSet withClasses(List<String> names) {
    if (new HashSet<>(names).size() != names.size()) {
      throw new DataException(
          "%s: class names must differ but were %s".formatted(origin.description(), names));
    }
    for (int r = 0; r < labels.length; r++) {
      if (labels[r] < 0 || labels[r] >= names.size()) {
        throw new DataException(
            "%s: row %d: the label must be in 0..%d but was %d"
                .formatted(origin.description(), ids[r], names.size() - 1, labels[r]));
      }
    }
    return new DataSet(shape, rows, labels, ids, List.copyOf(names), domain, origin, order);
  }

  /**
   * The same data for a model: one class per class of the model, in its order, labels accordingly.
   * Folders are matched with names by name; the labels of a schema, and names of one's own, must be
   * in the order of the names; numbers are the model's own.
   *
   * @param count of the model's classes
   * @param names of the model's classes in its order; empty when nobody has named them
   * @throws DataException if the classes do not fit, with both lists
   */
  public DataSet forModel(int count, List<String> names) {
    ClassMatch match = ClassMatch.of(this, count, names);
    int[] own = Arrays.stream(labels).map(label -> match.places()[label]).toArray();
    return new DataSet(shape, rows, own, ids, List.of(), domain, origin, ClassOrder.FIXED)
        .withClasses(match.names());
  }

  /** What the order of the classes says. */
  ClassOrder order() {
    return order;
  }

  /** The same data, whose classes are to be understood otherwise. */
  DataSet withOrder(ClassOrder other) {
    return new DataSet(shape, rows, labels, ids, classes, domain, origin, other);
  }

  /** The same data with other row numbers, which rise. */
  DataSet withIds(long[] other) {
    return new DataSet(shape, rows, labels, other, classes, domain, origin, order);
  }

  /**
   * The same values under another shape: an image as a vector, for models that take vectors.
   *
   * @param other as many elements as before
   */
  public DataSet withShape(Shape other) {
    if (other.elements() != shape.elements()) {
      throw new DataException(
          "%s: examples of shape %s cannot be used where the model takes %s"
              .formatted(origin.description(), shape, other));
    }
    return new DataSet(other, rows, labels, ids, classes, domain, origin, order);
  }

  /** Names for classes that have none: {@code "0"}, {@code "1"} and so on. */
  static List<String> numbered(int[] labels) {
    int count = 1 + Arrays.stream(labels).max().orElse(0);
    return IntStream.range(0, Math.max(1, count)).mapToObj(String::valueOf).toList();
  }
}
