package io.sextant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.ModelInput;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.FrameworkNetwork;
import io.sextant.gradients.model.Head;
import io.sextant.gradients.model.HealthCheck;
import io.sextant.gradients.model.HealthReport;
import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.model.ModelSettings;
import io.sextant.gradients.model.TrainedModel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Networks as exporters write them: answers, gradients, heads, and health on the fast engine. */
class NetworksTest {
  private static final long N = ModelBuilder.FREE;

  private static String dense(ModelBuilder model, String x, int inputs, int outputs) {
    return model.node(
        "Gemm",
        List.of(x, model.weights(outputs, inputs), model.weights(outputs)),
        Map.of("transB", 1));
  }

  private static String convolution(
      ModelBuilder model, String x, int from, int to, int kernel, int stride, int groups) {
    int pad = kernel / 2;
    return model.node(
        "Conv",
        List.of(x, model.weights(to, from / groups, kernel, kernel), model.weights(to)),
        Map.of(
            "pads",
            new int[] {pad, pad, pad, pad},
            "strides",
            new int[] {stride, stride},
            "group",
            groups));
  }

  private static String normalised(ModelBuilder model, String x, int channels) {
    return model.node(
        "BatchNormalization",
        List.of(
            x,
            model.positive(channels),
            model.weights(channels),
            model.weights(channels),
            model.positive(channels)),
        Map.of());
  }

  private static ModelBuilder ends(
      ModelBuilder model, String type, String x, Map<String, ?> attributes) {
    model.node(type, List.of(x), List.of("y"), attributes);
    return model.output("y");
  }

  private static FrameworkNetwork.Compiled check(ModelBuilder model, Head head) {
    FrameworkNetwork.Compiled compiled = Contract.check(model);
    assertThat(compiled.head()).isEqualTo(head);
    // The judge and the engine that is chosen by itself agree as well.
    LoadedNetwork loaded = ModelFile.read("model.onnx", model.bytes());
    Shape shape = loaded.inputShape().orElseThrow();
    TrainedModel trained =
        TrainedModel.of(
            loaded,
            ModelInput.of(shape, InputDomain.box(shape.elements(), -2, 2)),
            head == Head.IDENTITY ? ModelSettings.DEFAULT.withLogits() : ModelSettings.DEFAULT);
    try (GradientService service = trained.service()) {
      HealthReport health = HealthCheck.run(trained, service, trained.domain(), 5);
      assertThat(health.ok()).as(health.messages().toString()).isTrue();
    }
    return compiled;
  }

  @Test
  void a_residual_network() {
    ModelBuilder model = new ModelBuilder(17).input(N, 3, 8, 8);
    String x = model.node("Relu", normalised(model, convolution(model, "x", 3, 8, 3, 1, 1), 8));
    String y = model.node("Relu", normalised(model, convolution(model, x, 8, 8, 3, 1, 1), 8));
    String z = model.node("Relu", model.node("Add", convolution(model, y, 8, 8, 3, 1, 1), x));
    String pooled = model.node("GlobalAveragePool", convolution(model, z, 8, 12, 3, 2, 1));
    String flat = model.node("Flatten", pooled);
    check(ends(model, "Softmax", dense(model, flat, 12, 5), Map.of("axis", -1)), Head.SOFTMAX);
  }

  @Test
  void a_mobile_network() {
    ModelBuilder model = new ModelBuilder(11).input(N, 3, 8, 8);
    String x = convolution(model, "x", 3, 8, 3, 2, 1);
    x = model.node("Clip", x, model.number(0), model.number(6));
    String wide = model.node("Relu", convolution(model, x, 8, 16, 1, 1, 1));
    String deep = normalised(model, convolution(model, wide, 16, 16, 3, 1, 16), 16);
    // Squeeze and excite
    String mean = model.node("GlobalAveragePool", deep);
    String gate =
        model.node(
            "HardSigmoid",
            List.of(convolution(model, mean, 16, 16, 1, 1, 1)),
            Map.of("alpha", 1 / 6f, "beta", 0.5f));
    String scaled = model.node("Mul", deep, gate);
    String out = model.node("Add", convolution(model, scaled, 16, 8, 1, 1, 1), x);
    String pooled =
        model.node("ReduceMean", List.of(out), Map.of("axes", new int[] {2, 3}, "keepdims", 0));
    check(ends(model, "LogSoftmax", dense(model, pooled, 8, 4), Map.of("axis", 1)), Head.SOFTMAX);
  }

