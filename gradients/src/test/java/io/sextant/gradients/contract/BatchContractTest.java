package io.sextant.gradients.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.BatchObjective;
import io.sextant.gradients.BatchQuery;
import io.sextant.gradients.BatchReply;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.GradientServiceBuilder;
import io.sextant.gradients.Logits;
import io.sextant.gradients.Meter;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Query;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Margins;
import io.sextant.gradients.graph.Moments;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.graph.Statistics.Estimator;
import io.sextant.gradients.graph.Weights;
import io.sextant.gradients.graph.Window;
import java.util.Arrays;
import java.util.List;
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
import org.junit.jupiter.params.provider.MethodSource;

/** Batches as a whole: statistics of the batch, bound parameters and gradients by them. */
@Tag("engine-contract")
class BatchContractTest {
  private static final BatchObjective ENTROPY = BatchContractTest::entropy;

  /** -sum p log p of each row. */
  private static double[] entropy(double[][] logits, double[][] cotangents) {
    double[] values = new double[logits.length];
    for (int row = 0; row < logits.length; row++) {
      double[] p = Logits.probabilities(logits[row]);
      for (double q : p) {
        values[row] -= q * Math.log(q);
      }
      for (int k = 0; k < p.length; k++) {
        cotangents[row][k] = -p[k] * (Math.log(p[k]) + values[row]);
      }
    }
    return values;
  }

  static Stream<Statistics> statistics() {
    return Stream.of(
        Statistics.stored(),
        Statistics.replaced(),
        Statistics.mixed(0.3),
        Statistics.prior(7),
        Statistics.replaced().with(Estimator.MEDIAN),
        Statistics.mixed(0.6).with(Estimator.MEDIAN_OF_SQUARES));
  }

  /** Images, vectors, a branch, and layers without kinks, so that differences converge. */
  private static InferenceGraph smooth() {
    Layers layers =
        new Layers(Shape.of(2, 6, 5), Values.ROUGH, RandomKey.of(3).with("smooth").random());
    Window window = new Window(3, 3, 1, 1, 1, 1, new Margins(1, 1, 1, 1));
    Operation tanh = new Operation.Elementwise(new Function.Tanh());
    Node stem =
        layers.add(tanh, layers.batchNorm(layers.convolution(layers.input(), 3, window, true)));
    Node branch = layers.batchNorm(layers.convolution(stem, 3, window, false));
    Node joined = layers.add(tanh, layers.sum(branch, stem));
    Node hidden = layers.batchNorm(layers.dense(joined, 5, true));
    return layers.endingIn(layers.dense(layers.add(tanh, hidden), 4, true));
  }

  private static double[][] rows(InferenceGraph graph, int count) {
    RandomGenerator random = RandomKey.of(11).with(count).random();
    double[][] rows = new double[count][graph.input().shape().elements()];
    for (double[] row : rows) {
      Arrays.setAll(row, i -> Values.ROUGH.input(random));
    }
    return rows;
  }

  /** Values of gamma and beta that are not the graph's, and of stored statistics too. */
  private static Weights moved(InferenceGraph graph, long seed) {
    RandomGenerator random = RandomKey.of(seed).random();
    Weights moved = Weights.empty();
    for (Parameter parameter : graph.bindable()) {
      double[] values = graph.weights().values(parameter);
      Arrays.setAll(values, i -> (float) (values[i] * random.nextDouble(0.7, 1.3)));
      moved = moved.with(parameter, values);
    }
    return moved;
  }

  private static double sum(GradientService service, double[][] rows, Weights bound) {
    BatchReply reply = service.answer(BatchQuery.of(rows).bound(bound).objective(ENTROPY));
    return Arrays.stream(reply.values()).sum();
  }

