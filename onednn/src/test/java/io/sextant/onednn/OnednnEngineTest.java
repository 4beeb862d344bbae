package io.sextant.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.Answer;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Tape;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.engine.Program;
import io.sextant.gradients.graph.Cell;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Margins;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OnednnEngineTest {
  /** An image network whose third layer oneDNN does not have. */
  private static InferenceGraph graph() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(3, 16, 16));
    Parameter kernels = new Parameter("convolution/W", Shape.of(8, 3, 3, 3));
    double[] weights = new double[kernels.shape().elements()];
    Arrays.setAll(weights, i -> Math.sin(i));
    Node node =
        builder.add(
            "convolution",
            new Operation.Convolution(
                kernels, Optional.empty(), new Window(3, 3, 1, 1, 1, 1, new Margins(1, 1, 1, 1))),
            builder.input());
    node = builder.add("relu", new Operation.Elementwise(new Function.Relu()), node);
    node = builder.add("lrn", new Operation.LocalResponseNorm(2, 2, 0.1, 0.75), node);
    node = builder.add("pool", Operation.Reduce.over(Operation.Reduction.AVERAGE, 1, 2), node);
    return builder.weights(kernels, weights).build(node);
  }

  @Test
  void it_is_taken_when_no_engine_is_named() {
    try (GradientService service = GradientService.builder(graph()).build()) {
      assertThat(service.engine().name()).isEqualTo("onednn");
      assertThat(service.engine().description()).startsWith("oneDNN 2.");
    }
    try (GradientService service =
        GradientService.builder(graph()).precision(Precision.DOUBLE).build()) {
      assertThat(service.engine().name()).isEqualTo("nd4j");
    }
  }

  @Test
  void it_computes_in_float_only() {
    assertThatThrownBy(
            () ->
                GradientService.builder(graph())
                    .engine("onednn")
                    .precision(Precision.DOUBLE)
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("onednn does not compute in DOUBLE");
  }

  @Test
  void layers_that_fall_back_are_named() {
    try (GradientService service = GradientService.builder(graph()).build()) {
      assertThat(service.fallbacks()).containsExactly("layer lrn runs on another engine");
    }
  }

  /** One layer after another over [6, 12], read as channels and time or as time and features. */
  private static List<String> handedOver(Operation... operations) {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(6, 12));
    Node node = builder.input();
    for (Operation operation : operations) {
      for (Parameter parameter : operation.parameters()) {
        double[] values = new double[parameter.shape().elements()];
        Arrays.fill(values, 0.1);
        builder.weights(parameter, values);
      }
      node = builder.add(operation.getClass().getSimpleName(), operation, node);
    }
    try (GradientService service = GradientService.builder(builder.build(node)).build()) {
      return service.fallbacks();
    }
  }

  private static Parameter weights(int... sizes) {
    return new Parameter(Arrays.toString(sizes), Shape.of(sizes));
  }

  private static Window window(int rank, int kernel, int stride) {
    return new Window(Collections.nCopies(rank, new Window.Axis(kernel, stride, 1, 1, 1)));
  }

  @Test
  void windows_of_any_rank_run_on_onednn() {
    assertThat(
            handedOver(
                new Operation.Convolution(weights(8, 6, 3), Optional.empty(), window(1, 3, 1)),
                new Operation.Pool(Operation.Reduction.MAX, window(1, 2, 2), false, 2),
                new Operation.TransposedConvolution(
                    weights(8, 2, 3), Optional.empty(), window(1, 3, 2), List.of(1), 1)))
        .isEmpty();
    assertThat(
            handedOver(
                new Operation.Reshape(Shape.of(2, 4, 3, 3)),
                new Operation.Convolution(
                    weights(8, 2, 3, 3, 3), Optional.empty(), window(3, 3, 1)),
                new Operation.Pool(Operation.Reduction.AVERAGE, window(3, 2, 1), false, 2),
                new Operation.TransposedConvolution(
                    weights(8, 2, 3, 3, 3), Optional.empty(), window(3, 3, 2), List.of(1, 0, 1), 1),
                Operation.Reduce.over(Operation.Reduction.AVERAGE, 1, 2, 3)))
        .isEmpty();
  }

  @Test
  void places_are_blended_without_another_engine() {
    assertThat(
            handedOver(
                new Operation.Select(1, List.of(3, 3, 0)),
                new Operation.Interpolate(0, List.of(0.5, 2.25)),
                new Operation.Expand(Shape.of(4, 2, 3))))
        .isEmpty();
  }

  @Test
  void sequences_run_on_onednn() {
    Function sigmoid = new Function.Sigmoid();
    Function tanh = new Function.Tanh();
    assertThat(
            handedOver(
                new Operation.LayerNorm(
                    1, Optional.of(weights(12)), Optional.of(weights(12)), 1e-5),
                new Operation.Recurrent(
                    new Cell.Lstm(sigmoid, tanh, tanh, Optional.of(weights(3, 5))),
                    weights(12, 20),
                    weights(5, 20),
                    Optional.empty(),
                    true),
                new Operation.Recurrent(
                    new Cell.Gru(sigmoid, tanh, true, Optional.of(weights(5))),
                    weights(5, 15),
                    weights(5, 15),
                    Optional.of(weights(15)),
                    false),
                new Operation.Recurrent(
                    new Cell.Simple(tanh), weights(5, 5), weights(5, 5), Optional.empty(), false),
                Operation.Reduce.over(Operation.Reduction.AVERAGE, 0)))
        .isEmpty();
  }

  /** The convolution's way back would take blocks of 8192 pixels for each of 2^18 outputs. */
  @Test
  void a_stride_that_leaves_nearly_everything_out_falls_back() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(1, 1, 1 << 14));
    Parameter kernels = new Parameter("kernels", Shape.of(1 << 18, 1, 1, 1));
    double[] weights = new double[1 << 18];
    Arrays.fill(weights, 1);
    Operation strided =
        new Operation.Convolution(
            kernels, Optional.empty(), new Window(1, 1, 1, 1 << 13, 1, 1, Margins.NONE));
    Node node = builder.weights(kernels, weights).add("strided", strided, builder.input());
    node = builder.add("sum", Operation.Reduce.over(Operation.Reduction.SUM, 0, 1), node);
    double[] row = new double[1 << 14];
    row[1 << 13] = 3;
    try (GradientService service = GradientService.builder(builder.build(node)).threads(1).build();
        Tape tape = service.record(new double[][] {row})) {
      assertThat(service.fallbacks()).contains("layer strided runs on another engine");
      assertThat(tape.logits()[0]).containsExactly(0, 3 * (1 << 18));
      double[] gradient = tape.pullback(new double[][] {{1, 2}})[0];
      assertThat(gradient[0]).isEqualTo(1 << 18);
      assertThat(gradient[1 << 13]).isEqualTo(2 << 18);
      assertThat(Arrays.stream(gradient).sum()).isEqualTo(3 << 18);
    }
  }

  @Test
  void a_long_line_is_pooled_whole() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(2, 1, 70_000));
    Operation mean = Operation.Reduce.over(Operation.Reduction.AVERAGE, 1, 2);
    InferenceGraph graph = builder.build(builder.add("mean", mean, builder.input()));
    double[] row = new double[140_000];
    Arrays.fill(row, 0, 70_000, 1);
    try (GradientService service = GradientService.builder(graph).threads(1).build()) {
      assertThat(service.logits(new double[][] {row})[0])
          .containsExactly(new double[] {1, 0}, within(1e-5));
    }
  }

  @Test
  void rows_are_cut_into_tiles_and_powers_of_two() {
    InferenceGraph graph = graph();
    try (Program program = new OnednnEngine().compile(graph, graph.weights(), Precision.FLOAT)) {
      int tile = program.nextCall(1_000_000);
      assertThat(Integer.bitCount(tile)).isEqualTo(1);
      // Input and output of the largest layer, the normalisation: 2 x 8 KiB an example.
      assertThat(tile).isEqualTo((1 << 20) / (2 * 8 * 16 * 16 * 4));
      assertThat(program.nextCall(tile - 1)).isEqualTo(tile / 2);
      assertThat(program.nextCall(5)).isEqualTo(4);
      assertThat(program.nextCall(1)).isEqualTo(1);
    }
  }

  @Test
  void dense_layers_give_a_row_the_same_bits_in_calls_of_any_size() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(61));
    Node node = builder.input();
    int inputs = 61;
    for (int outputs : new int[] {33, 5}) {
      Parameter w = new Parameter(outputs + "/W", Shape.of(inputs, outputs));
      double[] weights = new double[w.shape().elements()];
      Arrays.setAll(weights, i -> Math.sin(0.7 * i) / 4);
      builder.weights(w, weights);
      node = builder.add("dense" + outputs, new Operation.Affine(w, Optional.empty()), node);
      node = builder.add("tanh" + outputs, new Operation.Elementwise(new Function.Tanh()), node);
      inputs = outputs;
    }
    try (GradientService service = GradientService.builder(builder.build(node)).build()) {
      double[][] rows = new double[47][61];
      for (int r = 0; r < rows.length; r++) {
        int row = r;
        Arrays.setAll(rows[r], i -> (float) Math.cos(row + 1.3 * i));
      }
      Answer all = service.query(rows, new int[rows.length], Objective::logit);
      for (int size : new int[] {1, 2, 3, 7, 16}) {
        for (int from = 0; from + size <= rows.length; from += size) {
          Answer part =
              service.query(
                  Arrays.copyOfRange(rows, from, from + size), new int[size], Objective::logit);
          assertThat(part.logits())
              .isDeepEqualTo(Arrays.copyOfRange(all.logits(), from, from + size));
          assertThat(part.gradients())
              .isDeepEqualTo(Arrays.copyOfRange(all.gradients(), from, from + size));
        }
      }
    }
  }

  @Test
  void one_call_on_all_threads_gives_the_same_answers() {
    double[][] rows = new double[9][3 * 16 * 16];
    for (double[] row : rows) {
      Arrays.setAll(row, i -> Math.cos(i));
    }
    try (GradientService apart =
            GradientService.builder(graph()).threads(2).nativeThreads(1).build();
        GradientService together =
            GradientService.builder(graph()).threads(2).nativeThreads(2).build()) {
      assertThat(apart.workers()).isEqualTo(2);
      assertThat(together.workers()).isEqualTo(1);
      assertThat(together.threads()).isEqualTo(2);
      double[][] expected = apart.logits(rows);
      double[][] actual = together.logits(rows);
      for (int row = 0; row < rows.length; row++) {
        for (int k = 0; k < expected[row].length; k++) {
          assertThat(actual[row][k]).isCloseTo(expected[row][k], within(1e-5));
        }
      }
    }
  }

  @Test
  void more_threads_in_a_call_than_in_all_are_refused() {
    assertThatThrownBy(() -> GradientService.builder(graph()).threads(2).nativeThreads(3).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("native threads must be in 1..2");
  }
}
