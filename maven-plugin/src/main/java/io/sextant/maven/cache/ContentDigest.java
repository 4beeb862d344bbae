package io.sextant.maven.cache;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * A SHA-256 over named parts. Parts are told apart by their lengths, so that no two lists of parts
 * run together; no path enters it but relative ones.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ContentDigest {
  /** Larger jars hold native libraries; their names carry versions, and reading them takes time. */
  private static final long LARGEST_READ_JAR = 8L << 20;

  private final MessageDigest digest = sha256();

  /** Of nothing yet. */
  public ContentDigest() {}

  /** Adds a text under a name. */
  public ContentDigest text(String name, String text) {
    part(name);
    part(text);
    return this;
  }

  /**
   * Adds the bytes of a file, or the names and bytes of a folder's files.
   *
   * @throws IOException if something cannot be read
   */
  public ContentDigest content(String name, Path path) throws IOException {
    part(name);
    if (Files.isDirectory(path)) {
      // A reader of images follows links, so what lies behind them counts.
      Path root = path.toRealPath();
      List<Path> files;
      try (Stream<Path> tree = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
        files = tree.filter(Files::isRegularFile).sorted().toList();
      } catch (UncheckedIOException e) {
        throw new IOException(e.getMessage(), e);
      }
      number(files.size());
      for (Path file : files) {
        part(root.relativize(file).toString().replace('\\', '/'));
        bytes(file);
      }
    } else if (Files.exists(path)) {
      number(-1);
      bytes(path);
    } else {
      number(-2);
    }
    return this;
  }

  /**
   * Adds an entry of a class path: a folder or small jar with its content, a large jar with its
   * name and size.
   *
   * @throws IOException if it cannot be read
   */
  public ContentDigest classPathEntry(Path path) throws IOException {
    if (Files.isRegularFile(path) && Files.size(path) > LARGEST_READ_JAR) {
      part(String.valueOf(path.getFileName()));
      number(Files.size(path));
      return this;
    }
    return content(String.valueOf(path.getFileName()), path);
  }

  /** The digest of the parts so far, as hexadecimal text. */
  public String hex() {
    try {
      return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the SHA-256 of Java can be cloned", e);
    }
  }

  /**
   * The digest of a file's bytes.
   *
   * @throws IOException if it cannot be read
   */
  public static String of(Path file) throws IOException {
    return new ContentDigest().content("", file).hex();
  }

  /**
   * The plain SHA-256 of a file, as other tools compute it.
   *
   * @throws IOException if it cannot be read
   */
  public static String sha256(Path file) throws IOException {
    return HexFormat.of().formatHex(sha256().digest(Files.readAllBytes(file)));
  }

  private void part(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    number(bytes.length);
    digest.update(bytes);
  }

  private void number(long value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      digest.update((byte) (value >>> shift));
    }
  }

  private void bytes(Path file) throws IOException {
    number(Files.size(file));
    byte[] buffer = new byte[1 << 16];
    try (InputStream stream = Files.newInputStream(file)) {
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
