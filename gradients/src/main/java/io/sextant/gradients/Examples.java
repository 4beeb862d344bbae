package io.sextant.gradients;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.apiguardian.api.API;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Labelled inputs with ids. An example's id names its random numbers, so a subset, another order or
 * another batch size leaves its result unchanged.
 *
 * <p>Inputs are kept as floats, the precision in which data is stored and networks are run. Rows of
 * doubles are made when asked for; {@link #parts} bounds how many are there at a time.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Examples {
  /** Values that stand as doubles at a time: 32 MiB, whatever the number of examples. */
  private static final int TOGETHER = 4 << 20;

  /** Values of an array that are copied at a time. */
  private static final int COPIED = 1 << 16;

  private final float[][] rows;
  private final int[] labels;
  private final long[] ids;

  private Examples(float[][] rows, int[] labels, long[] ids) {
    if (rows.length != labels.length || rows.length != ids.length) {
      throw new IllegalArgumentException(
          "inputs, labels and ids must be equally many but were %d, %d and %d"
              .formatted(rows.length, labels.length, ids.length));
    }
    this.rows = rows;
    this.labels = labels;
    this.ids = ids;
  }

  /**
   * Examples whose ids are their places, from 0.
   *
   * @param inputs {@code [batch, ...]}, copied
   * @param labels one class per example, from 0
   */
  public static Examples of(INDArray inputs, int[] labels) {
    return of(toRows(inputs), labels, LongStream.range(0, inputs.size(0)).toArray());
  }

  /**
   * Examples with ids.
   *
   * @param rows one flat row per example, row-major; values are rounded to float
   * @param labels one class per example, from 0
   * @param ids one id per example
   */
  public static Examples of(double[][] rows, int[] labels, long[] ids) {
    float[][] copy = new float[rows.length][];
    for (int r = 0; r < rows.length; r++) {
      copy[r] = new float[rows[r].length];
      for (int i = 0; i < copy[r].length; i++) {
        copy[r][i] = (float) rows[r][i];
      }
    }
    return new Examples(copy, labels.clone(), ids.clone());
  }

  /**
   * Examples with ids.
   *
   * @param rows one flat row per example, row-major, not copied: hand over rows that nobody else
   *     writes to
   * @param labels one class per example, from 0
   * @param ids one id per example
   */
  public static Examples ofFloats(float[][] rows, int[] labels, long[] ids) {
    return new Examples(rows.clone(), labels.clone(), ids.clone());
  }

  /** Number of examples. */
  public int size() {
    return rows.length;
  }

  /** One input as a flat row, a copy. */
  public double[] row(int index) {
    float[] narrow = rows[index];
    double[] row = new double[narrow.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = narrow[i];
    }
    return row;
  }

  /** All inputs as flat rows, a copy of twice the size; {@link #parts} has it bounded. */
  public double[][] rows() {
    double[][] copy = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      copy[i] = row(i);
    }
    return copy;
  }

  /**
   * These examples in their order, cut so that {@link #rows} of one part takes at most 32 MiB or is
   * one row. Parts have a power of two of examples, so that a batch of such a size is never cut in
   * another place.
   */
  public List<Examples> parts() {
    int width = rows.length == 0 ? 1 : Math.max(1, rows[0].length);
    int most = Integer.highestOneBit(Math.max(1, TOGETHER / width));
    List<Examples> parts = new ArrayList<>();
    for (int from = 0; from < rows.length; from += most) {
      parts.add(slice(from, (int) Math.min(rows.length, (long) from + most)));
    }
    return parts;
  }

  /** The class of one example. */
  public int label(int index) {
    return labels[index];
  }

  /** The classes, a copy. */
  public int[] labels() {
    return labels.clone();
  }

  /** The id of one example. */
  public long id(int index) {
    return ids[index];
  }

  /** The ids, a copy. */
  public long[] ids() {
    return ids.clone();
  }

  /** The examples from one place to before another. */
  public Examples slice(int from, int to) {
    return new Examples(
        Arrays.copyOfRange(rows, from, to),
        Arrays.copyOfRange(labels, from, to),
        Arrays.copyOfRange(ids, from, to));
  }

  /** The examples at the given places. */
  public Examples at(int... places) {
    float[][] r = new float[places.length][];
    int[] l = new int[places.length];
    long[] n = new long[places.length];
    for (int i = 0; i < places.length; i++) {
      r[i] = rows[places[i]];
      l[i] = labels[places[i]];
      n[i] = ids[places[i]];
    }
    return new Examples(r, l, n);
  }

  /** Flat rows of an array whose leading dimension is the batch. */
  public static double[][] toRows(INDArray inputs) {
    int batch = Math.toIntExact(inputs.size(0));
    int width = Math.toIntExact(inputs.length() / Math.max(1, batch));
    INDArray matrix = inputs.reshape('c', new long[] {batch, width});
    double[][] rows = new double[batch][];
    // Several rows at a time: each array costs calls into native code, and all at once a copy.
    int part = Math.max(1, COPIED / Math.max(1, width));
    for (int from = 0; from < batch; from += part) {
      int to = Math.min(batch, from + part);
      try (INDArray copy =
          matrix.get(NDArrayIndex.interval(from, to), NDArrayIndex.all()).dup('c')) {
        double[] values = copy.data().asDouble();
        for (int i = from; i < to; i++) {
          rows[i] = Arrays.copyOfRange(values, (i - from) * width, (i - from + 1) * width);
        }
      }
    }
    return rows;
  }

  /**
   * A float array of flat rows.
   *
   * @param rows equally long rows
   * @param shape the shape of one example
   */
  public static INDArray toArray(double[][] rows, int... shape) {
    int width = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    float[] flat = new float[Math.multiplyExact(rows.length, width)];
    for (int r = 0; r < rows.length; r++) {
      for (int i = 0; i < width; i++) {
        flat[r * width + i] = (float) rows[r][i];
      }
    }
    long[] dimensions = new long[shape.length + 1];
    dimensions[0] = rows.length;
    for (int i = 0; i < shape.length; i++) {
      dimensions[i + 1] = shape[i];
    }
    return Nd4j.create(flat, dimensions, 'c').castTo(DataType.FLOAT);
  }
}
