package io.sextant.gradients.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.ModelInput;
import io.sextant.gradients.files.Hdf5File;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.Head;
import io.sextant.gradients.model.HealthCheck;
import io.sextant.gradients.model.HealthReport;
import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.LogitsSaid;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.model.ModelFileException;
import io.sextant.gradients.model.ModelFormat;
import io.sextant.gradients.model.ModelSettings;
import io.sextant.gradients.model.TrainedModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as a whole: formats, shapes, heads, damage. */
class KerasFileTest {
  private static final Tensor KERNEL =
      new Tensor(new int[] {3, 2}, new double[] {1, 2, -1, 0.5, 0.25, -2});
  private static final Tensor BIAS = new Tensor(new int[] {2}, new double[] {0.125, -0.25});
  private static final Tensor INPUT = new Tensor(new int[] {3}, new double[] {0.3, -0.1, 0.8});

  private static Sequence dense(String activation) {
    return Sequence.of(3)
        .layer(
            "Dense",
            "\"units\": 2, \"activation\": \"%s\", \"kernel_initializer\": {\"class_name\": \"Orthogonal\", \"config\": {}}"
                .formatted(activation),
            Sequence.arrays("kernel", KERNEL, "bias", BIAS));
  }

  private static double expected() {
    double[] z = new double[2];
    for (int k = 0; k < 2; k++) {
      z[k] = BIAS.get(k);
      for (int i = 0; i < 3; i++) {
        z[k] += INPUT.get(i) * KERNEL.get(i, k);
      }
    }
    return 1 / (1 + Math.exp(z[1] - z[0]));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.2.2", "2.4.0", "3.4.1"})
  void hdf5_of_every_version_is_read_by_content(String version) {
    byte[] file = dense("softmax").hdf5(version, "tensorflow");
    LoadedNetwork loaded = ModelFile.read("model.bin", file);

    assertThat(loaded.format()).isEqualTo(ModelFormat.KERAS_HDF5);
    assertThat(loaded.normalizer()).isEmpty();
    assertThat(loaded.inputShape()).contains(Shape.of(3));
    assertThat(loaded.network().parameters()).isEqualTo(8);
    assertThat(Sequence.answer(file, INPUT)[0]).isCloseTo(expected(), within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.15.0", "3.8.0"})
  void archives_are_read_by_content(String version) {
    byte[] file = dense("softmax").archive(version);
    LoadedNetwork loaded = ModelFile.read("model.bin", file);

    assertThat(loaded.format()).isEqualTo(ModelFormat.KERAS_ARCHIVE);
    assertThat(loaded.network().parameters()).isEqualTo(8);
    assertThat(Sequence.answer(file, INPUT)[0]).isCloseTo(expected(), within(1e-12));
  }

  @Test
  void a_model_is_written_as_it_was_read() throws IOException {
    byte[] file = dense("softmax").archive("3.8.0");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ModelFile.read("m", file).network().write(out);

    assertThat(out.toByteArray()).isEqualTo(file);
  }

  @Test
  void the_model_is_healthy_on_the_engine_at_hand() {
    TrainedModel model =
        healthy(ModelFile.read("m", dense("softmax").archive("3.8.0")), Shape.of(3));

    assertThat(model.head()).isEqualTo(Head.SOFTMAX);
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

  @Test
  void files_without_a_model_are_refused_in_one_line() {
    byte[] weights = Written.hdf5(Map.of("keras_version", "2.4.0"), Map.of());
    assertThatThrownBy(() -> ModelFile.read("w.h5", weights))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("w.h5", "whole model")
        .message()
        .hasLineCount(1);
    byte[] whole = dense("softmax").hdf5("2.4.0", "tensorflow");
    assertThatThrownBy(() -> ModelFile.read("t.h5", Arrays.copyOf(whole, whole.length / 2)))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("t.h5")
        .message()
        .hasLineCount(1);
    byte[] broken =
        Written.hdf5(Map.of("model_config", "{'class_name': 1}"), Map.of("l0", List.of()));
    assertThatThrownBy(() -> ModelFile.read("c.h5", broken))
        .hasMessageContainingAll("c.h5", "model_config", "cannot be read as JSON");
  }

  /**
   * Twelve layers with weights of 16, 32 and 64 bits: members and attributes stand in symbol tables
   * in the old format of HDF5, and in heaps in the new one.
   */
  @Test
  void groups_of_many_layers_are_read_in_the_old_and_the_new_format() {
    byte[] old = resource("keras-many-old.h5");
    Hdf5File.Node weights = new Hdf5File("old", old).root().child("model_weights").orElseThrow();
    Tensor expected = INPUT;
    for (int i = 0; i < 12; i++) {
      String path = "dense_%d/dense_%d/kernel:0".formatted(i, i);
      expected =
          Slow.dense(
                  expected,
                  new Tensor(new int[] {3, 3}, weights.child(path).orElseThrow().values()))
              .map(Math::tanh);
    }

    for (byte[] file : List.of(old, resource("keras-many-new.h5"))) {
      assertThat(Sequence.answer(file, INPUT)).containsExactly(expected.values(), within(1e-12));
      assertThat(ModelFile.read("m", file).network().parameters()).isEqualTo(108);
      assertThat(new Hdf5File("h", file).root().text("other9")).contains("x".repeat(63));
    }
  }

  @Test
  void archives_with_other_entries_are_refused_by_name() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("config.json", "{}".getBytes(StandardCharsets.UTF_8));
    entries.put("model.weights.h5", new byte[10]);
    entries.put("custom.pkl", new byte[10]);
    assertThatThrownBy(() -> ModelFile.read("a.keras", Written.zip(entries)))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("a.keras", "custom.pkl");
    entries.remove("custom.pkl");
    assertThatThrownBy(() -> ModelFile.read("a.keras", Written.zip(entries)))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("a.keras");
  }

  /** Every attribute and array of a file, as a model's reader asks for them. */
  private static void walk(Hdf5File.Node node, int depth) {
    for (String name : List.of("model_config", "keras_version", "backend")) {
      node.text(name);
    }
    node.texts("weight_names");
    for (String member : node.members()) {
      Hdf5File.Node child = node.child(member).orElseThrow();
      if (child.isArray()) {
        assertThat(child.values()).isNotNull();
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

  private static boolean refused(byte[] damaged) {
    try {
      walk(new Hdf5File("d.h5", damaged).root(), 0);
      return false;
    } catch (ModelFileException e) {
      assertThat(e).hasMessageContaining("d.h5").message().hasLineCount(1);
      return true;
    }
  }

  private static byte[] resource(String name) {
    try (InputStream in = KerasFileTest.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_file_that_keras_wrote_is_read_and_its_damaged_copies_are_refused() {
    LoadedNetwork good = ModelFile.read("good.h5", resource("keras-good.h5"));
    assertThat(good.inputShape()).contains(Shape.of(4));
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

  private static final String CONVOLUTION =
      "\"filters\": %d, \"kernel_size\": [2, 2], \"strides\": [1, 1], \"padding\": \"valid\", \"data_format\": \"%s\", \"dilation_rate\": [1, 1], \"activation\": \"%s\", \"use_bias\": false";

  @Test
  void the_input_shape_is_what_the_configuration_states() {
    byte[] file =
        Sequence.of(9, 7, 2)
            .layer(
                "Conv2D",
                CONVOLUTION.formatted(3, "channels_last", "relu"),
                Sequence.arrays("kernel", Tensor.random(1, 2, 2, 2, 3)))
            .layer(
                "MaxPooling2D",
                "\"pool_size\": [4, 4], \"strides\": [4, 4], \"padding\": \"valid\", \"data_format\": \"channels_last\"")
            .layer("Flatten", "\"data_format\": \"channels_last\"")
            .layer("Activation", "\"activation\": \"softmax\"")
            .hdf5("2.4.0", "tensorflow");

    LoadedNetwork loaded = ModelFile.read("s.h5", file);

    assertThat(loaded.inputShape()).contains(Shape.of(2, 9, 7));
    healthy(loaded, Shape.of(2, 9, 7));
  }

  /** One pixel of two filters over a 2 x 2 image, so that softmax tells both sums. */
  @ParameterizedTest
  @CsvSource({"tensorflow, false", "theano, true"})
  void kernels_trained_on_theano_are_turned(String backend, boolean turned) {
    Tensor kernel = new Tensor(new int[] {2, 2, 1, 2}, new double[] {1, 0, 2, 0, 4, 0, -3, 0});
    byte[] file =
        Sequence.of(2, 2, 1)
            .layer(
                "Conv2D",
                CONVOLUTION.formatted(2, "channels_last", "linear"),
                Sequence.arrays("kernel", kernel))
            .layer("Flatten", "")
            .layer("Activation", "\"activation\": \"softmax\"")
            .hdf5("2.4.0", backend);
    double[] x = {0.1, 0.2, 0.3, 0.5};
    double[] own = turned ? new double[] {-3, 4, 2, 1} : new double[] {1, 2, 4, -3};
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      sum += own[i] * x[i];
    }

    assertThat(Sequence.answer(file, new Tensor(new int[] {2, 2, 1}, x))[0])
        .isCloseTo(1 / (1 + Math.exp(-sum)), within(1e-12));
  }

  /** Keras 1 on Theano: outputs and channels in front, and kernels turned. */
  @Test
  void images_and_kernels_of_keras_1_on_theano_have_the_channels_in_front() {
    Tensor kernel = Tensor.random(4, 2, 3, 2, 2); // [out, in, rows, columns]
    byte[] file =
        Sequence.of(3, 2, 2)
            .layer(
                "Convolution2D",
                "\"nb_filter\": 2, \"nb_row\": 2, \"nb_col\": 2, \"border_mode\": \"valid\", \"subsample\": [1, 1], \"dim_ordering\": \"th\", \"activation\": \"linear\", \"bias\": false, \"init\": \"glorot_uniform\", \"W_regularizer\": null",
                Sequence.arrays("W", kernel))
            .layer("Flatten", "")
            .hdf5("1.2.2", "");
    Tensor image = Tensor.random(5, 3, 2, 2); // channels in front for Keras too
    double sum = 0;
    for (int c = 0; c < 3; c++) {
      for (int h = 0; h < 2; h++) {
        for (int w = 0; w < 2; w++) {
          sum += image.get(c, h, w) * kernel.get(1, c, 1 - h, 1 - w);
        }
      }
    }
    LoadedNetwork loaded = ModelFile.read("k1.h5", file);
    assertThat(loaded.inputShape()).contains(Shape.of(3, 2, 2));
    double[] answer =
        loaded
            .network()
            .compile(Shape.of(3, 2, 2), Optional.empty(), Optional.empty(), LogitsSaid.NOT)
            .judge()
            .outputs(new double[][] {image.values()})[0];

    assertThat(answer[1]).isCloseTo(sum, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"channels_first, true", "channels_first, false", "channels_last, true"})
  void channels_first_and_last_compute_what_keras_does(String format, boolean pooled) {
    boolean front = format.equals("channels_first");
    Tensor kernel = Tensor.random(6, 2, 2, 2, 2);
    Tensor weights = Tensor.random(7, pooled ? 2 : 8, 2);
    byte[] file =
        (front ? Sequence.of(2, 3, 3) : Sequence.of(3, 3, 2))
            .layer(
                "Conv2D",
                CONVOLUTION.formatted(2, format, "relu"),
                Sequence.arrays("kernel", kernel))
            .layer(
                pooled ? "GlobalAveragePooling2D" : "Flatten",
                "\"data_format\": \"%s\"".formatted(format))
            .layer(
                "Dense",
                "\"units\": 2, \"use_bias\": false, \"activation\": \"linear\"",
                Sequence.arrays("kernel", weights))
            .hdf5("2.4.0", "tensorflow");
    Tensor image = Tensor.random(8, 3, 3, 2);
    Tensor convolved =
        Slow.convolution(image, kernel, new Slow.Steps(1, 1, "valid", 1)).map(v -> Math.max(0, v));
    double expected = 0;
    for (int i = 0; i < 8; i++) {
      // Keras flattens with the channels last wherever they stand.
      double value = convolved.values()[i];
      expected += pooled ? value / 4 * weights.get(i % 2, 0) : value * weights.get(i, 0);
    }
    LoadedNetwork loaded = ModelFile.read("f.h5", file);
    assertThat(loaded.inputShape()).contains(Shape.of(2, 3, 3));

    assertThat(Sequence.answer(file, image)[0]).isCloseTo(expected, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_network_that_flattens_first_takes_images_of_any_form(boolean channel) {
    Tensor kernel = new Tensor(new int[] {4, 2}, new double[] {1, 0, 2, 0, 4, 0, -3, 0});
    byte[] file =
        (channel ? Sequence.of(2, 2, 1) : Sequence.of(2, 2))
            .layer("Flatten", "\"data_format\": \"channels_last\"")
            .layer(
                "Dense",
                "\"units\": 2, \"activation\": \"softmax\", \"use_bias\": false",
                Sequence.arrays("kernel", kernel))
            .hdf5("2.4.0", "tensorflow");
    for (Shape shape : List.of(Shape.of(1, 2, 2), Shape.of(2, 2), Shape.of(4))) {
      TrainedModel model = healthy(ModelFile.read("f.h5", file), shape);

      assertThat(model.outputs(new double[][] {{0.1, 0.2, 0.3, 0.5}})[0][0])
          .isCloseTo(1 / (1 + Math.exp(-0.2)), within(1e-12));
    }
  }

  @Test
  void an_image_of_several_channels_that_is_flattened_first_is_taken_channels_last() {
    Tensor kernel = Tensor.random(9, 12, 2);
    byte[] file =
        Sequence.of(2, 2, 3)
            .layer("Flatten", "\"data_format\": \"channels_last\"")
            .layer(
                "Dense",
                "\"units\": 2, \"use_bias\": false, \"activation\": \"linear\"",
                Sequence.arrays("kernel", kernel))
            .hdf5("2.4.0", "tensorflow");
    Tensor image = Tensor.random(10, 2, 2, 3);
    double expected = 0;
    for (int i = 0; i < 12; i++) {
      expected += image.values()[i] * kernel.get(i, 1);
    }

    assertThat(Sequence.answer(file, image)[1]).isCloseTo(expected, within(1e-12));
    // A vector could be in either order.
    assertThatThrownBy(() -> healthy(ModelFile.read("f.h5", file), Shape.of(12)))
        .hasMessageContainingAll("[3, 2, 2]", "[12]");
  }

  @ParameterizedTest
  @CsvSource({"true, IDENTITY", "false, REGRESSION"})
  void a_loss_from_logits_makes_a_classifier(boolean logits, Head head) {
    String loss =
        "{\"class_name\": \"SparseCategoricalCrossentropy\", \"config\": {\"from_logits\": %s}}"
            .formatted(logits);
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("model_config", dense("linear").json(false));
    attributes.put(
        "training_config", "{\"optimizer_config\": {\"clip\": NaN}, \"loss\": %s}".formatted(loss));
    byte[] hdf5 =
        Written.hdf5(
            attributes,
            Map.of(
                "l0",
                List.of(
                    new Written.Values("l0/kernel:0", KERNEL),
                    new Written.Values("l0/bias:0", BIAS))));
    String configuration =
        dense("linear")
            .json(true)
            .replaceFirst("\\}$", ", \"compile_config\": {\"loss\": %s}}".formatted(loss));
    byte[] archive =
        Written.archive(
            configuration,
            "3.4.0",
            List.of(
                new Written.Values("layers/dense/vars/0", KERNEL),
                new Written.Values("layers/dense/vars/1", BIAS)));

    for (byte[] file : List.of(hdf5, archive)) {
      assertThat(healthy(ModelFile.read("l", file), Shape.of(3)).head()).isEqualTo(head);
    }
  }
}
