package io.sextant.gradients.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.FrameworkNetwork;
import io.sextant.gradients.model.Head;
import io.sextant.gradients.model.LogitsSaid;
import io.sextant.gradients.model.ModelFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs of layers: merges, shared layers, models inside models, several outputs. */
class FunctionalModelsTest {
  private static final Tensor INPUT = Tensor.random(200, 3);

  private static String layer(String kind, String name, String options, String nodes) {
    return "{\"class_name\": \"%s\", \"name\": \"%s\", \"config\": {\"name\": \"%s\"%s}, \"inbound_nodes\": %s}"
        .formatted(kind, name, name, options.isEmpty() ? "" : ", " + options, nodes);
  }

  private static String input(String name, String shape) {
    return layer(
        "InputLayer",
        name,
        "\"batch_input_shape\": [null, %s], \"sparse\": false".formatted(shape),
        "[]");
  }

  /** A node of Keras 2 that reads the first results of these layers. */
  private static String reads(String... names) {
    List<String> all = new ArrayList<>();
    for (String name : names) {
      all.add("[\"%s\", 0, 0, {}]".formatted(name));
    }
    return "[[%s]]".formatted(String.join(", ", all));
  }

  private static String model(String kind, String name, String outputs, String... layers) {
    return "{\"class_name\": \"%s\", \"name\": \"%s\", \"config\": {\"name\": \"%s\", \"layers\": [%s], \"input_layers\": [[\"in\", 0, 0]], \"output_layers\": %s}}"
        .formatted(kind, name, name, String.join(", ", layers), outputs);
  }

  private static String functional(String outputs, String... layers) {
    return model("Functional", "m", outputs, layers);
  }

  private static byte[] hdf5(String configuration, Map<String, List<Written.Values>> layers) {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("model_config", configuration);
    attributes.put("keras_version", "2.9.0");
    attributes.put("backend", "tensorflow");
    return Written.hdf5(attributes, layers);
  }

  private static FrameworkNetwork.Compiled compiled(byte[] file, Shape shape, String output) {
    return ModelFile.read("f", file)
        .network()
        .compile(
            shape,
            Optional.empty(),
            output.isEmpty() ? Optional.empty() : Optional.of(output),
            LogitsSaid.NOT);
  }

  private static double[] answer(byte[] file, Tensor input, String output) {
    int[] sizes = input.sizes();
    Shape shape = sizes.length < 3 ? Shape.of(sizes) : Shape.of(sizes[2], sizes[0], sizes[1]);
    return compiled(file, shape, output).judge().outputs(new double[][] {input.data()})[0];
  }

  private static String dense(String name, int units, String nodes) {
    return layer(
        "Dense",
        name,
        "\"units\": %d, \"activation\": \"linear\", \"use_bias\": false".formatted(units),
        nodes);
  }

  private static Map<String, List<Written.Values>> kernels(Object... namesAndTensors) {
    Map<String, List<Written.Values>> layers = new LinkedHashMap<>();
    for (int i = 0; i < namesAndTensors.length; i += 2) {
      String name = (String) namesAndTensors[i];
      layers.put(
          name, List.of(new Written.Values(name + "/kernel:0", (Tensor) namesAndTensors[i + 1])));
    }
    return layers;
  }

  /** Names of Keras 2 may have separators in them, also inside a model. */
  @Test
  void layers_inside_models_whose_names_have_separators_find_their_weights() {
    String inner =
        model(
            "Model",
            "net",
            "[[\"block/fc\", 0, 0]]",
            input("in", "3"),
            dense("block/fc", 2, reads("in")));
    String whole =
        "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"s\", \"layers\": [%s]}}"
            .formatted(inner);
    byte[] file = hdf5(whole, Map.of("net", List.of(new Written.Values("block/fc/kernel:0", A))));
    assertThat(answer(file, INPUT, ""))
        .containsExactly(Slow.dense(INPUT, A).values(), within(1e-12));
  }

  private static final Tensor A = Tensor.random(201, 3, 2);
  private static final Tensor B = Tensor.random(202, 3, 2);

