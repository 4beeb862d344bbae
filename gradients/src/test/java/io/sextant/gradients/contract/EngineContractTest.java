package io.sextant.gradients.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.sextant.gradients.Answer;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Objective;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Tape;
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
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers rely on and no comparison of single answers shows. */
@Tag("engine-contract")
class EngineContractTest {
  private static final Window PAIRS = new Window(2, 2, 2, 2, 1, 1, Margins.NONE);

  private static double[][] rows(int count, int width) {
    RandomGenerator random = RandomKey.of(5).with(width).random();
    double[][] rows = new double[count][width];
    for (double[] row : rows) {
      Arrays.setAll(row, i -> Values.ROUGH.input(random));
    }
    return rows;
  }

  private static int[] labels(int count) {
    return IntStream.range(0, count).map(i -> i % 4).toArray();
  }

  private static double largest(double[][] a, double[][] b) {
    double largest = 0;
    for (int row = 0; row < a.length; row++) {
      for (int i = 0; i < a[row].length; i++) {
        largest = Math.max(largest, Math.abs(a[row][i] - b[row][i]));
      }
    }
    return largest;
  }

  @ParameterizedTest
  @EnumSource
  void any_number_of_rows_gives_the_same_answers(Soak.Subject network) {
    InferenceGraph graph = network.graph();
    double[][] rows = rows(300, graph.input().shape().elements());
    int[] labels = labels(300);
    try (GradientService whole = EngineUnderTest.service(graph).build();
        GradientService service = EngineUnderTest.service(graph).build()) {
      Answer expected = whole.query(rows, labels, Objective::crossEntropy);
      // Downwards, upwards and across what may be steps between prepared batch sizes.
      for (int count :
          new int[] {
            300, 129, 128, 127, 65, 64, 40, 33, 32, 31, 17, 16, 15, 9, 8, 7, 5, 3, 2, 1, 6, 48, 100,
            200
          }) {
        Answer part =
            service.query(
                Arrays.copyOf(rows, count), Arrays.copyOf(labels, count), Objective::crossEntropy);
        assertThat(largest(part.gradients(), expected.gradients()))
            .as("gradients of %d rows", count)
            .isLessThan(2e-6);
        assertThat(largest(part.logits(), expected.logits()))
            .as("logits of %d rows", count)
            .isLessThan(2e-6);
        assertThat(largest(service.logits(Arrays.copyOf(rows, count)), expected.logits()))
            .as("logits of %d rows without gradients", count)
            .isLessThan(2e-6);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void repetition_gives_the_same_bits(int threads) {
    InferenceGraph graph = Soak.Subject.RESIDUAL.graph();
    double[][] rows = rows(50, graph.input().shape().elements());
    double[][] expected = null;
    for (int time = 0; time < 3; time++) {
      try (GradientService service =
          EngineUnderTest.service(graph).threads(threads).batchSize(16).build()) {
        for (int again = 0; again < 3; again++) {
          double[][] gradients =
              service.query(rows, labels(50), Objective::crossEntropy).gradients();
          expected = expected == null ? gradients : expected;
          assertThat(gradients).isDeepEqualTo(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void eight_threads_at_once_get_the_same_bits_as_one(Soak.Subject network) throws Exception {
    InferenceGraph graph = network.graph();
    double[][] rows = rows(40, graph.input().shape().elements());
    ExecutorService eight = Executors.newFixedThreadPool(8);
    try (GradientService service =
        EngineUnderTest.service(graph).batchSize(16).threads(2).build()) {
      // Each thread asks for its own rows, so that an exchange of buffers shows.
      double[][][] expected = new double[8][][];
      for (int thread = 0; thread < 8; thread++) {
        expected[thread] = ask(service, rows, thread);
      }
      Stream<Callable<Boolean>> tasks =
          IntStream.range(0, 160)
              .mapToObj(i -> () -> Arrays.deepEquals(ask(service, rows, i % 8), expected[i % 8]));
      for (Future<Boolean> equal : eight.invokeAll(tasks.toList())) {
        assertThat(equal.get()).isTrue();
      }
    } finally {
      eight.shutdownNow();
    }
  }

  private static double[][] ask(GradientService service, double[][] rows, int thread) {
    double[][] own = Arrays.copyOfRange(rows, thread, rows.length - 2 * thread);
    return service.query(own, labels(own.length), Objective::crossEntropy).gradients();
  }

  @Test
  void two_tapes_do_not_disturb_each_other() {
    InferenceGraph graph = Soak.Subject.RESIDUAL.graph();
    double[][] rows = rows(12, graph.input().shape().elements());
    double[][] cotangent = rows(12, 4);
    try (GradientService service = EngineUnderTest.service(graph).build()) {
      double[][] expected;
      try (Tape tape = service.record(rows)) {
        expected = tape.pullback(cotangent);
      }
      try (Tape tape = service.record(rows);
          Tape other = service.record(Arrays.copyOfRange(rows, 3, 8))) {
        other.pullback(Arrays.copyOf(cotangent, 5));
        service.logits(Arrays.copyOf(rows, 2));
        assertThat(tape.pullback(cotangent)).isDeepEqualTo(expected);
      }
    }
  }

  @Test
  void pullbacks_in_any_order_and_of_any_node_leave_the_tape_as_it_was() {
    InferenceGraph graph = Soak.Subject.RESIDUAL.graph();
    double[][] rows = rows(5, graph.input().shape().elements());
    double[][] cotangent = rows(5, 4);
    double[][] other = rows(6, 4);
    try (GradientService service = EngineUnderTest.service(graph).build();
        Tape tape = service.record(rows)) {
      double[][] logits = tape.logits();
      double[][] gradient = tape.pullback(cotangent);
      for (Node node : graph.nodes()) {
        double[][] activation = tape.activation(node.name());
        double[][] at = tape.pullback(cotangent, node.name());
        tape.pullback(Arrays.copyOf(other, 5));
        assertThat(tape.activation(node.name())).as(node.name()).isDeepEqualTo(activation);
        assertThat(tape.pullback(cotangent, node.name())).as(node.name()).isDeepEqualTo(at);
      }
      assertThat(tape.logits()).isDeepEqualTo(logits);
      assertThat(tape.activation(graph.output().name())).isDeepEqualTo(logits);
      assertThat(tape.pullback(cotangent, graph.output().name())).isDeepEqualTo(cotangent);
      assertThat(tape.pullback(cotangent)).isDeepEqualTo(gradient);
    }
  }

  @Test
  void graph_that_ends_in_its_input_gives_back_what_it_takes() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(2, 3, 1));
    double[][] rows = rows(3, 6);
    double[][] cotangent = rows(3, 6);
    try (GradientService service = EngineUnderTest.service(builder.build(builder.input())).build();
        Tape tape = service.record(rows)) {
      assertThat(service.logits(rows)).isDeepEqualTo(rows);
      assertThat(tape.logits()).isDeepEqualTo(rows);
      assertThat(tape.pullback(cotangent)).isDeepEqualTo(cotangent);
    }
  }

  /** The ways in which ReLU and max-pooling follow a convolution that changes nothing. */
  private enum Order {
    POOL,
    RELU,
    RELU_POOL,
    POOL_RELU;

    InferenceGraph graph() {
      Parameter identity = new Parameter("identity", Shape.of(1, 1, 1, 1));
      InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(1, 4, 4));
      Operation convolution =
          new Operation.Convolution(identity, Optional.empty(), Window.of(1, 1));
      Operation relu = new Operation.Elementwise(new Function.Relu());
      Operation pool = new Operation.Pool(Operation.Reduction.MAX, PAIRS, true, 2);
      Node x = builder.weights(identity, new double[] {1}).add("in", convolution, builder.input());
      return builder.build(
          switch (this) {
            case POOL -> builder.add("pool", pool, x);
            case RELU -> builder.add("relu", relu, x);
            case RELU_POOL -> builder.add("pool", pool, builder.add("relu", relu, x));
            case POOL_RELU -> builder.add("relu", relu, builder.add("pool", pool, x));
          });
    }
  }

  /** Windows of ties above, below and at zero, and one whose maximum comes late. */
  private static final double[] TIES = {
    2, 2, -1, -1, //
    2, 2, -1, -1, //
    0, 0, -3, -2, //
    -1, 0, 1, 1
  };

  private static double[] gradient(Order order) {
    InferenceGraph graph = order.graph();
    double[] ones = new double[graph.output().shape().elements()];
    Arrays.fill(ones, 1);
    try (GradientService service = EngineUnderTest.service(graph).build();
        Tape tape = service.record(new double[][] {TIES})) {
      return tape.pullback(new double[][] {ones})[0];
    }
  }

  @Test
  void first_maximum_takes_the_gradient() {
    assertThat(gradient(Order.POOL))
        .containsExactly(1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0);
  }

  @Test
  void relu_has_slope_zero_at_zero() {
    assertThat(gradient(Order.RELU))
        .containsExactly(1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1);
  }

  @ParameterizedTest
  @EnumSource(names = {"RELU_POOL", "POOL_RELU"})
  void relu_beside_a_maximum_passes_the_gradient_of_positive_maxima_only(Order order) {
    assertThat(gradient(order)).containsExactly(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0);
  }

  @ParameterizedTest
  @EnumSource(Operation.Reduction.class)
  void window_wholly_in_the_padding_is_zero_and_takes_no_gradient(Operation.Reduction reduction) {
    Window window = new Window(2, 1, 2, 1, 1, 1, new Margins(2, 0, 1, 0));
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(1, 2, 2));
    InferenceGraph graph =
        builder.build(
            builder.add("pool", new Operation.Pool(reduction, window, false, 2), builder.input()));
    double[][] rows = {{-4, -3, 0, -1}};
    try (GradientService service = EngineUnderTest.service(graph).build();
        Tape tape = service.record(rows)) {
      double[] expected =
          switch (reduction) {
            case MAX -> new double[] {0, 0, 0, 0, 0, -1};
            case SUM -> new double[] {0, 0, 0, 0, -4, -4};
            case AVERAGE -> new double[] {0, 0, 0, 0, -2, -2};
            case PNORM -> new double[] {0, 0, 0, 0, 4, (float) Math.sqrt(10)};
          };
      assertThat(tape.logits()[0]).containsExactly(expected, within());
      assertThat(service.logits(rows)[0]).containsExactly(expected, within());
      assertThat(tape.pullback(new double[][] {{9, 9, 9, 9, 0, 0}})[0]).containsOnly(0);
    }
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.api.Assertions.within(1e-6);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void a_row_that_is_no_number_has_logits_that_are_none_and_leaves_the_others_alone(double value) {
    InferenceGraph graph = Soak.Subject.RESIDUAL.graph();
    double[][] rows = rows(5, graph.input().shape().elements());
    try (GradientService service = EngineUnderTest.service(graph).build()) {
      double[][] expected = service.logits(rows);
      rows[3][7] = value;
      for (double[][] logits :
          new double[][][] {
            service.logits(rows), service.query(rows, labels(5), Objective::crossEntropy).logits()
          }) {
        assertThat(Arrays.stream(logits[3]).noneMatch(Double::isFinite)).isTrue();
        for (int row : new int[] {0, 1, 2, 4}) {
          assertThat(logits[row]).containsExactly(expected[row], offset(1e-6));
        }
      }
    }
  }

  @Test
  void what_is_no_number_wins_a_maximum_over_whole_dimensions() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(2, 2, 2));
    InferenceGraph graph =
        builder.build(
            builder.add(
                "largest", Operation.Reduce.over(Operation.Reduction.MAX, 1, 2), builder.input()));
    try (GradientService service = EngineUnderTest.service(graph).build()) {
      double[][] logits =
          service.logits(
              new double[][] {{1, 2, 3, 4, 8, 7, 6, 5}, {1, 2, Double.NaN, 4, 8, 7, 6, 5}});
      assertThat(logits[0]).containsExactly(4, 8);
      assertThat(logits[1]).contains(Double.NaN);
    }
  }

  /** A mask by a constant, or by a shift of each value. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void what_an_infinite_mask_hides_is_left_out_and_all_else_is_a_number(boolean constant) {
    double hidden = Double.NEGATIVE_INFINITY;
    double[] mask = {0, hidden, hidden, 0, 0, hidden, 0, 0, 0};
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(3, 3));
    Node scores = builder.input();
    Node masked;
    if (constant) {
      Parameter parameter = new Parameter("mask", Shape.of(3, 3));
      builder.weights(parameter, mask);
      masked =
          builder.add(
              "masked",
              new Operation.Combine(Operation.Combination.ADD),
              scores,
              builder.add("mask", new Operation.Constant(parameter)));
    } else {
      Operation shift =
          new Operation.Rescale(Collections.nCopies(9, 1.0), Arrays.stream(mask).boxed().toList());
      masked = builder.add("masked", shift, scores);
    }
    Node shares = builder.add("shares", new Operation.Softmax(1), masked);
    Parameter weights = new Parameter("dense/W", Shape.of(3, 1));
    Node y =
        builder
            .weights(weights, new double[] {2, 4, 9})
            .add("dense", new Operation.Affine(weights, Optional.empty()), shares);
    y = builder.add("relu", new Operation.Elementwise(new Function.Relu()), y);
    InferenceGraph graph =
        builder.build(builder.add("flat", new Operation.Reshape(Shape.of(3)), y));
    try (GradientService service = EngineUnderTest.service(graph).build();
        Tape tape = service.record(new double[1][9])) {
      assertThat(tape.logits()[0]).containsExactly(new double[] {2, 3, 5}, within());
      assertThat(service.logits(new double[1][9])[0])
          .containsExactly(new double[] {2, 3, 5}, within());
      // Of a share: itself times what its place has more than the mean.
      double third = 1.0 / 3;
      assertThat(tape.pullback(new double[][] {{1, 1, 1}})[0])
          .containsExactly(
              new double[] {0, 0, 0, -0.5, 0.5, 0, -3 * third, -third, 4 * third}, within());
    }
  }

  @Test
  void a_constant_that_is_no_number_shows_in_the_logits() {
    Parameter constant = new Parameter("constant", Shape.of(2));
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(2));
    Node sum =
        builder
            .weights(constant, new double[] {1, Double.NaN})
            .add(
                "sum",
                new Operation.Combine(Operation.Combination.ADD),
                builder.input(),
                builder.add("constant", new Operation.Constant(constant)));
    InferenceGraph graph =
        builder.build(builder.add("relu", new Operation.Elementwise(new Function.Relu()), sum));
    try (GradientService service = EngineUnderTest.service(graph).build()) {
      assertThat(service.logits(new double[][] {{1, 1}})[0]).contains(Double.NaN);
    }
  }

  @Test
  void parameters_that_are_no_numbers_show_in_the_logits() {
    Parameter weights = new Parameter("dense/W", Shape.of(2, 2));
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(2));
    Node hidden =
        builder.add("dense", new Operation.Affine(weights, Optional.empty()), builder.input());
    Node output = builder.add("relu", new Operation.Elementwise(new Function.Relu()), hidden);
    InferenceGraph graph =
        builder.weights(weights, new double[] {1, Double.NaN, 2, 3}).build(output);
    try (GradientService service = EngineUnderTest.service(graph).build()) {
      assertThat(service.logits(new double[][] {{1, 1}})[0]).contains(Double.NaN);
    }
  }
}
