package io.sextant.adaptation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.adaptation.audit.AttributionDrift;
import io.sextant.adaptation.audit.CompanyAttack;
import io.sextant.adaptation.audit.CompanyAttack.Attacked;
import io.sextant.adaptation.audit.CompanyAttack.Outcome;
import io.sextant.adaptation.audit.FrozenModel;
import io.sextant.adaptation.audit.Poisoning;
import io.sextant.adaptation.audit.Poisoning.Knowledge;
import io.sextant.adaptation.audit.Poisoning.Poisoned;
import io.sextant.gradients.BatchQuery;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Logits;
import io.sextant.gradients.Objective;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.graph.Statistics.Estimator;
import io.sextant.gradients.graph.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AuditOfAdaptationTest {
  private static final RandomKey KEY = RandomKey.of(5);
  private static final InferenceGraph IMAGE = Models.image(3);

  private static double[][] uniform(int rows, int features) {
    RandomGenerator random = KEY.with("rows").random();
    double[][] uniform = new double[rows][features];
    for (double[] row : uniform) {
      Arrays.setAll(row, i -> random.nextDouble());
    }
    return uniform;
  }

  private static int[] decisions(FrozenModel model, double[][] batch) {
    return Arrays.stream(model.service().answer(BatchQuery.of(batch).bound(model.bound())).logits())
        .mapToInt(Logits::decision)
        .toArray();
  }

  /** Cross-entropy of all rows but the malicious ones. */
  private static double loss(FrozenModel model, double[][] batch, int[] labels, int[] without) {
    double[][] logits = model.service().answer(BatchQuery.of(batch)).logits();
    return IntStream.range(0, batch.length)
        .filter(row -> Arrays.binarySearch(without, row) < 0)
        .mapToDouble(
            row -> Objective.crossEntropy(labels[row]).evaluate(logits[row], new double[4]))
        .sum();
  }

  @ParameterizedTest
  @EnumSource
  void malicious_rows_stay_within_their_radius_and_harm_the_others(Knowledge knowledge) {
    double[][] batch = uniform(20, 36);
    double[][] kept = Arrays.stream(batch).map(double[]::clone).toArray(double[][]::new);
    try (GradientService service = Models.exact(IMAGE.withStatistics(Statistics.replaced()))) {
      FrozenModel model = FrozenModel.of(service);
      int[] labels = decisions(model, batch);
      Poisoned poisoned = Poisoning.of(0.1, 0.3, knowledge).run(model, batch, labels, KEY);
      assertThat(batch).isDeepEqualTo(kept);
      assertThat(poisoned.malicious()).hasSize(2).isSorted();
      for (int row = 0; row < 20; row++) {
        double radius = Arrays.binarySearch(poisoned.malicious(), row) < 0 ? 0 : 0.3;
        assertThat(poisoned.batch()[row]).containsExactly(batch[row], within(radius + 1e-12));
        assertThat(Arrays.stream(poisoned.batch()[row])).allMatch(x -> x >= 0 && x <= 1);
      }
      int[] after = decisions(model, poisoned.batch());
      assertThat(poisoned.others()).isEqualTo(18);
      assertThat(poisoned.wrongBefore()).isZero();
      assertThat((long) poisoned.wrongAfter())
          .isEqualTo(
              IntStream.range(0, 20)
                  .filter(row -> Arrays.binarySearch(poisoned.malicious(), row) < 0)
                  .filter(row -> after[row] != labels[row])
                  .count());
      double clean = loss(model, batch, labels, poisoned.malicious());
      double harmed = loss(model, poisoned.batch(), labels, poisoned.malicious());
      if (knowledge == Knowledge.WHITE_BOX) {
        assertThat(harmed).isGreaterThan(clean);
      }
      Poisoned again = Poisoning.of(0.1, 0.3, knowledge).run(model, batch, labels, KEY);
      assertThat(again.batch()).isDeepEqualTo(poisoned.batch());
    }
  }

  @Test
  void who_knows_only_his_own_rows_does_the_same_in_any_company() {
    double[][] batch = uniform(10, 36);
    try (GradientService service = Models.exact(IMAGE.withStatistics(Statistics.replaced()))) {
      FrozenModel model = FrozenModel.of(service);
      int[] labels = decisions(model, batch);
      Poisoning own = Poisoning.of(0.2, 0.2, Knowledge.OWN_ROWS);
      Poisoned poisoned = own.run(model, batch, labels, KEY);
      double[][] other = batch.clone();
      for (int row = 0; row < 10; row++) {
        if (Arrays.binarySearch(poisoned.malicious(), row) < 0) {
          other[row] = new double[36];
        }
      }
      Poisoned elsewhere = own.run(model, other, labels, KEY);
      for (int row : poisoned.malicious()) {
        assertThat(elsewhere.batch()[row]).isEqualTo(poisoned.batch()[row]);
        assertThat(poisoned.batch()[row]).isNotEqualTo(batch[row]);
      }
      Poisoned white = Poisoning.of(0.2, 0.2, Knowledge.WHITE_BOX).run(model, batch, labels, KEY);
      assertThat(loss(model, white.batch(), labels, white.malicious()))
          .isGreaterThan(loss(model, poisoned.batch(), labels, poisoned.malicious()));
    }
  }

  @Test
  void stored_statistics_are_immune() {
    double[][] batch = uniform(10, 36);
    try (GradientService service = Models.exact(IMAGE)) {
      FrozenModel model = FrozenModel.of(service);
      for (Knowledge knowledge : Knowledge.values()) {
        Poisoned poisoned =
            Poisoning.of(0.2, 0.3, knowledge).run(model, batch, decisions(model, batch), KEY);
        assertThat(poisoned.batch()).isDeepEqualTo(batch);
        assertThat(poisoned.harm()).isZero();
      }
    }
  }

  /** One value, normalised; the class is the side of the mean that it lies on. */
  private static Poisoned far(Statistics statistics) {
    double[][] batch = new double[11][];
    Arrays.setAll(batch, row -> new double[] {0.4 + 0.02 * row});
    try (GradientService service =
        GradientService.builder(Models.one().withStatistics(statistics))
            .precision(Precision.DOUBLE)
            .domain(InputDomain.box(1, 0, 20))
            .build()) {
      FrozenModel model = FrozenModel.of(service);
      return new Poisoning(0.09, 10, 20, 1, Knowledge.WHITE_BOX)
          .run(model, batch, decisions(model, batch), KEY);
    }
  }

  @Test
  void one_row_far_away_moves_the_mean_and_not_the_median() {
    Poisoned mean = far(Statistics.replaced());
    assertThat(mean.malicious()).hasSize(1);
    // The mean passes all others: those above it are wrong.
    assertThat(mean.wrongAfter()).isBetween(4, 6);
    assertThat(far(Statistics.replaced().with(Estimator.MEDIAN)).wrongAfter()).isLessThan(3);
    assertThat(far(Statistics.replaced().with(Estimator.MEDIAN_OF_SQUARES)).wrongAfter())
        .isLessThan(3);
  }

  @Test
  void row_is_attacked_in_its_company_and_nowhere_else() {
    double[][] batch = uniform(12, 36);
    for (Statistics statistics : List.of(Statistics.stored(), Statistics.replaced())) {
      try (GradientService service = Models.exact(IMAGE.withStatistics(statistics))) {
        FrozenModel model = FrozenModel.of(service);
        int[] labels = decisions(model, batch);
        labels[2] = (labels[2] + 1) % 4;
        List<Attacked> attacked = CompanyAttack.of(0.3).run(model, batch, labels, 0, 2, 7, 9);
        assertThat(attacked).extracting(Attacked::row).containsExactly(0, 2, 7, 9);
        assertThat(attacked.get(1).outcome()).isEqualTo(Outcome.ALREADY_WRONG);
        assertThat(attacked.get(1).input()).isEqualTo(batch[2]);
        for (Attacked one : attacked) {
          double[][] beside = batch.clone();
          beside[one.row()] = one.input();
          boolean wrong = decisions(model, beside)[one.row()] != labels[one.row()];
          assertThat(wrong).isEqualTo(one.outcome() != Outcome.HELD);
          assertThat(one.input()).containsExactly(batch[one.row()], within(0.3 + 1e-12));
        }
        assertThat(CompanyAttack.success(attacked)).isPositive();
        List<Attacked> small = CompanyAttack.of(1e-6).run(model, batch, labels, 0, 2, 7, 9);
        assertThat(CompanyAttack.success(small)).isZero();
      }
    }
  }

  @Test
  void attributions_of_the_same_model_are_the_same_and_turn_with_its_sign() {
    double[][] batch = uniform(6, 36);
    try (GradientService service = Models.exact(IMAGE.withStatistics(Statistics.replaced()));
        GradientService one = Models.exact(Models.one())) {
      FrozenModel model = FrozenModel.of(service);
      AttributionDrift none = AttributionDrift.between(model, model, batch, 0, 4);
      assertThat(none.cosine()).containsExactly(new double[] {1, 1}, within(1e-12));
      assertThat(none.spearman()).containsExactly(new double[] {1, 1}, within(1e-12));
      Parameter gamma = one.graph().differentiable().iterator().next();
      FrozenModel turned = new FrozenModel(one, Weights.empty().with(gamma, new double[] {-1}));
      AttributionDrift drift =
          AttributionDrift.between(FrozenModel.of(one), turned, new double[][] {{0.7}}, 0);
      assertThat(drift.meanCosine()).isEqualTo(-1);
      assertThat(drift.meanSpearman()).isEqualTo(1);
    }
  }

  @Test
  void attributions_move_with_the_parameters() {
    double[][] batch = uniform(6, 36);
    try (GradientService service = Models.exact(IMAGE)) {
      RandomGenerator random = KEY.with("moved").random();
      Weights moved = Weights.empty();
      for (Parameter parameter : service.graph().differentiable()) {
        moved =
            moved.with(parameter, Models.gaussians(random, parameter.shape().elements(), 0.5, 1));
      }
      AttributionDrift drift =
          AttributionDrift.between(
              FrozenModel.of(service), new FrozenModel(service, moved), batch, 0, 1, 2, 3, 4, 5);
      assertThat(drift.meanCosine()).isBetween(-1.0, 0.99);
      assertThat(drift.meanSpearman()).isBetween(-1.0, 0.99);
    }
  }

  @Test
  void frozen_model_answers_as_its_stream_would() {
    double[][] batch = uniform(12, 36);
    try (GradientService trained = Models.exact(IMAGE);
        GradientService adapted = Models.exact(IMAGE.withStatistics(Statistics.replaced()));
        AdaptedModel model = AdaptedModel.of(trained, new Tent())) {
      AdaptedStream stream = model.stream(12);
      assertThat(stream.adapted().names()).isEmpty();
      stream.predict(batch);
      Weights weights = stream.adapted();
      assertThat(weights.names()).hasSize(8);
      assertThat(adapted.answer(BatchQuery.of(batch).bound(weights)).logits())
          .isDeepEqualTo(stream.predict(batch).logits());
      stream.reset();
      assertThat(stream.adapted().names()).isEmpty();
    }
  }

  @Test
  void what_makes_no_sense_is_refused() {
    try (GradientService service = Models.exact(IMAGE)) {
      FrozenModel model = FrozenModel.of(service);
      Poisoning poisoning = Poisoning.of(0.1, 0.1, Knowledge.WHITE_BOX);
      assertThatThrownBy(() -> poisoning.run(model, uniform(1, 36), new int[1], KEY))
          .hasMessageContaining("at least 2 rows");
      assertThatThrownBy(() -> poisoning.run(model, uniform(3, 36), new int[2], KEY))
          .hasMessageContaining("2 labels and 3 rows");
      assertThatThrownBy(() -> poisoning.run(model, uniform(3, 36), new int[] {0, 4, 0}, KEY))
          .hasMessageContaining("0..3 but one was 4");
    }
    assertThatThrownBy(() -> Poisoning.of(1, 0.1, Knowledge.WHITE_BOX)).hasMessageContaining("1.0");
    assertThatThrownBy(() -> CompanyAttack.of(0)).hasMessageContaining("above 0");
  }

  /** One value; logits (0, x - 0.95), which are more than a number holds from about 0.61 on. */
  private static InferenceGraph explosive() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(1));
    int terms = 200;
    Parameter w = new Parameter("w", Shape.of(1, terms));
    Parameter b = new Parameter("b", Shape.of(terms));
    Parameter v = new Parameter("v", Shape.of(terms, 2));
    Parameter c = new Parameter("c", Shape.of(2));
    double[] shifts = new double[terms];
    double[] slopes = new double[2 * terms];
    for (int i = 0; i < terms; i++) {
      shifts[i] = i == 0 ? 0 : -0.6;
      slopes[2 * i + 1] = i == 0 ? 1 : 1.7e308;
    }
    builder.weights(w, DoubleStream.generate(() -> 1).limit(terms).toArray()).weights(b, shifts);
    builder.weights(v, slopes).weights(c, new double[] {0, -0.95});
    Node hidden =
        builder.add(
            "relu",
            new Operation.Elementwise(new Function.Relu()),
            builder.add("hidden", new Operation.Affine(w, Optional.of(b)), builder.input()));
    return builder.build(builder.add("out", new Operation.Affine(v, Optional.of(c)), hidden));
  }

  @Test
  void answers_that_are_no_numbers_are_no_success() {
    double[][] batch = {{0.51}, {0.3}, {0.61}};
    try (GradientService service = Models.exact(explosive())) {
      FrozenModel model = FrozenModel.of(service);
      assertThat(model.decisions(new double[][] {{0.59}, {0.7}})).containsExactly(0, -1);
      List<Attacked> attacked = CompanyAttack.of(0.2).run(model, batch, new int[3], 0, 1, 2);
      assertThat(attacked)
          .extracting(Attacked::outcome)
          .containsExactly(Outcome.INCONCLUSIVE, Outcome.HELD, Outcome.ALREADY_WRONG);
      assertThat(attacked.get(0).input()[0]).isBetween(0.6, 0.72);
      assertThat(CompanyAttack.success(attacked)).isZero();
      // The last iterate is judged alike.
      assertThat(new CompanyAttack(0.2, 1, 0.2).run(model, batch, new int[3], 0).get(0).outcome())
          .isEqualTo(Outcome.INCONCLUSIVE);
    }
  }
}