  @Test
  void a_network_of_signals() {
    ModelBuilder model = new ModelBuilder(13).input(N, 2, 20);
    String x =
        model.node(
            "Conv",
            List.of("x", model.weights(6, 2, 5), model.weights(6)),
            Map.of("pads", new int[] {2, 2}));
    x =
        model.node(
            "MaxPool",
            List.of(model.node("Relu", x)),
            Map.of("kernel_shape", new int[] {2}, "strides", new int[] {2}));
    String flat = model.node("Reshape", x, model.longs(0, -1));
    check(ends(model, "Identity", dense(model, flat, 60, 3), Map.of()), Head.IDENTITY);
  }

  @Test
  void recurrent_networks_as_pytorch_writes_them() {
    for (String type : List.of("LSTM", "GRU")) {
      int gates = type.equals("LSTM") ? 4 : 3;
      ModelBuilder model = new ModelBuilder(17).input(N, 7, 3);
      String turned = model.node("Transpose", List.of("x"), Map.of("perm", new int[] {1, 0, 2}));
      List<String> inputs =
          List.of(
              turned,
              model.weights(2, gates * 4, 3),
              model.weights(2, gates * 4, 4),
              model.weights(2, 2 * gates * 4));
      model.node(
          type,
          inputs,
          List.of("all"),
          type.equals("GRU")
              ? Map.of("hidden_size", 4, "direction", "bidirectional", "linear_before_reset", 1)
              : Map.of("hidden_size", 4, "direction", "bidirectional"));
      String beside =
          model.node("Transpose", List.of("all"), Map.of("perm", new int[] {0, 2, 1, 3}));
      String joined = model.node("Reshape", beside, model.longs(0, 0, -1));
      String rowsFirst =
          model.node("Transpose", List.of(joined), Map.of("perm", new int[] {1, 0, 2}));
      String last = model.node("Gather", List.of(rowsFirst, model.aLong(-1)), Map.of("axis", 1));
      check(ends(model, "Softmax", dense(model, last, 8, 3), Map.of("axis", 1)), Head.SOFTMAX);
    }
  }

  /** Patches, a class token, positions, an attention of two heads, GELU in pieces. */
  @Test
  void a_vision_transformer_as_pytorch_writes_it() {
    int width = 8;
    ModelBuilder model = new ModelBuilder(13).input(N, 3, 8, 8);
    String patches =
        model.node(
            "Conv",
            List.of("x", model.weights(width, 3, 4, 4), model.weights(width)),
            Map.of("strides", new int[] {4, 4}));
    String shape = model.node("Shape", patches);
    String front = model.node("Slice", shape, model.longs(0), model.longs(2), model.longs(0));
    String flat =
        model.node(
            "Reshape",
            patches,
            model.node("Concat", List.of(front, model.longs(-1)), Map.of("axis", 0)));
    String tokens = model.node("Transpose", List.of(flat), Map.of("perm", new int[] {0, 2, 1}));
    String batch =
        model.node(
            "Gather", List.of(model.node("Shape", tokens), model.longs(0)), Map.of("axis", 0));
    String sizes = model.node("Concat", List.of(batch, model.longs(1, width)), Map.of("axis", 0));
    String token = model.node("Expand", model.weights(1, 1, width), sizes);
    String all = model.node("Concat", List.of(token, tokens), Map.of("axis", 1));
    String x = model.node("Add", all, model.weights(1, 5, width));
    // One block
    String normal = layerNorm(model, x, width);
    String qkv =
        model.node(
            "Add",
            model.node("MatMul", normal, model.weights(width, 3 * width)),
            model.weights(3 * width));
    String heads = model.node("Reshape", qkv, model.longs(0, 5, 3, 2, 4));
    String first =
        model.node("Transpose", List.of(heads), Map.of("perm", new int[] {2, 0, 3, 1, 4}));
    model.node("Split", List.of(first), List.of("q0", "k0", "v0"), Map.of("axis", 0));
    String q = model.node("Squeeze", "q0", model.longs(0));
    String k = model.node("Squeeze", "k0", model.longs(0));
    String v = model.node("Squeeze", "v0", model.longs(0));
    String scores =
        model.node(
            "MatMul",
            q,
            model.node("Transpose", List.of(k), Map.of("perm", new int[] {0, 1, 3, 2})));
    String weights =
        model.node(
            "Softmax", List.of(model.node("Div", scores, model.number(2))), Map.of("axis", -1));
    String mixed =
        model.node(
            "Transpose",
            List.of(model.node("MatMul", weights, v)),
            Map.of("perm", new int[] {0, 2, 1, 3}));
    String joined = model.node("Reshape", mixed, model.longs(0, 5, width));
    String attended =
        model.node(
            "Add",
            x,
            model.node(
                "Add",
                model.weights(width),
                model.node("MatMul", joined, model.weights(width, width))));
    String wide = model.node("MatMul", layerNorm(model, attended, width), model.weights(width, 16));
    String erf = model.node("Erf", model.node("Div", wide, model.number(1.4142135f)));
    String gelu =
        model.node(
            "Mul",
            model.node("Mul", wide, model.node("Add", erf, model.number(1))),
            model.number(0.5f));
    String out = model.node("Add", attended, model.node("MatMul", gelu, model.weights(16, width)));
    String chosen = model.node("Gather", List.of(out, model.aLong(0)), Map.of("axis", 1));
    check(ends(model, "Identity", dense(model, chosen, width, 4), Map.of()), Head.IDENTITY);
  }

