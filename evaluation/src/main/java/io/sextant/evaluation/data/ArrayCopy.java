package io.sextant.evaluation.data;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPOutputStream;

/**
 * Writes an array in the very form of one that was read: format, header, kind of numbers and
 * compression. The file appears under its name only when it is complete.
 */
final class ArrayCopy implements Closeable {
  private final ArrayFile form;
  private final Path target;
  private final Path temporary;
  private final OutputStream out;
  private int written;
  private boolean finished;

  private ArrayCopy(ArrayFile form, Path target, Path temporary, OutputStream out) {
    this.form = form;
    this.target = target;
    this.temporary = temporary;
    this.out = out;
  }

  /**
   * Starts a file with as many rows.
   *
   * @param form what it is to look like
   * @param target replaced when finished; its folder must exist
   */
  static ArrayCopy open(ArrayFile form, Path target) throws IOException {
    Path temporary = target.resolveSibling(Digests.name(target) + ".part");
    OutputStream plain = new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16);
    ArrayCopy copy =
        new ArrayCopy(
            form, target, temporary, form.isZipped() ? new GZIPOutputStream(plain) : plain);
    boolean ready = false;
    try {
      copy.out.write(form.headerBytes());
      ready = true;
      return copy;
    } finally {
      if (!ready) {
        copy.close();
      }
    }
  }

  /** Writes the next row; whole numbers are rounded to. */
  void row(double[] values) throws IOException {
    out.write(form.encoded(values));
    written++;
  }

  /** Puts the complete file under its name. */
  void finish() throws IOException {
    if (written != form.rows()) {
      throw new IllegalStateException(
          "%s: %d of %d rows were written".formatted(target, written, form.rows()));
    }
    out.close();
    try {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    }
    finished = true;
  }

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
