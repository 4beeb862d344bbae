package io.sextant.evaluation.data;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apiguardian.api.API;

/**
 * Writes an array row by row as NPY 1.0, little-endian, C order. The file appears under its name
 * only when it is complete: rows go to a temporary file beside it, which {@link #finish} renames
 * and {@link #close} otherwise deletes.
 *
 * @see <a href="https://numpy.org/neps/nep-0001-npy-format.html">NumPy Enhancement Proposal 1, "A
 *     Simple File Format for NumPy Arrays", 2007</a>
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class NpyWriter implements Closeable {
  private static final int ALIGNMENT = 64;
  private static final int PREFIX = 10;

  /** How numbers are stored. */
  public enum Element {
    /** 32-bit floating point, {@code <f4}. */
    FLOAT32("<f4", Float.BYTES),
    /** 64-bit floating point, {@code <f8}. */
    FLOAT64("<f8", Double.BYTES);

    private final String descr;
    private final int size;

    Element(String descr, int size) {
      this.descr = descr;
      this.size = size;
    }
  }

  private final Path target;
  private final Path temporary;
  private final OutputStream out;
  private final Element element;
  private final int rows;
  private final int width;
  private int written;
  private boolean finished;

  private NpyWriter(
      Path target, Path temporary, OutputStream out, Element element, int rows, int width) {
    this.target = target;
    this.temporary = temporary;
    this.out = out;
    this.element = element;
    this.rows = rows;
    this.width = width;
  }

  /**
   * Starts a file.
   *
   * @param target replaced when finished; its folder must exist
   * @param element how numbers are stored
   * @param shape the sizes, rows first
   * @throws IOException if the folder cannot be written to
   */
  public static NpyWriter open(Path target, Element element, int... shape) throws IOException {
    if (shape.length == 0) {
      throw new IllegalArgumentException("an array must have at least one dimension");
    }
    int width = 1;
    StringBuilder sizes = new StringBuilder();
    for (int d = 0; d < shape.length; d++) {
      if (shape[d] < 0) {
        throw new IllegalArgumentException("sizes must be at least 0 but one was " + shape[d]);
      }
      width = d == 0 ? 1 : Math.multiplyExact(width, shape[d]);
      sizes.append(d == 0 ? "" : ", ").append(shape[d]);
    }
    sizes.append(shape.length == 1 ? "," : "");
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(element.descr, sizes);
    Path temporary = target.resolveSibling(Digests.name(target) + ".part");
    OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16);
    NpyWriter writer = new NpyWriter(target, temporary, out, element, shape[0], width);
    try {
      writer.header(header);
      return writer;
    } catch (IOException e) {
      try {
        writer.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /**
   * Starts a file of rows.
   *
   * @param target replaced when finished; its folder must exist
   * @param element how numbers are stored
   * @param rows how many will be written
   * @param rowShape the sizes of one row
   * @throws IOException if the folder cannot be written to
   */
  public static NpyWriter rows(Path target, Element element, int rows, int[] rowShape)
      throws IOException {
    int[] shape = new int[rowShape.length + 1];
    shape[0] = rows;
    System.arraycopy(rowShape, 0, shape, 1, rowShape.length);
    return open(target, element, shape);
  }

  /**
   * Writes a whole array.
   *
   * @param target replaced
   * @param element how numbers are stored
   * @param rows flat rows, row-major
   * @param rowShape the sizes of one row
   * @throws IOException if the file cannot be written; nothing appears under its name then
   */
  public static void write(Path target, Element element, double[][] rows, int... rowShape)
      throws IOException {
    try (NpyWriter writer = rows(target, element, rows.length, rowShape)) {
      for (double[] row : rows) {
        writer.row(row);
      }
      writer.finish();
    }
  }

  private void header(String dictionary) throws IOException {
    int length = PREFIX + dictionary.length() + 1;
    int padding = (ALIGNMENT - length % ALIGNMENT) % ALIGNMENT;
    ByteBuffer prefix = ByteBuffer.allocate(PREFIX).order(ByteOrder.LITTLE_ENDIAN);
    prefix.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    prefix.put((byte) 1).put((byte) 0);
    prefix.putShort((short) (length + padding - PREFIX));
    out.write(prefix.array());
    out.write((dictionary + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Writes the next row.
   *
   * @param row flat, row-major
   * @throws IOException if it cannot be written
   */
  public void row(double[] row) throws IOException {
    byte[] bytes = next(row.length);
    ByteBuffer values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : row) {
      if (element == Element.FLOAT32) {
        values.putFloat((float) value);
      } else {
        values.putDouble(value);
      }
    }
    out.write(bytes);
    written++;
  }

  /**
   * Writes the next row.
   *
   * @param row flat, row-major
   * @throws IOException if it cannot be written
   */
  public void row(float[] row) throws IOException {
    byte[] bytes = next(row.length);
    ByteBuffer values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : row) {
      if (element == Element.FLOAT32) {
        values.putFloat(value);
      } else {
        values.putDouble(value);
      }
    }
    out.write(bytes);
    written++;
  }

  private byte[] next(int length) {
    if (length != width || written == rows) {
      throw new IllegalArgumentException(
          "row %d of %d must have %d values but had %d".formatted(written, rows, width, length));
    }
    return new byte[Math.multiplyExact(width, element.size)];
  }

  /**
   * Puts the complete file under its name, in one step where the file system can.
   *
   * @throws IllegalStateException if rows are missing
   * @throws IOException if the last bytes cannot be written
   */
  public void finish() throws IOException {
    if (written != rows) {
      throw new IllegalStateException(
          "%s: %d of %d rows were written".formatted(target, written, rows));
    }
    out.close();
    try {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    }
    finished = true;
  }

  /** Deletes what was written unless it was finished. */
  @Override
  public void close() throws IOException {
    if (!finished) {
      try {
        out.close();
      } finally {
        Files.deleteIfExists(temporary);
      }
    }
  }
}
