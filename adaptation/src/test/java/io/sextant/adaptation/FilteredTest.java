package io.sextant.adaptation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.Logits;
import io.sextant.gradients.graph.Statistics;
import io.sextant.methods.Passes;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** EATA, RDumb and SAR, which learn from chosen rows, and what others' code gets wrong of them. */
class FilteredTest {
  private static final double[][] ROWS = Models.rows(30, 4, 0.5, 1);

  private static double[] stepped(GradientService service, Adaptation method, double[][] rows) {
    try (AdaptedModel model = AdaptedModel.of(service, method)) {
      return model.stream(rows.length).snapshot().learner().take(rows).parameters().values();
    }
  }

  private static Eata eta(double margin, double similarity) {
    return new Eata(Optimizer.Rule.SGD, 0.1, margin, similarity, 0, Statistics.Estimator.MEAN);
  }

  /** By the slow network: only reliable rows, each with its weight, over their number. */
  @Test
  void eata_follows_the_weighted_entropy_of_the_chosen_rows() {
    SlowNetwork slow = new SlowNetwork(Models.dense(4));
    try (GradientService service = Models.exact(Models.dense(4))) {
      double[] scales = new Networks(service).scales().values();
      double margin = 0.8 * Math.log(3);
      double[][] logits = slow.logits(ROWS, scales);
      double[] entropies = Arrays.stream(logits).mapToDouble(Confidence::entropy).toArray();
      long chosen = Arrays.stream(entropies).filter(h -> h < margin).count();
      assertThat(chosen).isBetween(3L, 27L);
      double[] expected = scales.clone();
      for (int k = 0; k < scales.length; k++) {
        double slope = 0;
        for (int sign = -1; sign <= 1; sign += 2) {
          double[] moved = scales.clone();
          moved[k] += sign * 1e-5;
          double[][] there = slow.logits(ROWS, moved);
          for (int i = 0; i < ROWS.length; i++) {
            if (entropies[i] < margin) {
              slope +=
                  sign
                      * Math.exp(margin - entropies[i])
                      * Confidence.entropy(there[i])
                      / chosen
                      / 2e-5;
            }
          }
        }
        expected[k] -= 0.1 * slope;
      }
      assertThat(stepped(service, eta(0.8, 0.4), ROWS)).containsExactly(expected, within(1e-6));
    }
  }

  @Test
  void backwards_are_counted_by_chosen_rows_and_an_empty_choice_moves_nothing() {
    try (GradientService service = Models.exact(Models.dense(4));
        AdaptedModel some = AdaptedModel.of(service, eta(0.8, 0.4));
        AdaptedModel none = AdaptedModel.of(service, eta(0.001, 0.4))) {
      Passes passes = some.stream(30).predict(ROWS).passes();
      assertThat(passes.forwards()).isEqualTo(30);
      assertThat(passes.backwards()).isBetween(3L, 27L);
      Predictions predictions = none.stream(30).predict(ROWS);
      assertThat(predictions.passes()).isEqualTo(new Passes(30, 0));
      assertThat(predictions.drift()).isZero();
    }
  }

  @Test
  void a_row_like_the_mean_prediction_is_redundant() {
    double[][] logits = {{4, 0, 0}, {0, 4, 0}};
    double[] seen = Logits.probabilities(new double[] {4, 0, 0});
    Reliable reliable = new Reliable(Math.log(3), 0.5, Optional.of(seen));
    assertThat(reliable.of(logits)[0]).isZero();
    assertThat(reliable.of(logits)[1]).isGreaterThan(1);
    double[] mean = reliable.after(logits).mean().orElseThrow();
    double[] other = Logits.probabilities(logits[1]);
    for (int c = 0; c < 3; c++) {
      assertThat(mean[c]).isCloseTo(0.9 * seen[c] + 0.1 * other[c], within(1e-12));
    }
    // The first choice is by entropy alone, and is then the mean.
    Reliable first = new Reliable(Math.log(3), 0.5, Optional.empty());
    assertThat(first.of(logits)).doesNotContain(0);
    assertThat(Arrays.stream(first.after(logits).mean().orElseThrow()).sum())
        .isCloseTo(1, within(1e-12));
  }

  /** Squares of means over source batches would change with the number of rows. */
  @Test
  void the_anchor_does_not_depend_on_how_often_source_rows_are_there() {
    double[][] source = Models.rows(6, 4, 0, 8);
    double[][] twice = new double[12][];
    for (int i = 0; i < 12; i++) {
      twice[i] = source[i % 6];
    }
    Eata anchored = new Eata(Optimizer.Rule.SGD, 0.1, 0.8, 1, 5, Statistics.Estimator.MEAN);
    double[] once = secondStep(anchored, source);
    assertThat(secondStep(anchored, twice)).containsExactly(once, within(1e-12));
    double[] free = secondStep(anchored.withoutAnchor(), source);
    assertThat(distance(once)).isLessThan(distance(free));
  }