  private static String layerNorm(ModelBuilder model, String x, int width) {
    String mean = model.node("ReduceMean", List.of(x), Map.of("axes", new int[] {-1}));
    String centred = model.node("Sub", x, mean);
    String squares = model.node("Pow", centred, model.number(2));
    String variance = model.node("ReduceMean", List.of(squares), Map.of("axes", new int[] {-1}));
    String deviation = model.node("Sqrt", model.node("Add", variance, model.number(1e-5f)));
    String scaled = model.node("Mul", model.node("Div", centred, deviation), model.positive(width));
    return model.node("Add", scaled, model.weights(width));
  }

  @Test
  void a_table_with_labels_and_named_probabilities_as_scikit_learn_writes_it() {
    ModelBuilder model = new ModelBuilder(12).input(N, 6);
    String scaled =
        model.node("Div", model.node("Sub", "x", model.weights(1, 6)), model.positive(1, 6));
    String hidden =
        model.node(
            "Relu",
            model.node("Add", model.node("MatMul", scaled, model.weights(6, 8)), model.weights(8)));
    String z =
        model.node("Add", model.node("MatMul", hidden, model.weights(8, 3)), model.weights(3));
    model.node("Softmax", List.of(z), List.of("probabilities"), Map.of("axis", 1));
    model.node(
        "ArgMax", List.of("probabilities"), List.of("label"), Map.of("axis", 1, "keepdims", 0));
    model.node(
        "ai.onnx.ml",
        "ZipMap",
        List.of("probabilities"),
        List.of("named"),
        Map.of("classlabels_int64s", new int[] {0, 1, 2}));
    model.output("label", TensorProto.DataType.INT64);
    model.graph().addOutput(ai.onnx.proto.OnnxMl.ValueInfoProto.newBuilder().setName("named"));
    OnnxNetwork network = OnnxNetwork.of("m", model.bytes());
    FrameworkNetwork.Compiled compiled =
        network.compile(
            Shape.of(6),
            java.util.Optional.empty(),
            java.util.Optional.empty(),
            io.sextant.gradients.model.LogitsSaid.NOT);
    assertThat(compiled.head()).isEqualTo(Head.SOFTMAX);
    double[] outputs = compiled.judge().outputs(new double[][] {{1, -1, 0.5, 0, 2, -2}})[0];
    assertThat(outputs[0] + outputs[1] + outputs[2])
        .isCloseTo(1, org.assertj.core.data.Offset.offset(1e-12));
  }

  @Test
  void one_sigmoid_unit_is_two_classes() {
    ModelBuilder model = new ModelBuilder(13).input(N, 6);
    String hidden = model.node("Tanh", dense(model, "x", 6, 5));
    check(ends(model, "Sigmoid", dense(model, hidden, 5, 1), Map.of()), Head.SIGMOID);
    ModelBuilder squeezed = new ModelBuilder(13).input(N, 6);
    String p = squeezed.node("Sigmoid", dense(squeezed, "x", 6, 1));
    squeezed.node("Squeeze", List.of(p, squeezed.longs(1)), List.of("y"), Map.of());
    check(squeezed.output("y"), Head.SIGMOID);
  }

  @Test
  void normalisation_inside_the_graph() {
    ModelBuilder model = new ModelBuilder(13).input(N, 3, 8, 8);
    String centred = model.node("Sub", "x", model.floats(new int[] {1, 3, 1, 1}, 0.5f, 0.4f, 0.3f));
    String scaled =
        model.node("Div", centred, model.floats(new int[] {1, 3, 1, 1}, 0.2f, 0.3f, 0.25f));
    String flat =
        model.node(
            "Flatten",
            model.node(
                "MaxPool",
                List.of(convolution(model, scaled, 3, 4, 3, 1, 1)),
                Map.of("kernel_shape", new int[] {2, 2}, "strides", new int[] {2, 2})));
    check(ends(model, "Softmax", dense(model, flat, 64, 3), Map.of("axis", 1)), Head.SOFTMAX);
  }

