package io.sextant.gradients.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.ServiceLoader;
import org.apiguardian.api.API;

/**
 * Reads trained-model files. The format is recognised by content, never by name.
 *
 * <ul>
 *   <li>Deeplearning4j zip: entries {@code configuration.json}, {@code coefficients.bin}, {@code
 *       noParams.marker}, {@code normalizer.bin}, and {@code updaterState.bin} or {@code
 *       updater.bin} (never read); any other entry refuses the file. Class names in the
 *       configuration are checked against an allow-list before anything is bound, and array headers
 *       against the configuration's parameter count before anything is allocated.
 *   <li>Keras HDF5 of Keras 1 and 2, Sequential and functional. The file is read by a bounded
 *       reader, and its layers are checked by name before the optional dependency {@code
 *       deeplearning4j-modelimport} builds them.
 * </ul>
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ModelFile {
  /** Largest file that is read, in bytes. */
  public static final long LARGEST_FILE = 1L << 30;

  private static final List<ModelReader> READERS =
      ServiceLoader.load(ModelReader.class, ModelReader.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();

  private ModelFile() {}

  /**
   * Reads a model from a file.
   *
   * @param file at most {@link #LARGEST_FILE} bytes
   * @return the network
   * @throws ModelFileException if the file is missing, not a model, or refused for safety
   */
  public static LoadedNetwork read(Path file) {
    Path last = file.getFileName();
    String name = last == null ? file.toString() : last.toString();
    byte[] bytes;
    if (!Files.exists(file)) {
      throw new ModelFileException("model file %s does not exist".formatted(file));
    }
    if (!Files.isRegularFile(file)) {
      throw new ModelFileException("model file %s is not a regular file".formatted(file));
    }
    // One byte more than the limit is asked for: a file may grow while it is read.
    try (InputStream in = Files.newInputStream(file)) {
      if (Files.size(file) > LARGEST_FILE) {
        throw new ModelFileException(
            "%s: model files may have at most %d bytes but it has %d"
                .formatted(name, LARGEST_FILE, Files.size(file)));
      }
      bytes = in.readNBytes((int) LARGEST_FILE + 1);
    } catch (IOException e) {
      throw new ModelFileException(
          "model file %s cannot be read: %s".formatted(file, ModelFileException.firstLine(e)), e);
    }
    return read(name, bytes);
  }

  /**
   * Reads a model from bytes.
   *
   * @param name what messages call the model, usually a file name
   * @param bytes the file's content, not modified
   * @return the network
   * @throws ModelFileException if the bytes are not a model, or refused for safety
   */
  public static LoadedNetwork read(String name, byte[] bytes) {
    if (bytes.length == 0) {
      throw new ModelFileException(name + ": the file is empty");
    }
    if (bytes.length > LARGEST_FILE) {
      throw new ModelFileException(
          "%s: model files may have at most %d bytes".formatted(name, LARGEST_FILE));
    }
    for (ModelReader reader : READERS) {
      if (reader.recognises(bytes)) {
        return reader.read(name, bytes, sha256(bytes));
      }
    }
    ForeignFormat.ofBytes(bytes)
        .ifPresent(
            foreign -> {
              throw new ModelFileException(foreign.refusal(name));
            });
    throw new ModelFileException(
        ("%s is not a model file that can be read (it starts with the bytes %s); supported are"
                + " Deeplearning4j zip files (ModelSerializer) and Keras HDF5 files")
            .formatted(
                name,
                HexFormat.ofDelimiter(" ")
                    .formatHex(Arrays.copyOf(bytes, Math.min(8, bytes.length)))));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
