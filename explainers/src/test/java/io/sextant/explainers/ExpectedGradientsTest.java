package io.sextant.explainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Meter;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Function;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExpectedGradientsTest {
  private static final ExpectedGradients DEFAULT = ExpectedGradients.DEFAULT;
  private static final double X = 1.5;
  private static final double[][] LINE = {{-1}, {0.5}, {0.25}, {2}, {-0.5}, {1}, {0}, {-2}};
  // Two-sided 95% quantiles of Student's t.
  private static final double T7 = 2.3646;
  private static final double T63 = 1.9983;

  private static ExpectedGradients on(double[][] rows, ExpectedGradients explainer) {
    return explainer.fitted(Reference.of(InputDomain.box(rows[0].length, -9, 9), rows));
  }

  private static double meanSquare(double[][] rows) {
    return Arrays.stream(rows).mapToDouble(row -> row[0] * row[0]).average().orElseThrow();
  }

  private static double variance(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
  }

  private static double[] firsts(double[][] rows) {
    return Arrays.stream(rows).mapToDouble(row -> row[0]).toArray();
  }

  @Test
  void a_square_is_explained_by_its_difference_from_the_mean_square_of_the_background() {
    // The integral of 2 (b + u (x - b)) (x - b) is x^2 - b^2.
    double truth = X * X - meanSquare(LINE);
    try (GradientService service = Models.exact(Models.square(1)).build()) {
      for (boolean stratified : new boolean[] {true, false}) {
        Explanations found =
            on(LINE, DEFAULT.withDraws(4000).withStratified(stratified))
                .explain(service, Models.one(X), Target.fixed(0));
        double error = found.standardErrors().orElseThrow()[0][0];
        assertThat(error).isBetween(1e-4, 0.1);
        assertThat(found.attributions()[0][0]).isCloseTo(truth, within(4 * error));
        Certificate certificate = found.certificates().get(0);
        assertThat(certificate.standardError()).hasValue(error);
        assertThat(certificate.nodes()).isEqualTo(4000);
        assertThat(certificate.fInput()).isCloseTo(X * X, within(1e-12));
      }
    }
  }

  @Test
  void a_product_is_explained_by_the_mean_of_the_closed_form_over_the_background() {
    double[][] rows = {{1, -0.5}, {0, 2}, {-1, 1}};
    double[] truth = new double[2];
    for (double[] b : rows) {
      truth[0] += (3 - b[0]) * (b[1] + 0.5) / 2 / rows.length;
      truth[1] += (0.5 - b[1]) * (b[0] + 3) / 2 / rows.length;
    }
    try (GradientService service = Models.exact(Models.product()).build()) {
      Explanations found =
          on(rows, DEFAULT.withDraws(3000)).explain(service, Models.one(3, 0.5), Target.fixed(0));
      for (int i = 0; i < 2; i++) {
        assertThat(found.attributions()[0][i])
            .isCloseTo(truth[i], within(4 * found.standardErrors().orElseThrow()[0][i]));
      }
    }
  }

  @Test
  void one_baseline_gives_integrated_gradients() {
    Examples examples = Models.examples(5, 6, 3, 1);
    try (GradientService service = Models.exact(Models.network(new Function.Tanh(), 1)).build()) {
      Explanations expected =
          IntegratedGradients.DEFAULT
              .withQuadrature(new Quadrature.GaussLegendre(64))
              .explain(service, examples, Target.label());
      Explanations found =
          DEFAULT.withBaseline(new Baseline.Zero()).explain(service, examples, Target.label());
      for (int i = 0; i < examples.size(); i++) {
        for (int k = 0; k < 6; k++) {
          assertThat(found.attributions()[i][k])
              .isCloseTo(
                  expected.attributions()[i][k],
                  within(6 * found.standardErrors().orElseThrow()[i][k] + 1e-9));
        }
        assertThat(found.certificates().get(i).fBaseline().orElseThrow())
            .isCloseTo(expected.certificates().get(i).fBaseline().orElseThrow(), within(1e-12));
      }
    }
  }

  @Test
  void the_standard_error_falls_with_the_root_of_the_draws_and_covers() {
    double truth = X * X - meanSquare(LINE);
    try (GradientService service = Models.exact(Models.square(1)).build()) {
      double few = meanError(service, 250);
      double many = meanError(service, 4000);
      assertThat(few / many).isBetween(3.6, 4.4);
      Examples runs = Models.copies(1000, X);
      // Three standard deviations of the share are 2%.
      assertThat(
              coverage(
                  on(LINE, DEFAULT.withDraws(64).withStratified(false)), service, runs, truth, T63))
          .isBetween(0.92, 0.975);
      assertThat(coverage(on(LINE, DEFAULT), service, runs, truth, T7)).isBetween(0.92, 0.975);
    }
  }

  private static double meanError(GradientService service, int draws) {
    return on(LINE, DEFAULT.withDraws(draws).withStratified(false))
        .explain(service, Models.copies(20, X), Target.fixed(0))
        .certificates()
        .stream()
        .mapToDouble(c -> c.standardError().orElseThrow())
        .average()
        .orElseThrow();
  }

  private static double coverage(
      Explainer explainer, GradientService service, Examples runs, double truth, double quantile) {
    Explanations found = explainer.explain(service, runs, Target.fixed(0));
    return IntStream.range(0, runs.size())
            .filter(
                i ->
                    Math.abs(found.attributions()[i][0] - truth)
                        <= quantile * found.standardErrors().orElseThrow()[i][0])
            .count()
        / (double) runs.size();
  }

  @Test
  void attributions_add_up_in_expectation_and_the_gap_has_its_error() {
    RandomGenerator random = RandomKey.of(3).random();
    double[][] rows = new double[20][];
    Arrays.setAll(rows, i -> random.doubles(6, -1, 1).toArray());
    Examples runs = Models.copies(300, 0.9, -0.7, 0.3, 0.8, -0.2, 0.5);
    try (GradientService service = Models.exact(Models.network(new Function.Tanh(), 2)).build()) {
      Explanations found = on(rows, DEFAULT).explain(service, runs, Target.fixed(0));
      int covered = 0;
      for (int i = 0; i < runs.size(); i++) {
        Certificate c = found.certificates().get(i);
        double sum = Arrays.stream(found.attributions()[i]).sum();
        assertThat(c.gap().orElseThrow())
            .isCloseTo(sum - (c.fInput() - c.fBaseline().orElseThrow()), within(1e-9));
        assertThat(c.gapError().orElseThrow()).isPositive();
        covered += Math.abs(c.gap().orElseThrow()) <= T7 * c.gapError().orElseThrow() ? 1 : 0;
      }
      assertThat(covered / 300.0).isBetween(0.91, 0.985);
      double[] gaps =
          found.certificates().stream().mapToDouble(c -> c.gap().orElseThrow()).toArray();
      assertThat(Arrays.stream(gaps).average().orElseThrow())
          .isCloseTo(0, within(4 * Math.sqrt(variance(gaps) / gaps.length)));
    }
  }

  @Test
  void stratified_draws_lower_the_error_at_equal_cost() {
    RandomGenerator random = RandomKey.of(4).random();
    double[][] rows = new double[16][];
    Arrays.setAll(rows, i -> random.doubles(6, -1, 1).toArray());
    Examples runs = Models.copies(300, 0.9, -0.7, 0.3, 0.8, -0.2, 0.5);
    try (GradientService service = Models.exact(Models.network(new Function.Relu(), 2)).build()) {
      double even =
          variance(
              firsts(on(rows, DEFAULT).explain(service, runs, Target.fixed(0)).attributions()));
      double plain =
          variance(
              firsts(
                  on(rows, DEFAULT.withStratified(false))
                      .explain(service, runs, Target.fixed(0))
                      .attributions()));
      assertThat(even).isPositive().isLessThan(0.7 * plain);
    }
  }

  @Test
  void draws_end_when_the_error_is_small_enough_and_the_certificate_says_whether_it_is() {
    Examples runs = Models.copies(50, X);
    try (GradientService service = Models.exact(Models.square(1)).build()) {
      ExpectedGradients capped = on(LINE, DEFAULT.withDraws(1600));
      Explanations coarse = capped.withTolerance(0.2).explain(service, runs, Target.fixed(0));
      Explanations fine = capped.withTolerance(0.02).explain(service, runs, Target.fixed(0));
      for (int i = 0; i < runs.size(); i++) {
        Certificate c = fine.certificates().get(i);
        double relative = c.standardError().orElseThrow() / Math.abs(fine.attributions()[i][0]);
        assertThat(c.toleranceMet()).contains(relative <= 0.02);
        assertThat(c.toleranceMet().orElseThrow() || c.nodes() == 1600).isTrue();
        assertThat(coarse.certificates().get(i).nodes()).isLessThanOrEqualTo(c.nodes());
        assertThat(coarse.certificates().get(i).nodes()).isGreaterThanOrEqualTo(8 * 16);
      }
      assertThat(nodes(coarse)).isLessThan(nodes(fine)).isLessThan(50 * 400);
      Explanations unmet =
          on(LINE, DEFAULT.withTolerance(1e-6)).explain(service, runs, Target.fixed(0));
      assertThat(unmet.certificates())
          .allMatch(c -> !c.toleranceMet().orElseThrow() && c.nodes() == 128);
      assertThat(
              on(LINE, DEFAULT)
                  .explain(service, runs, Target.fixed(0))
                  .certificates()
                  .get(0)
                  .toleranceMet())
          .isEmpty();
    }
  }

  private static long nodes(Explanations of) {
    return of.certificates().stream().mapToLong(Certificate::nodes).sum();
  }

  @Test
  void seeds_and_ids_name_the_draws() {
    try (GradientService service = Models.exact(Models.cube(1)).build()) {
      ExpectedGradients explainer = on(LINE, DEFAULT);
      double[] runs =
          firsts(explainer.explain(service, Models.copies(3, X), Target.fixed(0)).attributions());
      assertThat(
              firsts(
                  explainer.explain(service, Models.copies(3, X), Target.fixed(0)).attributions()))
          .containsExactly(runs);
      assertThat(runs).doesNotHaveDuplicates();
      assertThat(
              firsts(
                  explainer
                      .withSeed(43)
                      .explain(service, Models.copies(3, X), Target.fixed(0))
                      .attributions()))
          .doesNotContain(runs);
    }
  }

  @Test
  void noise_on_the_input_smooths_and_promises_no_completeness() {
    // E[(x + e)^2 - b^2] = x^2 + sigma^2 - b^2.
    try (GradientService service = Models.exact(Models.square(1)).build()) {
      Explanations found =
          on(LINE, DEFAULT.withDraws(6000).withNoise(NoiseScale.absolute(0.7)))
              .explain(service.as("noisy"), Models.one(X), Target.fixed(0));
      double error = found.standardErrors().orElseThrow()[0][0];
      assertThat(error).isBetween(1e-3, 0.1);
      assertThat(found.attributions()[0][0])
          .isCloseTo(X * X + 0.49 - meanSquare(LINE), within(4 * error));
      assertThat(found.certificates().get(0).gap()).isEmpty();
      assertThat(found.certificates().get(0).gapError()).isEmpty();
      assertThat(service.meter().counts()).containsEntry("noisy", new Meter.Count(6001, 6000));
    }
  }

  @Test
  void a_gradient_for_each_draw_a_forward_for_each_row_and_one_for_the_input() {
    try (GradientService service = Models.exact(Models.square(1)).batchSize(7).build()) {
      Explanations found =
          on(LINE, DEFAULT).explain(service.as("eg"), Models.copies(3, X), Target.predicted());
      assertThat(service.meter().counts())
          .containsEntry("eg", new Meter.Count(3 * (128 + 8 + 1), 3 * 128));
      assertThat(found.certificates()).allMatch(c -> c.forwards() == 137 && c.backwards() == 128);
      assertThat(found.certificates().get(0).cost()).isEqualTo(0.4 * 137 + 0.6 * 128);
      assertThat(found.cost()).isEqualTo(3 * (0.4 * 137 + 0.6 * 128));
    }
  }

  @Test
  void without_rows_it_says_what_to_give() {
    try (GradientService service = Models.exact(Models.square(1)).build()) {
      assertThatThrownBy(() -> DEFAULT.explain(service, Models.one(X), Target.fixed(0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("baseline draws:32 needs rows of the data")
          .hasMessageContaining("explainer.fitted(Reference.of(domain, rows))");
    }
  }

  @Test
  void a_path_on_which_no_gradient_was_seen_meets_no_tolerance() {
    try (GradientService service = Models.exact(Models.bump(2, 3, 0)).build()) {
      for (ExpectedGradients explainer : List.of(DEFAULT, DEFAULT.withTolerance(0.1))) {
        Certificate nothing =
            explainer
                .withBaseline(new Baseline.Zero())
                .explain(service, Models.one(1, 1, 1), Target.fixed(0))
                .certificates()
                .get(0);
        assertThat(nothing.toleranceMet()).contains(false);
      }
    }
  }

  @Test
  void bad_settings_are_refused() {
    assertThatThrownBy(() -> DEFAULT.withDraws(3))
        .hasMessageContaining("from 4 to 100000 but were 3");
    assertThatThrownBy(() -> DEFAULT.withTolerance(0)).hasMessageContaining("was 0.0");
  }
}
