package io.sextant.gradients.predictor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.Objective;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.HealthCheck;
import io.sextant.gradients.model.HealthReport;
import io.sextant.gradients.model.TrainedModel;
import io.sextant.methods.Access;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PredictorNetworkTest {
  private static final Shape SHAPE = Shape.of(2);

  private static TrainedModel model(Predictor predictor) {
    return TrainedModel.of(PredictorNetwork.of(predictor), SHAPE);
  }

  /** Logits 3a and 1 - b. */
  private static final Predictor LINEAR =
      Predictor.logits(
          2,
          rows ->
              Arrays.stream(rows)
                  .map(row -> new double[] {3 * row[0], 1 - row[1]})
                  .toArray(double[][]::new));

  @Test
  void logits_are_passed_on_in_both_precisions_and_batches() {
    double[][] rows =
        IntStream.range(0, 300)
            .mapToObj(i -> new double[] {i / 512.0, 1 - i / 1024.0})
            .toArray(double[][]::new);
    for (Precision precision : Precision.values()) {
      try (GradientService service =
          model(LINEAR).serviceBuilder().precision(precision).batchSize(7).build()) {
        double[][] logits = service.logits(rows);
        for (int i = 0; i < rows.length; i++) {
          assertThat(logits[i]).containsExactly(3 * rows[i][0], 1 - rows[i][1]);
        }
        assertThat(service.access()).isEqualTo(Access.LOGITS);
        assertThat(service.meter().total()).isEqualTo(rows.length);
      }
    }
  }

  @Test
  void probabilities_become_logarithms_that_stay_finite() {
    Predictor tree =
        Predictor.probabilities(
            2,
            rows ->
                Arrays.stream(rows)
                    .map(row -> new double[] {row[0] > 0.5 ? 1 : 0.25})
                    .toArray(double[][]::new));
    double[][] rows = {{0.2, 0}, {0.9, 0}};
    TrainedModel model = model(tree);
    assertThat(model.outputs(rows)).isEqualTo(new double[][] {{0.75, 0.25}, {0, 1}});
    assertThat(model.predictions(rows)).containsExactly(0, 1);
    double[][] logits = model.judge().logits(rows);
    assertThat(logits[0]).containsExactly(Math.log(0.75), Math.log(0.25));
    assertThat(logits[1][0]).isBetween(-100.0, -50.0);
    assertThat(logits[1][1]).isZero();
    try (GradientService service = model.service()) {
      assertThat(Math.exp(service.logits(rows)[0][0])).isCloseTo(0.75, within(1e-6));
    }
  }

  @Test
  void labels_allow_for_decisions_alone() {
    Predictor labels =
        Predictor.labels(3, rows -> Arrays.stream(rows).mapToInt(row -> (int) row[0]).toArray());
    TrainedModel model = model(labels);
    assertThat(model.predictions(new double[][] {{2, 0}, {0, 0}, {1, 5}})).containsExactly(2, 0, 1);
    assertThat(model.graph().access()).isEqualTo(Access.DECISIONS);
    assertThat(model.classes()).isEqualTo(3);
  }

  @Test
  void gradients_are_refused() {
    try (GradientService service = model(LINEAR).service()) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> service.query(new double[][] {{0, 0}}, new int[] {0}, Objective::crossEntropy))
          .withMessageContaining("answers alone");
    }
  }

  @Test
  void health_is_that_of_answers() {
    TrainedModel model = model(LINEAR);
    try (GradientService service = model.service()) {
      HealthReport report = HealthCheck.run(model, service, service.domain(), 1);
      assertThat(report.ok()).isTrue();
      assertThat(report.finiteDifferenceError()).isEmpty();
      assertThat(report.zeroGradientShare()).isEmpty();
    }
    // Counts its calls: answers that depend on the batch are no answers.
    AtomicInteger calls = new AtomicInteger();
    TrainedModel moody =
        model(
            Predictor.logits(
                2,
                rows -> {
                  double mood = rows.length + calls.incrementAndGet();
                  return Arrays.stream(rows)
                      .map(row -> new double[] {mood, 1})
                      .toArray(double[][]::new);
                }));
    try (GradientService service = moody.service()) {
      HealthReport report = HealthCheck.run(moody, service, service.domain(), 1);
      assertThat(report.ok()).isFalse();
      assertThat(report.batchIndependenceError()).isPositive();
    }
  }

  @Test
  void answers_of_another_form_are_refused() {
    refused(Predictor.logits(2, rows -> new double[0][]), "one answer per row", "gave 0");
    refused(Predictor.logits(2, rows -> new double[][] {{1, 2, 3}}), "2 numbers", "gave 3");
    refused(Predictor.probabilities(2, rows -> new double[][] {{0.5, 0.6}}), "add up to 1");
    refused(Predictor.probabilities(3, rows -> new double[][] {{0.5}}), "3 numbers");
    refused(Predictor.probabilities(2, rows -> new double[][] {{-0.5, 1.5}}), "in 0..1");
    refused(Predictor.labels(2, rows -> new int[] {2}), "a class in 0..1", "2.0");
    refused(
        Predictor.logits(
            2,
            rows -> {
              throw new IllegalStateException("no connection");
            }),
        "failed",
        "no connection");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Predictor.logits(1, rows -> rows))
        .withMessageContaining("at least 2 classes");
  }

  private static void refused(Predictor predictor, String... parts) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model(predictor).outputs(new double[][] {{0, 0}}))
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  @Test
  void what_a_predictor_does_itself_is_not_done_for_it() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                TrainedModel.of(
                    PredictorNetwork.of(LINEAR),
                    SHAPE,
                    Optional.of(Operation.Rescale.all(2, 0)),
                    Optional.empty()))
        .withMessageContaining("its own preprocessing");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model(LINEAR).serviceBuilder().engine("nd4j").build())
        .withMessageContaining("engine must be auto");
  }

  @Test
  void fingerprints_tell_predictors_apart() {
    assertThat(PredictorNetwork.of(LINEAR).identified()).isFalse();
    Predictor one = LINEAR.withFingerprint("1");
    assertThat(PredictorNetwork.of(one).identified()).isTrue();
    assertThat(digest(one)).matches("[0-9a-f]{64}").isEqualTo(digest(LINEAR.withFingerprint("1")));
    assertThat(digest(one.oneAtATime())).isEqualTo(digest(one));
    assertThat(
            List.of(
                digest(LINEAR),
                digest(one),
                digest(LINEAR.withFingerprint("2")),
                digest(one.named("other")),
                digest(Predictor.logits(3, rows -> rows).withFingerprint("1")),
                digest(Predictor.probabilities(2, rows -> rows).withFingerprint("1"))))
        .doesNotHaveDuplicates();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LINEAR.withFingerprint(" "))
        .withMessageContaining("must not be blank");
  }

  private static String digest(Predictor predictor) {
    return PredictorNetwork.loaded(predictor).sha256();
  }

  @Test
  void a_predictor_is_asked_nothing_before_it_is_needed() {
    AtomicInteger calls = new AtomicInteger();
    PredictorNetwork.loaded(
        Predictor.labels(
            2,
            rows -> {
              calls.incrementAndGet();
              return new int[rows.length];
            }));
    assertThat(calls).hasValue(0);
  }

  @Test
  void the_same_under_another_name_or_lock_answers_the_same() {
    assertThat(List.of(LINEAR.named("a"), LINEAR.oneAtATime(), LINEAR.withFingerprint("1")))
        .allSatisfy(p -> assertThat(p.predict(new double[][] {{1, 0}})[0]).containsExactly(3, 1));
  }

  @Test
  void whatever_the_code_of_a_predictor_throws_is_its_failure() {
    for (Throwable thrown :
        List.of(
            new IllegalStateException("x"),
            new NoClassDefFoundError("x"),
            new AssertionError("x"),
            new StackOverflowError("x"))) {
      Predictor failing =
          Predictor.logits(
              2,
              rows -> {
                if (thrown instanceof Error error) {
                  throw error;
                }
                throw (RuntimeException) thrown;
              });
      assertThatThrownBy(() -> model(failing).outputs(new double[][] {{0, 0}}))
          .isInstanceOf(PredictorException.class)
          .hasMessageContaining("the predictor predictor failed")
          .hasCause(thrown);
    }
  }
}
