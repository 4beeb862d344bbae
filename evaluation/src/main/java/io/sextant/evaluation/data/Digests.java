package io.sextant.evaluation.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Files as they are named in messages and pinned in results. */
final class Digests {
  private Digests() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  static String name(Path file) {
    Path last = file.getFileName();
    return last == null ? file.toString() : last.toString();
  }

  static void checkFile(Path file) {
    if (!Files.exists(file)) {
      throw new DataException("file %s does not exist".formatted(file));
    }
    if (!Files.isRegularFile(file)) {
      throw new DataException("%s is not a regular file".formatted(file));
    }
  }

  /** A small file whole. */
  static byte[] read(Path file, long limit) {
    checkFile(file);
    // One byte more than the limit is asked for: a file may grow while it is read.
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(Math.toIntExact(limit + 1));
      if (bytes.length > limit) {
        throw new DataException(
            "%s: the file may have at most %d bytes but has %d"
                .formatted(name(file), limit, Math.max(bytes.length, Files.size(file))));
      }
      return bytes;
    } catch (IOException e) {
      throw new DataException(
          "%s: the file cannot be read: %s".formatted(name(file), DataException.firstLine(e)), e);
    }
  }
}