  @Test
  void merges_of_two_branches() {
    double[] a = Slow.dense(INPUT, A).values();
    double[] b = Slow.dense(INPUT, B).values();
    Map<String, double[]> expected =
        Map.of(
            "Add", new double[] {a[0] + b[0], a[1] + b[1]},
            "Subtract", new double[] {a[0] - b[0], a[1] - b[1]},
            "Multiply", new double[] {a[0] * b[0], a[1] * b[1]},
            "Average", new double[] {(a[0] + b[0]) / 2, (a[1] + b[1]) / 2},
            "Maximum", new double[] {Math.max(a[0], b[0]), Math.max(a[1], b[1])},
            "Minimum", new double[] {Math.min(a[0], b[0]), Math.min(a[1], b[1])},
            "Concatenate", new double[] {a[0], a[1], b[0], b[1]},
            "Dot", new double[] {a[0] * b[0] + a[1] * b[1]});
    expected.forEach(
        (kind, values) -> {
          String options = kind.equals("Dot") ? "\"axes\": 1, \"normalize\": false" : "";
          byte[] file =
              hdf5(
                  functional(
                      "[[\"out\", 0, 0]]",
                      input("in", "3"),
                      dense("a", 2, reads("in")),
                      dense("b", 2, reads("in")),
                      layer(kind, "out", options, reads("a", "b"))),
                  kernels("a", A, "b", B));
          assertThat(answer(file, INPUT, "")).as(kind).containsExactly(values, within(1e-12));
        });
  }

  /** A gate for each channel of an image, as squeeze-and-excitation has it. */
  @Test
  void merges_repeat_dimensions_of_one() {
    Tensor image = Tensor.random(203, 2, 3, 4);
    Tensor kernel = Tensor.random(204, 4, 4);
    byte[] file =
        hdf5(
            functional(
                "[[\"out\", 0, 0]]",
                input("in", "2, 3, 4"),
                layer("GlobalAveragePooling2D", "pool", "\"keepdims\": true", reads("in")),
                dense("gate", 4, reads("pool")),
                layer("Multiply", "out", "", reads("in", "gate"))),
            kernels("gate", kernel));
    Tensor mean =
        Tensor.of(
            new int[] {4},
            at -> {
              double sum = 0;
              for (int p = 0; p < 6; p++) {
                sum += image.values()[4 * p + at[0]] / 6;
              }
              return sum;
            });
    Tensor gate = Slow.dense(mean, kernel);

    assertThat(answer(file, image, ""))
        .containsExactly(
            Tensor.of(image.sizes(), at -> image.get(at) * gate.get(at[2])).data(), within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, -1})
  void images_are_concatenated_along_any_axis(int axis) {
    Tensor image = Tensor.random(205, 2, 3, 2);
    Tensor kernel = Tensor.random(206, 2, 2);
    byte[] file =
        hdf5(
            functional(
                "[[\"out\", 0, 0]]",
                input("in", "2, 3, 2"),
                dense("d", 2, reads("in")),
                layer("Concatenate", "out", "\"axis\": " + axis, reads("in", "d"))),
            kernels("d", kernel));
    Tensor other = Slow.dense(image, kernel);
    int own = axis < 0 ? 2 : axis - 1;
    int[] sizes = image.sizes().clone();
    sizes[own] *= 2;

    assertThat(answer(file, image, ""))
        .containsExactly(
            Tensor.of(
                    sizes,
                    at -> {
                      int[] from = at.clone();
                      boolean second = at[own] >= image.sizes()[own];
                      from[own] = at[own] % image.sizes()[own];
                      return (second ? other : image).get(from);
                    })
                .data(),
            within(1e-12));
  }

