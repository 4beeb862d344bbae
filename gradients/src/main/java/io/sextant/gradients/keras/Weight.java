package io.sextant.gradients.keras;

import io.sextant.gradients.graph.Shape;
import java.util.Arrays;

/** An array of weights in memory, in row-major order. */
record Weight(int[] sizes, double[] values) {
  Shape shape() {
    return Shape.of(sizes);
  }

  /** Whether another has the same sizes and values. */
  boolean same(Weight other) {
    return Arrays.equals(sizes, other.sizes) && Arrays.equals(values, other.values);
  }

  /** The same values under other sizes. */
  Weight as(int... other) {
    return new Weight(other, values);
  }

  /**
   * The dimensions in another order.
   *
   * @param order the old place of each new dimension
   */
  Weight permuted(int... order) {
    int rank = sizes.length;
    int[] strides = new int[rank];
    int stride = 1;
    for (int d = rank - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= sizes[d];
    }
    int[] permuted = new int[rank];
    for (int d = 0; d < rank; d++) {
      permuted[d] = sizes[order[d]];
    }
    double[] moved = new double[values.length];
    int[] at = new int[rank];
    for (int i = 0; i < moved.length; i++) {
      int from = 0;
      for (int d = 0; d < rank; d++) {
        from += at[d] * strides[order[d]];
      }
      moved[i] = values[from];
      for (int d = rank - 1; d >= 0 && ++at[d] == permuted[d]; d--) {
        at[d] = 0;
      }
    }
    return new Weight(permuted, moved);
  }

  /**
   * Turned round in its first dimensions: a kernel of Theano, which convolves, as a correlation.
   */
  Weight turned(int dimensions) {
    int each = 1;
    for (int d = dimensions; d < sizes.length; d++) {
      each *= sizes[d];
    }
    int places = values.length / each;
    double[] turned = new double[values.length];
    for (int p = 0; p < places; p++) {
      System.arraycopy(values, p * each, turned, (places - 1 - p) * each, each);
    }
    return new Weight(sizes, turned);
  }

  /** A range of the values as a vector. */
  Weight range(int from, int to) {
    return new Weight(new int[] {to - from}, Arrays.copyOfRange(values, from, to));
  }

  /** The sum with another of the same sizes. */
  Weight plus(Weight other) {
    double[] sum = values.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other.values[i];
    }
    return new Weight(sizes, sum);
  }

  /** The same number everywhere. */
  static Weight all(int size, double value) {
    double[] values = new double[size];
    Arrays.fill(values, value);
    return new Weight(new int[] {size}, values);
  }
}
