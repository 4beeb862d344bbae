package io.sextant.gradients.keras;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/** An array in the order in which Keras has its axes, the batch not counted. */
record Tensor(int[] sizes, double[] values) {
  static Tensor of(int[] sizes, ToDoubleFunction<int[]> value) {
    Tensor tensor = new Tensor(sizes, new double[Arrays.stream(sizes).reduce(1, (a, b) -> a * b)]);
    int[] at = new int[sizes.length];
    for (int i = 0; i < tensor.values.length; i++) {
      tensor.values[i] = value.applyAsDouble(at);
      for (int d = sizes.length - 1; d >= 0 && ++at[d] == sizes[d]; d--) {
        at[d] = 0;
      }
    }
    return tensor;
  }

  /** Numbers that a float holds exactly, from -1 to 1. */
  static Tensor random(long seed, int... sizes) {
    Random random = new Random(seed);
    return of(sizes, at -> (float) (2 * random.nextDouble() - 1));
  }

  /** The same from 1/2 to 3/2, for variances. */
  static Tensor positive(long seed, int... sizes) {
    return random(seed, sizes).map(v -> (float) (1 + v / 2));
  }

  double get(int... at) {
    int index = 0;
    for (int d = 0; d < sizes.length; d++) {
      index = index * sizes[d] + at[d];
    }
    return values[index];
  }

  /** The same, and 0 outside. */
  double padded(int... at) {
    for (int d = 0; d < sizes.length; d++) {
      if (at[d] < 0 || at[d] >= sizes[d]) {
        return 0;
      }
    }
    return get(at);
  }

  Tensor map(DoubleUnaryOperator function) {
    return new Tensor(sizes, Arrays.stream(values).map(function).toArray());
  }

  /**
   * The values with the last axis in front, as data has them; vectors and sequences as they are.
   */
  double[] data() {
    if (sizes.length < 3) {
      return values.clone();
    }
    int channels = sizes[sizes.length - 1];
    int positions = values.length / channels;
    double[] data = new double[values.length];
    for (int p = 0; p < positions; p++) {
      for (int c = 0; c < channels; c++) {
        data[c * positions + p] = values[p * channels + c];
      }
    }
    return data;
  }
}