  @Test
  void a_shared_layer_has_one_kernel_for_all_its_calls() {
    Tensor kernel = Tensor.random(207, 3, 3);
    String twice = "[[[\"in\", 0, 0, {}]], [[\"shared\", 0, 0, {}]]]";
    byte[] file =
        hdf5(
            functional(
                "[[\"out\", 0, 0]]",
                input("in", "3"),
                dense("shared", 3, twice),
                layer("Subtract", "out", "", "[[[\"shared\", 1, 0, {}], [\"shared\", 0, 0, {}]]]")),
            kernels("shared", kernel));
    Tensor once = Slow.dense(INPUT, kernel);
    Tensor again = Slow.dense(once, kernel);
    FrameworkNetwork.Compiled compiled = compiled(file, Shape.of(3), "");

    assertThat(answer(file, INPUT, ""))
        .containsExactly(
            Tensor.of(new int[] {3}, at -> again.get(at) - once.get(at)).values(), within(1e-12));
    assertThat(compiled.graph().weights().names()).hasSize(1);
    assertThat(compiled.graph().nodes().stream().map(Node::name))
        .contains("shared", "shared#2", "out");
  }

  @Test
  void of_several_outputs_one_is_chosen_by_its_name() {
    byte[] file =
        hdf5(
            functional(
                "[[\"a\", 0, 0], [\"b\", 0, 0]]",
                input("in", "3"),
                dense("a", 2, reads("in")),
                dense("b", 2, reads("in"))),
            kernels("a", A, "b", B));

    assertThat(answer(file, INPUT, "b"))
        .containsExactly(Slow.dense(INPUT, B).values(), within(1e-12));
    assertThatThrownBy(() -> answer(file, INPUT, ""))
        .hasMessageContainingAll("2 outputs", "output: NAME", "[a, b]");
    assertThatThrownBy(() -> answer(file, INPUT, "c"))
        .hasMessageContainingAll("no output c", "[a, b]");
  }

  @Test
  void a_model_with_several_inputs_is_refused_by_their_names() {
    String configuration =
        functional(
                "[[\"out\", 0, 0]]",
                input("in", "3"),
                input("other", "3"),
                layer("Add", "out", "", reads("in", "other")))
            .replace("[[\"in\", 0, 0]], \"output", "[[\"in\", 0, 0], [\"other\", 0, 0]], \"output");
    byte[] file = hdf5(configuration, Map.of());
    assertThatThrownBy(() -> answer(file, INPUT, ""))
        .hasMessageContainingAll("one input", "[in, other]");
  }

