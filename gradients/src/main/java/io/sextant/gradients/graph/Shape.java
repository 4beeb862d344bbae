package io.sextant.gradients.graph;

import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * The shape of one example's value at a node: the batch dimension is never part of it.
 *
 * <p>{@code [features]} for vectors, {@code [channels, height, width]} for images, {@code
 * [channels, time]} for signals, {@code [time, features]} for sequences.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Shape {
  private static final int MOST_DIMENSIONS = 8;

  private final int[] sizes;
  private final int elements;

  private Shape(int[] sizes) {
    long product = 1;
    for (int size : sizes) {
      if (size < 1) {
        throw new IllegalArgumentException(
            "each dimension must be at least 1 but the shape was " + Arrays.toString(sizes));
      }
      product *= size;
      if (product > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "one example must have less than 2^31 values but the shape was "
                + Arrays.toString(sizes));
      }
    }
    this.sizes = sizes;
    this.elements = (int) product;
  }

  /**
   * A shape of the given sizes, without the batch dimension.
   *
   * @param sizes at least one size, each at least 1
   * @return the shape
   */
  public static Shape of(int... sizes) {
    if (sizes.length == 0) {
      throw new IllegalArgumentException("a shape must have at least one dimension");
    }
    if (sizes.length > MOST_DIMENSIONS) {
      throw new IllegalArgumentException(
          "a shape may have at most %d dimensions but had %d"
              .formatted(MOST_DIMENSIONS, sizes.length));
    }
    return new Shape(sizes.clone());
  }

  /** Number of dimensions, the batch not counted. */
  public int rank() {
    return sizes.length;
  }

  /** Size of one dimension. */
  public int size(int dimension) {
    return sizes[dimension];
  }

  /** Number of values in one example. */
  public int elements() {
    return elements;
  }

  /** The leading dimension: channels of an image or a signal, features of a vector. */
  public int channels() {
    return sizes[0];
  }

  /** Number of values at each place of the leading dimension: 1 for a vector. */
  public int positions() {
    return elements / sizes[0];
  }

  /** For each dimension the distance between neighbours along it, in row-major order. */
  public int[] strides() {
    int[] strides = new int[sizes.length];
    int stride = 1;
    for (int d = sizes.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= sizes[d];
    }
    return strides;
  }

  /** The same with another size of one dimension. */
  public Shape with(int dimension, int size) {
    int[] changed = sizes.clone();
    changed[dimension] = size;
    return new Shape(changed);
  }

  /** The sizes, a copy. */
  public int[] sizes() {
    return sizes.clone();
  }

  /** The shape of a batch of this many examples. */
  public long[] batched(int rows) {
    long[] batched = new long[sizes.length + 1];
    batched[0] = rows;
    for (int i = 0; i < sizes.length; i++) {
      batched[i + 1] = sizes[i];
    }
    return batched;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape that && Arrays.equals(sizes, that.sizes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sizes);
  }

  @Override
  public String toString() {
    return Arrays.toString(sizes);
  }
}
