package io.sextant.gradients.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.hdf5.Attribute;
import org.bytedeco.hdf5.DataSet;
import org.bytedeco.hdf5.DataSpace;
import org.bytedeco.hdf5.Group;
import org.bytedeco.hdf5.H5File;
import org.bytedeco.hdf5.PredType;
import org.bytedeco.hdf5.StrType;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class KerasHdf5Test {
  private static final float[] KERNEL = {1, 2, -1, 0.5f, 0.25f, -2};
  private static final float[] BIAS = {0.1f, -0.2f};

  private static final String DENSE =
      """
      {"class_name": "Dense", "name": "dense", "config": {"name": "dense", "trainable": true,
       "batch_input_shape": [null, 3], "dtype": "float32", "units": 2, "activation": "softmax",
       "use_bias": true,
       "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": null}},
       "bias_initializer": {"class_name": "Zeros", "config": {}},
       "kernel_regularizer": null, "bias_regularizer": null, "activity_regularizer": null,
       "kernel_constraint": null, "bias_constraint": null}, "inbound_nodes": %s}\
      """;

  private static final String SEQUENTIAL =
      "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"s\", \"layers\": [%s]}}"
          .formatted(DENSE.formatted("[]"));

  private static final String FUNCTIONAL =
      ("{\"class_name\": \"Functional\", \"config\": {\"name\": \"m\", \"layers\":"
              + " [{\"class_name\": \"InputLayer\", \"name\": \"in\", \"config\":"
              + " {\"batch_input_shape\": [null, 3], \"dtype\": \"float32\", \"name\": \"in\"},"
              + " \"inbound_nodes\": []}, %s], \"input_layers\": [[\"in\", 0, 0]], \"output_layers\":"
              + " [[\"dense\", 0, 0]]}}")
          .formatted(DENSE.formatted("[[[\"in\", 0, 0, {}]]]"));

  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  private static void attribute(Group at, String name, String value) {
    StrType type = new StrType(PredType.C_S1(), value.length());
    Attribute attribute = at.createAttribute(name, type, new DataSpace(hdf5.H5S_SCALAR));
    attribute.write(type, value);
    attribute.close();
  }

  private static void values(Group at, String name, float[] values, long... shape) {
    DataSet set = at.createDataSet(name, PredType.IEEE_F32LE(), new DataSpace(shape.length, shape));
    set.write(new FloatPointer(values), PredType.NATIVE_FLOAT());
    set.close();
  }

  private byte[] keras(String configuration) {
    Path path = folder.resolve("written.h5");
    H5File file = new H5File(path.toString(), hdf5.H5F_ACC_TRUNC);
    if (!configuration.isEmpty()) {
      attribute(file, "model_config", configuration);
    }
    attribute(file, "keras_version", "2.4.0");
    attribute(file, "backend", "tensorflow");
    Group weights = file.createGroup("model_weights");
    attribute(weights, "keras_version", "2.4.0");
    attribute(weights, "backend", "tensorflow");
    Group outer = weights.createGroup("dense");
    attribute(outer, "weight_names", "dense/kernel:0");
    Group inner = outer.createGroup("dense");
    values(inner, "kernel:0", KERNEL, 3, 2);
    values(inner, "bias:0", BIAS, 2);
    inner.close();
    outer.close();
    weights.close();
    file.close();
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void isSoftmaxOfTheAffineMap(INDArray output) {
    double[] x = {0.3, -0.1, 0.8};
    double[] z = new double[2];
    for (int k = 0; k < 2; k++) {
      z[k] = BIAS[k] + x[0] * KERNEL[k] + x[1] * KERNEL[2 + k] + x[2] * KERNEL[4 + k];
    }
    assertThat(output.getDouble(0)).isCloseTo(1 / (1 + Math.exp(z[1] - z[0])), within(1e-6));
  }

  private static INDArray input() {
    return Nd4j.createFromArray(0.3f, -0.1f, 0.8f).reshape(1, 3);
  }

  @Test
  void a_sequential_model_is_read_by_content() {
    LoadedNetwork loaded = ModelFile.read("model.bin", keras(SEQUENTIAL));

    assertThat(loaded.format()).isEqualTo(ModelFormat.KERAS_HDF5);
    assertThat(loaded.normalizer()).isEmpty();
    isSoftmaxOfTheAffineMap(((MultiLayerNetwork) loaded.network()).output(input()));
  }

  @Test
  void a_functional_model_is_read() {
    LoadedNetwork loaded = ModelFile.read("model.h5", keras(FUNCTIONAL));

    isSoftmaxOfTheAffineMap(((ComputationGraph) loaded.network()).outputSingle(input()));
  }

  @Test
  void weights_alone_and_unknown_layers_are_refused_in_one_line() {
    assertThatThrownBy(() -> ModelFile.read("w.h5", keras("")))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("w.h5", "whole model");
    assertThatThrownBy(
            () -> ModelFile.read("u.h5", keras(SEQUENTIAL.replace("\"Dense\"", "\"Quantum\""))))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("u.h5", "Quantum")
        .message()
        .hasLineCount(1);
  }

  @Test
  void a_truncated_file_is_refused_in_one_line() {
    byte[] whole = keras(SEQUENTIAL);

    assertThatThrownBy(() -> ModelFile.read("t.h5", Arrays.copyOf(whole, whole.length / 2)))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("t.h5")
        .message()
        .hasLineCount(1);
  }
}