  /**
   * As Teachable Machine has it: a sequence of sequences, in which a graph of convolutions stands.
   */
  @Test
  void models_inside_models_find_their_weights_by_the_names_of_their_layers() {
    Tensor kernel = Tensor.random(208, 1, 1, 2, 3);
    Tensor gamma = Tensor.random(209, 3);
    Tensor beta = Tensor.random(210, 3);
    Tensor mean = Tensor.random(211, 3);
    Tensor variance = Tensor.positive(212, 3);
    Tensor last = Tensor.random(213, 3, 2);
    String inner =
        model(
            "Model",
            "net",
            "[[\"bn\", 0, 0]]",
            input("in", "2, 2, 2"),
            layer(
                "Conv2D",
                "conv",
                "\"filters\": 3, \"kernel_size\": [1, 1], \"use_bias\": false",
                reads("in")),
            layer("BatchNormalization", "bn", "\"axis\": 3, \"epsilon\": 0.001", reads("conv")));
    String first =
        "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"features\", \"layers\": [%s, %s]}}"
            .formatted(inner, layer("GlobalAveragePooling2D", "pool", "", "[]"));
    String second =
        "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"head\", \"layers\": [%s]}}"
            .formatted(
                layer(
                    "Dense",
                    "dense",
                    "\"units\": 2, \"activation\": \"softmax\", \"use_bias\": false",
                    "[]"));
    String whole =
        "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"tm\", \"layers\": [%s, %s]}}"
            .formatted(first, second);
    byte[] hdf5 =
        hdf5(
            whole,
            Map.of(
                "features",
                List.of(
                    new Written.Values("conv/kernel:0", kernel),
                    new Written.Values("bn/gamma:0", gamma),
                    new Written.Values("bn/beta:0", beta),
                    new Written.Values("bn/moving_mean:0", mean),
                    new Written.Values("bn/moving_variance:0", variance)),
                "head",
                List.of(new Written.Values("head/dense/kernel:0", last))));
    List<Written.Values> byPath = new ArrayList<>();
    // Windows wrote its own separators, and early versions called the list otherwise.
    String net = "layers/sequential/layers/functional/_layer_checkpoint_dependencies\\";
    byPath.add(new Written.Values(net + "conv2d/vars/0", kernel));
    int index = 0;
    for (Tensor tensor : List.of(gamma, beta, mean, variance)) {
      byPath.add(new Written.Values(net + "batch_normalization/vars/" + index++, tensor));
    }
    byPath.add(new Written.Values("layers/sequential_1/layers/dense/vars/0", last));
    byte[] archive =
        Written.archive(whole.replace("\"Model\"", "\"Functional\""), "2.13.0", byPath);
    Tensor image = Tensor.random(214, 2, 2, 2);
    Tensor convolved = Slow.convolution(image, kernel, new Slow.Steps(1, 1, "valid", 1));
    Tensor pooled =
        Tensor.of(
            new int[] {3},
            at -> {
              int c = at[0];
              double sum = 0;
              for (int p = 0; p < 4; p++) {
                double z =
                    (convolved.values()[3 * p + c] - mean.get(c))
                        / Math.sqrt(variance.get(c) + 0.001);
                sum += (z * gamma.get(c) + beta.get(c)) / 4;
              }
              return sum;
            });
    double[] z = Slow.dense(pooled, last).values();

    for (byte[] file : List.of(hdf5, archive)) {
      assertThat(answer(file, image, "")[0])
          .isCloseTo(1 / (1 + Math.exp(z[1] - z[0])), within(1e-12));
      assertThat(ModelFile.read("m", file).inputShape()).contains(Shape.of(2, 2, 2));
      assertThat(ModelFile.read("m", file).network().parameters()).isEqualTo(24);
      FrameworkNetwork.Compiled compiled = compiled(file, Shape.of(2, 2, 2), "");
      assertThat(compiled.head()).isEqualTo(Head.SOFTMAX);
      assertThat(compiled.graph().node("features/net/bn")).isPresent();
    }
  }

  private static String tensor(String name) {
    return "{\"class_name\": \"__keras_tensor__\", \"config\": {\"shape\": [null, 3], \"dtype\": \"float32\", \"keras_history\": [\"%s\", 0, 0]}}"
        .formatted(name);
  }

  /** Keras 3 calls layers with arguments, and writes arithmetic as operations among the layers. */
  @Test
  void keras_3_calls_layers_with_arguments() {
    String scaled =
        "{\"module\": \"keras.src.ops.numpy\", \"class_name\": \"Multiply\", \"config\": {\"name\": \"mul\"}, \"name\": \"mul\", \"registered_name\": \"Multiply\", \"inbound_nodes\": [{\"args\": [%s, 0.5], \"kwargs\": {}}]}"
            .formatted(tensor("in"));
    String turned =
        "{\"module\": \"keras.src.ops.numpy\", \"class_name\": \"Subtract\", \"config\": {\"name\": \"sub\"}, \"name\": \"sub\", \"inbound_nodes\": [{\"args\": [1.0, %s], \"kwargs\": {}}]}"
            .formatted(tensor("mul"));
    String dropped =
        layer(
            "Dropout",
            "drop",
            "\"rate\": 0.5",
            "[{\"args\": [%s], \"kwargs\": {\"training\": false}}]".formatted(tensor("sub")));
    String added =
        layer(
            "Add",
            "out",
            "",
            "[{\"args\": [[%s, %s]], \"kwargs\": {}}]".formatted(tensor("drop"), tensor("in")));
    String configuration =
        functional(
                "[\"out\", 0, 0]",
                input("in", "3").replace("batch_input_shape", "batch_shape"),
                scaled,
                turned,
                dropped,
                added)
            .replace("[[\"in\", 0, 0]], \"output", "[\"in\", 0, 0], \"output");
    byte[] archive = Written.archive(configuration, "3.8.0", List.of());

    assertThat(answer(archive, INPUT, ""))
        .containsExactly(INPUT.map(x -> 1 - 0.5 * x + x).values(), within(1e-12));
    byte[] training =
        Written.archive(
            configuration.replace("\"training\": false", "\"training\": true"), "3.8.0", List.of());
    assertThatThrownBy(() -> answer(training, INPUT, ""))
        .hasMessageContainingAll("drop", "training = true");
  }