  @ParameterizedTest
  @MethodSource("statistics")
  void gradients_by_parameters_and_rows_are_finite_differences(Statistics statistics) {
    InferenceGraph graph = smooth().withStatistics(statistics);
    double[][] rows = rows(graph, 5);
    Weights bound = moved(graph, 1);
    try (GradientService service = EngineUnderTest.reference(graph).build()) {
      BatchReply reply =
          service.answer(
              BatchQuery.of(rows)
                  .bound(bound)
                  .objective(ENTROPY)
                  .gradientsBy(graph.differentiable())
                  .withInputGradients());
      double h = 1e-5;
      assertThat(graph.differentiable()).hasSize(6);
      for (Parameter parameter : graph.differentiable()) {
        double[] at = bound.values(parameter);
        for (int i = 0; i < at.length; i++) {
          double[] above = at.clone();
          above[i] += h;
          double[] below = at.clone();
          below[i] -= h;
          double difference =
              (sum(service, rows, bound.with(parameter, above))
                      - sum(service, rows, bound.with(parameter, below)))
                  / (2 * h);
          assertThat(reply.gradient(parameter)[i])
              .as("%s[%d]", parameter.name(), i)
              .isCloseTo(difference, within(1e-6 * Math.max(1, Math.abs(difference))));
        }
      }
      for (int row = 0; row < rows.length; row++) {
        for (int i = 0; i < rows[row].length; i += 7) {
          double x = rows[row][i];
          rows[row][i] = x + h;
          double above = sum(service, rows, bound);
          rows[row][i] = x - h;
          double below = sum(service, rows, bound);
          rows[row][i] = x;
          assertThat(reply.inputGradients()[row][i])
              .as("row %d, value %d", row, i)
              .isCloseTo((above - below) / (2 * h), within(1e-6));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("statistics")
  void single_precision_agrees_with_double(Statistics statistics) {
    InferenceGraph graph = Soak.Subject.RESIDUAL.graph().withStatistics(statistics);
    double[][] rows = rows(graph, 37);
    BatchQuery query =
        BatchQuery.of(rows)
            .bound(moved(graph, 2))
            .objective(ENTROPY)
            .gradientsBy(graph.differentiable())
            .withInputGradients()
            .withMoments();
    try (GradientService exact = EngineUnderTest.reference(graph).build();
        GradientService service = EngineUnderTest.service(graph).build()) {
      BatchReply expected = exact.answer(query);
      BatchReply actual = service.answer(query);
      close(actual.logits(), expected.logits(), 1e-4);
      close(actual.inputGradients(), expected.inputGradients(), 1e-3);
      for (Parameter parameter : graph.differentiable()) {
        close(
            new double[][] {actual.gradient(parameter)},
            new double[][] {expected.gradient(parameter)},
            1e-3);
      }
      assertThat(actual.moments().keySet()).containsExactlyElementsOf(expected.moments().keySet());
      expected
          .moments()
          .forEach(
              (layer, moments) -> {
                close(new double[][] {actual.moments(layer).mean()}, moments.mean());
                close(new double[][] {actual.moments(layer).variance()}, moments.variance());
              });
      close(
          service.answer(BatchQuery.of(rows).bound(query.bound())).logits(),
          expected.logits(),
          1e-4);
    }
  }

  private static void close(double[][] actual, double[] expected) {
    close(actual, new double[][] {expected}, 1e-4);
  }

  /** Close by the largest magnitude. */
  private static void close(double[][] actual, double[][] expected, double tolerance) {
    double largest =
        Arrays.stream(expected).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElseThrow();
    for (int row = 0; row < expected.length; row++) {
      assertThat(actual[row]).containsExactly(expected[row], within(tolerance * largest));
    }
  }

  /** One normalisation of two channels of two values. */
  private static InferenceGraph alone(Statistics statistics) {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(2, 1, 2));
    List<Parameter> parameters =
        Stream.of("mean", "variance", "gamma", "beta")
            .map(name -> new Parameter(name, Shape.of(2)))
            .toList();
    double[][] values = {{1, -1}, {2, 0.5}, {2, -3}, {0.5, 4}};
    for (int i = 0; i < values.length; i++) {
      builder.weights(parameters.get(i), values[i]);
    }
    return builder.build(
        builder.add(
            "norm",
            new Operation.BatchNorm(
                parameters.get(0),
                parameters.get(1),
                parameters.get(2),
                parameters.get(3),
                0.25,
                statistics),
            builder.input()));
  }

  /** Channel 0 holds 0, 2, 4, 10, channel 1 holds 1, 1, 1, 5. */
  private static final double[][] FOUR = {{0, 2, 1, 1}, {4, 10, 1, 5}};

  private static void normalised(Statistics statistics, double[] mean, double[] variance) {
    try (GradientService service = EngineUnderTest.service(alone(statistics)).build()) {
      double[][] logits = service.answer(BatchQuery.of(FOUR)).logits();
      double[] gamma = {2, -3};
      double[] beta = {0.5, 4};
      for (int row = 0; row < 2; row++) {
        for (int i = 0; i < 4; i++) {
          int c = i / 2;
          double expected =
              gamma[c] * (FOUR[row][i] - mean[c]) / Math.sqrt(variance[c] + 0.25) + beta[c];
          assertThat(logits[row][i]).isCloseTo(expected, within(1e-5));
        }
      }
    }
  }

  @Test
  void batch_is_normalised_by_its_own_arithmetic() {
    // Means 4 and 2, variances (16 + 4 + 0 + 36) / 4 and (1 + 1 + 1 + 9) / 4.
    normalised(Statistics.replaced(), new double[] {4, 2}, new double[] {14, 3});
    normalised(Statistics.stored(), new double[] {1, -1}, new double[] {2, 0.5});
    normalised(Statistics.mixed(0.25), new double[] {1.75, -0.25}, new double[] {5, 1.125});
    // Two rows beside a prior of six: a share of a quarter.
    normalised(Statistics.prior(6), new double[] {1.75, -0.25}, new double[] {5, 1.125});
    normalised(Statistics.mixed(1), new double[] {4, 2}, new double[] {14, 3});
    normalised(Statistics.prior(0), new double[] {4, 2}, new double[] {14, 3});
  }

  @Test
  void median_is_the_lower_middle_and_squares_are_about_it() {
    // Medians 2 and 1; squares 4, 0, 4, 64 and 0, 0, 0, 16.
    normalised(
        Statistics.replaced().with(Estimator.MEDIAN), new double[] {2, 1}, new double[] {18, 4});
    normalised(
        Statistics.replaced().with(Estimator.MEDIAN_OF_SQUARES),
        new double[] {2, 1},
        new double[] {4, 0});
  }

  @Test
  void statistics_of_a_batch_are_reported_before_they_are_mixed() {
    for (Statistics statistics : List.of(Statistics.mixed(0.25), Statistics.stored())) {
      try (GradientService service = EngineUnderTest.service(alone(statistics)).build()) {
        Moments moments = service.answer(BatchQuery.of(FOUR).withMoments()).moments("norm");
        assertThat(moments.mean()).containsExactly(new double[] {4, 2}, within(1e-6));
        assertThat(moments.variance()).containsExactly(new double[] {14, 3}, within(1e-6));
      }
    }
  }

  @Test
  void share_of_zero_and_own_values_change_no_bit() {
    InferenceGraph graph = Soak.Subject.RESIDUAL.graph();
    double[][] rows = rows(graph, 23);
    Weights own = Weights.empty();
    for (Parameter parameter : graph.bindable()) {
      own = own.with(parameter, graph.weights().values(parameter));
    }
    try (GradientService source = EngineUnderTest.service(graph).build();
        GradientService service =
            EngineUnderTest.service(graph.withStatistics(Statistics.mixed(0))).build();
        GradientService adapted =
            EngineUnderTest.service(graph.withStatistics(Statistics.replaced())).build()) {
      double[][] expected = source.logits(rows);
      assertThat(service.logits(rows)).isDeepEqualTo(expected);
      assertThat(service.answer(BatchQuery.of(rows)).logits()).isDeepEqualTo(expected);
      assertThat(service.answer(BatchQuery.of(rows).bound(own)).logits()).isDeepEqualTo(expected);
      // And what was bound before leaves nothing behind, whoever asks next.
      service.answer(BatchQuery.of(rows).bound(moved(graph, 5)));
      assertThat(service.logits(rows)).isDeepEqualTo(expected);
      assertThat(service.answer(BatchQuery.of(rows)).logits()).isDeepEqualTo(expected);
      double[][] before = adapted.answer(BatchQuery.of(rows)).logits();
      assertThat(adapted.answer(BatchQuery.of(rows).bound(moved(graph, 5))).logits())
          .isNotEqualTo(before);
      assertThat(adapted.answer(BatchQuery.of(rows).bound(own)).logits()).isDeepEqualTo(before);
    }
  }

  @Test
  void rows_that_are_independent_are_answered_as_in_any_question() {
    InferenceGraph graph = Soak.Subject.RESIDUAL.graph();
    double[][] rows = rows(graph, 150);
    int[] labels = IntStream.range(0, 150).map(i -> i % 4).toArray();
    try (GradientService service = EngineUnderTest.service(graph).batchSize(64).build()) {
      BatchReply reply =
          service.answer(
              BatchQuery.of(rows)
                  .objective(BatchObjective.sum(row -> Objective.crossEntropy(labels[row])))
                  .withInputGradients()
                  .withLayers("input"));
      assertThat(reply.inputGradients())
          .isDeepEqualTo(service.query(rows, labels, Objective::crossEntropy).gradients());
      assertThat(reply.logits()).isDeepEqualTo(service.logits(rows));
      assertThat(reply.layer("input")).isDeepEqualTo(rows);
    }
  }

  @Test
  void batch_is_never_split() {
    InferenceGraph graph = Soak.Subject.RESIDUAL.graph().withStatistics(Statistics.replaced());
    double[][] rows = rows(graph, 301);
    double[][] reversed = new double[301][];
    Arrays.setAll(reversed, row -> rows[300 - row]);
    try (GradientService service =
        EngineUnderTest.service(graph).batchSize(301).threads(2).build()) {
      double[][] logits = service.answer(BatchQuery.of(rows)).logits();
      double[][] back = service.answer(BatchQuery.of(reversed)).logits();
      double[][] expected;
      try (GradientService exact = EngineUnderTest.reference(graph).batchSize(301).build()) {
        expected = exact.answer(BatchQuery.of(rows)).logits();
      }
      close(logits, expected, 1e-4);
      Arrays.setAll(reversed, row -> back[300 - row]);
      close(reversed, expected, 1e-4);
    }
  }

  @Test
  void objective_chooses_among_all_rows_and_others_cost_no_backward() {
    InferenceGraph graph = Soak.Subject.RESIDUAL.graph().withStatistics(Statistics.replaced());
    double[][] rows = rows(graph, 12);
    // Of the rows that decide for the most frequent class alone.
    BatchObjective objective =
        (logits, cotangents) -> {
          double[] values = new double[logits.length];
          int[] votes = new int[4];
          Arrays.stream(logits).forEach(row -> votes[Logits.decision(row)]++);
          int winner = IntStream.range(0, 4).reduce(0, (a, b) -> votes[b] > votes[a] ? b : a);
          for (int row = 0; row < logits.length; row++) {
            if (Logits.decision(logits[row]) == winner) {
              values[row] = Objective.logit(winner).evaluate(logits[row], cotangents[row]);
            }
          }
          return values;
        };
    BatchObjective none = (logits, cotangents) -> new double[logits.length];
    try (GradientService service = EngineUnderTest.service(graph).build()) {
      BatchReply reply =
          service
              .as("some")
              .answer(
                  BatchQuery.of(rows)
                      .objective(objective)
                      .gradientsBy(graph.differentiable())
                      .withInputGradients());
      long chosen = Arrays.stream(reply.values()).filter(value -> value != 0).count();
      assertThat(chosen).isBetween(3L, 11L);
      // Rows that are left out still move the statistics of those that are not.
      for (int row = 0; row < rows.length; row++) {
        assertThat(Arrays.stream(reply.inputGradients()[row]))
            .as("row %d", row)
            .anyMatch(value -> value != 0);
      }
      BatchReply still =
          service
              .as("none")
              .answer(
                  BatchQuery.of(rows)
                      .objective(none)
                      .gradientsBy(graph.differentiable())
                      .withInputGradients());
      assertThat(Arrays.stream(still.inputGradients()).flatMapToDouble(Arrays::stream))
          .containsOnly(0.0);
      assertThat(still.parameterGradients().values())
          .allSatisfy(g -> assertThat(g).containsOnly(0));
      service.as("forward").answer(BatchQuery.of(rows).objective(objective));
      assertThat(service.meter().counts())
          .containsEntry("some", new Meter.Count(12, chosen))
          .containsEntry("none", new Meter.Count(12, 0))
          .containsEntry("forward", new Meter.Count(12, 0));
    }
  }

  @Test
  void values_of_layers_are_those_that_the_batch_saw() {
    InferenceGraph graph = smooth().withStatistics(Statistics.replaced());
    double[][] rows = rows(graph, 6);
    Node norm = graph.batchNorms().get(1);
    Node before = graph.nodes().get(norm.inputs().get(0));
    try (GradientService service = EngineUnderTest.service(graph).build()) {
      BatchReply reply =
          service.answer(BatchQuery.of(rows).withLayers(norm.name(), before.name()).withMoments());
      Moments moments = Moments.of(reply.layer(before.name()), 3);
      close(new double[][] {reply.moments(norm.name()).mean()}, moments.mean());
      close(new double[][] {reply.moments(norm.name()).variance()}, moments.variance());
      Operation.BatchNorm operation = (Operation.BatchNorm) norm.operation();
      double gamma = graph.weights().values(operation.gamma())[0];
      double beta = graph.weights().values(operation.beta())[0];
      double expected =
          gamma
                  * (reply.layer(before.name())[2][4] - moments.mean()[0])
                  / Math.sqrt(moments.variance()[0] + operation.epsilon())
              + beta;
      assertThat(reply.layer(norm.name())[2][4]).isCloseTo(expected, within(1e-4));
      assertThatThrownBy(() -> reply.layer("input")).hasMessageContaining("input was not asked");
    }
  }

  @Test
  void eight_threads_with_parameters_of_their_own_do_not_mix_them() throws Exception {
    InferenceGraph graph = Soak.Subject.RESIDUAL.graph().withStatistics(Statistics.replaced());
    ExecutorService eight = Executors.newFixedThreadPool(8);
    try (GradientService service = EngineUnderTest.service(graph).threads(2).build()) {
      BatchReply[] expected = new BatchReply[8];
      Arrays.setAll(expected, i -> service.answer(asked(graph, i)));
      Stream<Callable<Boolean>> tasks =
          IntStream.range(0, 80)
              .mapToObj(
                  i ->
                      () -> {
                        BatchReply reply = service.answer(asked(graph, i % 8));
                        return Arrays.deepEquals(reply.logits(), expected[i % 8].logits())
                            && Arrays.deepEquals(
                                reply.inputGradients(), expected[i % 8].inputGradients())
                            && graph.differentiable().stream()
                                .allMatch(
                                    p ->
                                        Arrays.equals(
                                            reply.gradient(p), expected[i % 8].gradient(p)));
                      });
      for (Future<Boolean> equal : eight.invokeAll(tasks.toList())) {
        assertThat(equal.get()).isTrue();
      }
    } finally {
      eight.shutdownNow();
    }
  }

  private static BatchQuery asked(InferenceGraph graph, int i) {
    return BatchQuery.of(rows(graph, 9 + i))
        .bound(moved(graph, i))
        .objective(ENTROPY)
        .gradientsBy(graph.differentiable())
        .withInputGradients();
  }

  @Test
  void batch_of_one_has_statistics_where_its_channels_have_several_values() {
    Layers layers = new Layers(Shape.of(3), Values.ROUGH, RandomKey.of(1).random());
    InferenceGraph flat = layers.endingIn(layers.batchNorm(layers.input()));
    double[][] one = {{1, 2, 3}};
    assertThatThrownBy(() -> forward(flat.withStatistics(Statistics.replaced()), one))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("layer BatchNorm")
        .hasMessageContaining("batch of 1 row")
        .hasMessageContaining("at least 2 rows");
    assertThat(Arrays.stream(forward(flat.withStatistics(Statistics.prior(16)), one)[0]))
        .allMatch(Double::isFinite);
    InferenceGraph image = alone(Statistics.replaced());
    // The values 0, 2 of channel 0 have mean 1 and variance 1.
    assertThat(forward(image, new double[][] {{0, 2, 1, 1}})[0])
        .containsExactly(
            new double[] {0.5 - 2 / Math.sqrt(1.25), 0.5 + 2 / Math.sqrt(1.25), 4, 4},
            within(1e-5));
  }

  private static double[][] forward(InferenceGraph graph, double[][] rows) {
    try (GradientService service = EngineUnderTest.service(graph).build()) {
      return service.answer(BatchQuery.of(rows)).logits();
    }
  }

  @Test
  void what_cannot_be_asked_is_refused_by_name() {
    InferenceGraph source = smooth();
    InferenceGraph graph = source.withStatistics(Statistics.replaced());
    double[][] rows = rows(graph, 5);
    Parameter kernels = graph.nodes().get(1).operation().parameters().get(0);
    Parameter mean = graph.batchNorms().get(0).operation().parameters().get(0);
    GradientServiceBuilder builder = EngineUnderTest.service(graph).batchSize(8);
    try (GradientService service = builder.build()) {
      assertThatThrownBy(() -> service.answer(List.of(new Query.Logits(rows[0]))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(graph.batchNorms().get(0).name())
          .hasMessageContaining("BatchQuery");
      assertThatThrownBy(() -> service.record(rows)).hasMessageContaining("BatchQuery");
      assertThatThrownBy(() -> service.answer(BatchQuery.of(rows(graph, 9))))
          .hasMessageContaining("at most 8 rows")
          .hasMessageContaining("were 9");
      Weights values = Weights.empty().with(kernels, source.weights().values(kernels));
      assertThatThrownBy(() -> service.answer(BatchQuery.of(rows).bound(values)))
          .hasMessageContaining(kernels.name() + " cannot be bound")
          .hasMessageContaining(mean.name());
      assertThatThrownBy(
              () ->
                  service.answer(BatchQuery.of(rows).objective(ENTROPY).gradientsBy(List.of(mean))))
          .hasMessageContaining(mean.name() + " cannot be differentiated by");
      assertThatThrownBy(() -> service.answer(BatchQuery.of(rows).withLayers("nowhere")))
          .hasMessageContaining("no layer named nowhere");
      assertThatThrownBy(() -> service.answer(BatchQuery.of(new double[][] {{1}})))
          .hasMessageContaining("60 values");
      assertThatThrownBy(
              () -> service.answer(BatchQuery.of(rows).objective((z, v) -> new double[2])))
          .hasMessageContaining("one value per row");
    }
    assertThatThrownBy(() -> BatchQuery.of(rows).withInputGradients())
        .hasMessageContaining("without an objective");
    assertThatThrownBy(() -> BatchQuery.of(new double[0][])).hasMessageContaining("at least 1 row");
    assertThatThrownBy(() -> source.withStatistics(Statistics.replaced(), List.of("Affine")))
        .hasMessageContaining("no batch normalisation named Affine");
    assertThatThrownBy(() -> Statistics.mixed(1.5)).hasMessageContaining("1.5");
    assertThatThrownBy(() -> Statistics.prior(-1)).hasMessageContaining("-1");
  }

  @Test
  void statistics_can_be_the_batchs_in_some_layers_alone() {
    InferenceGraph source = smooth();
    String last = source.batchNorms().get(2).name();
    InferenceGraph graph = source.withStatistics(Statistics.replaced(), List.of(last));
    assertThat(source.rowsIndependent()).isTrue();
    assertThat(graph.rowsIndependent()).isFalse();
    double[][] rows = rows(graph, 6);
    try (GradientService service = EngineUnderTest.service(graph).build();
        GradientService stored = EngineUnderTest.service(source).build()) {
      String before = source.nodes().get(source.batchNorms().get(2).inputs().get(0)).name();
      BatchQuery query = BatchQuery.of(rows).withLayers(before, last);
      BatchReply reply = service.answer(query);
      BatchReply same = stored.answer(query);
      close(reply.layer(before), same.layer(before), 1e-5);
      assertThat(reply.layer(last)[0][0]).isNotCloseTo(same.layer(last)[0][0], within(1e-3));
    }
  }
}