  /** What the anchor adds to the second step is -2 rate F (first step), F of each row by itself. */
  @Test
  void the_anchor_weighs_by_squared_gradients_of_single_rows() {
    double[][] source = Models.rows(6, 4, 0, 8);
    Eata anchored = new Eata(Optimizer.Rule.SGD, 0.1, 0.8, 1, 5, Statistics.Estimator.MEAN);
    SlowNetwork slow = new SlowNetwork(Models.dense(4));
    double[] origin;
    double[] first;
    try (GradientService service = Models.exact(Models.dense(4));
        AdaptedModel model = AdaptedModel.of(service, anchored, source)) {
      origin = new Networks(service).scales().values();
      first = difference(model.stream(30).snapshot().learner().take(ROWS).parameters());
    }
    double[] with = secondStep(anchored, source);
    double[] without = secondStep(anchored.withoutAnchor(), source);
    for (int i = 0; i < origin.length; i++) {
      double fisher = 0;
      for (double[] row : source) {
        double slope =
            (surprise(slow, row, origin, i, 1e-5) - surprise(slow, row, origin, i, -1e-5)) / 2e-5;
        fisher += slope * slope / source.length;
      }
      assertThat(with[i] - without[i]).isCloseTo(-0.1 * 2 * 5 * fisher * first[i], within(1e-8));
    }
    assertThat(distance(with)).isNotCloseTo(distance(without), within(1e-6));
    // The square of the mean gradient is another number, by far more than the tolerance above.
    double apart = 0;
    for (int i = 0; i < origin.length; i++) {
      double mean = 0;
      for (double[] row : source) {
        mean +=
            (surprise(slow, row, origin, i, 1e-5) - surprise(slow, row, origin, i, -1e-5))
                / 2e-5
                / source.length;
      }
      double ofMeans = -0.1 * 2 * 5 * mean * mean * first[i];
      apart = Math.max(apart, Math.abs(with[i] - without[i] - ofMeans));
    }
    assertThat(apart).isGreaterThan(1e-5);
  }

  /** The cross-entropy of the decided class, one scale moved. */
  private static double surprise(
      SlowNetwork slow, double[] row, double[] scales, int moved, double by) {
    int decided = Logits.decision(slow.stored(row, scales));
    double[] at = scales.clone();
    at[moved] += by;
    return -Math.log(Logits.probabilities(slow.stored(row, at))[decided]);
  }

  @Test
  void sar_descends_by_the_gradient_that_it_finds_uphill() {
    SlowNetwork slow = new SlowNetwork(Models.dense(4));
    Sar sar = new Sar(Optimizer.Rule.SGD, 0.05, 1, 0.3, 0, 0, Statistics.Estimator.MEAN);
    try (GradientService service = Models.exact(Models.dense(4));
        AdaptedModel model = AdaptedModel.of(service, sar)) {
      double[] scales = new Networks(service).scales().values();
      double[] here = slow.gradient(ROWS, scales);
      double length = distance(here);
      double[] uphill = scales.clone();
      for (int i = 0; i < uphill.length; i++) {
        uphill[i] += 0.3 * here[i] / length;
      }
      double[] there = slow.gradient(ROWS, uphill);
      assertThat(distance(there)).isNotCloseTo(length, within(1e-3));
      double[] step = difference(model.stream(30).snapshot().learner().take(ROWS).parameters());
      for (int i = 0; i < step.length; i++) {
        assertThat(step[i]).isCloseTo(-0.05 * there[i], within(1e-7));
      }
    }
  }

  /** The velocity of the first step goes on, and the second is uphill of where the first ended. */
  @Test
  void sar_takes_its_second_step_from_where_the_first_has_ended() {
    SlowNetwork slow = new SlowNetwork(Models.dense(4));
    Sar sar = new Sar(Optimizer.Rule.SGD, 0.05, 1, 0.3, 0, 0, Statistics.Estimator.MEAN);
    double[][] others = Models.rows(30, 4, 0.2, 9);
    try (GradientService service = Models.exact(Models.dense(4));
        AdaptedModel model = AdaptedModel.of(service, sar)) {
      double[] at = new Networks(service).scales().values().clone();
      double[] velocity = new double[at.length];
      Learner learner = model.stream(30).snapshot().learner();
      for (double[][] batch : new double[][][] {ROWS, others}) {
        double[] here = slow.gradient(batch, at);
        double length = distance(here);
        double[] uphill = at.clone();
        for (int i = 0; i < uphill.length; i++) {
          uphill[i] += 0.3 * here[i] / length;
        }
        double[] there = slow.gradient(batch, uphill);
        for (int i = 0; i < at.length; i++) {
          velocity[i] = 0.9 * velocity[i] + there[i];
          at[i] -= 0.05 * velocity[i];
        }
        Turn turn = learner.take(batch);
        learner = turn.next();
        assertThat(turn.parameters().values()).containsExactly(at, within(1e-7));
      }
    }
  }