  /** In training mode a model inside would compute with the statistics of the batch. */
  @Test
  void arguments_of_models_inside_models_are_not_dropped() {
    String inner =
        "{\"class_name\": \"Sequential\", \"name\": \"base\", \"config\": {\"name\": \"base\", \"layers\": [{\"class_name\": \"ReLU\", \"config\": {\"name\": \"r\"}}]}, \"inbound_nodes\": [[[\"in\", 0, 0, {\"training\": %s, \"mask\": [null]}]]]}";
    for (boolean training : new boolean[] {false, true}) {
      byte[] file =
          hdf5(
              functional("[[\"base\", 0, 0]]", input("in", "3"), inner.formatted(training)),
              Map.of());
      if (training) {
        assertThatThrownBy(() -> answer(file, INPUT, ""))
            .hasMessageContainingAll("base", "training = true");
      } else {
        assertThat(answer(file, INPUT, "")).hasSize(3);
      }
    }
  }

  @Test
  void tensors_that_a_layer_does_not_look_at_are_refused() {
    byte[] surplus =
        hdf5(
            functional("[[\"out\", 0, 0]]", input("in", "3"), dense("out", 2, reads("in", "in"))),
            kernels("out", A));
    assertThatThrownBy(() -> answer(surplus, INPUT, ""))
        .hasMessageContainingAll("'out'", "takes one tensor", "2");
    byte[] named =
        hdf5(
            functional(
                "[[\"out\", 0, 0]]",
                input("in", "3"),
                layer("ReLU", "out", "", "[[[\"in\", 0, 0, {\"mask\": [\"in\", 0, 0]}]]]")),
            Map.of());
    assertThatThrownBy(() -> answer(named, INPUT, "")).hasMessageContainingAll("'out'", "mask");
  }

  /** Two units with a binary loss are two answers, not two classes. */
  @Test
  void several_logits_that_are_each_for_themselves_are_no_classes() {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put(
        "model_config",
        functional("[[\"out\", 0, 0]]", input("in", "3"), dense("out", 2, reads("in"))));
    for (String loss : List.of("BinaryCrossentropy", "CategoricalCrossentropy")) {
      attributes.put(
          "training_config",
          "{\"loss\": {\"class_name\": \"%s\", \"config\": {\"from_logits\": true}}}"
              .formatted(loss));
      byte[] file = Written.hdf5(attributes, kernels("out", A));
      Head head =
          ModelFile.read("b", file)
              .network()
              .compile(Shape.of(3), Optional.empty(), Optional.empty(), LogitsSaid.BY_FILE)
              .head();
      assertThat(head).isEqualTo(loss.startsWith("B") ? Head.REGRESSION : Head.IDENTITY);
    }
  }

  /** As MobileNet ends: classes as the channels of one pixel, and then a vector. */
  @Test
  void classes_of_one_pixel_are_a_head() {
    for (String activation : List.of("softmax", "log_softmax")) {
      byte[] file =
          hdf5(
              functional(
                  "[[\"out\", 0, 0]]",
                  input("in", "1, 1, 3"),
                  layer(
                      "Conv2D",
                      "conv",
                      "\"filters\": 2, \"kernel_size\": [1, 1], \"use_bias\": false",
                      reads("in")),
                  layer(
                      "Activation",
                      "soft",
                      "\"activation\": \"" + activation + "\"",
                      reads("conv")),
                  layer("Reshape", "out", "\"target_shape\": [2]", reads("soft"))),
              kernels("conv", Tensor.random(240, 1, 1, 3, 2)));
      assertThat(compiled(file, Shape.of(3, 1, 1), "").head()).isEqualTo(Head.SOFTMAX);
    }
  }

