package io.sextant.onnx;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Convolutions and pooling, each operator alone against ONNX Runtime. */
class WindowsTest {
  private static final long N = ModelBuilder.FREE;

  private static void ends(
      ModelBuilder model, String type, List<String> inputs, Map<String, ?> attributes) {
    model.node(type, inputs, List.of("y"), attributes);
    Contract.check(model.output("y"));
  }

  private static int[] ints(String numbers) {
    return Arrays.stream(numbers.strip().split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  @ParameterizedTest
  @CsvSource({"1 1,0 0 0 0,1 1", "2 1,1 1 1 1,1 1", "1 2,0 1 2 1,2 1", "3 3,2 0 1 0,1 2"})
  void a_convolution_has_strides_margins_and_dilations(
      String strides, String pads, String dilations) {
    ModelBuilder model = new ModelBuilder(11).input(N, 4, 9, 8);
    ends(
        model,
        "Conv",
        List.of("x", model.weights(5, 4, 3, 2), model.weights(5)),
        Map.of(
            "strides",
            ints(strides),
            "pads",
            ints(pads),
            "dilations",
            ints(dilations),
            "kernel_shape",
            new int[] {3, 2}));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SAME_UPPER", "SAME_LOWER", "VALID"})
  void margins_are_found(String automatic) {
    for (int stride : new int[] {1, 2, 3}) {
      ModelBuilder model = new ModelBuilder(11).input(N, 2, 9, 8);
      ends(
          model,
          "Conv",
          List.of("x", model.weights(3, 2, 3, 2)),
          Map.of("auto_pad", automatic, "strides", new int[] {stride, stride}));
      ModelBuilder pooled = new ModelBuilder(11).input(N, 2, 9, 8);
      ends(
          pooled,
          "AveragePool",
          List.of("x"),
          Map.of(
              "auto_pad",
              automatic,
              "strides",
              new int[] {stride, stride},
              "kernel_shape",
              new int[] {3, 2}));
    }
  }

  @ParameterizedTest
  @CsvSource({"4,4", "4,8", "2,6"})
  void a_convolution_has_groups(int groups, int outputs) {
    ModelBuilder model = new ModelBuilder(11).input(N, 4, 6, 6);
    ends(
        model,
        "Conv",
        List.of("x", model.weights(outputs, 4 / groups, 3, 3), model.weights(outputs)),
        Map.of("group", groups, "pads", new int[] {1, 1, 1, 1}));
  }

  @Test
  void a_convolution_goes_over_signals_and_volumes() {
    ModelBuilder signal = new ModelBuilder(11).input(N, 3, 11);
    ends(
        signal,
        "Conv",
        List.of("x", signal.weights(4, 3, 3), signal.weights(4)),
        Map.of("strides", new int[] {2}, "pads", new int[] {1, 2}));
    ModelBuilder volume = new ModelBuilder(11).input(N, 2, 4, 5, 6);
    ends(
        volume,
        "Conv",
        List.of("x", volume.weights(3, 2, 2, 3, 3), volume.weights(3)),
        Map.of("strides", new int[] {1, 2, 1}));
  }

  @Test
  void a_transposed_convolution_has_all_its_settings() {
    Map<String, Map<String, ?>> settings = new HashMap<>();
    settings.put("plain", Map.of());
    settings.put("strides", Map.of("strides", new int[] {2, 3}));
    settings.put("margins", Map.of("strides", new int[] {2, 2}, "pads", new int[] {1, 0, 1, 1}));
    settings.put(
        "more",
        Map.of(
            "strides",
            new int[] {2, 2},
            "pads",
            new int[] {1, 1, 1, 1},
            "output_padding",
            new int[] {1, 1}));
    settings.put("dilations", Map.of("dilations", new int[] {2, 1}));
    settings.put("upper", Map.of("strides", new int[] {2, 2}, "auto_pad", "SAME_UPPER"));
    settings.put("lower", Map.of("strides", new int[] {2, 2}, "auto_pad", "SAME_LOWER"));
    settings.put("size", Map.of("strides", new int[] {2, 2}, "output_shape", new int[] {8, 9}));
    settings.forEach(
        (name, attributes) -> {
          ModelBuilder model = new ModelBuilder(11).input(N, 4, 4, 5);
          ends(
              model,
              "ConvTranspose",
              List.of("x", model.weights(4, 3, 3, 3), model.weights(3)),
              attributes);
        });
    ModelBuilder grouped = new ModelBuilder(11).input(N, 4, 4, 5);
    ends(
        grouped,
        "ConvTranspose",
        List.of("x", grouped.weights(4, 3, 3, 3), grouped.weights(6)),
        Map.of("group", 2));
    ModelBuilder signal = new ModelBuilder(11).input(N, 3, 6);
    ends(
        signal,
        "ConvTranspose",
        List.of("x", signal.weights(3, 2, 4)),
        Map.of("strides", new int[] {2}));
  }

  @ParameterizedTest
  @CsvSource({
    "2 2,2 2,0 0 0 0,0",
    "3 2,2 1,1 0 1 1,0",
    "3 3,2 2,0 0 0 0,1",
    "2 2,3 3,0 0 0 0,1",
    "3 3,2 2,1 1 1 1,1"
  })
  void pooling_has_strides_margins_and_overhang(
      String kernel, String strides, String pads, int ceil) {
    for (String type : List.of("MaxPool", "AveragePool")) {
      ModelBuilder model = new ModelBuilder(12).input(N, 3, 8, 7);
      ends(
          model,
          type,
          List.of("x"),
          Map.of(
              "kernel_shape",
              ints(kernel),
              "strides",
              ints(strides),
              "pads",
              ints(pads),
              "ceil_mode",
              ceil));
    }
  }

  @Test
  void pooling_has_more_settings() {
    ModelBuilder counted = new ModelBuilder(12).input(N, 3, 8, 7);
    ends(
        counted,
        "AveragePool",
        List.of("x"),
        Map.of(
            "kernel_shape",
            new int[] {3, 3},
            "pads",
            new int[] {1, 1, 1, 1},
            "count_include_pad",
            1));
    ModelBuilder dilated = new ModelBuilder(12).input(N, 3, 8, 7);
    ends(
        dilated,
        "MaxPool",
        List.of("x"),
        Map.of("kernel_shape", new int[] {2, 2}, "dilations", new int[] {2, 3}));
    ModelBuilder norm = new ModelBuilder(12).input(N, 3, 8, 7);
    ends(norm, "LpPool", List.of("x"), Map.of("kernel_shape", new int[] {2, 2}, "p", 2));
    ModelBuilder signal = new ModelBuilder(12).input(N, 3, 9);
    ends(
        signal,
        "MaxPool",
        List.of("x"),
        Map.of("kernel_shape", new int[] {3}, "strides", new int[] {2}));
    ModelBuilder volume = new ModelBuilder(12).input(N, 3, 4, 4, 5);
    ends(volume, "AveragePool", List.of("x"), Map.of("kernel_shape", new int[] {2, 2, 2}));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"})
  void whole_images_signals_and_volumes_are_pooled(String type) {
    for (long[] sizes : new long[][] {{N, 3, 4, 5}, {N, 3, 6}, {N, 2, 3, 2, 3}}) {
      ends(new ModelBuilder(12).input(sizes), type, List.of("x"), Map.of());
    }
  }
}
