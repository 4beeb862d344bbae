package io.sextant.gradients.keras;

import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Operation.Combination;
import io.sextant.gradients.graph.Operation.Reduction;
import io.sextant.gradients.keras.Rule.Masks;
import io.sextant.gradients.keras.Rule.Takes;
import io.sextant.gradients.model.ModelFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The layers that can be lowered, by the names of their classes. */
final class Layers {
  private static final Map<String, Rule> RULES = new HashMap<>();

  /** Operations of Keras 3 that stand among the layers, by the names of their classes. */
  private static final Map<String, Rule> OPERATIONS = new HashMap<>();

  /** What is random in training and nothing at test time, with the options that say how. */
  private static final Map<String, List<String>> TRAINING =
      Map.ofEntries(
          Map.entry("Dropout", List.of("rate", "noise_shape")),
          Map.entry("SpatialDropout1D", List.of("rate", "noise_shape", "data_format")),
          Map.entry("SpatialDropout2D", List.of("rate", "noise_shape", "data_format")),
          Map.entry("SpatialDropout3D", List.of("rate", "noise_shape", "data_format")),
          Map.entry("AlphaDropout", List.of("rate", "noise_shape")),
          Map.entry("GaussianNoise", List.of("stddev")),
          Map.entry("GaussianDropout", List.of("rate")),
          Map.entry("ActivityRegularization", List.of("l1", "l2")),
          Map.entry("Identity", List.of()),
          Map.entry("RandomFlip", List.of("mode")),
          Map.entry("RandomRotation", List.of("factor", "value_range")),
          Map.entry(
              "RandomZoom", List.of("height_factor", "width_factor", "zoom_factor", "value_range")),
          Map.entry("RandomTranslation", List.of("height_factor", "width_factor")),
          Map.entry("RandomContrast", List.of("factor", "value_range")),
          Map.entry("RandomBrightness", List.of("factor", "value_range")));

  /** How random images are filled, which only training does. */
  private static final List<String> FILLING =
      List.of("fill_mode", "fill_value", "interpolation", "data_format");

