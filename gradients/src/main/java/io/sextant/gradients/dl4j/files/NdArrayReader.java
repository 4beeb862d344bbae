package io.sextant.gradients.dl4j.files;

import io.sextant.gradients.model.ModelFileException;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Set;

/**
 * Reads the binary array format of {@code Nd4j.write}: a shape buffer and a data buffer, each with
 * a header of allocation mode, length and data type, big-endian. Lengths are compared with what the
 * caller expects before anything is allocated.
 */
final class NdArrayReader {
  private static final Set<String> INT_LENGTHS = Set.of("DIRECT", "HEAP", "JAVACPP");
  private static final Set<String> LONG_LENGTHS = Set.of("LONG_SHAPE", "MIXED_DATA_TYPES");
  private static final int HIGHEST_RANK = 32;
  private static final int CHUNK = 1 << 14;

  /** Takes the values as they come, in chunks. */
  @FunctionalInterface
  interface Sink {
    /**
     * Values {@code at} to {@code at + count}.
     *
     * @param values reused between calls
     */
    void accept(long at, double[] values, int count);
  }

  /** Element types that are read. */
  enum Element {
    HALF,
    FLOAT,
    DOUBLE
  }

  /** A vector's header: what follows it in the stream are {@code length} elements. */
  record Header(Element element, long length) {}

  private record Buffer(long length, String type) {}

  private final DataInputStream in;
  private final String what;

  /**
   * A reader at the start of an array.
   *
   * @param in positioned at the array
   * @param what for messages, such as "model.zip: coefficients.bin"
   */
  NdArrayReader(DataInputStream in, String what) {
    this.in = in;
    this.what = what;
  }

  /**
   * Reads the header of a vector: an array of which at most one dimension is above 1.
   *
   * @throws ModelFileException if it is not such an array
   */
  Header header() throws IOException {
    Buffer shape = buffer();
    boolean narrow = shape.type().equals("INT");
    if (!narrow && !shape.type().equals("LONG")) {
      throw new ModelFileException(
          "%s: the array's shape has the unsupported type %s"
              .formatted(what, ModelFileException.quote(shape.type())));
    }
    // Rank, sizes, strides, then offset, element stride and order.
    if (shape.length() < 4 || shape.length() > 2 * HIGHEST_RANK + 4) {
      throw new ModelFileException(
          "%s: the array's shape must have 4 to %d numbers but states %d"
              .formatted(what, 2 * HIGHEST_RANK + 4, shape.length()));
    }
    long[] info = new long[(int) shape.length()];
    for (int i = 0; i < info.length; i++) {
      info[i] = narrow ? in.readInt() : in.readLong();
    }
    if (info[0] < 0 || info[0] > HIGHEST_RANK || info.length != 2 * info[0] + 4) {
      throw new ModelFileException(
          "%s: the array's shape is damaged (rank %d)".formatted(what, info[0]));
    }
    long elements = 1;
    int wide = 0;
    for (int d = 1; d <= info[0]; d++) {
      if (info[d] < 1) {
        throw new ModelFileException(
            "%s: the array's dimension %d must be at least 1 but is %d"
                .formatted(what, d - 1, info[d]));
      }
      wide += info[d] > 1 ? 1 : 0;
      elements = wide > 1 ? elements : Math.max(elements, info[d]);
    }
    if (wide > 1) {
      throw new ModelFileException(
          "%s: the array must be a vector but has rank %d".formatted(what, info[0]));
    }
    Buffer data = buffer();
    if (data.length() != elements) {
      throw new ModelFileException(
          "%s: the array's shape has %d values but its data states %d"
              .formatted(what, elements, data.length()));
    }
    for (Element element : Element.values()) {
      if (element.name().equals(data.type())) {
        return new Header(element, elements);
      }
    }
    throw new ModelFileException(
        "%s: arrays of type %s are not supported; supported are HALF, FLOAT and DOUBLE"
            .formatted(what, ModelFileException.quote(data.type())));
  }

  /**
   * Reads the values that follow a header.
   *
   * @throws ModelFileException if a value is not finite
   */
  void values(Header header, Sink sink) throws IOException {
    double[] chunk = new double[(int) Math.min(CHUNK, header.length())];
    for (long at = 0; at < header.length(); at += chunk.length) {
      int count = (int) Math.min(chunk.length, header.length() - at);
      for (int i = 0; i < count; i++) {
        double value =
            switch (header.element()) {
              case HALF -> halfToDouble(in.readShort());
              case FLOAT -> in.readFloat();
              case DOUBLE -> in.readDouble();
            };
        if (!Double.isFinite(value)) {
          throw new ModelFileException(
              "%s: value %d is %s; only finite values are accepted".formatted(what, at + i, value));
        }
        chunk[i] = value;
      }
      sink.accept(at, chunk, count);
    }
  }

  /**
   * Reads a whole small vector.
   *
   * @param limit most values
   */
  double[] vector(int limit) throws IOException {
    Header header = header();
    if (header.length() > limit) {
      throw new ModelFileException(
          "%s: the array may have at most %d values but states %d"
              .formatted(what, limit, header.length()));
    }
    double[] vector = new double[(int) header.length()];
    values(header, (at, chunk, count) -> System.arraycopy(chunk, 0, vector, (int) at, count));
    return vector;
  }

  private Buffer buffer() throws IOException {
    String mode = in.readUTF();
    long length;
    if (INT_LENGTHS.contains(mode)) {
      length = in.readInt();
    } else if (LONG_LENGTHS.contains(mode)) {
      length = in.readLong();
    } else {
      throw new ModelFileException(
          "%s: the array has the unknown allocation mode %s"
              .formatted(what, ModelFileException.quote(mode)));
    }
    if (length < 0) {
      throw new ModelFileException("%s: the array states %d values".formatted(what, length));
    }
    return new Buffer(length, in.readUTF());
  }

  /** IEEE 754 binary16. */
  static double halfToDouble(short half) {
    int exponent = half >> 10 & 0x1f;
    int fraction = half & 0x3ff;
    double magnitude;
    if (exponent == 0x1f) {
      magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else if (exponent == 0) {
      magnitude = Math.scalb((double) fraction, -24);
    } else {
      magnitude = Math.scalb((double) (fraction | 0x400), exponent - 25);
    }
    return half < 0 ? -magnitude : magnitude;
  }
}
