package io.sextant.gradients.dl4j.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.ModelInput;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.Head;
import io.sextant.gradients.model.HealthCheck;
import io.sextant.gradients.model.HealthReport;
import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.model.ModelFileException;
import io.sextant.gradients.model.ModelFormat;
import io.sextant.gradients.model.ModelSettings;
import io.sextant.gradients.model.TrainedModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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

  private record Values(String layer, String name, float[] values, long... shape) {}

  private static final List<Values> DENSE_VALUES =
      List.of(
          new Values("dense", "kernel:0", KERNEL, 3, 2), new Values("dense", "bias:0", BIAS, 2));

  private byte[] keras(String configuration) {
    return keras(configuration, "2.4.0", "tensorflow", "", DENSE_VALUES);
  }

  private byte[] keras(
      String configuration, String version, String backend, String training, List<Values> all) {
    Path path = folder.resolve("written.h5");
    H5File file = new H5File(path.toString(), hdf5.H5F_ACC_TRUNC);
    if (!configuration.isEmpty()) {
      attribute(file, "model_config", configuration);
    }
    if (!training.isEmpty()) {
      attribute(file, "training_config", training);
    }
    attribute(file, "keras_version", version);
    attribute(file, "backend", backend);
    Group weights = file.createGroup("model_weights");
    attribute(weights, "keras_version", version);
    attribute(weights, "backend", backend);
    for (String layer : all.stream().map(Values::layer).distinct().toList()) {
      Group outer = weights.createGroup(layer);
      Group inner = outer.createGroup(layer);
      for (Values own : all) {
        if (own.layer().equals(layer)) {
          values(inner, own.name(), own.values(), own.shape());
        }
      }
      inner.close();
      outer.close();
    }
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
    isSoftmaxOfTheAffineMap(((MultiLayerNetwork) ModelBytes.model(loaded)).output(input()));
  }

  @Test
  void a_functional_model_is_read() {
    LoadedNetwork loaded = ModelFile.read("model.h5", keras(FUNCTIONAL));

    isSoftmaxOfTheAffineMap(((ComputationGraph) ModelBytes.model(loaded)).outputSingle(input()));
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

  /** Every attribute and array of a file, as a model's reader asks for them. */
  private static void walk(Hdf5File.Node node, int depth) {
    for (String name : List.of("model_config", "keras_version", "backend")) {
      node.text(name);
    }
    for (String member : node.members()) {
      Hdf5File.Node child = node.child(member).orElseThrow();
      if (child.isArray()) {
        assertThat(child.floats()).isNotNull();
      } else if (depth < 5) {
        walk(child, depth + 1);
      }
    }
  }

  @Test
  void a_damaged_file_is_read_or_refused_but_never_crashes_or_hangs() {
    byte[] whole = resource("keras-good.h5");
    walk(new Hdf5File("whole.h5", whole).root(), 0);

    int refused = 0;
    for (int at = 8; at < whole.length; at += 5) {
      for (int value : new int[] {0xff, whole[at] ^ 1}) {
        byte[] damaged = whole.clone();
        damaged[at] = (byte) value;
        refused += refused(damaged) ? 1 : 0;
      }
    }
    for (int length = 8; length < whole.length; length += 53) {
      refused += refused(Arrays.copyOf(whole, length)) ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(300);
  }

  private static byte[] resource(String name) {
    try (InputStream in = KerasHdf5Test.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_file_that_keras_wrote_is_read_and_its_damaged_copies_are_refused() {
    LoadedNetwork good = ModelFile.read("good.h5", resource("keras-good.h5"));
    assertThat(good.stated().shape()).contains(Shape.of(4));
    assertThat(healthy(good, Shape.of(4)).classes()).isEqualTo(3);

    // The native library dies of the first and never returns from the second.
    for (String name : List.of("keras-crash.h5", "keras-hang.h5")) {
      assertThatThrownBy(() -> ModelFile.read(name, resource(name)))
          .isInstanceOf(ModelFileException.class)
          .hasMessageContaining(name)
          .message()
          .hasLineCount(1);
    }
  }

  private static boolean refused(byte[] damaged) {
    try {
      walk(new Hdf5File("d.h5", damaged).root(), 0);
      return false;
    } catch (ModelFileException e) {
      assertThat(e).hasMessageContaining("d.h5").message().hasLineCount(1);
      return true;
    }
  }

  @Test
  void a_configuration_that_is_no_json_is_said_to_be_none() {
    assertThatThrownBy(() -> ModelFile.read("c.h5", keras(SEQUENTIAL.replace("{\"name", "{'name"))))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("c.h5", "model_config", "cannot be read as JSON");
  }

  @Test
  @Timeout(60)
  void an_orthogonal_initialiser_is_not_run() {
    String wide =
        SEQUENTIAL.replace("\"units\": 2", "\"units\": 40").replace("GlorotUniform", "Orthogonal");
    float[] kernel = new float[120];
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = i / 100f;
    }

    LoadedNetwork loaded =
        ModelFile.read(
            "o.h5",
            keras(
                wide,
                "2.4.0",
                "tensorflow",
                "",
                List.of(
                    new Values("dense", "kernel:0", kernel, 3, 40),
                    new Values("dense", "bias:0", new float[40], 40))));

    // Deeplearning4j keeps a column of the kernel after the other.
    assertThat(ModelBytes.model(loaded).params().getDouble(5)).isCloseTo(0.81, within(1e-7));
  }

  private static String sequence(String shape, String... layers) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < layers.length; i++) {
      String[] parts = layers[i].split(" ", 2);
      String config =
          "\"name\": \"l%d\", \"trainable\": true%s%s"
              .formatted(
                  i,
                  i == 0 ? ", \"batch_input_shape\": [null, %s]".formatted(shape) : "",
                  parts.length > 1 ? ", " + parts[1] : "");
      all.add("{\"class_name\": \"%s\", \"config\": {%s}}".formatted(parts[0], config));
    }
    return "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"s\", \"layers\": [%s]}}"
        .formatted(String.join(", ", all));
  }

  private static String initialisers() {
    return """
    "use_bias": false, "kernel_initializer": {"class_name": "GlorotUniform", "config": {}},
    "bias_initializer": {"class_name": "Zeros", "config": {}}, "kernel_regularizer": null,
    "bias_regularizer": null, "activity_regularizer": null, "kernel_constraint": null,
    "bias_constraint": null\
    """;
  }

  private static String convolution(int filters, int kernel, String format, String activation) {
    return """
    Conv2D "filters": %d, "kernel_size": [%d, %d], "strides": [1, 1], "padding": "valid",
    "data_format": "%s", "dilation_rate": [1, 1], "activation": "%s", %s\
    """
        .formatted(filters, kernel, kernel, format, activation, initialisers());
  }

  private static String flatten(String format) {
    return "Flatten \"data_format\": \"%s\"".formatted(format);
  }

  private static String dense(int units, String activation) {
    return "Dense \"units\": %d, \"activation\": \"%s\", %s"
        .formatted(units, activation, initialisers());
  }

  private static final String SOFTMAX = "Activation \"activation\": \"softmax\"";

  @ParameterizedTest
  @ValueSource(strings = {"LSTM", "Conv1D", "AveragePooling1D", "Embedding", "Lambda", "Quantum"})
  void a_layer_that_is_not_supported_is_refused_by_its_keras_name(String layer) {
    assertThatThrownBy(
            () -> ModelFile.read("r.h5", keras(sequence("3", layer + " \"units\": 32", SOFTMAX))))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("r.h5", layer, "supported are", "Dense");
  }

  @Test
  void sizes_beyond_the_file_or_any_image_are_refused_before_anything_is_built() {
    assertThatThrownBy(
            () ->
                ModelFile.read(
                    "w.h5", keras(SEQUENTIAL.replace("units\": 2", "units\": 90000000"))))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("w.h5", "parameters, more than a file of");
    String dilated =
        sequence("9, 9, 1", convolution(2, 2, "channels_last", "relu"), flatten("channels_last"))
            .replace("dilation_rate\": [1, 1]", "dilation_rate\": [2147483647, 2147483647]");
    assertThatThrownBy(() -> ModelFile.read("d.h5", keras(dilated)))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("d.h5");
  }

  @Test
  void a_model_inside_a_model_is_refused_as_such() {
    String nested =
        SEQUENTIAL.replaceFirst(
            "\"layers\": \\[", "\"layers\": [{\"class_name\": \"Sequential\", \"config\": {}}, ");
    assertThatThrownBy(() -> ModelFile.read("n.h5", keras(nested)))
        .hasMessageContainingAll("n.h5", "a model inside a model", "Sequential");
  }

  @Test
  void files_of_keras_3_are_told_what_helps() throws IOException {
    assertThatThrownBy(
            () ->
                ModelFile.read("k.h5", keras(SEQUENTIAL, "3.4.1", "tensorflow", "", DENSE_VALUES)))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("k.h5", "Keras '3.4.1'", "tf_keras", "set_weights")
        .message()
        .doesNotContain("issue");
    byte[] archive =
        ModelBytes.zip(Map.of("model.weights.h5", new byte[3], "config.json", new byte[2]));
    assertThatThrownBy(() -> ModelFile.read("m.keras", archive))
        .hasMessageContainingAll("m.keras", "Keras 3", "tf_keras");
  }

  @Test
  void the_input_shape_is_what_the_configuration_states() {
    float[] kernel = new float[2 * 2 * 2 * 3];
    Arrays.fill(kernel, 0.1f);
    byte[] file =
        keras(
            sequence(
                "9, 7, 2",
                convolution(3, 2, "channels_last", "relu"),
                "MaxPooling2D \"pool_size\": [4, 4], \"strides\": [4, 4], \"padding\": \"valid\","
                    + " \"data_format\": \"channels_last\"",
                flatten("channels_last"),
                SOFTMAX),
            "2.4.0",
            "tensorflow",
            "",
            List.of(new Values("l0", "kernel:0", kernel, 2, 2, 2, 3)));

    LoadedNetwork loaded = ModelFile.read("s.h5", file);

    assertThat(loaded.stated().shape()).contains(Shape.of(2, 9, 7));
    assertThat(loaded.inputShape()).contains(Shape.of(2, 9, 7));
    healthy(loaded, Shape.of(2, 9, 7));
  }

  private static TrainedModel healthy(LoadedNetwork loaded, Shape shape) {
    InputDomain domain = InputDomain.box(shape.elements(), 0, 1);
    TrainedModel model =
        TrainedModel.of(loaded, ModelInput.of(shape, domain), ModelSettings.DEFAULT);
    try (GradientService service = model.service()) {
      HealthReport report = HealthCheck.run(model, service, domain, 5);
      assertThat(report.ok()).as(report.messages().toString()).isTrue();
    }
    return model;
  }

  /** One pixel of two filters over a 2 x 2 image, so that softmax tells both sums. */
  @ParameterizedTest
  @CsvSource({"2.4.0, tensorflow, channels_last, false", "2.4.0, theano, channels_last, true"})
  void kernels_trained_on_theano_are_turned(
      String version, String backend, String format, boolean turned) {
    float[] kernel = {1, 0, 2, 0, 4, 0, -3, 0}; // [height, width, in, out]; filter 1 is zero
    byte[] file =
        keras(
            sequence("2, 2, 1", convolution(2, 2, format, "linear"), flatten(format), SOFTMAX),
            version,
            backend,
            "",
            List.of(new Values("l0", "kernel:0", kernel, 2, 2, 1, 2)));
    double[] x = {0.1, 0.2, 0.3, 0.5};
    double[] own = turned ? new double[] {-3, 4, 2, 1} : new double[] {1, 2, 4, -3};
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      sum += own[i] * x[i];
    }

    TrainedModel model = healthy(ModelFile.read("t.h5", file), Shape.of(1, 2, 2));

    assertThat(model.outputs(new double[][] {x})[0][0])
        .isCloseTo(1 / (1 + Math.exp(-sum)), within(1e-6));
  }

  /** A convolution of two channels and what follows it, worked by hand. */
  @ParameterizedTest
  @CsvSource({
    "channels_last, '3, 3, 2', false",
    "channels_last, '3, 3, 2', true",
    "channels_first, '2, 3, 3', true"
  })
  void channels_first_and_last_compute_what_keras_does(
      String format, String shape, boolean pooled) {
    float[] kernel = new float[2 * 2 * 2 * 2]; // [height, width, in, out]
    float[] weights = new float[pooled ? 2 * 2 : 8 * 2]; // [in, out]
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = (i * 5 % 7 - 3) / 4f;
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (i * 3 % 11 - 5) / 8f;
    }
    byte[] file =
        keras(
            sequence(
                shape,
                convolution(2, 2, format, "relu"),
                pooled
                    ? "GlobalAveragePooling2D \"data_format\": \"%s\"".formatted(format)
                    : flatten(format),
                dense(2, "softmax")),
            "2.4.0",
            "tensorflow",
            "",
            List.of(
                new Values("l0", "kernel:0", kernel, 2, 2, 2, 2),
                new Values("l2", "kernel:0", weights, weights.length / 2, 2)));
    double[] x = new double[18]; // channels first, as all data is
    for (int i = 0; i < x.length; i++) {
      x[i] = (i * 7 % 18) / 18.0;
    }
    double difference = 0;
    for (int out = 0; out < 2; out++) {
      for (int pixel = 0; pixel < 4; pixel++) {
        double sum = 0;
        for (int i = 0; i < 8; i++) {
          int height = i / 4;
          int width = i / 2 % 2;
          int in = i % 2;
          int from = in * 9 + (pixel / 2 + height) * 3 + pixel % 2 + width;
          sum += kernel[2 * i + out] * x[from];
        }
        int place = pooled ? out : pixel * 2 + out;
        double slope = weights[2 * place] - weights[2 * place + 1];
        difference += Math.max(0, sum) * slope / (pooled ? 4 : 1);
      }
    }

    TrainedModel model = healthy(ModelFile.read("f.h5", file), Shape.of(2, 3, 3));

    assertThat(model.outputs(new double[][] {x})[0][0])
        .isCloseTo(1 / (1 + Math.exp(-difference)), within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(strings = {"channels_first", "channels_last"})
  void images_with_the_channels_first_that_are_flattened_are_refused(String flattened) {
    String convolved =
        sequence(
            "2, 3, 3",
            convolution(2, 2, "channels_first", "relu"),
            flatten(flattened),
            dense(2, "softmax"));
    assertThatThrownBy(() -> ModelFile.read("c.h5", keras(convolved)))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("c.h5", "channels_first", "channels_last", "set_weights");
    String atOnce = sequence("2, 3, 3", flatten("channels_first"), dense(2, "softmax"));
    assertThatThrownBy(() -> ModelFile.read("c.h5", keras(atOnce)))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("c.h5", "channels_first");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2, 2", "2, 2, 1"})
  void a_network_that_flattens_first_takes_vectors(String shape) {
    float[] kernel = {1, 0, 2, 0, 4, 0, -3, 0};
    byte[] file =
        keras(
            sequence(shape, flatten("channels_last"), dense(2, "softmax")),
            "2.4.0",
            "tensorflow",
            "",
            List.of(new Values("l1", "kernel:0", kernel, 4, 2)));

    TrainedModel model = healthy(ModelFile.read("f.h5", file), Shape.of(1, 2, 2));

    assertThat(model.outputs(new double[][] {{0.1, 0.2, 0.3, 0.5}})[0][0])
        .isCloseTo(1 / (1 + Math.exp(-0.2)), within(1e-6));
  }

  @Test
  void an_image_of_several_channels_that_is_flattened_first_is_refused() {
    byte[] file =
        keras(
            sequence("2, 2, 3", flatten("channels_last"), dense(2, "softmax")),
            "2.4.0",
            "tensorflow",
            "",
            List.of(new Values("l1", "kernel:0", new float[24], 12, 2)));

    assertThatThrownBy(() -> ModelFile.read("c.h5", file))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("c.h5", "3 channels", "channels last");
  }

  @Test
  void outputs_for_each_pixel_have_the_channels_first() {
    float[] kernel = new float[2 * 2 * 2 * 3];
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = (i % 7 - 3) / 5f;
    }
    byte[] file =
        keras(
            sequence("4, 5, 2", convolution(3, 2, "channels_last", "linear")),
            "2.4.0",
            "tensorflow",
            "",
            List.of(new Values("l0", "kernel:0", kernel, 2, 2, 2, 3)));

    TrainedModel model = healthy(ModelFile.read("p.h5", file), Shape.of(2, 4, 5));

    assertThat(model.head()).isEqualTo(Head.PIXELWISE);
  }

  @ParameterizedTest
  @CsvSource({"true, IDENTITY", "false, REGRESSION"})
  void a_loss_from_logits_makes_a_classifier(boolean logits, Head head) {
    String training =
        "{\"optimizer_config\": {}, \"loss\": {\"class_name\": \"SparseCategoricalCrossentropy\", \"config\": {\"from_logits\": %s}}}"
            .formatted(logits);
    byte[] file =
        keras(
            SEQUENTIAL.replace("softmax", "linear"), "2.4.0", "tensorflow", training, DENSE_VALUES);

    LoadedNetwork loaded = ModelFile.read("l.h5", file);

    assertThat(healthy(loaded, Shape.of(3)).head()).isEqualTo(head);
  }
}