  /** tf2onnx: images channels last behind a Transpose, after their preprocessing. */
  @Test
  void images_channels_last_are_given_channels_first() {
    ModelBuilder model = new ModelBuilder(13).input(N, 6, 5, 3);
    String scaled = model.node("Mul", "x", model.number(2));
    String turned =
        model.node("Transpose", List.of(scaled), Map.of("perm", new int[] {0, 3, 1, 2}));
    String deep = model.node("Relu", convolution(model, turned, 3, 4, 3, 1, 1));
    String back = model.node("Transpose", List.of(deep), Map.of("perm", new int[] {0, 2, 3, 1}));
    String flat = model.node("Reshape", back, model.longs(-1, 120));
    ends(model, "Softmax", dense(model, flat, 120, 3), Map.of("axis", 1));
    OnnxNetwork network = OnnxNetwork.of("m", model.bytes());
    assertThat(network.inputShape()).contains(Shape.of(3, 6, 5));
    double[][] first = new double[2][90];
    double[][] last = new double[2][90];
    java.util.Random random = new java.util.Random(1);
    for (int r = 0; r < 2; r++) {
      for (int c = 0; c < 3; c++) {
        for (int p = 0; p < 30; p++) {
          first[r][c * 30 + p] = (float) random.nextGaussian();
          last[r][p * 3 + c] = first[r][c * 30 + p];
        }
      }
    }
    FrameworkNetwork.Compiled compiled =
        network.compile(
            Shape.of(3, 6, 5),
            java.util.Optional.empty(),
            java.util.Optional.empty(),
            io.sextant.gradients.model.LogitsSaid.NOT);
    double[][] expected = Contract.runtime(model, last);
    double[][] outputs = compiled.judge().outputs(first);
    for (int r = 0; r < 2; r++) {
      assertThat(outputs[r])
          .containsExactly(expected[r], org.assertj.core.data.Offset.offset(1e-5));
    }
  }

  @Test
  void images_without_channels_take_images_with_one() {
    ModelBuilder model = new ModelBuilder(13).input(N, 4, 5);
    String flat = model.node("Flatten", "x");
    ends(model, "Softmax", dense(model, flat, 20, 3), Map.of("axis", 1));
    Contract.check(model, Shape.of(1, 4, 5));
    Contract.check(model, Shape.of(4, 5));
    OnnxNetwork network = OnnxNetwork.of("m", model.bytes());
    assertThatThrownBy(() -> TrainedModel.of(network, Shape.of(5, 4)))
        .hasMessageContaining("[4, 5]")
        .hasMessageContaining("[5, 4]");
  }

  @Test
  void logits_are_said_by_the_output_or_by_the_user() {
    ModelBuilder silent = new ModelBuilder(13).input(N, 6);
    ends(silent, "Identity", dense(silent, "x", 6, 3), Map.of());
    LoadedNetwork loaded = ModelFile.read("m", silent.bytes());
    ModelInput input = ModelInput.bytes(Shape.of(6));
    assertThat(TrainedModel.of(loaded, input, ModelSettings.DEFAULT).head())
        .isEqualTo(Head.REGRESSION);
    assertThat(TrainedModel.of(loaded, input, ModelSettings.DEFAULT.withLogits()).head())
        .isEqualTo(Head.IDENTITY);
    ModelBuilder named = new ModelBuilder(13).input(N, 6);
    named.node("Gemm", List.of("x", named.weights(6, 3)), List.of("logits"), Map.of());
    named.output("logits");
    assertThat(
            TrainedModel.of(ModelFile.read("m", named.bytes()), input, ModelSettings.DEFAULT)
                .head())
        .isEqualTo(Head.IDENTITY);
  }

  @Test
  void one_of_several_outputs_is_chosen_by_name() {
    ModelBuilder model = new ModelBuilder(13).input(N, 6);
    model.node("Softmax", List.of(dense(model, "x", 6, 3)), List.of("a"), Map.of("axis", 1));
    model.node("Softmax", List.of(dense(model, "x", 6, 4)), List.of("b"), Map.of("axis", 1));
    LoadedNetwork loaded = ModelFile.read("m", model.output("a").output("b").bytes());
    ModelInput input = ModelInput.bytes(Shape.of(6));
    assertThat(TrainedModel.of(loaded, input, ModelSettings.DEFAULT.withOutput("b")).classes())
        .isEqualTo(4);
    assertThatThrownBy(() -> TrainedModel.of(loaded, input, ModelSettings.DEFAULT))
        .hasMessageContaining("[a, b]");
    assertThatThrownBy(() -> TrainedModel.of(loaded, input, ModelSettings.DEFAULT.withOutput("c")))
        .hasMessageContaining("no output c");
  }
}
