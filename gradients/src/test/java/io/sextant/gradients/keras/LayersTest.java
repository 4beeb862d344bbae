package io.sextant.gradients.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.keras.Slow.Steps;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each layer against plain loops in Keras's own order, from HDF5 and from an archive. */
class LayersTest {
  private static final String WINDOW =
      "\"kernel_size\": %s, \"strides\": %s, \"padding\": \"%s\", \"data_format\": \"channels_last\", \"dilation_rate\": %s";

  /** The layer's answers to an input from both kinds of files. */
  private static void computes(Sequence sequence, Tensor input, Tensor expected) {
    for (byte[] file :
        new byte[][] {sequence.hdf5("2.4.0", "tensorflow"), sequence.archive("3.8.0")}) {
      assertThat(Sequence.answer(file, input)).containsExactly(expected.data(), within(1e-9));
    }
  }

  private static String list(int rank, int value) {
    return "[%s]".formatted(String.join(", ", java.util.Collections.nCopies(rank, "" + value)));
  }

  private static int[] sides(int rank, int side, int... last) {
    int[] sizes = new int[rank + last.length];
    for (int d = 0; d < rank; d++) {
      sizes[d] = side + d;
    }
    System.arraycopy(last, 0, sizes, rank, last.length);
    return sizes;
  }

  private static int[] cube(int rank, int side, int... last) {
    int[] sizes = sides(rank, side, last);
    java.util.Arrays.fill(sizes, 0, rank, side);
    return sizes;
  }

