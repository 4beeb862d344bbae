package io.sextant.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.engine.Binding;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.engine.Session;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Margins;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.graph.Weights;
import io.sextant.gradients.graph.Window;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BindingTest {
  private static final int ROWS = 6;
  private static final Parameter GAMMA = new Parameter("gamma", Shape.of(8));

  /** Convolution, normalisation, ReLU, mean. */
  private static InferenceGraph graph(Statistics statistics) {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(1, 6, 6));
    Parameter kernels = new Parameter("kernels", Shape.of(8, 1, 3, 3));
    double[] weights = new double[kernels.shape().elements()];
    Arrays.setAll(weights, i -> Math.sin(3 * i));
    double[] ones = new double[8];
    Arrays.fill(ones, 1);
    List<Parameter> others =
        Stream.of("mean", "variance", "beta")
            .map(name -> new Parameter(name, Shape.of(8)))
            .toList();
    builder.weights(kernels, weights).weights(GAMMA, ones);
    others.forEach(parameter -> builder.weights(parameter, ones));
    Window same = new Window(3, 3, 1, 1, 1, 1, new Margins(1, 1, 1, 1));
    Node node =
        builder.add(
            "convolution",
            new Operation.Convolution(kernels, Optional.empty(), same),
            builder.input());
    node =
        builder.add(
            "norm",
            new Operation.BatchNorm(
                others.get(0), others.get(1), GAMMA, others.get(2), 1e-3, statistics),
            node);
    node = builder.add("relu", new Operation.Elementwise(new Function.Relu()), node);
    return builder.build(
        builder.add("mean", Operation.Reduce.over(Operation.Reduction.AVERAGE, 1, 2), node));
  }

  private static ByteBuffer floats(int count) {
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.nativeOrder());
    for (int i = 0; i < count; i++) {
      buffer.putFloat(i * Float.BYTES, (float) Math.cos(i));
    }
    return buffer;
  }

  static Stream<Statistics> statistics() {
    return Stream.of(Statistics.stored(), Statistics.replaced());
  }

  @ParameterizedTest
  @MethodSource("statistics")
  void batches_of_many_sizes_keep_few_runs(Statistics statistics) {
    int most = 2 * OnednnSession.MOST_RUNS;
    InferenceGraph graph = graph(statistics);
    ByteBuffer input = floats(most * 36);
    ByteBuffer logits = floats(most * 8);
    ByteBuffer again = floats(most * 8);
    ByteBuffer cotangent = floats(most * 8);
    ByteBuffer gradient = floats(most * 36);
    try (OnednnProgram program =
            (OnednnProgram) new OnednnEngine().compile(graph, graph.weights(), Precision.FLOAT);
        OnednnSession session = (OnednnSession) program.open(most, 1)) {
      session.forward(input, 3, logits);
      for (int rows = 4; rows <= most; rows++) {
        session.record(input, rows, again);
        session.pullback(cotangent, 0, gradient);
        assertThat(session.runs()).isLessThanOrEqualTo(OnednnSession.MOST_RUNS);
      }
      session.forward(input, 3, again);
      for (int i = 0; i < 3 * 8; i++) {
        assertThat(again.getFloat(i * Float.BYTES)).isEqualTo(logits.getFloat(i * Float.BYTES));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("statistics")
  void other_values_of_parameters_make_no_new_plan(Statistics statistics) {
    InferenceGraph graph = graph(statistics);
    ByteBuffer input = floats(ROWS * 36);
    ByteBuffer logits = floats(ROWS * 8);
    ByteBuffer cotangent = floats(ROWS * 8);
    ByteBuffer gradient = floats(ROWS * 36);
    try (OnednnProgram program =
            (OnednnProgram) new OnednnEngine().compile(graph, graph.weights(), Precision.FLOAT);
        Session session = program.open(ROWS, 1)) {
      int plans = 0;
      float first = 0;
      for (int step = 1; step <= 10; step++) {
        double[] values = new double[8];
        Arrays.fill(values, step);
        session.bind(new Binding(Weights.empty().with(GAMMA, values), Set.of(GAMMA)));
        session.forward(input, ROWS, logits);
        session.record(input, ROWS, logits);
        session.pullbackToParameters(cotangent, Optional.empty());
        session.pullbackToParameters(cotangent, Optional.of(gradient));
        if (step == 1) {
          plans = program.plans();
          first = logits.getFloat(0);
        }
        assertThat(program.plans()).isEqualTo(plans);
      }
      assertThat(logits.getFloat(0)).isNotEqualTo(first);
      assertThat(program.fallbacks()).isEmpty();
    }
  }
}
