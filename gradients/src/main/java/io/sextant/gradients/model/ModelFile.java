package io.sextant.gradients.model;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
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
 *   <li>Keras: whole models in HDF5 of Keras 1, 2 and 3, and archives of Keras 3 ({@code .keras}),
 *       Sequential and Functional. The layers are lowered to the graph from the configuration;
 *       layers that hold code are refused by name.
 *   <li>ONNX, with {@code sextant-onnx} on the class path: opsets 7 to 21, without control flow.
 *       Weights may lie in other files of the model's own folder.
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
    return read(ModelSource.of(file));
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
    return read(ModelSource.of(name, bytes));
  }

  /**
   * The digest by which a model is known, without building it: that of {@link
   * LoadedNetwork#sha256}. Weights that an ONNX model keeps in other files count.
   *
   * @param file of any format, also one that is no model: then that of its bytes
   * @return 64 lower-case hexadecimal digits
   * @throws ModelFileException if the file cannot be read, or lacks a part
   */
  public static String sha256(Path file) {
    ModelSource source = ModelSource.of(file);
    return reader(source).map(reader -> reader.sha256(source)).orElseGet(source::sha256);
  }

  private static Optional<ModelReader> reader(ModelSource source) {
    return READERS.stream().filter(reader -> reader.recognises(source.bytes())).findFirst();
  }

  private static LoadedNetwork read(ModelSource source) {
    byte[] bytes = source.bytes();
    Optional<ModelReader> reader = reader(source);
    if (reader.isPresent()) {
      return reader.get().read(source);
    }
    ForeignFormat.ofBytes(bytes)
        .ifPresent(
            foreign -> {
              throw new ModelFileException(foreign.refusal(source.name()));
            });
    throw new ModelFileException(
        ("%s is not a model file that can be read (it starts with the bytes %s); supported are"
                + " Deeplearning4j zip files (ModelSerializer), Keras files (.keras, .h5) and ONNX"
                + " files")
            .formatted(
                source.name(),
                HexFormat.ofDelimiter(" ")
                    .formatHex(Arrays.copyOf(bytes, Math.min(8, bytes.length)))));
  }
}