  private static double[] secondStep(Adaptation method, double[][] source) {
    try (GradientService service = Models.exact(Models.dense(4));
        AdaptedModel model = AdaptedModel.of(service, method, source)) {
      Learner learner = model.stream(30).snapshot().learner();
      Turn second = learner.take(ROWS).next().take(ROWS);
      return difference(second.parameters());
    }
  }

  private static double[] difference(Parameters parameters) {
    double[] difference = parameters.values().clone();
    for (int i = 0; i < difference.length; i++) {
      difference[i] -= parameters.origin()[i];
    }
    return difference;
  }

  private static double distance(double[] difference) {
    return Math.sqrt(Arrays.stream(difference).map(d -> d * d).sum());
  }

  @Test
  void eata_without_source_data_says_that_it_has_no_anchor() {
    try (GradientService service = Models.exact(Models.dense(4));
        AdaptedModel model = AdaptedModel.of(service, new Eata());
        AdaptedModel anchored = AdaptedModel.of(service, new Eata(), ROWS)) {
      assertThat(model.remarks(30)).anyMatch(remark -> remark.contains("no anchor"));
      assertThat(anchored.remarks(30)).isEmpty();
    }
  }

  @Test
  void rdumb_is_new_after_its_period_and_eata_before() {
    Rdumb rdumb = new Rdumb(Optimizer.Rule.ADAM, 0.01, 0.5, 0.9, 2, Statistics.Estimator.MEAN);
    try (GradientService service = Models.exact(Models.dense(4));
        AdaptedModel model = AdaptedModel.of(service, rdumb);
        AdaptedModel plain =
            AdaptedModel.of(
                service,
                new Eata(Optimizer.Rule.ADAM, 0.01, 0.5, 0.9, 0, Statistics.Estimator.MEAN))) {
      AdaptedStream stream = model.stream(30);
      AdaptedStream other = plain.stream(30);
      Predictions first = stream.predict(ROWS);
      assertThat(first.reset()).isFalse();
      assertThat(first.logits()).isDeepEqualTo(other.predict(ROWS).logits());
      assertThat(stream.predict(ROWS).logits()).isDeepEqualTo(other.predict(ROWS).logits());
      Predictions third = stream.predict(ROWS);
      assertThat(third.reset()).isTrue();
      assertThat(third.logits()).isDeepEqualTo(first.logits());
      assertThat(stream.predict(ROWS).reset()).isFalse();
      assertThat(stream.predict(ROWS).reset()).isTrue();
    }
  }

  /** In others' code the momentum goes on without a gradient. */
  @Test
  void sar_does_not_move_without_reliable_rows() {
    // One class by far for half of the rows, and logits that are all but equal for the others.
    try (GradientService service = Models.exact(Models.one());
        AdaptedModel model =
            AdaptedModel.of(
                service,
                new Sar(Optimizer.Rule.SGD, 0.05, 0.6, 0.05, 0, 0, Statistics.Estimator.MEAN))) {
      Turn moving =
          model.stream(4).snapshot().learner().take(new double[][] {{-3}, {0.1}, {0}, {-0.1}});
      assertThat(moving.parameters().drift()).isGreaterThan(0);
      Turn still = moving.next().take(new double[][] {{1}, {1}, {1}, {1}});
      assertThat(still.parameters().values()).containsExactly(moving.parameters().values());
    }
  }

  @Test
  void sar_resets_below_the_limit_that_it_was_given() {
    double[][] rows = {{-3}, {0.1}, {0}, {-0.1}};
    try (GradientService service = Models.exact(Models.one());
        AdaptedModel strict =
            AdaptedModel.of(
                service,
                new Sar(Optimizer.Rule.SGD, 0.05, 0.6, 0.05, 0.65, 0, Statistics.Estimator.MEAN));
        AdaptedModel lax =
            AdaptedModel.of(
                service,
                new Sar(
                    Optimizer.Rule.SGD, 0.05, 0.6, 0.05, 0.0001, 0, Statistics.Estimator.MEAN))) {
      Predictions reset = strict.stream(4).predict(rows);
      assertThat(reset.reset()).isTrue();
      assertThat(reset.drift()).isZero();
      assertThat(lax.stream(4).predict(rows).reset()).isFalse();
    }
  }

  @Test
  void sar_leaves_the_last_quarter_of_the_layers() {
    Sar sar = new Sar(Optimizer.Rule.SGD, 0.1, 1, 0.05, 0, 0.25, Statistics.Estimator.MEAN);
    try (GradientService service = Models.exact(Models.image(7));
        AdaptedModel model = AdaptedModel.of(service, sar)) {
      double[] moved =
          difference(
              model.stream(20).snapshot().learner().take(Models.rows(20, 36, 0.5, 1)).parameters());
      // Four layers of four channels, gamma and beta.
      assertThat(Arrays.copyOf(moved, 24)).doesNotContain(0);
      assertThat(Arrays.copyOfRange(moved, 24, 32)).containsOnly(0);
    }
  }
}
