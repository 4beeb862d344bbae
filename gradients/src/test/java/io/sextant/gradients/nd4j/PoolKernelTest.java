package io.sextant.gradients.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.Tape;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Margins;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import org.junit.jupiter.api.Test;

/** What no Deeplearning4j layer asks of pooling, but other front ends may. */
class PoolKernelTest {
  private static final double[][] IMAGE = {{1, 2, 3, 4, 5, 6, 7, 8, 9}};

  private static GradientService pool(Operation.Reduction reduction, Window window) {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(1, 3, 3));
    Node pool =
        builder.add("pool", new Operation.Pool(reduction, window, true, 1), builder.input());
    Node out = builder.add("flat", new Operation.Reshape(Shape.of(pool.shape().elements())), pool);
    return GradientService.builder(builder.build(out)).precision(Precision.DOUBLE).build();
  }

  @Test
  void sum_adds_up_the_window_and_gives_each_pixel_the_gradient() {
    try (GradientService service = pool(Operation.Reduction.SUM, Window.of(2, 2));
        Tape tape = service.record(IMAGE)) {
      assertThat(tape.logits()[0]).containsExactly(12, 16, 24, 28);
      assertThat(tape.pullback(new double[][] {{1, 10, 100, 1000}})[0])
          .containsExactly(1, 11, 10, 101, 1111, 1010, 100, 1100, 1000);
    }
  }

  @Test
  void dilated_window_skips_pixels() {
    Window window = new Window(2, 2, 1, 1, 2, 2, Margins.NONE);
    try (GradientService service = pool(Operation.Reduction.AVERAGE, window);
        Tape tape = service.record(IMAGE)) {
      assertThat(tape.logits()[0]).containsExactly(5);
      assertThat(tape.pullback(new double[][] {{4}})[0]).containsExactly(1, 0, 1, 0, 0, 0, 1, 0, 1);
    }
  }

  @Test
  void window_in_the_padding_is_zero_and_takes_no_gradient() {
    Window window = new Window(1, 1, 1, 1, 1, 1, new Margins(1, 0, 0, 0));
    try (GradientService service = pool(Operation.Reduction.MAX, window);
        Tape tape = service.record(IMAGE)) {
      assertThat(tape.logits()[0]).containsExactly(0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
      double[] cotangent = new double[12];
      java.util.Arrays.fill(cotangent, 2);
      assertThat(tape.pullback(new double[][] {cotangent})[0])
          .containsExactly(new double[] {2, 2, 2, 2, 2, 2, 2, 2, 2}, within(0.0));
    }
  }

  @Test
  void number_that_is_none_wins_a_maximum() {
    double[][] broken = {IMAGE[0].clone()};
    broken[0][4] = Double.NaN;
    try (GradientService service = pool(Operation.Reduction.MAX, Window.of(3, 3))) {
      assertThat(service.logits(broken)[0][0]).isNaN();
    }
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(1, 3, 3));
    Operation whole = Operation.Reduce.over(Operation.Reduction.MAX, 1, 2);
    InferenceGraph graph = builder.build(builder.add("whole", whole, builder.input()));
    try (GradientService service =
        GradientService.builder(graph).precision(Precision.DOUBLE).build()) {
      assertThat(service.logits(broken)[0]).containsExactly(Double.NaN);
    }
  }
}
