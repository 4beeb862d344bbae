package io.sextant.onnx.tensor;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A constant tensor of any rank, in row-major order. Numbers of every type are doubles to those who
 * read them, which hold each float and each integer up to 2^53; weights in single precision are
 * kept as floats, as a file has them; the ends of the range of a 64-bit integer, which slices use
 * for "to the end", come back as themselves.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Tensor {
  /** Most values of one tensor. */
  public static final int MOST_VALUES = 1 << 28;

  /** What the numbers stand for. */
  public enum Kind {
    /** Numbers with a fraction. */
    REAL,
    /**
     * Numbers with a fraction in single precision, which the results of arithmetic are rounded to.
     */
    SINGLE,
    /** Whole numbers. */
    WHOLE,
    /** 0 for false, 1 for true. */
    TRUTH;

    /** Whether the numbers have a fraction. */
    public boolean fractional() {
      return this == REAL || this == SINGLE;
    }

    /** A result of arithmetic as values of this kind keep it. */
    public double rounded(double value) {
      return this == SINGLE ? (float) value : value;
    }
  }

  /** Most dimensions of one tensor: work on a value goes through all of them. */
  public static final int MOST_DIMENSIONS = 32;

  private final Kind kind;
  private final int[] sizes;
  private final double @Nullable [] doubles;
  private final float @Nullable [] singles;
  private final int count;

  private Tensor(Kind kind, int[] sizes, double[] values) {
    this.kind = kind;
    this.sizes = sizes;
    this.doubles = values;
    this.singles = null;
    this.count = values.length;
  }

  private Tensor(int[] sizes, float[] values) {
    this.kind = Kind.SINGLE;
    this.sizes = sizes;
    this.doubles = null;
    this.singles = values;
    this.count = values.length;
  }

  /**
   * A tensor.
   *
   * @param kind of its values
   * @param sizes of its dimensions, each at least 0; none for a single number
   * @param values as many as the sizes say; not copied, and not modified from here on
   */
  public static Tensor of(Kind kind, int[] sizes, double[] values) {
    requireCount(sizes, values.length);
    return new Tensor(kind, sizes.clone(), values);
  }

  /**
   * A tensor in single precision.
   *
   * @param sizes of its dimensions, each at least 0; none for a single number
   * @param values as many as the sizes say; not copied, and not modified from here on
   */
  public static Tensor single(int[] sizes, float[] values) {
    requireCount(sizes, values.length);
    return new Tensor(sizes.clone(), values);
  }

  private static void requireCount(int[] sizes, int values) {
    if (values != count(sizes)) {
      throw new IllegalArgumentException(
          "a tensor of shape %s must have %d values but had %d"
              .formatted(Arrays.toString(sizes), count(sizes), values));
    }
  }

  /** A row of whole numbers, such as a shape. */
  public static Tensor whole(long... values) {
    return new Tensor(
        Kind.WHOLE,
        new int[] {values.length},
        Arrays.stream(values).mapToDouble(value -> value).toArray());
  }

  /**
   * The number of values of a shape.
   *
   * @throws IllegalArgumentException when a size is negative, or there are too many of them or of
   *     values
   */
  public static int count(int[] sizes) {
    return count(Arrays.stream(sizes).asLongStream().toArray());
  }

  /**
   * The number of values of a shape as a file has it.
   *
   * @throws IllegalArgumentException when a size is negative, or there are too many of them or of
   *     values
   */
  public static int count(long[] sizes) {
    requireRank(sizes.length);
    // A dimension of size 0 makes the tensor empty, but the others must be sizes still.
    boolean empty = false;
    long count = 1;
    for (long size : sizes) {
      if (size < 0 || size > MOST_VALUES || count * Math.max(1, size) > MOST_VALUES) {
        throw new IllegalArgumentException(
            "a tensor may have at most %d values but its shape is %s"
                .formatted(MOST_VALUES, Arrays.toString(sizes)));
      }
      empty |= size == 0;
      count *= Math.max(1, size);
    }
    return empty ? 0 : (int) count;
  }

  /**
   * Refuses more dimensions than a tensor may have.
   *
   * @throws IllegalArgumentException when there are more than {@value #MOST_DIMENSIONS}
   */
  public static void requireRank(int rank) {
    if (rank > MOST_DIMENSIONS) {
      throw new IllegalArgumentException(
          "a tensor may have at most %d dimensions but has %d".formatted(MOST_DIMENSIONS, rank));
    }
  }

  /** What the numbers stand for. */
  public Kind kind() {
    return kind;
  }

  /** Number of dimensions. */
  public int rank() {
    return sizes.length;
  }

  /** Size of one dimension. */
  public int size(int axis) {
    return sizes[axis];
  }

  /** The sizes, a copy. */
  public int[] sizes() {
    return sizes.clone();
  }

  /** Number of values. */
  public int count() {
    return count;
  }

  /** One value, in row-major order. */
  public double value(int index) {
    return singles != null ? singles[index] : Objects.requireNonNull(doubles)[index];
  }

  /** All values in row-major order; maybe shared, not to be modified. */
  public double[] values() {
    return doubles != null ? doubles : IntStream.range(0, count).mapToDouble(this::value).toArray();
  }

  /** All values in row-major order where they are kept as floats; shared, not to be modified. */
  public Optional<float[]> singles() {
    return Optional.ofNullable(singles);
  }

  /** All values as whole numbers. */
  public long[] longs() {
    return Arrays.stream(values()).mapToLong(value -> (long) value).toArray();
  }

  /** The same values under another shape. */
  public Tensor reshaped(int... to) {
    return singles != null ? single(to, singles) : of(kind, to, values());
  }

  /**
   * Values picked by steps: the value at place (i, j, ...) is the one at {@code offset + i steps[0]
   * + j steps[1] + ...}. Transposing, slicing and repeating are special cases.
   *
   * @param to the new shape
   * @param steps for each of its dimensions; 0 repeats
   * @param offset where it begins
   */
  public Tensor picked(int[] to, int[] steps, int offset) {
    int places = count(to);
    float[] floats = singles == null ? null : new float[places];
    double[] picked = singles == null ? new double[places] : null;
    int[] place = new int[to.length];
    int at = offset;
    for (int i = 0; i < places; i++) {
      if (floats != null && singles != null) {
        floats[i] = singles[at];
      } else if (picked != null && doubles != null) {
        picked[i] = doubles[at];
      }
      for (int d = to.length - 1; d >= 0; d--) {
        at += steps[d];
        if (++place[d] < to[d]) {
          break;
        }
        at -= steps[d] * to[d];
        place[d] = 0;
      }
    }
    return picked != null
        ? new Tensor(kind, to.clone(), picked)
        : new Tensor(to.clone(), Objects.requireNonNull(floats));
  }

  /** How far apart neighbours along each dimension lie. */
  public int[] steps() {
    int[] steps = new int[sizes.length];
    int step = 1;
    for (int d = sizes.length - 1; d >= 0; d--) {
      steps[d] = step;
      step *= Math.max(1, sizes[d]);
    }
    return steps;
  }

  /**
   * Repeated to a larger shape as NumPy does: dimensions of size 1, and those missing in front.
   *
   * @param to the new shape
   * @throws IllegalArgumentException when it does not fit
   */
  public Tensor broadcast(int[] to) {
    if (Arrays.equals(to, sizes)) {
      return this;
    }
    int missing = to.length - sizes.length;
    int[] own = steps();
    int[] steps = new int[to.length];
    for (int d = 0; d < to.length; d++) {
      int size = d < missing ? 1 : sizes[d - missing];
      if (missing < 0 || size != 1 && size != to[d]) {
        throw new IllegalArgumentException(
            "%s cannot be repeated to %s".formatted(this, Arrays.toString(to)));
      }
      steps[d] = size == 1 ? 0 : own[d - missing];
    }
    return picked(to, steps, 0);
  }

  /**
   * The shape that two shapes are repeated to when they meet.
   *
   * @throws IllegalArgumentException when they do not fit
   */
  public static int[] common(int[] a, int[] b) {
    int rank = Math.max(a.length, b.length);
    return IntStream.range(0, rank)
        .map(
            d -> {
              int x = d < rank - a.length ? 1 : a[d - rank + a.length];
              int y = d < rank - b.length ? 1 : b[d - rank + b.length];
              if (x != y && x != 1 && y != 1) {
                throw new IllegalArgumentException(
                    "shapes %s and %s do not fit"
                        .formatted(Arrays.toString(a), Arrays.toString(b)));
              }
              return x == 1 ? y : x;
            })
        .toArray();
  }

  /** The dimensions in another order. */
  public Tensor permuted(int[] order) {
    int[] own = steps();
    return picked(
        Arrays.stream(order).map(d -> sizes[d]).toArray(),
        Arrays.stream(order).map(d -> own[d]).toArray(),
        0);
  }

  /** True when both are equal: kind, shape and every value. */
  public boolean same(Tensor other) {
    return this == other
        || kind == other.kind && Arrays.equals(sizes, other.sizes) && sameValues(other);
  }

  private boolean sameValues(Tensor other) {
    return singles != null && other.singles != null
        ? Arrays.equals(singles, other.singles)
        : Arrays.equals(values(), other.values());
  }

  @Override
  public String toString() {
    return Arrays.toString(sizes);
  }
}
