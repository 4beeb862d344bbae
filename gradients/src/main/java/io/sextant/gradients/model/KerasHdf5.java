package io.sextant.gradients.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.modelimport.keras.Hdf5Archive;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;

/** Keras models through Deeplearning4j's importer, one at a time: native HDF5 has global state. */
final class KerasHdf5 {
  private static final Object LOCK = new Object();

  private KerasHdf5() {}

  static Model read(String file, byte[] bytes) {
    try {
      // A private copy, so that what was measured and hashed is what the native code opens.
      Path copy = Files.createTempFile("sextant-", ".h5");
      try {
        Files.write(copy, bytes);
        synchronized (LOCK) {
          return Importer.read(file, copy);
        }
      } finally {
        Files.deleteIfExists(copy);
      }
    } catch (IOException e) {
      throw new ModelFileException(
          "%s: the Keras model cannot be copied for reading: %s"
              .formatted(file, ModelFileException.firstLine(e)),
          e);
    } catch (LinkageError e) {
      throw new ModelFileException(
          file
              + ": Keras HDF5 needs the dependency org.deeplearning4j:deeplearning4j-modelimport"
              + " and org.bytedeco:hdf5 with your platform's classifier; add them to the class"
              + " path",
          e);
    }
  }

  /** The only class that links with the optional dependency. */
  private static final class Importer {
    static Model read(String file, Path copy) {
      // Failures come back as exceptions; the native library would print them as well.
      org.bytedeco.hdf5.Exception.dontPrint();
      try {
        if (isSequential(file, copy)) {
          return KerasModelImport.importKerasSequentialModelAndWeights(copy.toString(), false);
        }
        return KerasModelImport.importKerasModelAndWeights(copy.toString(), false);
      } catch (ModelFileException e) {
        throw e;
      } catch (IOException
          | InvalidKerasConfigurationException
          | UnsupportedKerasConfigurationException
          | RuntimeException
          | StackOverflowError e) {
        throw new ModelFileException(
            "%s: the Keras model cannot be imported: %s"
                .formatted(file, ModelFileException.firstLine(e)),
            e);
      }
    }

    private static boolean isSequential(String file, Path copy)
        throws UnsupportedKerasConfigurationException {
      String configuration;
      try (Hdf5Archive archive = new Hdf5Archive(copy.toString())) {
        if (!archive.hasAttribute("model_config")) {
          throw new ModelFileException(
              file
                  + ": the HDF5 file holds no Keras model configuration (attribute 'model_config');"
                  + " save the whole model, not only its weights");
        }
        // The archive pads the text with zero characters up to the size of its buffer.
        configuration = archive.readAttributeAsJson("model_config").replaceFirst("\0(?s:.*)", "");
      }
      JsonNode tree = ConfigurationGuard.parse(file + ": model_config", configuration);
      return "Sequential".equals(tree.path("class_name").asText());
    }
  }
}
