package io.sextant.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Tape;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Margins;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TurnedTest {
  /** The definition, against the turned kernel, in one dimension and exact integers. */
  @Test
  void a_turned_axis_gives_each_pixel_what_the_definition_gives_it() {
    RandomGenerator random = RandomKey.of(1).random();
    for (int trial = 0; trial < 20_000; trial++) {
      int kernel = random.nextInt(1, 6);
      int dilation = random.nextInt(1, 4);
      int stride = random.nextInt(1, 4);
      int padding = random.nextInt(0, 4);
      int span = (kernel - 1) * dilation + 1;
      int image = random.nextInt(1, 14);
      if (image + padding < span) {
        continue;
      }
      int outputs = (image + padding + random.nextInt(0, 3) - span) / stride + 1;
      int block = stride * random.nextInt(1, 4);
      TurnedAxis axis = new TurnedAxis(image, outputs, kernel, stride, dilation, padding, block);
      int[] taps = random.ints(kernel, -9, 10).toArray();
      int[] dy = random.ints(outputs, -9, 10).toArray();
      assertThat(turned(axis, taps, dy)).as("%s", axis).isEqualTo(defined(axis, taps, dy));
    }
  }

  private static int[] defined(TurnedAxis axis, int[] taps, int[] dy) {
    int[] dx = new int[axis.image()];
    for (int o = 0; o < dy.length; o++) {
      for (int k = 0; k < taps.length; k++) {
        int pixel = o * axis.stride() + k * axis.dilation() - axis.padding();
        if (0 <= pixel && pixel < dx.length) {
          dx[pixel] += dy[o] * taps[k];
        }
      }
    }
    return dx;
  }

  private static int[] turned(TurnedAxis axis, int[] taps, int[] dy) {
    int[] dx = new int[axis.image()];
    assertThat(axis.first()).isLessThanOrEqualTo(0);
    for (int pixel = 0; pixel < dx.length; pixel++) {
      for (int tap = 0; tap < axis.taps(); tap++) {
        int source = axis.source(pixel % axis.block(), tap);
        int o = pixel / axis.block() * axis.step() + axis.first() + tap * axis.tapDistance();
        if (source >= 0 && 0 <= o && o < dy.length) {
          dx[pixel] += dy[o] * taps[source];
        }
      }
    }
    return dx;
  }

  /** The definition of the pullback, in two dimensions and groups, and exact integers. */
  @ParameterizedTest
  @CsvSource({"2, 6", "4, 4", "4, 8"})
  void groups_stay_apart_on_the_way_back(int groups, int outputs) {
    Shape image = Shape.of(4, 5, 6);
    int inner = 4 / groups;
    Window window = new Window(3, 2, 2, 2, 1, 1, new Margins(1, 1, 0, 1));
    Parameter parameter = new Parameter("kernels", Shape.of(outputs, inner, 3, 2));
    double[] kernels = new double[parameter.shape().elements()];
    RandomGenerator random = RandomKey.of(2).random();
    Arrays.setAll(kernels, i -> random.nextInt(-9, 10));
    InferenceGraph.Builder builder = InferenceGraph.builder(image);
    Node y =
        builder
            .weights(parameter, kernels)
            .add(
                "grouped",
                new Operation.Convolution(parameter, Optional.empty(), window, groups),
                builder.input());
    Shape result = y.shape();
    y = builder.add("flat", new Operation.Reshape(Shape.of(result.elements())), y);
    double[] dy = new double[result.elements()];
    Arrays.setAll(dy, i -> random.nextInt(-9, 10));
    double[] expected = new double[image.elements()];
    for (int o = 0; o < outputs; o++) {
      for (int c = 0; c < inner; c++) {
        int channel = o / (outputs / groups) * inner + c;
        for (int place = 0; place < result.positions(); place++) {
          for (int tap = 0; tap < 6; tap++) {
            int h = place / result.size(2) * 2 - 1 + tap / 2;
            int w = place % result.size(2) * 2 + tap % 2;
            if (0 <= h && h < 5 && 0 <= w && w < 6) {
              expected[(channel * 5 + h) * 6 + w] +=
                  dy[o * result.positions() + place] * kernels[(o * inner + c) * 6 + tap];
            }
          }
        }
      }
    }
    try (GradientService service =
            GradientService.builder(builder.build(y)).engine("onednn").threads(1).build();
        Tape tape = service.record(new double[2][image.elements()])) {
      assertThat(service.fallbacks()).isEmpty();
      assertThat(tape.pullback(new double[][] {new double[dy.length], dy})[1])
          .containsExactly(expected);
    }
  }

  @Test
  void nothing_steps_where_there_is_one_place_alone() {
    Window window = new Window(2, 2, 1 << 20, 1 << 20, 1, 1, Margins.NONE);
    Turned turned = Turned.of(Shape.of(16, 4, 4), Shape.of(32, 1, 1), window, 1);
    assertThat(turned.axes().get(0).stride()).isEqualTo(1);
    assertThat(turned.axes().get(1).padded()).isLessThanOrEqualTo(7);
  }

  @Test
  void blocks_that_are_little_else_than_zeros_are_refused() {
    Window window = new Window(1, 1, 1, 1 << 13, 1, 1, Margins.NONE);
    assertThatThrownBy(() -> Turned.of(Shape.of(1, 1, 1 << 14), Shape.of(1 << 18, 1, 2), window, 1))
        .isInstanceOf(UnsupportedPrimitiveException.class);
    Window padded = new Window(1, 1, 1000, 1000, 1, 1, new Margins(1000, 1000, 1000, 1000));
    assertThatThrownBy(() -> Turned.of(Shape.of(1, 1, 1), Shape.of(1, 3, 3), padded, 1))
        .isInstanceOf(UnsupportedPrimitiveException.class);
  }

  @Test
  void few_channels_are_put_together_from_blocks_of_pixels() {
    Window window = new Window(3, 3, 1, 1, 1, 1, new Margins(1, 1, 1, 1));
    Turned grey = Turned.of(Shape.of(1, 28, 28), Shape.of(32, 28, 28), window, 1);
    assertThat(grey.pixelsPerBlock()).isEqualTo(16);
    Turned many = Turned.of(Shape.of(32, 14, 14), Shape.of(64, 14, 14), window, 1);
    assertThat(many.pixelsPerBlock()).isEqualTo(1);
  }

  @Test
  void a_stride_makes_blocks_of_its_size() {
    Window window = new Window(3, 3, 2, 2, 1, 1, new Margins(1, 1, 1, 1));
    Turned turned = Turned.of(Shape.of(16, 32, 32), Shape.of(32, 16, 16), window, 1);
    assertThat(turned.axes().get(0).block()).isEqualTo(2);
    assertThat(turned.axes().get(0).step()).isEqualTo(1);
    assertThat(turned.axes().get(0).taps()).isEqualTo(2);
  }

  @Test
  void turned_kernels_hold_each_weight_once_for_each_pixel_that_it_touches() {
    Window window = new Window(3, 3, 2, 2, 1, 1, new Margins(1, 1, 1, 1));
    Turned turned = Turned.of(Shape.of(2, 8, 8), Shape.of(3, 4, 4), window, 1);
    double[] kernels = new double[3 * 2 * 9];
    Arrays.setAll(kernels, i -> i + 1);
    double[] weights = turned.weights(kernels);
    double blocksPerStride = turned.pixelsPerBlock() / 4.0;
    assertThat(Arrays.stream(weights).sum())
        .isEqualTo(Arrays.stream(kernels).sum() * blocksPerStride);
  }
}
