package io.sextant.gradients.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.Tape;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers that are small, but would not be if they were laid out with zeros. */
class ConvolutionKernelTest {
  private static GradientService service(
      Shape input, Parameter kernel, Window window, IntToDoubleFunction weights) {
    InferenceGraph.Builder builder = InferenceGraph.builder(input);
    double[] values = new double[kernel.shape().elements()];
    Arrays.setAll(values, weights);
    builder.weights(kernel, values);
    Node y =
        builder.add(
            "convolution",
            new Operation.Convolution(kernel, Optional.empty(), window),
            builder.input());
    y = builder.add("flat", new Operation.Reshape(Shape.of(y.shape().elements())), y);
    return GradientService.builder(builder.build(y)).engine("nd4j").threads(1).build();
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** With gaps between the outputs, each would be as large as the image. */
  @ParameterizedTest
  @ValueSource(ints = {1000, 2048})
  void long_strides_take_no_room_for_what_they_leave_out(int outputs) {
    Window.Axis axis = new Window.Axis(1, 1024, 1, 0, 0);
    Parameter kernel = new Parameter("kernel", Shape.of(outputs, 1, 1, 1));
    double[] image = new double[1 << 20];
    image[0] = 2;
    image[1] = 100;
    try (GradientService service =
            service(
                Shape.of(1, 1024, 1024),
                kernel,
                new Window(List.of(axis, axis)),
                i -> i % 2 == 0 ? 1 : 3);
        Tape tape = service.record(new double[][] {image})) {
      assertThat(Arrays.copyOf(tape.logits()[0], 3)).containsExactly(2, 6, 2);
      double[] gradient = tape.pullback(new double[][] {ones(outputs)})[0];
      assertThat(gradient[0]).isEqualTo(2 * outputs);
      assertThat(Arrays.stream(gradient).sum()).isEqualTo(2 * outputs);
    }
  }

  /** With zeros between the taps, this kernel would have more than 2^31 values. */
  @Test
  void taps_that_lie_far_apart_take_no_room_for_what_is_between() {
    Window.Axis axis = new Window.Axis(3, 1, 64, 0, 0);
    Parameter kernel = new Parameter("kernel", Shape.of(2048, 64, 3, 3));
    int side = 129;
    double[] image = new double[64 * side * side];
    image[side * side - 1] = 5; // the last tap of the first channel
    image[1] = 100; // between taps
    try (GradientService service =
            service(
                Shape.of(64, side, side),
                kernel,
                new Window(List.of(axis, axis)),
                i -> i % (64 * 9) == 8 ? 1 : 0.5);
        Tape tape = service.record(new double[][] {image})) {
      assertThat(tape.logits()[0]).hasSize(2048).containsOnly(5);
      double[] cotangent = new double[2048];
      cotangent[2047] = 1;
      double[] gradient = tape.pullback(new double[][] {cotangent})[0];
      assertThat(gradient[side * side - 1]).isEqualTo(1);
      assertThat(Arrays.stream(gradient).sum()).isEqualTo(1 + 0.5 * (64 * 9 - 1));
    }
  }
}
