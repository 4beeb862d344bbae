package io.sextant.reports.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.apiguardian.api.API;

/**
 * Small images as files and as data URIs.
 *
 * @see "Portable Network Graphics (PNG) Specification (Second Edition), W3C 2003"
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  private Png() {}

  /**
   * A PNG data URI.
   *
   * @param samples height x width x channels bytes
   * @param channels 1 (grey) or 3 (RGB)
   */
  static String uri(byte[] samples, int width, int height, int channels) {
    return "data:image/png;base64,"
        + Base64.getEncoder().encodeToString(file(samples, width, height, channels));
  }

  /**
   * A PNG file.
   *
   * @param samples height x width x channels bytes
   * @param channels 1 (grey) or 3 (RGB)
   */
  public static byte[] file(byte[] samples, int width, int height, int channels) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    try (DeflaterOutputStream packed = new DeflaterOutputStream(lines, deflater)) {
      int stride = width * channels;
      for (int y = 0; y < height; y++) {
        packed.write(0); // no filter
        packed.write(samples, y * stride, stride);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    } finally {
      deflater.end();
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(SIGNATURE);
    byte[] header =
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put((byte) 8) // bits
            .put((byte) (channels == 1 ? 0 : 2))
            .array();
    chunk(file, "IHDR", header);
    chunk(file, "IDAT", lines.toByteArray());
    chunk(file, "IEND", new byte[0]);
    return file.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream file, String type, byte[] content) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(content);
    file.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
    file.writeBytes(name);
    file.writeBytes(content);
    file.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
