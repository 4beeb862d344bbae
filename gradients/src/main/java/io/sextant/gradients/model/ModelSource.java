package io.sextant.gradients.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * A model file as a reader is given it: its content, and the files of its own folder that it may
 * name. Nothing outside that folder is ever opened.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ModelSource {
  private final String name;
  private final byte[] bytes;
  private final Optional<Path> folder;

  private ModelSource(String name, byte[] bytes, Optional<Path> folder) {
    this.name = name;
    this.bytes = bytes;
    this.folder = folder;
  }

  /**
   * A model in memory, which has no files beside it.
   *
   * @param name what messages call it, usually a file name
   * @param bytes its content, not copied
   * @throws ModelFileException if there are none, or too many
   */
  public static ModelSource of(String name, byte[] bytes) {
    return new ModelSource(name, sized(name, bytes), Optional.empty());
  }

  /**
   * A model in a file.
   *
   * @param file at most {@link ModelFile#LARGEST_FILE} bytes
   * @throws ModelFileException if it is missing, empty, too large or cannot be read
   */
  static ModelSource of(Path file) {
    if (!Files.exists(file)) {
      throw new ModelFileException("model file %s does not exist".formatted(file));
    }
    if (!Files.isRegularFile(file)) {
      throw new ModelFileException("model file %s is not a regular file".formatted(file));
    }
    Path last = file.getFileName();
    String name = last == null ? file.toString() : last.toString();
    // Read into its place at once: reading to an unknown end holds everything twice.
    try (InputStream in = Files.newInputStream(file)) {
      if (Files.size(file) > ModelFile.LARGEST_FILE) {
        throw new ModelFileException(
            "%s: model files may have at most %d bytes but it has %d"
                .formatted(name, ModelFile.LARGEST_FILE, Files.size(file)));
      }
      byte[] bytes = new byte[(int) Files.size(file)];
      int read = in.readNBytes(bytes, 0, bytes.length);
      if (read < bytes.length || in.read() >= 0) {
        throw new ModelFileException("%s: the file changed while it was read".formatted(name));
      }
      return new ModelSource(
          name, sized(name, bytes), Optional.ofNullable(file.toAbsolutePath().getParent()));
    } catch (IOException e) {
      throw new ModelFileException(
          "model file %s cannot be read: %s".formatted(file, ModelFileException.firstLine(e)), e);
    }
  }

  private static byte[] sized(String name, byte[] bytes) {
    if (bytes.length == 0) {
      throw new ModelFileException(name + ": the file is empty");
    }
    if (bytes.length > ModelFile.LARGEST_FILE) {
      throw new ModelFileException(
          "%s: model files may have at most %d bytes".formatted(name, ModelFile.LARGEST_FILE));
    }
    return bytes;
  }

  /** What messages call the file: its name without folders. */
  public String name() {
    return name;
  }

  /** The file's content, not to be modified. */
  public byte[] bytes() {
    return bytes;
  }

  /** Digest of the content, 64 lower-case hexadecimal digits. */
  public String sha256() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Reads a part of a file in the model's own folder.
   *
   * @param path as the model names it: relative, with forward slashes, without {@code ..}
   * @param offset where the part begins, in bytes
   * @param length of the part, in bytes
   * @return exactly so many bytes
   * @throws ModelFileException if the path leaves the folder, or the file is missing or too short
   */
  public byte[] beside(String path, long offset, long length) {
    Path file = inside(path);
    try {
      long size = Files.size(file);
      if (offset < 0 || length < 0 || length > ModelFile.LARGEST_FILE || offset > size - length) {
        throw new ModelFileException(
            "%s takes %d bytes from byte %d of %s, which has %d; the two files do not belong together"
                .formatted(name, length, offset, ModelFileException.quote(path), size));
      }
      try (InputStream in = Files.newInputStream(file)) {
        in.skipNBytes(offset);
        byte[] part = in.readNBytes((int) length);
        if (part.length < length) {
          throw new ModelFileException(
              "%s: %s became shorter while it was read"
                  .formatted(name, ModelFileException.quote(path)));
        }
        return part;
      }
    } catch (IOException e) {
      throw new ModelFileException(
          "%s: %s cannot be read: %s"
              .formatted(name, ModelFileException.quote(path), ModelFileException.firstLine(e)),
          e);
    }
  }

  /** The file that a path names, links followed, if it is one of the folder. */
  private Path inside(String path) {
    String quoted = ModelFileException.quote(path);
    if (folder.isEmpty()) {
      throw new ModelFileException(
          "%s keeps a part of itself in the file %s, and a model in memory has no files beside it"
              .formatted(name, quoted));
    }
    try {
      // Some writers begin with the folder itself.
      Path relative = Path.of(path.startsWith("./") ? path.substring(2) : path);
      boolean plain =
          !relative.toString().isEmpty()
              && !path.contains("\\")
              && !path.contains(":")
              && !relative.isAbsolute()
              && relative.equals(relative.normalize())
              && !relative.startsWith("..");
      if (!plain) {
        throw new ModelFileException(
            "%s names the file %s, which may not be read: only files of the model's own folder may"
                .formatted(name, quoted));
      }
      Path home = folder.get().toRealPath();
      Path file = folder.get().resolve(relative);
      if (!Files.isRegularFile(file)) {
        throw new ModelFileException(
            "%s keeps a part of itself in the file %s, which is missing; put it beside the model"
                .formatted(name, quoted));
      }
      if (!file.toRealPath().startsWith(home)) {
        throw new ModelFileException(
            "%s names the file %s, a link that leaves the model's own folder"
                .formatted(name, quoted));
      }
      return file.toRealPath();
    } catch (InvalidPathException | IOException e) {
      throw new ModelFileException(
          "%s names the file %s, which cannot be opened: %s"
              .formatted(name, quoted, ModelFileException.firstLine(e)),
          e);
    }
  }
}
