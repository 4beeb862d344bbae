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
  // A row on its way between the caller's doubles and the buffer; one thread at a time.
  private final float[] row;

  RowBuffer(Precision precision, int rows, int width) {
    this.bytes =
        ByteBuffer.allocateDirect(
                Math.multiplyExact(Math.multiplyExact(rows, width), precision.bytes()))
            .order(ByteOrder.nativeOrder());
    this.floats = bytes.asFloatBuffer();
    this.doubles = bytes.asDoubleBuffer();
    this.precision = precision;
    this.width = width;
    this.row = new float[precision == Precision.FLOAT ? width : 0];
  }

  ByteBuffer bytes() {
    return bytes;
  }

  void write(int index, double[] values) {
    if (values.length != width) {
      throw new IllegalArgumentException(
          "a row must have %d values but had %d".formatted(width, values.length));
    }
    if (precision == Precision.DOUBLE) {
      doubles.put(index * width, values);
      return;
    }
    for (int i = 0; i < width; i++) {
      row[i] = (float) values[i];
    }
    floats.put(index * width, row);
  }

  double[] read(int index) {
    double[] values = new double[width];
    if (precision == Precision.DOUBLE) {
      doubles.get(index * width, values);
      return values;
    }
    floats.get(index * width, row);
    for (int i = 0; i < width; i++) {
      values[i] = row[i];
    }
    return values;
  }
}
