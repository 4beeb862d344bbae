package io.sextant.results.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apiguardian.api.API;

/** Texts of files that somebody else may have written. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class BoundedText {
  /** More bytes than any result or baseline has. */
  public static final long MOST = 256L << 20;

  private BoundedText() {}

  /**
   * Reads a UTF-8 file.
   *
   * @throws IllegalArgumentException if it has more than {@value #MOST} bytes; none is read then
   * @throws IOException if it cannot be read
   */
  public static String read(Path file) throws IOException {
    long size = Files.size(file);
    if (size > MOST) {
      throw new IllegalArgumentException(
          "%s must have at most %d bytes but has %d; give the result or baseline that Sextant wrote"
              .formatted(file, MOST, size));
    }
    return Files.readString(file);
  }
}
