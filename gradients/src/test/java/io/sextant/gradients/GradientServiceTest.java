package io.sextant.gradients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Statistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GradientServiceTest {
  private static final Parameter W = new Parameter("dense/W", Shape.of(3, 2));
  private static final Parameter B = new Parameter("dense/b", Shape.of(2));
  // Rows are inputs, columns are classes.
  private static final double[] WEIGHTS = {1, -2, 0.5, 3, -1, 4};
  private static final double[] BIAS = {0.25, -0.5};

  private static InferenceGraph linear() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(3));
    Node out = builder.add("dense", new Operation.Affine(W, Optional.of(B)), builder.input());
    return builder.weights(W, WEIGHTS).weights(B, BIAS).build(out);
  }

  private static InferenceGraph relu() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(3));
    Node dense = builder.add("dense", new Operation.Affine(W, Optional.of(B)), builder.input());
    Node out = builder.add("relu", new Operation.Elementwise(new Function.Relu()), dense);
    return builder.weights(W, WEIGHTS).weights(B, BIAS).build(out);
  }

  private static double[][] rows(int count, long seed) {
    RandomGenerator random = RandomKey.of(seed).random();
    return IntStream.range(0, count)
        .mapToObj(i -> random.doubles(3, -1, 1).map(v -> (float) v).toArray())
        .toArray(double[][]::new);
  }

  @Test
  void batch_that_must_stay_whole_and_fits_no_buffer_is_refused() {
    Parameter one = new Parameter("one", Shape.of(1));
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(1, 1 << 20));
    Operation norm = new Operation.BatchNorm(one, one, one, one, 1e-3, Statistics.replaced());
    Node y = builder.add("norm", norm, builder.input());
    InferenceGraph graph =
        builder
            .weights(one, new double[] {1})
            .build(builder.add("mean", Operation.Reduce.over(Operation.Reduction.SUM, 1), y));
    assertThatThrownBy(() -> GradientService.builder(graph).batchSize(1000).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 511 rows but would have 1000");
  }

  @Test
  void logit_gradient_of_a_linear_model_is_its_weight_column() {
    try (GradientService service =
        GradientService.builder(linear()).precision(Precision.DOUBLE).build()) {
      double[][] rows = rows(5, 1);
      Answer answer = service.query(rows, new int[] {0, 1, 0, 1, 1}, Objective::logit);
      assertThat(answer.gradients()[0]).containsExactly(1, 0.5, -1);
      assertThat(answer.gradients()[1]).containsExactly(-2, 3, 4);
      assertThat(answer.values()[1])
          .isCloseTo(-2 * rows[1][0] + 3 * rows[1][1] + 4 * rows[1][2] - 0.5, within(1e-12));
    }
  }

  @Test
  void answers_do_not_depend_on_batch_size_or_threads() {
    double[][] rows = rows(257, 2);
    int[] labels = IntStream.range(0, 257).map(i -> i % 2).toArray();
    double[][] expected = null;
    for (int batch : new int[] {1, 7, 64, 300}) {
      try (GradientService service =
          GradientService.builder(relu()).batchSize(batch).threads(1 + batch % 3).build()) {
        double[][] gradients = service.query(rows, labels, Objective::crossEntropy).gradients();
        if (expected == null) {
          expected = gradients;
        }
        for (int i = 0; i < rows.length; i++) {
          assertThat(gradients[i]).containsExactly(expected[i], within(1e-6));
        }
      }
    }
  }

  @Test
  void one_forward_serves_many_pullbacks_and_taps() {
    try (GradientService service =
            GradientService.builder(relu()).precision(Precision.DOUBLE).build();
        Tape tape = service.as("jacobian").record(new double[][] {{1, 1, 1}})) {
      // dense gives (1 + 0.5 - 1 + 0.25, -2 + 3 + 4 - 0.5) = (0.75, 4.5), both above 0.
      assertThat(tape.logits()[0]).containsExactly(0.75, 4.5);
      assertThat(tape.activation("dense")[0]).containsExactly(0.75, 4.5);
      assertThat(tape.pullback(new double[][] {{1, 0}})[0]).containsExactly(1, 0.5, -1);
      assertThat(tape.pullback(new double[][] {{0, 1}})[0]).containsExactly(-2, 3, 4);
      assertThat(tape.pullback(new double[][] {{2, -1}}, "dense")[0]).containsExactly(2, -1);
      assertThat(service.meter().counts()).containsEntry("jacobian", new Meter.Count(1, 3));
    }
  }

  @Test
  void questions_of_all_kinds_are_answered_together_and_in_order() {
    try (GradientService service =
        GradientService.builder(relu()).precision(Precision.DOUBLE).batchSize(2).build()) {
      double[] x = {1, 1, 1};
      double[] y = {1, 0, 1};
      // dense gives (0.75, 4.5) at x and (0.25, 1.5) at y, all above 0.
      List<Query<? extends Reply>> queries =
          List.of(
              new Query.Jacobian(x, new int[] {1, 0}),
              new Query.Logits(y),
              new Query.Gradient(y, Objective.logit(1)),
              new Query.Layer(x, Objective.margin(0), "dense"),
              new Query.Jacobian(y, new int[] {0}),
              new Query.Gradient(x, Objective.logit(0).negated()),
              new Query.Layer(y, Objective.logit(1), "input"),
              new Query.Activation(y, "dense"),
              new Query.Behind<>("dense", new Query.Logits(new double[] {-1, 2})),
              new Query.Behind<>(
                  "dense", new Query.Gradient(new double[] {-1, 2}, Objective.margin(1))),
              new Query.Behind<>(
                  "dense", new Query.Layer(new double[] {3, 2}, Objective.logit(0), "relu")));
      List<Reply> replies = service.as("mixed").<Reply>answer(queries);
      Reply.Jacobian both = (Reply.Jacobian) replies.get(0);
      assertThat(both.logits()).containsExactly(0.75, 4.5);
      assertThat(both.gradients()).isDeepEqualTo(new double[][] {{-2, 3, 4}, {1, 0.5, -1}});
      assertThat(replies.get(1)).isInstanceOf(Reply.Logits.class);
      assertThat(replies.get(1).logits()).containsExactly(0.25, 1.5);
      Reply.Gradient second = (Reply.Gradient) replies.get(2);
      assertThat(second.value()).isEqualTo(1.5);
      assertThat(second.gradient()).containsExactly(-2, 3, 4);
      Reply.Layer dense = (Reply.Layer) replies.get(3);
      assertThat(dense.value()).isEqualTo(-3.75);
      assertThat(dense.activation()).containsExactly(0.75, 4.5);
      assertThat(dense.gradient()).containsExactly(1, -1);
      assertThat(((Reply.Jacobian) replies.get(4)).gradients())
          .isDeepEqualTo(new double[][] {{1, 0.5, -1}});
      Reply.Gradient negated = (Reply.Gradient) replies.get(5);
      assertThat(negated.value()).isEqualTo(-0.75);
      assertThat(negated.gradient()).containsExactly(-1, -0.5, 1);
      Reply.Layer input = (Reply.Layer) replies.get(6);
      assertThat(input.activation()).containsExactly(y);
      assertThat(input.gradient()).containsExactly(-2, 3, 4);
      Reply.Activation tapped = (Reply.Activation) replies.get(7);
      assertThat(tapped.logits()).containsExactly(0.25, 1.5);
      assertThat(tapped.activation()).containsExactly(0.25, 1.5);
      assertThat(replies.get(8).logits()).containsExactly(0, 2);
      Reply.Gradient behind = (Reply.Gradient) replies.get(9);
      assertThat(behind.value()).isEqualTo(2);
      assertThat(behind.gradient()).containsExactly(0, 1);
      Reply.Layer last = (Reply.Layer) replies.get(10);
      assertThat(last.activation()).containsExactly(3, 2);
      assertThat(last.gradient()).containsExactly(1, 0);
      assertThat(service.meter().counts())
          .containsExactly(Map.entry("mixed", new Meter.Count(11, 9)));
    }
  }

  @Test
  void what_is_asked_behind_a_layer_ends_with_the_service() {
    double[] x = {1, 1};
    Query<Reply.Logits> behind = new Query.Behind<>("dense", new Query.Logits(x));
    GradientService service = GradientService.builder(relu()).build();
    service.answer(List.of(behind));
    service.close();
    assertThatThrownBy(() -> service.answer(List.of(behind))).hasMessageContaining("closed");
  }

  @Test
  void questions_about_what_does_not_exist_are_refused() {
    try (GradientService service = GradientService.builder(relu()).build()) {
      double[] x = {1, 1, 1};
      assertThatThrownBy(
              () -> service.answer(List.of(new Query.Layer(x, Objective.logit(0), "other"))))
          .hasMessageContaining("no layer named other")
          .hasMessageContaining("dense");
      assertThatThrownBy(() -> service.answer(List.of(new Query.Jacobian(x, new int[] {0, 2}))))
          .hasMessageContaining("0..1 but one was 2");
      assertThatThrownBy(() -> new Query.Jacobian(x, new int[0]))
          .hasMessageContaining("at least 1 class");
      assertThatThrownBy(() -> service.answer(List.of(new Query.Activation(x, "other"))))
          .hasMessageContaining("no layer named other");
      Query<Reply.Logits> behind = new Query.Behind<>("dense", new Query.Logits(x));
      assertThatThrownBy(() -> service.answer(List.of(behind)))
          .hasMessageContaining("a row must have 2 values (input shape [2]) but had 3");
      assertThatThrownBy(() -> new Query.Behind<>("dense", behind))
          .hasMessageContaining("behind one layer but was behind two");
    }
  }

  @Test
  void relu_has_slope_zero_at_zero() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(2));
    Node out = builder.add("relu", new Operation.Elementwise(new Function.Relu()), builder.input());
    try (GradientService service = GradientService.builder(builder.build(out)).build()) {
      Answer answer = service.query(new double[][] {{0, 1}}, new int[] {0}, Objective::logit);
      assertThat(answer.gradients()[0]).containsExactly(0, 0);
    }
  }

  @Test
  void wrong_rows_and_labels_are_refused_with_the_limit() {
    try (GradientService service = GradientService.builder(linear()).build()) {
      assertThatThrownBy(() -> service.logits(new double[][] {{1, 2}}))
          .hasMessageContaining("3 values")
          .hasMessageContaining("had 2");
      assertThatThrownBy(() -> service.query(rows(1, 3), new int[] {2}, Objective::crossEntropy))
          .hasMessageContaining("0..1");
    }
    assertThatThrownBy(() -> GradientService.builder(linear()).engine("gpu").build())
        .hasMessageContaining("[nd4j]");
  }

  @Test
  void eight_threads_at_once_get_the_same_answers() {
    double[][] rows = rows(64, 4);
    int[] labels = new int[64];
    try (GradientService service =
        GradientService.builder(relu()).batchSize(16).threads(2).build()) {
      double[][] expected = service.query(rows, labels, Objective::crossEntropy).gradients();
      long equal =
          IntStream.range(0, 64)
              .parallel()
              .filter(
                  i ->
                      java.util.Arrays.deepEquals(
                          service.query(rows, labels, Objective::crossEntropy).gradients(),
                          expected))
              .count();
      assertThat(equal).isEqualTo(64);
    }
  }
}