  private static String window(int rank, int kernel, int stride, String padding, int dilation) {
    return WINDOW.formatted(list(rank, kernel), list(rank, stride), padding, list(rank, dilation));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 3, 1, valid, 1, 1",
    "1, 3, 2, same, 1, 1",
    "1, 3, 1, causal, 2, 1",
    "2, 3, 1, valid, 1, 1",
    "2, 2, 2, same, 1, 1",
    "2, 3, 1, same, 2, 1",
    "2, 3, 2, valid, 1, 2",
    "3, 2, 1, valid, 1, 1",
    "3, 2, 2, same, 1, 1"
  })
  void convolutions(int rank, int kernel, int stride, String padding, int dilation, int groups) {
    Tensor weights = Tensor.random(1, cube(rank, kernel, 4 / groups, 6));
    Tensor bias = Tensor.random(2, 6);
    Tensor input = Tensor.random(3, sides(rank, 5, 4));
    Steps steps = new Steps(stride, dilation, padding, groups);
    computes(
        Sequence.of(input.sizes())
            .layer(
                "Conv%dD".formatted(rank),
                "\"filters\": 6, \"groups\": %d, \"activation\": \"relu\", \"use_bias\": true, %s"
                    .formatted(groups, window(rank, kernel, stride, padding, dilation)),
                Sequence.arrays("kernel", weights, "bias", bias)),
        input,
        Slow.plus(Slow.convolution(input, weights, steps), bias).map(v -> Math.max(0, v)));
  }

  @ParameterizedTest
  @CsvSource({"2, 3, 1, same, 1", "2, 2, 2, valid, 1", "2, 2, 1, same, 2", "1, 3, 1, same, 1"})
  void depthwise_and_separable_convolutions(
      int rank, int kernel, int stride, String padding, int dilation) {
    Tensor depthwise = Tensor.random(4, cube(rank, kernel, 3, 2));
    Tensor bias = Tensor.random(5, 6);
    Tensor input = Tensor.random(6, sides(rank, 5, 3));
    Steps steps = new Steps(stride, dilation, padding, 1);
    Tensor deep = Slow.depthwise(input, depthwise, steps);
    String options =
        "\"depth_multiplier\": 2, \"activation\": \"linear\", "
            + window(rank, kernel, stride, padding, dilation);
    computes(
        Sequence.of(input.sizes())
            .layer(
                "DepthwiseConv%dD".formatted(rank),
                options,
                Sequence.arrays("depthwise_kernel", depthwise, "bias", bias)),
        input,
        Slow.plus(deep, bias));
    Tensor pointwise = Tensor.random(7, cube(rank, 1, 6, 5));
    Tensor second = Tensor.random(8, 5);
    computes(
        Sequence.of(input.sizes())
            .layer(
                "SeparableConv%dD".formatted(rank),
                options + ", \"filters\": 5",
                Sequence.arrays(
                    "depthwise_kernel", depthwise, "pointwise_kernel", pointwise, "bias", second)),
        input,
        Slow.plus(Slow.convolution(deep, pointwise, new Steps(1, 1, "valid", 1)), second));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 3, 2, same",
    "1, 3, 2, valid",
    "2, 3, 2, same",
    "2, 2, 2, valid",
    "2, 4, 2, same",
    "2, 2, 3, same",
    "2, 2, 3, valid",
    "2, 3, 1, valid",
    "3, 2, 2, same"
  })
  void transposed_convolutions(int rank, int kernel, int stride, String padding) {
    Tensor weights = Tensor.random(9, cube(rank, kernel, 2, 3));
    Tensor bias = Tensor.random(10, 2);
    Tensor input = Tensor.random(11, sides(rank, 2, 3));
    int[] sizes = input.sizes().clone();
    for (int d = 0; d < rank; d++) {
      sizes[d] = sizes[d] * stride + (padding.equals("same") ? 0 : Math.max(kernel - stride, 0));
    }
    Steps steps = new Steps(stride, 1, padding, 1);
    computes(
        Sequence.of(input.sizes())
            .layer(
                "Conv%dDTranspose".formatted(rank),
                "\"filters\": 2, \"output_padding\": null, \"activation\": \"linear\", "
                    + window(rank, kernel, stride, padding, 1),
                Sequence.arrays("kernel", weights, "bias", bias)),
        input,
        Slow.plus(Slow.transposed(input, weights, steps, sizes), bias));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 2, 2, valid",
    "1, 3, 2, same",
    "2, 2, 2, valid",
    "2, 3, 2, same",
    "2, 3, 1, same",
    "3, 2, 2, valid",
    "3, 2, 1, same"
  })
  void pooling(int rank, int size, int stride, String padding) {
    Tensor input = Tensor.random(12, sides(rank, 4, 2));
    for (boolean max : new boolean[] {true, false}) {
      computes(
          Sequence.of(input.sizes())
              .layer(
                  "%sPooling%dD".formatted(max ? "Max" : "Average", rank),
                  "\"pool_size\": %s, \"strides\": %s, \"padding\": \"%s\", \"data_format\": \"channels_last\""
                      .formatted(list(rank, size), list(rank, stride), padding)),
          input,
          Slow.pool(input, size, new Steps(stride, 1, padding, 1), max));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void global_pooling(int rank) {
    Tensor input = Tensor.random(13, sides(rank, 3, 2));
    int positions = input.values().length / 2;
    for (boolean max : new boolean[] {true, false}) {
      Tensor pooled =
          Tensor.of(
              new int[] {2},
              at -> {
                DoubleStream channel =
                    java.util.stream.IntStream.range(0, positions)
                        .mapToDouble(p -> input.values()[2 * p + at[0]]);
                return max ? channel.max().orElseThrow() : channel.average().orElseThrow();
              });
      for (boolean keep : new boolean[] {true, false}) {
        computes(
            Sequence.of(input.sizes())
                .layer(
                    "Global%sPooling%dD".formatted(max ? "Max" : "Average", rank),
                    "\"data_format\": \"channels_last\", \"keepdims\": " + keep),
            input,
            keep ? new Tensor(cube(rank, 1, 2), pooled.values()) : pooled);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void dense_layers_go_along_the_last_axis(int rank) {
    Tensor input = Tensor.random(14, sides(rank, 3, 4));
    Tensor kernel = Tensor.random(15, 4, 3);
    Tensor bias = Tensor.random(16, 3);
    computes(
        Sequence.of(input.sizes())
            .layer(
                "Dense",
                "\"units\": 3, \"activation\": \"tanh\"",
                Sequence.arrays("kernel", kernel, "bias", bias)),
        input,
        Slow.plus(Slow.dense(input, kernel), bias).map(Math::tanh));
  }

  @ParameterizedTest
  @CsvSource({"-1, true, true", "3, true, false", "1, false, true", "2, false, false"})
  void batch_normalisation(int axis, boolean scale, boolean center) {
    Tensor input = Tensor.random(17, 2, 3, 4);
    int own = axis < 0 ? 2 : axis - 1;
    int size = input.sizes()[own];
    Tensor gamma = Tensor.random(18, size);
    Tensor beta = Tensor.random(19, size);
    Tensor mean = Tensor.random(20, size);
    Tensor variance = Tensor.positive(21, size);
    Map<String, Tensor> arrays = Sequence.arrays();
    if (scale) {
      arrays.put("gamma", gamma);
    }
    if (center) {
      arrays.put("beta", beta);
    }
    arrays.put("moving_mean", mean);
    arrays.put("moving_variance", variance);
    computes(
        Sequence.of(2, 3, 4)
            .layer(
                "BatchNormalization",
                "\"axis\": %s, \"momentum\": 0.99, \"epsilon\": 0.01, \"scale\": %s, \"center\": %s"
                    .formatted(axis == 3 ? "[3]" : axis, scale, center),
                arrays),
        input,
        Tensor.of(
            input.sizes(),
            at -> {
              int c = at[own];
              double z = (input.get(at) - mean.get(c)) / Math.sqrt(variance.get(c) + 0.01);
              return z * (scale ? gamma.get(c) : 1) + (center ? beta.get(c) : 0);
            }));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void layer_normalisation(int dimensions) {
    Tensor input = Tensor.random(22, 3, 4);
    int[] sizes = dimensions == 1 ? new int[] {4} : new int[] {3, 4};
    Tensor gamma = Tensor.random(23, sizes);
    Tensor beta = Tensor.random(24, sizes);
    int each = dimensions == 1 ? 4 : 12;
    Tensor expected =
        Tensor.of(
            input.sizes(),
            at -> {
              int index = at[0] * 4 + at[1];
              int from = index / each * each;
              double mean = 0;
              double square = 0;
              for (int i = 0; i < each; i++) {
                mean += input.values()[from + i] / each;
              }
              for (int i = 0; i < each; i++) {
                square += Math.pow(input.values()[from + i] - mean, 2) / each;
              }
              double z = (input.values()[index] - mean) / Math.sqrt(square + 0.001);
              return z * gamma.values()[index % each] + beta.values()[index % each];
            });
    computes(
        Sequence.of(3, 4)
            .layer(
                "LayerNormalization",
                "\"axis\": %s, \"epsilon\": 0.001, \"center\": true, \"scale\": true"
                    .formatted(dimensions == 1 ? "[-1]" : "[1, 2]"),
                Sequence.arrays("gamma", gamma, "beta", beta)),
        input,
        expected);
  }

  private static void activates(String kind, String options, DoubleUnaryOperator function) {
    Tensor input = Tensor.random(25, 40).map(v -> 8 * v);
    computes(Sequence.of(40).layer(kind, options), input, input.map(function));
  }

  private static double softplus(double x) {
    return Math.log1p(Math.exp(x));
  }

  @Test
  void activations() {
    Map<String, DoubleUnaryOperator> functions =
        Map.ofEntries(
            Map.entry("linear", x -> x),
            Map.entry("relu", x -> Math.max(0, x)),
            Map.entry("relu6", x -> Math.min(6, Math.max(0, x))),
            Map.entry("leaky_relu", x -> x > 0 ? x : 0.2 * x),
            Map.entry("elu", x -> x > 0 ? x : Math.exp(x) - 1),
            Map.entry("celu", x -> x > 0 ? x : Math.exp(x) - 1),
            Map.entry(
                "selu",
                x -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.exp(x) - 1))),
            Map.entry("silu", x -> x * Slow.sigmoid(x)),
            Map.entry("swish", x -> x * Slow.sigmoid(x)),
            Map.entry("hard_silu", x -> x * Math.min(6, Math.max(0, x + 3)) / 6),
            Map.entry("mish", x -> x * Math.tanh(softplus(x))),
            Map.entry("tanh", Math::tanh),
            Map.entry("hard_tanh", x -> Math.min(1, Math.max(-1, x))),
            Map.entry("softplus", LayersTest::softplus),
            Map.entry("softsign", x -> x / (1 + Math.abs(x))),
            Map.entry("exponential", Math::exp));
    functions.forEach(
        (name, function) ->
            activates("Activation", "\"activation\": \"%s\"".formatted(name), function));
  }

  @Test
  void gelu_is_the_whole_one() {
    Tensor input = new Tensor(new int[] {2}, new double[] {1, -0.5});
    // x times the normal distribution function, from its table.
    Tensor expected =
        new Tensor(new int[] {2}, new double[] {0.8413447460685429, -0.5 * 0.3085375387259869});
    computes(Sequence.of(2).layer("Activation", "\"activation\": \"gelu\""), input, expected);
  }

  /** Keras 3 has another slope. */
  @Test
  void the_hard_sigmoid_is_the_versions() {
    Tensor input = Tensor.random(26, 20).map(v -> 5 * v);
    Sequence sequence = Sequence.of(20).layer("Activation", "\"activation\": \"hard_sigmoid\"");
    Tensor old = input.map(x -> Math.min(1, Math.max(0, 0.2 * x + 0.5)));
    Tensor today = input.map(x -> Math.min(6, Math.max(0, x + 3)) / 6);
    assertThat(Sequence.answer(sequence.hdf5("2.4.0", "tensorflow"), input))
        .containsExactly(old.values(), within(1e-12));
    assertThat(Sequence.answer(sequence.hdf5("3.4.0", "tensorflow"), input))
        .containsExactly(today.values(), within(1e-12));
    assertThat(Sequence.answer(sequence.archive("2.15.0"), input))
        .containsExactly(old.values(), within(1e-12));
    assertThat(Sequence.answer(sequence.archive("3.8.0"), input))
        .containsExactly(today.values(), within(1e-12));
  }

  @Test
  void activation_layers() {
    activates(
        "ReLU",
        "\"max_value\": null, \"negative_slope\": 0.0, \"threshold\": 0.0",
        x -> Math.max(0, x));
    activates("ReLU", "\"max_value\": 6.0", x -> Math.min(6, Math.max(0, x)));
    activates(
        "ReLU",
        "\"max_value\": 3.0, \"negative_slope\": 0.5, \"threshold\": 1.0",
        x -> x >= 3 ? 3 : x >= 1 ? x : 0.5 * (x - 1));
    activates("LeakyReLU", "\"alpha\": 0.1", x -> x > 0 ? x : 0.1 * x);
    activates("LeakyReLU", "\"negative_slope\": 0.25", x -> x > 0 ? x : 0.25 * x);
    activates("ELU", "\"alpha\": 0.5", x -> x > 0 ? x : 0.5 * (Math.exp(x) - 1));
    activates("ThresholdedReLU", "\"theta\": 2.0", x -> x > 2 ? x : 0);
    activates("Dropout", "\"rate\": 0.5, \"noise_shape\": null, \"seed\": 3", x -> x);
    activates("GaussianNoise", "\"stddev\": 0.5", x -> x);
    activates("Rescaling", "\"scale\": 0.25, \"offset\": -1.0", x -> 0.25 * x - 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1, 2]", "null", "[3]"})
  void parametric_relu(String shared) {
    int[] sizes =
        shared.equals("null")
            ? new int[] {2, 3, 4}
            : shared.equals("[3]") ? new int[] {2, 3, 1} : new int[] {1, 1, 4};
    Tensor alpha = Tensor.random(27, sizes);
    Tensor input = Tensor.random(28, 2, 3, 4);
    Tensor kernel = Tensor.random(29, 1, 1, 4, 4);
    Tensor before = Slow.convolution(input, kernel, new Steps(1, 1, "valid", 1));
    computes(
        Sequence.of(2, 3, 4)
            .layer(
                "Conv2D",
                "\"filters\": 4, \"use_bias\": false, " + window(2, 1, 1, "valid", 1),
                Sequence.arrays("kernel", kernel))
            .layer("PReLU", "\"shared_axes\": " + shared, Sequence.arrays("alpha", alpha)),
        input,
        Tensor.of(
            input.sizes(),
            at -> {
              double x = before.get(at);
              int[] own = new int[3];
              for (int d = 0; d < 3; d++) {
                own[d] = sizes[d] == 1 ? 0 : at[d];
              }
              return x > 0 ? x : alpha.get(own) * x;
            }));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1, 2})
  void softmax_along_an_axis(int axis) {
    Tensor input = Tensor.random(30, 2, 3, 4);
    int own = axis < 0 ? 2 : axis - 1;
    computes(
        Sequence.of(2, 3, 4).layer("Softmax", "\"axis\": " + axis),
        input,
        Tensor.of(
            input.sizes(),
            at -> {
              double sum = 0;
              int[] other = at.clone();
              for (int i = 0; i < input.sizes()[own]; i++) {
                other[own] = i;
                sum += Math.exp(input.get(other));
              }
              return Math.exp(input.get(at)) / sum;
            }));
  }

  @Test
  void values_are_moved_as_in_keras() {
    Tensor input = Tensor.random(31, 2, 3, 4);
    computes(
        Sequence.of(2, 3, 4).layer("Reshape", "\"target_shape\": [4, -1]"),
        input,
        new Tensor(new int[] {4, 6}, input.values()));
    computes(
        Sequence.of(2, 3, 4).layer("Permute", "\"dims\": [3, 1, 2]").layer("Flatten", ""),
        input,
        new Tensor(
            new int[] {24},
            Tensor.of(new int[] {4, 2, 3}, at -> input.get(at[1], at[2], at[0])).values()));
    computes(
        Sequence.of(2, 3, 4)
            .layer(
                "ZeroPadding2D",
                "\"padding\": [[1, 0], [2, 1]], \"data_format\": \"channels_last\""),
        input,
        Tensor.of(new int[] {3, 6, 4}, at -> input.padded(at[0] - 1, at[1] - 2, at[2])));
    computes(
        Sequence.of(2, 3, 4)
            .layer(
                "Cropping2D", "\"cropping\": [[1, 0], [1, 1]], \"data_format\": \"channels_last\""),
        input,
        Tensor.of(new int[] {1, 1, 4}, at -> input.get(at[0] + 1, at[1] + 1, at[2])));
    computes(
        Sequence.of(2, 3, 4)
            .layer(
                "UpSampling2D",
                "\"size\": [2, 3], \"data_format\": \"channels_last\", \"interpolation\": \"nearest\""),
        input,
        Tensor.of(new int[] {4, 9, 4}, at -> input.get(at[0] / 2, at[1] / 3, at[2])));
    Tensor signal = Tensor.random(32, 4, 2);
    computes(
        Sequence.of(4, 2).layer("ZeroPadding1D", "\"padding\": [2, 1]"),
        signal,
        Tensor.of(new int[] {7, 2}, at -> signal.padded(at[0] - 2, at[1])));
    computes(
        Sequence.of(4, 2).layer("UpSampling1D", "\"size\": 2"),
        signal,
        Tensor.of(new int[] {8, 2}, at -> signal.get(at[0] / 2, at[1])));
    Tensor vector = Tensor.random(33, 3);
    computes(
        Sequence.of(3).layer("RepeatVector", "\"n\": 4"),
        vector,
        Tensor.of(new int[] {4, 3}, at -> vector.get(at[1])));
  }

  @Test
  void bilinear_enlargement_takes_pixels_as_areas() {
    Tensor input = Tensor.random(34, 2, 3, 1);
    computes(
        Sequence.of(2, 3, 1)
            .layer(
                "UpSampling2D",
                "\"size\": [2, 2], \"data_format\": \"channels_last\", \"interpolation\": \"bilinear\""),
        input,
        Tensor.of(
            new int[] {4, 6, 1},
            at -> {
              double h = Math.min(1, Math.max(0, (at[0] + 0.5) / 2 - 0.5));
              double w = Math.min(2, Math.max(0, (at[1] + 0.5) / 2 - 0.5));
              int top = (int) h;
              int left = (int) w;
              double y = h - top;
              double x = w - left;
              int bottom = Math.min(1, top + 1);
              int right = Math.min(2, left + 1);
              return (1 - y) * ((1 - x) * input.get(top, left, 0) + x * input.get(top, right, 0))
                  + y * ((1 - x) * input.get(bottom, left, 0) + x * input.get(bottom, right, 0));
            }));
  }

  @Test
  void normalisation_by_adapted_and_by_given_statistics() {
    Tensor input = Tensor.random(35, 2, 3);
    Tensor mean = Tensor.random(36, 3);
    Tensor variance = Tensor.positive(37, 3);
    Tensor expected =
        Tensor.of(
            input.sizes(),
            at -> (input.get(at) - mean.get(at[1])) / Math.sqrt(variance.get(at[1])));
    computes(
        Sequence.of(2, 3)
            .layer(
                "Normalization",
                "\"axis\": [-1], \"mean\": null, \"variance\": null",
                Sequence.arrays("mean", mean, "variance", variance, "count", Tensor.random(1))),
        input,
        expected);
    computes(
        Sequence.of(2, 3)
            .layer(
                "Normalization",
                "\"axis\": -1, \"mean\": [0.5, 1.0, 2.0], \"variance\": [4.0, 1.0, 0.25], \"invert\": false"),
        input,
        Tensor.of(
            input.sizes(),
            at ->
                (input.get(at) - new double[] {0.5, 1, 2}[at[1]])
                    / new double[] {2, 1, 0.5}[at[1]]));
  }
}
