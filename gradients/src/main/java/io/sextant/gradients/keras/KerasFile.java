package io.sextant.gradients.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.sextant.gradients.files.Hdf5File;
import io.sextant.gradients.files.JsonText;
import io.sextant.gradients.files.ZipArchive;
import io.sextant.gradients.model.ModelFileException;
import io.sextant.gradients.model.ModelFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A Keras file taken apart: whole-model HDF5 of Keras 1 to 3, or an archive of Keras 3, which is a
 * zip of the configuration and an HDF5 file of weights.
 *
 * @param format which of the two
 * @param architecture the layers
 * @param conventions of the Keras that wrote it
 * @param weights of the outermost model
 * @param size of the HDF5 file in bytes, unpacked: it cannot hold more values
 * @param loss what the training says of the outputs
 */
record KerasFile(
    ModelFormat format,
    Architecture architecture,
    Conventions conventions,
    WeightStore weights,
    long size,
    Outputs loss) {
  /** What a loss says of the outputs. */
  enum Outputs {
    /** Not that they are logits. */
    NOT_SAID,
    /** The logits of classes. */
    LOGITS,
    /** One logit for each unit, which are no classes where there are several. */
    LOGITS_OF_EACH
  }

  static final String WEIGHTS = "model.weights.h5";
  static final String CONFIGURATION = "config.json";
  private static final String METADATA = "metadata.json";
  private static final int LARGEST_CONFIGURATION = 64 << 20;
  private static final int LARGEST_WEIGHTS = 1 << 30;

  private static final String THEANO = "theano";

  /** Reads whole-model HDF5. */
  static KerasFile ofHdf5(String file, byte[] bytes) {
    Hdf5File.Node root = new Hdf5File(file, bytes).root();
    String json =
        root.text("model_config")
            .orElseThrow(
                () ->
                    new ModelFileException(
                        file
                            + ": the HDF5 file holds no Keras model configuration (attribute"
                            + " 'model_config'); save the whole model, not only its weights"));
    Hdf5File.Node weights =
        root.child("model_weights")
            .orElseThrow(
                () ->
                    new ModelFileException(
                        file
                            + ": the HDF5 file has no group 'model_weights'; save the whole model"
                            + " with model.save"));
    JsonNode model = JsonText.parsePython(file + ": model_config", json);
    Optional<String> told =
        root.text("keras_version")
            .or(() -> weights.text("keras_version"))
            .or(() -> Optional.of(model.path("keras_version").asText("")))
            .filter(text -> !text.isEmpty());
    // Files that do not say are old; Keras 2 renamed the initialisers.
    int version = told.map(KerasFile::version).orElse(json.contains("_initializer\"") ? 2 : 1);
    Optional<String> backend = root.text("backend").or(() -> weights.text("backend"));
    Outputs loss =
        root.text("training_config")
            .map(
                text ->
                    outputs(JsonText.parsePython(file + ": training_config", text).path("loss")))
            .orElse(Outputs.NOT_SAID);
    return new KerasFile(
        ModelFormat.KERAS_HDF5,
        architecture(file, model),
        new Conventions(version, convolves(version, backend, json)),
        new NamedWeights(file, weights),
        bytes.length,
        loss);
  }

  /**
   * Whether the kernels are Theano's, which convolves where others correlate. Keras 1 does not say
   * what it computed with; channels in front were Theano's order.
   */
  private static boolean convolves(int version, Optional<String> backend, String json) {
    return backend
        .map(name -> name.equals(THEANO))
        .orElse(version == 1 && json.replace(" ", "").contains("\"dim_ordering\":\"th\""));
  }

  /** Reads an archive of Keras 3. */
  static KerasFile ofArchive(String file, byte[] bytes) {
    ZipArchive zip = new ZipArchive(file, bytes);
    for (String name : zip.names()) {
      boolean known =
          name.equals(WEIGHTS)
              || name.equals(CONFIGURATION)
              || name.equals(METADATA)
              || name.equals("assets/");
      if (!known) {
        throw new ModelFileException(
            "%s: zip entry %s is not supported: an archive of Keras holds %s, %s and %s"
                .formatted(file, ModelFileException.quote(name), METADATA, CONFIGURATION, WEIGHTS));
      }
    }
    try {
      String json = text(zip, CONFIGURATION);
      JsonNode model = JsonText.parsePython(file + ": " + CONFIGURATION, json);
      String version =
          zip.names().contains(METADATA)
              ? JsonText.parsePython(file + ": " + METADATA, text(zip, METADATA))
                  .path("keras_version")
                  .asText("3")
              : "3";
      byte[] weights = zip.bytes(WEIGHTS, LARGEST_WEIGHTS);
      Hdf5File.Node root = new Hdf5File(file + ": " + WEIGHTS, weights).root();
      return new KerasFile(
          ModelFormat.KERAS_ARCHIVE,
          architecture(file, model),
          new Conventions(version(version), false),
          PathWeights.of(file, root),
          weights.length,
          outputs(model.path("compile_config").path("loss")));
    } catch (IOException e) {
      throw new ModelFileException(
          "%s: the archive is damaged: %s".formatted(file, ModelFileException.firstLine(e)), e);
    }
  }

  private static String text(ZipArchive zip, String name) throws IOException {
    return new String(zip.bytes(name, LARGEST_CONFIGURATION), StandardCharsets.UTF_8);
  }

  private static int version(String told) {
    char first = told.isEmpty() ? '2' : told.charAt(0);
    return first == '0' ? 1 : Character.isDigit(first) ? Math.min(3, first - '0') : 2;
  }

  private static Architecture architecture(String file, JsonNode model) {
    String kind = model.path("class_name").asText();
    if (!LayerConfig.model(kind)) {
      throw new ModelFileException(
          "%s: a Keras model must be Sequential or Functional but is %s; models with code of their own in call() cannot be read without it"
              .formatted(file, ModelFileException.quote(kind)));
    }
    try {
      Architecture read = Architecture.of(model, 1);
      Refusals.check(read);
      return read;
    } catch (ModelFileException e) {
      throw new ModelFileException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** What a loss says; of several, all must say the same. */
  private static Outputs outputs(JsonNode loss) {
    if (!loss.path("class_name").isMissingNode() || !loss.isContainerNode()) {
      String kind = loss.path("class_name").asText().toLowerCase(Locale.ROOT);
      if (!kind.contains("crossentropy")
          || !loss.path("config").path("from_logits").asBoolean(false)) {
        return Outputs.NOT_SAID;
      }
      return kind.contains("binary") ? Outputs.LOGITS_OF_EACH : Outputs.LOGITS;
    }
    Set<Outputs> said = EnumSet.noneOf(Outputs.class);
    loss.forEach(each -> said.add(outputs(each)));
    return said.size() == 1 ? said.iterator().next() : Outputs.NOT_SAID;
  }
}
