package io.sextant.evaluation.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * An array read row by row from an IDX or NPY file, plain or compressed with gzip; what it is, its
 * first bytes tell. The header is compared with the size of the file before anything is allocated.
 *
 * <p>Formats: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", 1998
 * (IDX); NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays", 2007 (NPY).
 */
final class ArrayFile implements Closeable {
  /** What the elements are. */
  enum Kind {
    /** Unsigned bytes. */
    BYTE,
    /** Whole numbers. */
    INTEGER,
    /** Floating-point numbers. */
    REAL
  }

  private record Element(Kind kind, int size, boolean signed, ByteOrder order) {}

  /** Deflate cannot shrink more than this. */
  private static final long LARGEST_RATIO = 1032;

  private static final int HIGHEST_RANK = 8;
  private static final int MOST_ROWS = 10_000_000;
  private static final int LONGEST_HEADER = 1 << 16;
  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9, ]*)\\)");

  private final String name;
  private final DigestInputStream raw;
  private final InputStream in;
  private int[] shape = {};
  private Element element = new Element(Kind.BYTE, 1, false, ByteOrder.BIG_ENDIAN);
  private byte @Nullable [] buffer;
  private final ByteArrayOutputStream head = new ByteArrayOutputStream();
  private boolean zipped;

  private ArrayFile(String name, DigestInputStream raw, InputStream in) {
    this.name = name;
    this.raw = raw;
    this.in = in;
  }

  static ArrayFile open(Path file) {
    String name = Digests.name(file);
    Digests.checkFile(file);
    DigestInputStream raw = null;
    try {
      long size = Files.size(file);
      raw = new DigestInputStream(Files.newInputStream(file), Digests.sha256());
      BufferedInputStream buffered = new BufferedInputStream(raw, 1 << 16);
      buffered.mark(2);
      boolean zipped = buffered.read() == 0x1f && buffered.read() == 0x8b;
      buffered.reset();
      InputStream in = buffered;
      if (zipped) {
        in = new BufferedInputStream(new GZIPInputStream(buffered, 1 << 16), 1 << 16);
        size = size > Long.MAX_VALUE / LARGEST_RATIO ? size : size * LARGEST_RATIO;
      }
      ArrayFile array = new ArrayFile(name, raw, in);
      array.zipped = zipped;
      array.header();
      array.checkSize(zipped ? size : size - array.head.size(), zipped);
      return array;
    } catch (IOException | RuntimeException e) {
      if (raw != null) {
        closeQuietly(raw, e);
      }
      throw e instanceof IOException io ? unreadable(name, io) : (RuntimeException) e;
    }
  }

  private static void closeQuietly(Closeable stream, Exception cause) {
    try {
      stream.close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static DataException unreadable(String name, IOException e) {
    return e instanceof EOFException
        ? new DataException(name + ": the file is truncated", e)
        : new DataException(
            "%s: the file cannot be read: %s".formatted(name, DataException.firstLine(e)), e);
  }

  private void header() throws IOException {
    byte[] magic = exactly(4);
    if (magic[0] == 0 && magic[1] == 0 && magic[3] > 0) {
      idxHeader(magic);
    } else if (magic[0] == (byte) 0x93 && magic[1] == 'N' && magic[2] == 'U' && magic[3] == 'M') {
      npyHeader();
    } else {
      throw new DataException(
          "%s is neither an IDX nor an NPY file (it starts with the bytes %02x %02x %02x %02x)"
              .formatted(name, magic[0], magic[1], magic[2], magic[3]));
    }
  }

  private void idxHeader(byte[] magic) throws IOException {
    element =
        switch (magic[2]) {
          case 0x08 -> new Element(Kind.BYTE, 1, false, ByteOrder.BIG_ENDIAN);
          case 0x09 -> new Element(Kind.INTEGER, 1, true, ByteOrder.BIG_ENDIAN);
          case 0x0B -> new Element(Kind.INTEGER, 2, true, ByteOrder.BIG_ENDIAN);
          case 0x0C -> new Element(Kind.INTEGER, 4, true, ByteOrder.BIG_ENDIAN);
          case 0x0D -> new Element(Kind.REAL, 4, true, ByteOrder.BIG_ENDIAN);
          case 0x0E -> new Element(Kind.REAL, 8, true, ByteOrder.BIG_ENDIAN);
          default ->
              throw new DataException(
                  "%s: the IDX element type 0x%02x is unknown".formatted(name, magic[2]));
        };
    int rank = magic[3];
    checkRank(rank);
    ByteBuffer sizes = ByteBuffer.wrap(exactly(4 * rank));
    shape = new int[rank];
    for (int d = 0; d < rank; d++) {
      shape[d] = sizes.getInt();
    }
  }

  private void npyHeader() throws IOException {
    byte[] rest = exactly(4);
    if (rest[0] != 'P' || rest[1] != 'Y' || rest[2] < 1 || rest[2] > 3) {
      throw new DataException(
          "%s: NPY version %d is not supported; supported are 1 to 3".formatted(name, rest[2]));
    }
    ByteBuffer length = ByteBuffer.wrap(exactly(rest[2] == 1 ? 2 : 4));
    length.order(ByteOrder.LITTLE_ENDIAN);
    int bytes = rest[2] == 1 ? Short.toUnsignedInt(length.getShort()) : length.getInt();
    if (bytes < 0 || bytes > LONGEST_HEADER) {
      throw new DataException(
          "%s: the NPY header may have at most %d bytes".formatted(name, LONGEST_HEADER));
    }
    String header = new String(exactly(bytes), StandardCharsets.UTF_8);
    element = npyElement(find(DESCR, header, "descr"));
    String sizes = find(SHAPE, header, "shape").strip();
    String[] parts = sizes.isEmpty() ? new String[0] : sizes.split("\\s*,\\s*");
    checkRank(parts.length);
    shape = new int[parts.length];
    for (int d = 0; d < parts.length; d++) {
      try {
        shape[d] = Integer.parseInt(parts[d].strip());
      } catch (NumberFormatException e) {
        throw new DataException("%s: the NPY shape (%s) is malformed".formatted(name, sizes), e);
      }
    }
    long wide = Arrays.stream(shape).filter(size -> size > 1).count();
    if (find(ORDER, header, "fortran_order").equals("True") && wide > 1) {
      throw new DataException(
          name + ": the array is in Fortran order; save it with numpy.ascontiguousarray");
    }
  }

  private String find(Pattern pattern, String header, String key) {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new DataException(
          "%s: the NPY header has no usable '%s'; structured arrays and Python objects are refused"
              .formatted(name, key));
    }
    return matcher.group(1);
  }

  private Element npyElement(String descr) {
    ByteOrder order = descr.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    String type = descr.replaceFirst("^[<>|=]", "");
    return switch (type) {
      case "u1" -> new Element(Kind.BYTE, 1, false, order);
      case "i1", "i2", "i4", "i8" -> new Element(Kind.INTEGER, type.charAt(1) - '0', true, order);
      case "u2", "u4" -> new Element(Kind.INTEGER, type.charAt(1) - '0', false, order);
      case "f4", "f8" -> new Element(Kind.REAL, type.charAt(1) - '0', true, order);
      default ->
          throw new DataException(
              ("%s: NPY elements of type '%s' are not supported; supported are u1, u2, u4, i1, i2,"
                      + " i4, i8, f4 and f8")
                  .formatted(name, descr));
    };
  }

  private void checkRank(int rank) {
    if (rank < 1 || rank > HIGHEST_RANK) {
      throw new DataException(
          "%s: arrays must have 1 to %d dimensions but it has %d"
              .formatted(name, HIGHEST_RANK, rank));
    }
  }

  private void checkSize(long available, boolean zipped) {
    long needed = element.size();
    for (int size : shape) {
      if (size < 0) {
        throw new DataException(
            "%s: the header states the impossible shape %s"
                .formatted(name, Arrays.toString(shape)));
      }
      needed = size > 0 && needed > Long.MAX_VALUE / size ? Long.MAX_VALUE : needed * size;
    }
    if (needed > available) {
      throw new DataException(
          "%s: the header states shape %s, which takes %d bytes, but the file has %s%d: it is"
                  .formatted(
                      name, Arrays.toString(shape), needed, zipped ? "at most " : "", available)
              + " truncated or damaged");
    }
    if (rows() > MOST_ROWS) {
      throw new DataException(
          "%s: arrays may have at most %d rows but it has %d".formatted(name, MOST_ROWS, rows()));
    }
    long width = 1;
    for (int d = 1; d < shape.length; d++) {
      width = shape[d] > 0 && width > Long.MAX_VALUE / shape[d] ? Long.MAX_VALUE : width * shape[d];
    }
    Room room = Room.here();
    room.requireExample(name, width);
    room.requireData(name, rows(), width, Float.BYTES);
  }

  /** The file's name, for messages. */
  String name() {
    return name;
  }

  /** What the elements are. */
  Kind kind() {
    return element.kind();
  }

  /** The sizes, rows first; a copy. */
  int[] shape() {
    return shape.clone();
  }

  /** Number of rows. */
  int rows() {
    return shape[0];
  }

  /** Number of values in a row. */
  int width() {
    int width = 1;
    for (int d = 1; d < shape.length; d++) {
      width *= shape[d];
    }
    return width;
  }

  /** The next row. */
  double[] next() {
    int width = width();
    byte[] bytes = buffer;
    if (bytes == null) {
      bytes = new byte[width * element.size()];
      buffer = bytes;
    }
    try {
      if (in.readNBytes(bytes, 0, bytes.length) != bytes.length) {
        throw new EOFException();
      }
    } catch (IOException e) {
      throw unreadable(name, e);
    }
    ByteBuffer values = ByteBuffer.wrap(bytes).order(element.order());
    double[] row = new double[width];
    for (int i = 0; i < width; i++) {
      row[i] = value(values);
    }
    return row;
  }

  private double value(ByteBuffer values) {
    if (element.kind() == Kind.REAL) {
      return element.size() == 4 ? values.getFloat() : values.getDouble();
    }
    return switch (element.size()) {
      case 1 -> element.signed() ? values.get() : Byte.toUnsignedInt(values.get());
      case 2 -> element.signed() ? values.getShort() : Short.toUnsignedInt(values.getShort());
      case 4 -> element.signed() ? values.getInt() : Integer.toUnsignedLong(values.getInt());
      default -> values.getLong();
    };
  }

  /** Whether the file is compressed. */
  boolean isZipped() {
    return zipped;
  }

  /** The bytes before the first row. */
  byte[] headerBytes() {
    return head.toByteArray();
  }

  /** A row as the file would hold it; whole numbers are rounded to. */
  byte[] encoded(double[] row) {
    byte[] bytes = new byte[row.length * element.size()];
    ByteBuffer values = ByteBuffer.wrap(bytes).order(element.order());
    for (double value : row) {
      if (element.kind() == Kind.REAL) {
        if (element.size() == 4) {
          values.putFloat((float) value);
        } else {
          values.putDouble(value);
        }
        continue;
      }
      long whole = Math.round(value);
      switch (element.size()) {
        case 1 -> values.put((byte) whole);
        case 2 -> values.putShort((short) whole);
        case 4 -> values.putInt((int) whole);
        default -> values.putLong(whole);
      }
    }
    return bytes;
  }

  /** Checks that nothing follows the last row. */
  Origin.Digest finish() {
    try {
      if (in.read() != -1) {
        throw new DataException(
            "%s: the file goes on after the shape %s that its header states"
                .formatted(name, Arrays.toString(shape)));
      }
      raw.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw unreadable(name, e);
    }
    return new Origin.Digest(name, Digests.hex(raw.getMessageDigest()));
  }

  private byte[] exactly(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length != count) {
      throw new EOFException();
    }
    head.writeBytes(bytes);
    return bytes;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
