package io.sextant.gradients.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.LogitsSaid;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.model.ModelFileException;
import io.sextant.gradients.model.UnsupportedLayerException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, by name and with what helps. */
class RefusalsTest {
  private static final Tensor KERNEL = Tensor.random(1, 3, 2);

  private static byte[] of(String kind, String options) {
    return Sequence.of(3)
        .layer(kind, options, Sequence.arrays("kernel", KERNEL))
        .hdf5("2.9.0", "tensorflow");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Quantum", "ConvLSTM2D", "GroupNormalization", "TimeDistributedDense"})
  void layers_without_a_rule_are_refused_when_the_file_is_read(String kind) {
    assertThatThrownBy(() -> ModelFile.read("r.h5", of(kind, "")))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("r.h5", kind, "supported are", "Dense");
  }

  @ParameterizedTest
  @CsvSource({"Lambda, never run", "Embedding, no gradient", "TensorFlowOpLayer, layers of Keras"})
  void layers_that_cannot_be_lowered_are_refused_with_what_helps(String kind, String advice) {
    assertThatThrownBy(() -> ModelFile.read("r.h5", of(kind, "")))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("r.h5", "'l0'", kind, advice);
  }

  @Test
  void layers_inside_wrappers_are_looked_at() {
    String inner = "\"layer\": {\"class_name\": \"%s\", \"config\": {\"name\": \"i\"}}";
    assertThatThrownBy(
            () -> ModelFile.read("r.h5", of("TimeDistributed", inner.formatted("Lambda"))))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("'i'", "Lambda");
    assertThatThrownBy(() -> ModelFile.read("r.h5", of("Bidirectional", inner.formatted("Own"))))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("'Own'");
  }

  @Test
  void classes_of_somebodys_own_are_refused_though_they_have_a_known_name() {
    for (String added :
        List.of(
            "\"module\": \"mine\", \"registered_name\": null",
            "\"module\": null, \"registered_name\": \"Custom>Dense\"",
            "\"module\": \"kerasy.layers\", \"registered_name\": null")) {
      String json =
          Sequence.of(3)
              .layer("Dense", "\"units\": 2, \"use_bias\": false")
              .json(true)
              .replace("\"class_name\": \"Dense\"", "\"class_name\": \"Dense\", " + added);
      byte[] file =
          Written.archive(
              json, "3.8.0", List.of(new Written.Values("layers/dense/vars/0", KERNEL)));
      assertThatThrownBy(() -> ModelFile.read("o.keras", file))
          .isInstanceOf(ModelFileException.class)
          .hasMessageContainingAll("o.keras", "Dense", "its code");
    }
  }

  @Test
  void subclassed_models_are_refused() {
    byte[] file =
        Written.hdf5(
            Map.of("model_config", "{\"class_name\": \"Vae\", \"config\": {}}"),
            Map.of("l", List.of()));
    assertThatThrownBy(() -> ModelFile.read("v.h5", file))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("'Vae'", "Sequential or Functional");
  }

  private static void refusedWhenCompiled(Sequence sequence, Tensor input, String... parts) {
    byte[] file = sequence.hdf5("2.9.0", "tensorflow");
    assertThatThrownBy(() -> Sequence.answer(file, input))
        .isInstanceOf(UnsupportedLayerException.class)
        .hasMessageContainingAll(parts)
        .message()
        .hasLineCount(1);
  }

  private static Sequence dense(String more) {
    return Sequence.of(3)
        .layer(
            "Dense", "\"units\": 2, \"use_bias\": false" + more, Sequence.arrays("kernel", KERNEL));
  }

  private static final Tensor INPUT = Tensor.random(2, 3);

  @Test
  void options_that_nobody_knows_are_not_dropped() {
    assertThat(
            Sequence.answer(
                dense(", \"kernel_regularizer\": {\"l2\": 1}").hdf5("2.9.0", ""), INPUT))
        .hasSize(2);
    refusedWhenCompiled(dense(", \"turbo\": true"), INPUT, "'l0'", "'turbo'", "not known");
    refusedWhenCompiled(dense(", \"activation\": \"wobble\""), INPUT, "'l0'", "'wobble'");
    refusedWhenCompiled(
        dense(
            ", \"activation\": {\"module\": \"builtins\", \"class_name\": \"function\", \"config\": \"mine\", \"registered_name\": \"function\"}"),
        INPUT,
        "'mine'");
    refusedWhenCompiled(
        dense(
            ", \"activation\": {\"module\": \"mine\", \"class_name\": \"function\", \"config\": \"relu\"}"),
        INPUT,
        "not one of Keras's own");
    byte[] quantised =
        Written.hdf5(
            Map.of(
                "model_config",
                Sequence.of(3)
                    .layer("Activation", "\"activation\": \"relu\"")
                    .json(false)
                    .replace("float32", "int8")),
            Map.of("l0", List.of()));
    assertThatThrownBy(() -> Sequence.answer(quantised, INPUT))
        .isInstanceOf(UnsupportedLayerException.class)
        .hasMessageContainingAll("'int8'", "only floats");
    refusedWhenCompiled(Sequence.of(3).layer("Softmax", "\"axis\": [1, 2]"), INPUT, "several axes");
    refusedWhenCompiled(
        Sequence.of(3).layer("Softmax", "\"axis\": 7"), INPUT, "axis 7 does not exist");
  }

  @Test
  void weights_that_do_not_fit_are_refused() {
    Sequence wide =
        Sequence.of(3)
            .layer(
                "Dense",
                "\"units\": 90000000, \"use_bias\": false",
                Sequence.arrays("kernel", KERNEL));
    refusedWhenCompiled(wide, INPUT, "'l0'", "kernel must have the shape [3, 90000000]", "[3, 2]");
    Sequence few = Sequence.of(3).layer("Dense", "\"units\": 2", Sequence.arrays("kernel", KERNEL));
    refusedWhenCompiled(few, INPUT, "'l0'", "[kernel, bias]", "1 arrays");
  }

  @Test
  void sizes_that_no_image_has_are_refused() {
    Sequence dilated =
        Sequence.of(9, 9, 1)
            .layer(
                "Conv2D",
                "\"filters\": 2, \"kernel_size\": [2, 2], \"use_bias\": false, \"dilation_rate\": [2147483647, 2147483647]",
                Sequence.arrays("kernel", Tensor.random(3, 2, 2, 1, 2)));
    assertThatThrownBy(() -> Sequence.answer(dilated.hdf5("2.9.0", ""), Tensor.random(4, 9, 9, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("window");
    Sequence wide =
        Sequence.of(9, 9, 1).layer("ZeroPadding2D", "\"padding\": [2000000000, 2000000000]");
    assertThatThrownBy(() -> Sequence.answer(wide.hdf5("2.9.0", ""), Tensor.random(4, 9, 9, 1)))
        .isInstanceOf(IllegalArgumentException.class);
    Sequence large = Sequence.of(9, 9, 1).layer("UpSampling2D", "\"size\": [30000, 70000]");
    assertThatThrownBy(() -> Sequence.answer(large.hdf5("2.9.0", ""), Tensor.random(4, 9, 9, 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_mask_that_a_layer_cannot_take_is_refused() {
    refusedWhenCompiled(
        Sequence.of(4, 3).layer("Masking", "\"mask_value\": 0.0").layer("Flatten", ""),
        Tensor.random(5, 4, 3),
        "'l1'",
        "mask",
        "Flatten");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stateful", "return_state", "time_major"})
  void states_between_calls_are_refused(String option) {
    refusedWhenCompiled(
        Sequence.of(4, 3)
            .layer(
                "SimpleRNN",
                "\"units\": 2, \"use_bias\": false, \"%s\": true".formatted(option),
                Sequence.arrays(
                    "cell/kernel",
                    Tensor.random(6, 3, 2),
                    "cell/recurrent_kernel",
                    Tensor.random(7, 2, 2))),
        Tensor.random(5, 4, 3),
        "'l0'",
        option);
  }

  @Test
  void two_results_of_a_bidirectional_layer_are_refused() {
    String layer =
        "{\"class_name\": \"SimpleRNN\", \"config\": {\"name\": \"a\", \"units\": 2, \"use_bias\": false}}";
    refusedWhenCompiled(
        Sequence.of(4, 3).layer("Bidirectional", "\"merge_mode\": null, \"layer\": " + layer),
        Tensor.random(5, 4, 3),
        "merge_mode");
  }

  @Test
  void activations_of_somebodys_own_are_refused() {
    assertThatThrownBy(
            () ->
                ModelFile.read(
                    "a.h5",
                    dense(
                            ", \"activation\": {\"module\": \"mine\", \"class_name\": \"ReLU\", \"registered_name\": \"mine>ReLU\", \"config\": {}}")
                        .hdf5("2.9.0", "")))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("a.h5", "mine>ReLU", "its code");
  }

  @Test
  void two_layers_of_one_name_are_refused() {
    String json =
        Sequence.of(3).layer("ReLU", "").layer("ReLU", "").json(false).replace("\"l1\"", "\"l0\"");
    byte[] file = Written.hdf5(Map.of("model_config", json), Map.of("l0", List.of()));
    assertThatThrownBy(() -> ModelFile.read("same.h5", file))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("same.h5", "two layers have the name 'l0'");
  }

  /** A hundred layers that all find one array, whose path has all their names. */
  @Test
  void arrays_that_stand_for_the_same_bytes_do_not_fill_the_memory() {
    StringBuilder layers = new StringBuilder();
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      String name = "d" + i;
      path.append(name).append('/');
      layers.append(i == 0 ? "" : ", ");
      layers.append(
          "{\"class_name\": \"Dense\", \"config\": {\"name\": \"%s\", \"units\": 60, \"use_bias\": false}}"
              .formatted(name));
    }
    String model =
        "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"n\", \"batch_input_shape\": [null, 60], \"layers\": [%s]}}";
    byte[] file =
        Written.hdf5(
            Map.of("model_config", model.formatted(model.formatted(layers))),
            Map.of("n", List.of(new Written.Values(path + "kernel:0", Tensor.random(8, 60, 60)))));
    assertThatThrownBy(
            () ->
                ModelFile.read("many.h5", file)
                    .network()
                    .compile(Shape.of(60), Optional.empty(), Optional.empty(), LogitsSaid.NOT))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("many.h5", "more weights than the file can hold");
  }
}
