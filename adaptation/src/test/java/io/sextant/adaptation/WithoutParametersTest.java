package io.sextant.adaptation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.Logits;
import io.sextant.methods.Passes;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** LAME and T3A. */
class WithoutParametersTest {
  @Test
  void lame_draws_a_row_to_its_neighbours() {
    double[][] logits = {{2, 0}, {2, 0}, {-0.1, 0}, {0, 3}};
    double[][] near = {{0, 1, 1, 0}, {1, 0, 1, 0}, {1, 1, 0, 0}, {0, 0, 0, 0}};
    double[][] settled = Lame.settled(logits, near);
    assertThat(Logits.decision(settled[2])).isZero();
    // Without neighbours, the answer stays.
    assertThat(Logits.probabilities(settled[3]))
        .containsExactly(Logits.probabilities(logits[3]), within(1e-12));
    // A fixed point of y = softmax(log p + K y).
    double[] pull = Logits.probabilities(settled[0]);
    double[] second = Logits.probabilities(settled[1]);
    double[] p = Logits.probabilities(logits[2]);
    double[] sum = new double[2];
    for (int c = 0; c < 2; c++) {
      sum[c] = Math.log(p[c]) + pull[c] + second[c];
    }
    assertThat(Logits.probabilities(settled[2]))
        .containsExactly(Logits.probabilities(sum), within(1e-4));
  }

  @Test
  void the_width_that_is_given_is_the_width() {
    double[][] features = {{1, 0}, {0.6, 0.8}, {0, 1}};
    Lame lame = new Lame(Lame.Affinity.RBF, 1, Optional.of(0.5));
    double squared = 0.4 * 0.4 + 0.8 * 0.8;
    assertThat(lame.affinities(features)[0][1])
        .isCloseTo(Math.exp(-squared / (2 * 0.25)), within(1e-12));
    assertThat(new Lame(Lame.Affinity.RBF, 1, Optional.of(1.0)).affinities(features)[0][1])
        .isCloseTo(Math.exp(-squared / 2), within(1e-12));
    // Without one: the mean distance of the nearest other row.
    double mean = (Math.sqrt(squared) + 2 * Math.sqrt(0.36 + 0.04)) / 3;
    assertThat(new Lame(Lame.Affinity.RBF, 1, Optional.empty()).affinities(features)[0][1])
        .isCloseTo(Math.exp(-squared / (2 * mean * mean)), within(1e-12));
  }

  @Test
  void equal_rows_are_neighbours_and_none_is_its_own() {
    double[][] features = {{1, 0}, {1, 0}, {1, 0}, {0, 1}};
    double[][] near = new Lame(Lame.Affinity.KNN, 2, Optional.empty()).affinities(features);
    for (int i = 0; i < 4; i++) {
      assertThat(near[i][i]).isZero();
    }
    assertThat(near[2]).containsExactly(1, 1, 0, 0);
  }

  @Test
  void lame_keeps_the_answer_of_a_single_row() {
    try (GradientService service = Models.exact(Models.plain(1));
        AdaptedModel model = AdaptedModel.of(service, new Lame())) {
      double[][] row = Models.rows(1, 3, 0, 1);
      Predictions predictions = model.stream(1).predict(row);
      assertThat(predictions.probabilities()[0])
          .containsExactly(Logits.probabilities(service.logits(row)[0]), within(1e-12));
      assertThat(predictions.passes()).isEqualTo(new Passes(1, 0));
    }
  }

  /** Worked out: columns as supports, then the two surest per class. */
  @Test
  void t3a_scores_by_the_directions_of_its_supports() {
    try (GradientService service = Models.exact(Models.plain(2));
        AdaptedModel model = AdaptedModel.of(service, new T3a(1000))) {
      double[][] rows = Models.rows(8, 3, 0, 3);
      Head head = Head.of(service.graph()).orElseThrow();
      double[][] sums = new double[3][5];
      for (double[] column : head.columns()) {
        add(sums[Logits.decision(head.logits(column))], column);
      }
      double[][] features = new double[8][];
      for (int i = 0; i < 8; i++) {
        features[i] = features(service, rows[i]);
        add(sums[Logits.decision(service.logits(rows)[i])], features[i]);
      }
      double[][] actual = model.stream(8).predict(rows).logits();
      for (int i = 0; i < 8; i++) {
        for (int c = 0; c < 3; c++) {
          double length = Math.sqrt(Vectors.product(sums[c], sums[c]));
          double expected = length == 0 ? 0 : Vectors.product(features[i], sums[c]) / length;
          assertThat(actual[i][c]).isCloseTo(expected, within(1e-9));
        }
      }
    }
  }

  private static void add(double[] sum, double[] vector) {
    double length = Math.sqrt(Vectors.product(vector, vector));
    for (int k = 0; k < sum.length && length > 0; k++) {
      sum[k] += vector[k] / length;
    }
  }

  private static double[] features(GradientService service, double[] row) {
    var first = service.graph().node("first").orElseThrow().operation().parameters();
    double[] w = service.graph().weights().values(first.get(0));
    double[] b = service.graph().weights().values(first.get(1));
    double[] features = b.clone();
    for (int k = 0; k < 5; k++) {
      for (int f = 0; f < 3; f++) {
        features[k] += row[f] * w[f * 5 + k];
      }
      features[k] = Math.max(0, features[k]);
    }
    return features;
  }
}