  static {
    TRAINING.forEach(
        (kind, options) ->
            rule(
                kind,
                Masks.PASSED,
                (step, inputs) -> {
                  options.forEach(step.options()::any);
                  if (kind.startsWith("Random")) {
                    FILLING.forEach(step.options()::any);
                  }
                  return inputs.get(0);
                }));
    rule("Dense", Masks.PASSED, Layers::dense);
    rule("Activation", Masks.PASSED, Activations::activation);
    rule("Softmax", Masks.REFUSED, Activations::softmaxLayer);
    rule("ReLU", Masks.PASSED, Activations::relu);
    rule("LeakyReLU", Masks.PASSED, Activations::leakyRelu);
    rule("ELU", Masks.PASSED, Activations::elu);
    rule("ThresholdedReLU", Masks.PASSED, Activations::thresholdedRelu);
    rule("PReLU", Masks.PASSED, Activations::parametricRelu);
    rule("Flatten", Masks.REFUSED, Shapes::flatten);
    rule("Reshape", Masks.REFUSED, Shapes::reshape);
    rule("Permute", Masks.REFUSED, Shapes::permute);
    rule("RepeatVector", Masks.REFUSED, Shapes::repeatVector);
    rule("Resizing", Masks.REFUSED, Shapes::resize);
    rule("BatchNormalization", Masks.PASSED, Normalizations::batch);
    rule("LayerNormalization", Masks.PASSED, Normalizations::layer);
    rule("Rescaling", Masks.PASSED, Normalizations::rescaling);
    rule("Normalization", Masks.REFUSED, Normalizations::adapted);
    for (int rank = 1; rank <= 3; rank++) {
      String dimensions = rank + "D";
      rule("Conv" + dimensions, Masks.REFUSED, Windows.convolution(rank));
      rule("Conv%sTranspose".formatted(dimensions), Masks.REFUSED, Windows.transposed(rank));
      rule("MaxPooling" + dimensions, Masks.REFUSED, Windows.pool(Reduction.MAX, rank));
      rule("AveragePooling" + dimensions, Masks.REFUSED, Windows.pool(Reduction.AVERAGE, rank));
      rule("GlobalMaxPooling" + dimensions, Masks.REFUSED, Windows.globalPool(Reduction.MAX, rank));
      rule(
          "GlobalAveragePooling" + dimensions,
          rank == 1 ? Masks.HONOURED : Masks.REFUSED,
          Windows.globalPool(Reduction.AVERAGE, rank));
      rule("ZeroPadding" + dimensions, Masks.REFUSED, Shapes.pad(rank));
      rule("Cropping" + dimensions, Masks.REFUSED, Shapes.crop(rank));
      rule("UpSampling" + dimensions, Masks.REFUSED, Shapes.upsample(rank));
    }
    for (int rank = 1; rank <= 2; rank++) {
      rule("DepthwiseConv%dD".formatted(rank), Masks.REFUSED, Windows.depthwise(rank));
      rule("SeparableConv%dD".formatted(rank), Masks.REFUSED, Windows.separable(rank));
    }
    merge("Add", Takes.SEVERAL, Merges.combine(Combination.ADD));
    merge("Subtract", Takes.SEVERAL, Merges.combine(Combination.SUBTRACT));
    merge("Multiply", Takes.SEVERAL, Merges.combine(Combination.PRODUCT));
    merge("Average", Takes.SEVERAL, Merges.combine(Combination.AVERAGE));
    merge("Maximum", Takes.SEVERAL, Merges.combine(Combination.MAX));
    merge("Minimum", Takes.SEVERAL, Merges.combine(Combination.MIN));
    merge("Concatenate", Takes.SEVERAL, Merges::concatenate);
    merge("Dot", Takes.SEVERAL, Merges::dot);
    merge("Merge", Takes.SEVERAL, Merges::merge);
    merge("TFOpLambda", Takes.NAMED, Merges::called);
    rule("LSTM", Masks.HONOURED, Recurrents::longShort);
    rule("GRU", Masks.HONOURED, Recurrents::gated);
    rule("SimpleRNN", Masks.HONOURED, Recurrents::simple);
    rule("Bidirectional", Masks.HONOURED, Recurrents::bidirectional);
    rule("TimeDistributed", Masks.HONOURED, Recurrents::timeDistributed);
    rule("Masking", Masks.HONOURED, Recurrents::masking);
    merge("MultiHeadAttention", Takes.NAMED, Attentions::multiHead);
    merge("Attention", Takes.NAMED, Attentions::dot);
    OPERATIONS.put("Add", new Rule(Merges.arithmetic("+"), Takes.NAMED, Masks.REFUSED));
    OPERATIONS.put("Subtract", new Rule(Merges.arithmetic("-"), Takes.NAMED, Masks.REFUSED));
    OPERATIONS.put("Multiply", new Rule(Merges.arithmetic("*"), Takes.NAMED, Masks.REFUSED));
    OPERATIONS.put("Divide", new Rule(Merges.arithmetic("/"), Takes.NAMED, Masks.REFUSED));
    OPERATIONS.put("TrueDivide", new Rule(Merges.arithmetic("/"), Takes.NAMED, Masks.REFUSED));
  }

  private Layers() {}

  private static void rule(String kind, Masks masks, Rule.Lowering lowering) {
    RULES.put(kind, new Rule(lowering, Takes.ONE, masks));
  }

  private static void merge(String kind, Takes takes, Rule.Lowering lowering) {
    RULES.put(kind, new Rule(lowering, takes, Masks.REFUSED));
  }

  /** The rule of a layer, if it has one. */
  static Optional<Rule> find(LayerConfig layer) {
    boolean operation = layer.module().contains(".ops");
    return Optional.ofNullable((operation ? OPERATIONS : RULES).get(layer.kind()));
  }

  /** The rule of a layer that was checked before. */
  static Rule rule(LayerConfig layer) {
    return find(layer)
        .orElseThrow(
            () ->
                new ModelFileException(
                    "the layer %s is not supported; supported are %s"
                        .formatted(ModelFileException.quote(layer.kind()), supported())));
  }

  /** The names of all that are supported. */
  static String supported() {
    return String.join(", ", new TreeSet<>(RULES.keySet()));
  }

  private static Value dense(Step step, List<Value> inputs) {
    Options options = step.options();
    int units = options.size("units");
    List<String> roles = new ArrayList<>(List.of("kernel"));
    if (options.flag("use_bias", true)) {
      roles.add("bias");
    }
    LayerWeights weights = step.weights(roles);
    Node input = step.ordered(inputs.get(0));
    int features = input.shape().size(input.shape().rank() - 1);
    Node affine =
        step.add(
            new Operation.Affine(
                step.parameter(
                    "kernel", step.sized("kernel", weights.get("kernel"), features, units)),
                weights
                    .find("bias")
                    .map(bias -> step.parameter("bias", step.sized("bias", bias, units)))),
            input);
    return Activations.apply(step, "activation", Value.ordered(affine));
  }
}
