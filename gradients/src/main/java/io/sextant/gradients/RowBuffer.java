package io.sextant.gradients;

import io.sextant.gradients.engine.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;

/** A direct buffer of equally long rows in an engine's precision. */
final class RowBuffer {
  private final ByteBuffer bytes;
  private final FloatBuffer floats;
  private final DoubleBuffer doubles;
  private final Precision precision;
  private final int width;

  RowBuffer(Precision precision, int rows, int width) {
    this.bytes =
        ByteBuffer.allocateDirect(
                Math.multiplyExact(Math.multiplyExact(rows, width), precision.bytes()))
            .order(ByteOrder.nativeOrder());
    this.floats = bytes.asFloatBuffer();
    this.doubles = bytes.asDoubleBuffer();
    this.precision = precision;
    this.width = width;
  }

  ByteBuffer bytes() {
    return bytes;
  }

  void write(int row, double[] values) {
    if (values.length != width) {
      throw new IllegalArgumentException(
          "a row must have %d values but had %d".formatted(width, values.length));
    }
    if (precision == Precision.DOUBLE) {
      doubles.put(row * width, values);
      return;
    }
    for (int i = 0; i < width; i++) {
      floats.put(row * width + i, (float) values[i]);
    }
  }

  double[] read(int row) {
    double[] values = new double[width];
    if (precision == Precision.DOUBLE) {
      doubles.get(row * width, values);
      return values;
    }
    for (int i = 0; i < width; i++) {
      values[i] = floats.get(row * width + i);
    }
    return values;
  }
}
