package io.sextant.explainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Meter;
import io.sextant.gradients.graph.Function;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SmoothingTest {
  private static final double SIGMA = 0.5;
  private static final Smoothing NOISE = Smoothing.DEFAULT.withScale(NoiseScale.absolute(SIGMA));
  private static final Smoothing INDEPENDENT = NOISE.withStratified(false);
  // Two-sided 95% quantiles of Student's t.
  private static final double T7 = 2.3646;
  private static final double T31 = 2.0395;

  private static Explanations explain(Explainer explainer, Examples examples, GradientService s) {
    return explainer.explain(s, examples, Target.fixed(0));
  }

  private static double[] column(double[][] rows) {
    return Arrays.stream(rows).mapToDouble(row -> row[0]).toArray();
  }

  private static double variance(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
  }

  /** Share of runs whose interval of so many standard errors holds the truth. */
  private static double coverage(Explanations runs, double truth, double quantile) {
    return IntStream.range(0, runs.size())
            .filter(
                i ->
                    Math.abs(runs.attributions()[i][0] - truth)
                        <= quantile * runs.standardErrors().orElseThrow()[i][0])
            .count()
        / (double) runs.size();
  }

  @Test
  void without_noise_smoothgrad_is_its_base_exactly() {
    Examples examples = Models.examples(5, 6, 3, 1);
    try (GradientService service = Models.exact(Models.network(new Function.Relu(), 1)).build()) {
      for (Explainer base : List.of(new VanillaGradient(), IntegratedGradients.DEFAULT)) {
        Smoothing none = Smoothing.DEFAULT.withBase(base).withScale(NoiseScale.absolute(0));
        double[][] expected = base.explain(service, examples, Target.predicted()).attributions();
        Explanations mean = new SmoothGrad(none).explain(service, examples, Target.predicted());
        Explanations var = new VarGrad(none).explain(service, examples, Target.predicted());
        Explanations square =
            new SmoothGradSquared(none).explain(service, examples, Target.predicted());
        for (int i = 0; i < examples.size(); i++) {
          assertThat(mean.attributions()[i]).containsExactly(expected[i], within(1e-12));
          assertThat(mean.standardErrors().orElseThrow()[i]).satisfies(SmoothingTest::isZero);
          assertThat(var.attributions()[i]).satisfies(SmoothingTest::isZero);
          for (int k = 0; k < 6; k++) {
            assertThat(square.attributions()[i][k])
                .isCloseTo(expected[i][k] * expected[i][k], within(1e-12));
          }
        }
      }
    }
  }

  private static void isZero(double[] values) {
    assertThat(values).containsExactly(new double[values.length], within(1e-12));
  }

  @Test
  void a_linear_model_is_explained_exactly_whatever_the_noise() {
    try (GradientService service = Models.exact(Models.linear()).build()) {
      Explanations result =
          new SmoothGrad(NOISE).explain(service, Models.one(1, 2, 3), Target.fixed(1));
      assertThat(result.attributions()[0]).containsExactly(-2, 3, 4);
      isZero(result.standardErrors().orElseThrow()[0]);
      // Noise on both ends of the difference: the mean over pairs is w x.
      Explanations integrated =
          new SmoothGrad(NOISE.withBase(IntegratedGradients.DEFAULT))
              .explain(service, Models.one(1, 2, 3), Target.fixed(1));
      assertThat(integrated.attributions()[0])
          .containsExactly(new double[] {-2, 6, 12}, within(1e-6));
    }
  }

  @Test
  void smoothgrad_of_a_cube_is_its_smoothed_slope() {
    // E[3 (x + e)^2] = 3 x^2 + 3 sigma^2.
    double truth = 3 * 0.75 * 0.75 + 3 * SIGMA * SIGMA;
    try (GradientService service = Models.exact(Models.cube(1)).build()) {
      for (Smoothing noise : List.of(NOISE, INDEPENDENT)) {
        Explanations result =
            explain(new SmoothGrad(noise.withDraws(4000)), Models.one(0.75), service);
        double error = result.standardErrors().orElseThrow()[0][0];
        assertThat(error).isBetween(0.005, 0.06);
        assertThat(result.attributions()[0][0]).isCloseTo(truth, within(4 * error));
        assertThat(result.certificates().get(0).standardError()).hasValue(error);
      }
    }
  }

  @Test
  void smoothgrad_squared_and_vargrad_of_a_square_have_their_closed_forms() {
    // g = 2 (x + e): E[g^2] = 4 x^2 + 4 sigma^2 and Var[g] = 4 sigma^2.
    try (GradientService service = Models.exact(Models.square(1)).build()) {
      for (Smoothing noise : List.of(NOISE, INDEPENDENT)) {
        Smoothing many = noise.withDraws(4000);
        Explanations squared = explain(new SmoothGradSquared(many), Models.one(0.75), service);
        double squaredError = squared.standardErrors().orElseThrow()[0][0];
        assertThat(squaredError).isBetween(0.005, 0.08);
        assertThat(squared.attributions()[0][0])
            .isCloseTo(4 * (0.75 * 0.75 + SIGMA * SIGMA), within(4 * squaredError));
        Explanations variance = explain(new VarGrad(many), Models.one(0.75), service);
        double varianceError = variance.standardErrors().orElseThrow()[0][0];
        // The standard error of a Gaussian variance is about its sqrt(2 / draws).
        double plain = Math.sqrt(2.0 / 4000);
        if (noise.stratified()) {
          assertThat(varianceError).isBetween(0.1 * plain, 0.8 * plain);
        } else {
          assertThat(varianceError).isCloseTo(plain, within(0.005));
        }
        assertThat(variance.attributions()[0][0])
            .isCloseTo(4 * SIGMA * SIGMA, within(4 * varianceError));
      }
    }
  }

  @Test
  void vargrad_is_unbiased_at_few_draws_stratified_and_independent() {
    // On a square the draws of a pair differ in opposite directions; on a cube they also agree.
    int runs = 4000;
    double cube = 36 * 0.75 * 0.75 * SIGMA * SIGMA + 18 * Math.pow(SIGMA, 4);
    try (GradientService squares = Models.exact(Models.square(1)).build();
        GradientService cubes = Models.exact(Models.cube(1)).build()) {
      for (Smoothing noise : List.of(NOISE, INDEPENDENT)) {
        double[] ofSquares =
            column(
                explain(new VarGrad(noise.withDraws(4)), Models.copies(runs, 0.75), squares)
                    .attributions());
        assertThat(Arrays.stream(ofSquares).average().orElseThrow())
            .isCloseTo(4 * SIGMA * SIGMA, within(4 * Math.sqrt(variance(ofSquares) / runs)));
        double[] ofCubes =
            column(
                explain(new VarGrad(noise.withDraws(4)), Models.copies(runs, 0.75), cubes)
                    .attributions());
        assertThat(Arrays.stream(ofCubes).average().orElseThrow())
            .isCloseTo(cube, within(4 * Math.sqrt(variance(ofCubes) / runs)));
      }
    }
  }

  @Test
  void standard_errors_cover_the_truth_about_95_times_in_100() {
    Examples runs = Models.copies(2000, 0.75);
    // 2000 runs: three standard deviations of the share are 1.5%.
    try (GradientService squares = Models.exact(Models.square(1)).build();
        GradientService cubes = Models.exact(Models.cube(1)).build()) {
      // Gaussian draws, so Student's t is exact.
      assertThat(coverage(explain(new SmoothGrad(INDEPENDENT), runs, squares), 1.5, T31))
          .isBetween(0.935, 0.965);
      double cube = 3 * 0.75 * 0.75 + 3 * SIGMA * SIGMA;
      assertThat(coverage(explain(new SmoothGrad(INDEPENDENT), runs, cubes), cube, T31))
          .isBetween(0.91, 0.965);
      // Unit means of a cube are skewed: a little less.
      assertThat(coverage(explain(new SmoothGrad(NOISE), runs, cubes), cube, T7))
          .isBetween(0.88, 0.965);
      assertThat(
              coverage(
                  explain(new VarGrad(INDEPENDENT.withDraws(200)), runs.slice(0, 1000), squares),
                  4 * SIGMA * SIGMA,
                  1.96))
          .isBetween(0.90, 0.97);
      assertThat(
              coverage(
                  explain(new VarGrad(NOISE.withDraws(200)), runs.slice(0, 1000), cubes),
                  36 * 0.75 * 0.75 * SIGMA * SIGMA + 18 * Math.pow(SIGMA, 4),
                  1.96))
          .isBetween(0.86, 0.97);
    }
  }

  @Test
  void standard_errors_are_the_spread_of_runs() {
    int runs = 2000;
    Examples examples = Models.copies(runs, 0.75);
    try (GradientService cubes = Models.exact(Models.cube(1)).build()) {
      for (int draws : new int[] {16, 64, 128}) {
        Smoothing noise = NOISE.withDraws(draws);
        for (Explainer explainer :
            List.of(new SmoothGrad(noise), new SmoothGradSquared(noise), new VarGrad(noise))) {
          Explanations found = explain(explainer, examples, cubes);
          double stated =
              Arrays.stream(column(found.standardErrors().orElseThrow()))
                  .map(error -> error * error)
                  .average()
                  .orElseThrow();
          // The mean of so many squared errors of heavy tails is known to some percent.
          assertThat(stated / variance(column(found.attributions())))
              .as("%s, %d draws", explainer.name(), draws)
              .isBetween(0.75, 1.3);
        }
      }
    }
  }

  @Test
  void larger_units_lower_the_error_further() {
    Examples runs = Models.copies(2000, 0.75);
    try (GradientService cubes = Models.exact(Models.cube(1)).build()) {
      double[] variances = new double[3];
      // Units of 2, 4 and 16, and as many draws of each in all.
      int[] draws = {16, 32, 128};
      for (int k = 0; k < 3; k++) {
        variances[k] =
            draws[k]
                * variance(
                    column(
                        explain(new SmoothGrad(NOISE.withDraws(draws[k])), runs, cubes)
                            .attributions()));
      }
      assertThat(variances[1]).isLessThan(0.85 * variances[0]);
      assertThat(variances[2]).isLessThan(0.6 * variances[1]);
    }
  }

  @Test
  void pairs_lower_the_error_at_equal_cost() {
    Examples runs = Models.copies(400, 0.3, -0.2, 0.9, 0.1, -0.5, 0.4);
    try (GradientService service = Models.exact(Models.network(new Function.Tanh(), 2)).build()) {
      Smoothing narrow = NOISE.withScale(NoiseScale.absolute(0.02)).withDraws(8);
      double paired =
          variance(column(explain(new SmoothGrad(narrow), runs, service).attributions()));
      double single =
          variance(
              column(
                  explain(new SmoothGrad(narrow.withStratified(false)), runs, service)
                      .attributions()));
      assertThat(paired).isPositive().isLessThan(0.5 * single);
    }
  }

  @Test
  void draws_of_a_pair_have_opposite_noise_and_pairs_differ() {
    // The gradient of a square is twice the noisy input.
    try (GradientService service = Models.exact(Models.square(1)).build()) {
      // Only with exact pairs is the mean of Gaussian slopes free of noise.
      Explanations paired = explain(new SmoothGrad(NOISE.withDraws(4)), Models.one(0.75), service);
      assertThat(paired.attributions()[0][0]).isCloseTo(1.5, within(1e-6));
      // Two equal pairs would have no variance between their squares.
      Explanations squared =
          explain(new SmoothGradSquared(NOISE.withDraws(4)), Models.one(0.75), service);
      assertThat(squared.standardErrors().orElseThrow()[0][0]).isGreaterThan(1e-3);
    }
  }

  @Test
  void results_do_not_depend_on_batch_size_threads_order_or_neighbours() {
    Examples examples = Models.examples(11, 6, 3, 4);
    int[] places = {10, 3, 0, 3};
    for (Explainer explainer :
        List.of(
            new SmoothGrad(Smoothing.DEFAULT.withDraws(6)),
            new VarGrad(Smoothing.DEFAULT.withStratified(false).withDraws(5)),
            new SmoothGradSquared(
                Smoothing.DEFAULT.withDraws(4).withBase(IntegratedGradients.DEFAULT)))) {
      Explanations expected = null;
      for (int batch : new int[] {1, 7, 64}) {
        for (int threads : new int[] {1, 3}) {
          try (GradientService service =
              Models.exact(Models.network(new Function.Relu(), 3))
                  .batchSize(batch)
                  .threads(threads)
                  .build()) {
            Explanations all = explainer.explain(service, examples, Target.predicted());
            Explanations some = explainer.explain(service, examples.at(places), Target.predicted());
            if (expected == null) {
              expected = all;
            }
            for (int i = 0; i < examples.size(); i++) {
              assertThat(all.attributions()[i])
                  .containsExactly(expected.attributions()[i], within(1e-12));
              assertThat(all.standardErrors().orElseThrow()[i])
                  .containsExactly(expected.standardErrors().orElseThrow()[i], within(1e-12));
            }
            for (int i = 0; i < places.length; i++) {
              assertThat(some.attributions()[i])
                  .containsExactly(expected.attributions()[places[i]], within(1e-12));
            }
          }
        }
      }
    }
  }

  @Test
  void seeds_and_ids_name_the_noise() {
    try (GradientService service = Models.exact(Models.cube(1)).build()) {
      Explanations runs = explain(new SmoothGrad(NOISE), Models.copies(3, 0.75), service);
      Explanations again = explain(new SmoothGrad(NOISE), Models.copies(3, 0.75), service);
      Explanations other =
          explain(new SmoothGrad(NOISE.withSeed(43)), Models.copies(3, 0.75), service);
      assertThat(column(again.attributions())).containsExactly(column(runs.attributions()));
      assertThat(column(runs.attributions())).doesNotHaveDuplicates();
      assertThat(column(other.attributions())).doesNotContain(column(runs.attributions()));
    }
  }

  @Test
  void a_smoothgrad_inside_a_smoothgrad_draws_noise_of_its_own() {
    // Equal noise inside and outside would add up: E[3 (x + 2 e)^2] = 3 x^2 + 12 sigma^2.
    try (GradientService service = Models.exact(Models.cube(1)).build()) {
      SmoothGrad inner = new SmoothGrad(INDEPENDENT.withDraws(8));
      Explanations result =
          explain(
              new SmoothGrad(INDEPENDENT.withDraws(1000).withBase(inner)),
              Models.one(0.75),
              service);
      assertThat(result.attributions()[0][0])
          .isCloseTo(
              3 * 0.75 * 0.75 + 6 * SIGMA * SIGMA,
              within(4 * result.standardErrors().orElseThrow()[0][0]));
    }
  }

  @Test
  void the_class_is_chosen_at_the_clean_input() {
    // Huge noise would change the predicted class of most draws.
    Examples examples = Models.examples(6, 3, 2, 5);
    try (GradientService service = Models.exact(Models.linear()).build()) {
      double[][] clean =
          new VanillaGradient().explain(service, examples, Target.predicted()).attributions();
      Explanations noisy =
          new SmoothGrad(NOISE.withScale(NoiseScale.absolute(100)))
              .explain(service, examples, Target.predicted());
      for (int i = 0; i < examples.size(); i++) {
        assertThat(noisy.attributions()[i]).containsExactly(clean[i], within(1e-12));
      }
    }
  }

  @Test
  void certificates_add_up_to_what_the_meter_counted() {
    try (GradientService service =
        Models.exact(Models.network(new Function.Relu(), 1)).batchSize(5).build()) {
      Examples examples = Models.examples(3, 6, 3, 1);
      new SmoothGrad(Smoothing.DEFAULT).explain(service.as("sg"), examples, Target.predicted());
      assertThat(service.meter().counts()).containsEntry("sg", new Meter.Count(99, 96));
      Explanations nested =
          new VarGrad(Smoothing.DEFAULT.withDraws(4).withBase(IntegratedGradients.DEFAULT))
              .explain(service.as("ig"), examples, Target.label());
      long forwards = nested.certificates().stream().mapToLong(Certificate::forwards).sum();
      long backwards = nested.certificates().stream().mapToLong(Certificate::backwards).sum();
      assertThat(service.meter().counts())
          .containsEntry("ig", new Meter.Count(forwards, backwards));
      assertThat(nested.certificates()).allMatch(c -> c.nodes() == c.backwards());
      assertThat(nested.certificates()).allMatch(c -> c.gap().isEmpty());
    }
  }

  @Test
  void one_draw_over_its_tolerance_shows_in_the_certificate() {
    Quadrature strict = new Quadrature.Adaptive(1e-9, 5);
    Examples examples = Models.examples(3, 6, 3, 1);
    try (GradientService service = Models.exact(Models.network(new Function.Relu(), 1)).build()) {
      Explanations bad =
          new SmoothGrad(
                  Smoothing.DEFAULT.withBase(IntegratedGradients.DEFAULT.withQuadrature(strict)))
              .explain(service, examples, Target.label());
      assertThat(bad.certificates()).allMatch(c -> !c.toleranceMet().orElseThrow());
    }
    try (GradientService linear = Models.exact(Models.linear()).build()) {
      Explanations good =
          new SmoothGrad(Smoothing.DEFAULT.withBase(IntegratedGradients.DEFAULT))
              .explain(linear, Models.one(1, 2, 3), Target.label());
      assertThat(good.certificates().get(0).toleranceMet()).contains(true);
      assertThat(
              SmoothGrad.DEFAULT
                  .explain(linear, Models.one(1, 2, 3), Target.label())
                  .certificates()
                  .get(0)
                  .toleranceMet())
          .isEmpty();
    }
  }

  private static Feature feature(String name, double scale) {
    return new Feature(name, Feature.Kind.REAL, -1e6, 1e6, scale, true, Feature.Direction.BOTH);
  }

  @Test
  void scales_say_what_their_number_means() {
    double[] row = {0.25, -0.75, 1.25};
    InputDomain domain =
        InputDomain.of(List.of(feature("a", 10), feature("b", 2), feature("c", 1000)), List.of());
    assertThat(NoiseScale.absolute(0.3).deviations(row, domain)).containsExactly(0.3, 0.3, 0.3);
    assertThat(NoiseScale.ofRange(0.25).deviations(row, domain)).containsExactly(0.5, 0.5, 0.5);
    assertThat(NoiseScale.ofRange(0.25).deviations(new double[] {2, 2, 2}, domain))
        .containsExactly(0, 0, 0);
    assertThat(NoiseScale.ofFeatureScale(0.5).deviations(row, domain)).containsExactly(5, 1, 500);
    assertThatThrownBy(() -> NoiseScale.absolute(-1)).hasMessageContaining("was -1.0");
    assertThatThrownBy(() -> NoiseScale.ofRange(Double.NaN)).hasMessageContaining("NaN");
  }

  @Test
  void too_few_draws_for_a_standard_error_are_refused() {
    assertThatThrownBy(() -> NOISE.withDraws(3))
        .hasMessageContaining("even")
        .hasMessageContaining("3");
    assertThatThrownBy(() -> NOISE.withDraws(2)).hasMessageContaining("at least 4");
    assertThatThrownBy(() -> INDEPENDENT.withDraws(1)).hasMessageContaining("at least 2");
  }

  @Test
  void draws_end_when_the_error_is_small_enough_and_a_cap_that_was_met_first_is_told() {
    Examples examples = Models.examples(20, 6, 3, 7);
    try (GradientService service = Models.exact(Models.network(new Function.Tanh(), 7)).build()) {
      for (Smoothing noise : List.of(NOISE, INDEPENDENT)) {
        Smoothing capped = noise.withDraws(2000);
        Explanations all = new SmoothGrad(capped).explain(service, examples, Target.predicted());
        for (double tolerance : new double[] {0.3, 0.1}) {
          Explanations found =
              new SmoothGrad(capped.withTolerance(tolerance))
                  .explain(service, examples, Target.predicted());
          for (int i = 0; i < examples.size(); i++) {
            Certificate c = found.certificates().get(i);
            double size =
                Arrays.stream(found.attributions()[i]).map(Math::abs).average().orElseThrow();
            assertThat(c.toleranceMet()).contains(true);
            assertThat(c.standardError().orElseThrow()).isLessThanOrEqualTo(tolerance * size);
            assertThat(c.nodes()).isBetween(noise.stratified() ? 16L : 8L, 1999L);
            // The same draws in the same order: more of them are nearer to all.
            assertThat(found.attributions()[i][0])
                .isCloseTo(
                    all.attributions()[i][0],
                    within(6 * found.standardErrors().orElseThrow()[i][0]));
          }
        }
      }
      Explanations unmet =
          new VarGrad(NOISE.withDraws(20).withTolerance(0.001))
              .explain(service, examples, Target.predicted());
      assertThat(unmet.certificates())
          .allMatch(c -> !c.toleranceMet().orElseThrow() && c.nodes() == 20);
    }
  }

  @Test
  void an_attribution_without_any_error_ends_the_draws_at_once() {
    try (GradientService service = Models.exact(Models.linear()).build()) {
      Explanations found =
          new SmoothGrad(NOISE.withDraws(500).withTolerance(0.01))
              .explain(service, Models.one(1, 2, 3), Target.label());
      // Eight units: 500 draws are 50 units of ten.
      assertThat(found.certificates().get(0).nodes()).isEqualTo(80);
      assertThat(found.certificates().get(0).toleranceMet()).contains(true);
    }
  }
}
