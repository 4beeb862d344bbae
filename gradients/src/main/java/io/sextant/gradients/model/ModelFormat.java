package io.sextant.gradients.model;

import org.apiguardian.api.API;

/**
 * The formats of model files that can be read; a file's format is recognised by its first bytes.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum ModelFormat {
  /** A zip written by Deeplearning4j's ModelSerializer. */
  DL4J_ZIP("DL4J zip"),
  /** A Keras model saved whole, configuration and weights, as HDF5. */
  KERAS_HDF5("Keras HDF5"),
  /** A Keras 3 archive: a zip of the configuration and the weights. */
  KERAS_ARCHIVE("Keras archive"),
  /** An ONNX file, with its weights inside or in files beside it. */
  ONNX("ONNX"),
  /** No file: a {@link io.sextant.gradients.predictor.Predictor} that code handed over. */
  PREDICTOR("predictor");

  private final String title;

  ModelFormat(String title) {
    this.title = title;
  }

  @Override
  public String toString() {
    return title;
  }
}