  @Test
  void arithmetic_of_unequal_ranks_is_refused() {
    byte[] file =
        hdf5(
            functional(
                "[[\"out\", 0, 0]]",
                input("in", "3"),
                layer("Reshape", "row", "\"target_shape\": [1, 3]", reads("in")),
                layer(
                    "TFOpLambda",
                    "out",
                    "\"function\": \"math.add\"",
                    "[[\"row\", 0, 0, {\"y\": [\"in\", 0, 0], \"name\": null}]]")),
            Map.of());
    assertThatThrownBy(() -> answer(file, INPUT, "")).hasMessageContaining("one rank");
  }

  /** Several heads of attention of a sequence to itself, and one head to another sequence. */
  @Test
  void attention() {
    Tensor input = Tensor.random(220, 4, 6);
    Tensor[] kernels = new Tensor[4];
    Tensor[] biases = new Tensor[4];
    for (int i = 0; i < 4; i++) {
      kernels[i] = i < 3 ? Tensor.random(221 + i, 6, 2, 3) : Tensor.random(224, 2, 3, 6);
      biases[i] = i < 3 ? Tensor.random(225 + i, 2, 3) : Tensor.random(228, 6);
    }
    String configuration =
        functional(
            "[[\"mha\", 0, 0]]",
            input("in", "4, 6"),
            layer(
                "MultiHeadAttention",
                "mha",
                "\"num_heads\": 2, \"key_dim\": 3, \"value_dim\": 3, \"dropout\": 0.1, \"use_bias\": true, \"output_shape\": null, \"attention_axes\": [1]",
                "[{\"args\": [%s, %s], \"kwargs\": {\"use_causal_mask\": false}}]"
                    .formatted(tensor("in"), tensor("in"))));
    List<Written.Values> values = new ArrayList<>();
    String[] parts = {"query_dense", "_key_dense", "value_dense", "_output_dense"};
    for (int i = 0; i < 4; i++) {
      values.add(
          new Written.Values("layers/multi_head_attention/" + parts[i] + "/vars/0", kernels[i]));
      values.add(
          new Written.Values("layers/multi_head_attention/" + parts[i] + "/vars/1", biases[i]));
    }
    byte[] file = Written.archive(configuration, "3.8.0", values);
    Tensor[] projected = new Tensor[3];
    for (int i = 0; i < 3; i++) {
      int part = i;
      projected[i] =
          Tensor.of(
              new int[] {4, 2, 3},
              at -> {
                double sum = biases[part].get(at[1], at[2]);
                for (int f = 0; f < 6; f++) {
                  sum += input.get(at[0], f) * kernels[part].get(f, at[1], at[2]);
                }
                return sum;
              });
    }
    Tensor mixed =
        Tensor.of(
            new int[] {4, 2, 3},
            at -> {
              double[] weights = new double[4];
              double all = 0;
              for (int s = 0; s < 4; s++) {
                double score = 0;
                for (int d = 0; d < 3; d++) {
                  score += projected[0].get(at[0], at[1], d) * projected[1].get(s, at[1], d);
                }
                weights[s] = Math.exp(score / Math.sqrt(3));
                all += weights[s];
              }
              double sum = 0;
              for (int s = 0; s < 4; s++) {
                sum += weights[s] / all * projected[2].get(s, at[1], at[2]);
              }
              return sum;
            });
    Tensor expected =
        Tensor.of(
            new int[] {4, 6},
            at -> {
              double sum = biases[3].get(at[1]);
              for (int h = 0; h < 2; h++) {
                for (int d = 0; d < 3; d++) {
                  sum += mixed.get(at[0], h, d) * kernels[3].get(h, d, at[1]);
                }
              }
              return sum;
            });

    assertThat(answer(file, input, "")).containsExactly(expected.values(), within(1e-12));
  }
}
