package io.sextant.explainers;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.Shape;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.apiguardian.api.API;

/**
 * What an explainer is fitted to: the inputs that exist, and rows of them that say what is usual.
 *
 * <p>{@code Reference} rows are those of the data as a whole, never those that happen to be
 * explained together, so that an explanation does not depend on its neighbours.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Reference {
  private static final long BLOCK_BYTES = 32L << 20;

  private final InputDomain domain;
  private final Shape shape;
  private final boolean table;
  private final int size;
  private final IntFunction<double[]> rows;

  private Reference(
      InputDomain domain, Shape shape, boolean table, int size, IntFunction<double[]> rows) {
    if (shape.elements() != domain.size()) {
      throw new IllegalArgumentException(
          "the shape of an input must have one value per feature (%d) but was %s"
              .formatted(domain.size(), shape));
    }
    this.shape = shape;
    this.domain = Objects.requireNonNull(domain, "domain");
    this.table = table;
    this.size = size;
    this.rows = Objects.requireNonNull(rows, "rows");
  }

  /**
   * The domain alone. Features that are not all reals between the same bounds make it a table.
   *
   * @param domain the inputs that exist
   */
  public static Reference of(InputDomain domain) {
    Feature first = domain.feature(0);
    boolean alike =
        domain.features().stream()
            .allMatch(
                f ->
                    f.kind() == Feature.Kind.REAL
                        && f.minimum() == first.minimum()
                        && f.maximum() == first.maximum());
    return new Reference(domain, Shape.of(domain.size()), !alike, 0, row -> new double[0]);
  }

  /**
   * The domain and rows of the data.
   *
   * @param domain the inputs that exist
   * @param rows one value per feature in each, not copied
   */
  public static Reference of(InputDomain domain, double[][] rows) {
    return of(domain).withRows(rows.length, row -> rows[row]);
  }

  /**
   * The same with rows of the data.
   *
   * @param count number of rows
   * @param row a row by its place from 0, one value per feature; asked several times
   */
  public Reference withRows(int count, IntFunction<double[]> row) {
    return new Reference(domain, shape, table, count, row);
  }

  /**
   * The same for inputs of a shape; without it they are vectors.
   *
   * @param newShape of one input, one value per feature
   */
  public Reference withShape(Shape newShape) {
    return new Reference(domain, newShape, table, size, rows);
  }

  /** The same for features that have units of their own, whatever their bounds. */
  public Reference asTable() {
    return new Reference(domain, shape, true, size, rows);
  }

  /** The inputs that exist. */
  public InputDomain domain() {
    return domain;
  }

  /** The shape of one input. */
  public Shape shape() {
    return shape;
  }

  /** Whether features have units of their own, as the columns of a table have. */
  public boolean isTable() {
    return table;
  }

  /** Number of rows. */
  public int size() {
    return size;
  }

  /**
   * The mean of each feature.
   *
   * @throws IllegalArgumentException if there are no rows
   */
  double[] mean() {
    requireRows("mean");
    double[] mean = new double[domain.size()];
    for (int r = 0; r < size; r++) {
      double[] row = row(r);
      for (int i = 0; i < mean.length; i++) {
        mean[i] += (row[i] - mean[i]) / (r + 1);
      }
    }
    return mean;
  }

  /**
   * The lower median of each feature, which is a value that occurs, so that whole numbers stay
   * whole; of a one-hot group its most frequent member.
   *
   * @throws IllegalArgumentException if there are no rows
   */
  double[] median() {
    requireRows("median");
    double[] median = new double[domain.size()];
    long columns = Math.max(1, BLOCK_BYTES / Double.BYTES / size);
    for (int from = 0; from < median.length; ) {
      int to = (int) Math.min(median.length, from + columns);
      double[][] block = new double[to - from][size];
      for (int r = 0; r < size; r++) {
        double[] row = row(r);
        for (int i = from; i < to; i++) {
          block[i - from][r] = row[i];
        }
      }
      for (int i = from; i < to; i++) {
        Arrays.sort(block[i - from]);
        median[i] = block[i - from][(size - 1) / 2];
      }
      from = to;
    }
    if (!domain.groups().isEmpty()) {
      double[] mean = mean();
      for (InputDomain.OneHot group : domain.groups()) {
        int most = group.members().get(0);
        for (int member : group.members()) {
          most = mean[member] > mean[most] ? member : most;
        }
        for (int member : group.members()) {
          median[member] = member == most ? 1 : 0;
        }
      }
    }
    return median;
  }

  /** The middle of each feature's bounds; in a one-hot group each member has the same share. */
  double[] center() {
    double[] center =
        domain.features().stream().mapToDouble(f -> (f.minimum() + f.maximum()) / 2).toArray();
    for (InputDomain.OneHot group : domain.groups()) {
      group.members().forEach(member -> center[member] = 1.0 / group.members().size());
    }
    return center;
  }

  /**
   * Why a point lies outside the convex hull of the domain, where no path between inputs leads; an
   * empty text when it does not. Fractions of whole numbers and of categories are in the hull.
   */
  static String outside(InputDomain domain, double[] point) {
    BitSet outside = new BitSet();
    for (int i = 0; i < point.length; i++) {
      Feature f = domain.feature(i);
      double room = 1e-6 * (f.maximum() - f.minimum());
      outside.set(i, point[i] < f.minimum() - room || point[i] > f.maximum() + room);
    }
    if (!outside.isEmpty()) {
      Feature f = domain.feature(outside.nextSetBit(0));
      int more = outside.cardinality() - 1;
      return "feature %s must be in [%s, %s] but is %s%s"
          .formatted(
              f.name(),
              number(f.minimum()),
              number(f.maximum()),
              number(point[outside.nextSetBit(0)]),
              more == 0 ? "" : ", and %d more lie%s outside".formatted(more, more == 1 ? "s" : ""));
    }
    for (InputDomain.OneHot group : domain.groups()) {
      double sum = group.members().stream().mapToDouble(member -> point[member]).sum();
      if (Math.abs(sum - 1) > 1e-6) {
        return "the features of group %s must add up to 1 but add up to %s"
            .formatted(group.name(), number(sum));
      }
    }
    return "";
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Float.toString((float) value);
  }

  /**
   * A row by its place, one value per feature; to be read only.
   *
   * @throws IllegalArgumentException if it does not have one value per feature
   */
  double[] row(int index) {
    double[] row = rows.apply(index);
    if (row.length != domain.size()) {
      throw new IllegalArgumentException(
          "row %d must have one value per feature (%d) but has %d"
              .formatted(index, domain.size(), row.length));
    }
    return row;
  }

  /**
   * Refuses to go on without rows.
   *
   * @param what the baseline that needs them
   */
  void requireRows(String what) {
    if (size == 0) {
      throw new IllegalArgumentException(
          ("baseline %s needs rows of the data but there are none; call"
                  + " explainer.fitted(Reference.of(domain, rows)) first")
              .formatted(what));
    }
  }

  /** The values as a list. */
  static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
