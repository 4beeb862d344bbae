package io.sextant.gradients.nd4j;

import io.sextant.gradients.engine.Precision;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Native memory seen both as numbers, for plain loops, and as ND4J arrays, for native operations.
 * One code serves float and double: all access speaks double.
 *
 * <p>Single values of a block may be read by several threads. Runs go through scratch memory and
 * are for one thread at a time, as a session's own blocks are.
 */
final class Block implements AutoCloseable {
  /** A run that fits the processor's nearest cache. */
  static final int RUN = 1024;

  private static final double[] ZEROS = new double[RUN];

  private final INDArray array;
  private final ByteBuffer bytes;
  private final @Nullable FloatBuffer floats;
  private final @Nullable DoubleBuffer doubles;
  private final int size;
  private float[] scratch = {};

  Block(Precision precision, int size) {
    this.array =
        Nd4j.createUninitialized(
            precision == Precision.FLOAT ? DataType.FLOAT : DataType.DOUBLE, new long[] {size});
    this.bytes = array.data().asNio();
    this.floats = precision == Precision.FLOAT ? bytes.asFloatBuffer() : null;
    this.doubles = precision == Precision.DOUBLE ? bytes.asDoubleBuffer() : null;
    this.size = size;
    zero(0, size);
  }

  /**
   * Room for a batch.
   *
   * @throws IllegalArgumentException when one array cannot hold it
   */
  Block(Precision precision, int rows, int elements) {
    this(precision, size(precision, rows, elements));
  }

  private static int size(Precision precision, int rows, int elements) {
    long size = (long) rows * elements;
    int most = Integer.MAX_VALUE / precision.bytes();
    if (size > most) {
      throw new IllegalArgumentException(
          "a batch of %d rows takes %d values at a layer but one array holds at most %d; ask for smaller batches"
              .formatted(rows, size, most));
    }
    return (int) size;
  }

  Block(Precision precision, double[] values) {
    this(precision, values.length);
    for (int i = 0; i < values.length; i++) {
      set(i, values[i]);
    }
  }

  int size() {
    return size;
  }

  double get(int index) {
    return floats != null ? floats.get(index) : doubles().get(index);
  }

  void set(int index, double value) {
    if (floats != null) {
      floats.put(index, (float) value);
    } else {
      doubles().put(index, value);
    }
  }

  void add(int index, double value) {
    set(index, get(index) + value);
  }

  /** All values. */
  double[] values() {
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      values[i] = get(i);
    }
    return values;
  }

  /** Reads a run of values. */
  void get(int from, double[] into, int count) {
    if (floats == null) {
      doubles().get(from, into, 0, count);
      return;
    }
    float[] run = scratch(count);
    floats.get(from, run, 0, count);
    for (int i = 0; i < count; i++) {
      into[i] = run[i];
    }
  }

  /** Writes a run of values. */
  void put(int from, double[] values, int count) {
    if (floats == null) {
      doubles().put(from, values, 0, count);
      return;
    }
    float[] run = scratch(count);
    for (int i = 0; i < count; i++) {
      run[i] = (float) values[i];
    }
    floats.put(from, run, 0, count);
  }

  private float[] scratch(int count) {
    if (scratch.length < count) {
      scratch = new float[count];
    }
    return scratch;
  }

  void zero(int from, int to) {
    for (int i = from; i < to; i += ZEROS.length) {
      put(i, ZEROS, Math.min(ZEROS.length, to - i));
    }
  }

  /** Copies from the start of another block to the start of this one. */
  void copyFrom(Block other, int count) {
    copy(other, 0, 0, count);
  }

  void copy(Block other, int otherFrom, int from, int count) {
    if (floats != null && other.floats != null) {
      floats.put(from, other.floats, otherFrom, count);
    } else {
      doubles().put(from, other.doubles(), otherFrom, count);
    }
  }

  void addAll(Block other, int count) {
    double[] sum = new double[Math.min(count, RUN)];
    double[] more = new double[sum.length];
    for (int from = 0; from < count; from += RUN) {
      int n = Math.min(RUN, count - from);
      get(from, sum, n);
      other.get(from, more, n);
      for (int i = 0; i < n; i++) {
        sum[i] += more[i];
      }
      put(from, sum, n);
    }
  }

  /** Copies rows in from a caller's buffer, which is left as it is. */
  void read(ByteBuffer from, int count) {
    if (floats != null) {
      floats.put(0, from.duplicate().order(from.order()).asFloatBuffer(), 0, count);
    } else {
      doubles().put(0, from.duplicate().order(from.order()).asDoubleBuffer(), 0, count);
    }
  }

  /** Copies rows out to a caller's buffer. */
  void write(ByteBuffer to, int count) {
    if (floats != null) {
      to.duplicate().order(to.order()).asFloatBuffer().put(0, floats, 0, count);
    } else {
      to.duplicate().order(to.order()).asDoubleBuffer().put(0, doubles(), 0, count);
    }
  }

  /** The first values as an array of the given shape, sharing this memory. */
  INDArray view(long... shape) {
    return Nd4j.create(array.data(), shape, Nd4j.getStrides(shape, 'c'), 0, 'c');
  }

  private DoubleBuffer doubles() {
    if (doubles == null) {
      throw new IllegalStateException("blocks of different precision were mixed");
    }
    return doubles;
  }

  @Override
  public void close() {
    array.close();
  }
}
