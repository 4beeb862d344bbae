package io.sextant.explainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Meter;
import io.sextant.gradients.Objective;
import io.sextant.gradients.graph.Function;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IntegratedGradientsTest {
  private static final IntegratedGradients DEFAULT = IntegratedGradients.DEFAULT;

  static Stream<Quadrature> allRules() {
    return Stream.of(
        new Quadrature.GaussLegendre(1),
        new Quadrature.GaussLegendre(4),
        new Quadrature.Midpoint(3),
        new Quadrature.Trapezoid(2),
        new Quadrature.Trapezoid(7),
        Quadrature.Adaptive.DEFAULT);
  }

  @ParameterizedTest
  @MethodSource("allRules")
  void a_linear_model_is_explained_by_weight_times_difference(Quadrature rule) {
    try (GradientService service = Models.exact(Models.linear()).build()) {
      Explanations result =
          DEFAULT
              .withQuadrature(rule)
              .withBaseline(new Baseline.Given("mine", List.of(0.5, -1.0, 2.0)))
              .explain(service, Models.one(1, 2, -3), Target.fixed(1));
      assertThat(result.attributions()[0])
          .containsExactly(new double[] {-2 * 0.5, 3 * 3, 4 * -5}, within(1e-12));
      Certificate certificate = result.certificates().get(0);
      assertThat(certificate.fInput()).isCloseTo(-2 + 6 - 12 - 0.5, within(1e-12));
      assertThat(certificate.fBaseline()).hasValue(-1 - 3 + 8 - 0.5);
      assertThat(certificate.gap().orElseThrow()).isCloseTo(0, within(1e-12));
      assertThat(certificate.target()).isEqualTo(1);
      assertThat(certificate.output()).isEqualTo(Output.LOGIT);
    }
  }

  @Test
  void a_product_is_shared_equally_from_zero_and_by_the_closed_form_from_elsewhere() {
    try (GradientService service = Models.exact(Models.product()).build()) {
      Quadrature rule = new Quadrature.GaussLegendre(1);
      assertThat(
              DEFAULT
                  .withQuadrature(rule)
                  .explain(service, Models.one(3, 0.5), Target.fixed(0))
                  .attributions()[0])
          .containsExactly(new double[] {0.75, 0.75}, within(1e-12));
      // The integral of b2 + a (x2 - b2) is the mean of b2 and x2.
      assertThat(
              DEFAULT
                  .withQuadrature(rule)
                  .withBaseline(new Baseline.Given("b", List.of(1.0, -0.5)))
                  .explain(service, Models.one(3, 0.5), Target.fixed(0))
                  .attributions()[0])
          .containsExactly(new double[] {2 * 0.0, 1 * 2}, within(1e-12));
    }
  }

  @Test
  void simpson_is_exact_on_a_cube_and_the_midpoint_rule_has_its_known_gap() {
    try (GradientService service = Models.exact(Models.cube(2)).build()) {
      Explanations adaptive = DEFAULT.explain(service, Models.one(2, 3), Target.fixed(1));
      assertThat(adaptive.attributions()[0]).containsExactly(new double[] {0, 27}, within(1e-12));
      // Each of four leaves is probed off the grid by a forward pass; the class is named.
      assertThat(adaptive.certificates().get(0).nodes()).isEqualTo(9);
      assertThat(adaptive.certificates().get(0).forwards()).isEqualTo(9 + 4);
      // The midpoint rule gives 1/3 - 1/(12 n^2) for the integral of a^2, times 3 x^3.
      Explanations midpoint =
          DEFAULT
              .withQuadrature(new Quadrature.Midpoint(5))
              .explain(service, Models.one(2, 3), Target.fixed(1));
      double gap = -3 * 27 / (12.0 * 25);
      assertThat(midpoint.attributions()[0][1]).isCloseTo(27 + gap, within(1e-12));
      assertThat(midpoint.certificates().get(0).gap().orElseThrow()).isCloseTo(gap, within(1e-12));
    }
  }

  @Test
  void smooth_networks_are_complete_to_a_millionth_in_double() {
    for (Function function : List.of(new Function.Tanh(), new Function.Softplus())) {
      for (long seed = 0; seed < 3; seed++) {
        try (GradientService service = Models.exact(Models.network(function, seed)).build()) {
          Examples examples = Models.examples(20, 6, 3, seed);
          for (Output output : Output.values()) {
            if (output == Output.MARGIN) {
              continue; // its rival changes along the path: not smooth
            }
            Target target = Target.predicted().withOutput(output);
            Explanations gauss =
                DEFAULT
                    .withQuadrature(new Quadrature.GaussLegendre(48))
                    .explain(service, examples, target);
            Explanations adaptive =
                DEFAULT
                    .withQuadrature(new Quadrature.Adaptive(1e-7, 5000))
                    .explain(service, examples, target);
            for (int i = 0; i < examples.size(); i++) {
              assertThat(gauss.certificates().get(i).gap().orElseThrow())
                  .isCloseTo(0, within(1e-6));
              assertThat(adaptive.certificates().get(i).gap().orElseThrow())
                  .isCloseTo(0, within(1e-6));
              assertThat(adaptive.certificates().get(i).toleranceMet()).contains(true);
              assertThat(adaptive.attributions()[i])
                  .containsExactly(gauss.attributions()[i], within(1e-5));
            }
          }
        }
      }
    }
  }

  @Test
  void the_adaptive_rule_meets_one_percent_on_relu_networks_with_few_nodes() {
    long nodes = 0;
    long met = 0;
    int count = 0;
    for (long seed = 0; seed < 4; seed++) {
      try (GradientService service =
          Models.exact(Models.network(new Function.Relu(), seed)).build()) {
        Examples examples = Models.examples(25, 6, 3, seed);
        Explanations result = DEFAULT.explain(service, examples, Target.predicted());
        Explanations reference =
            DEFAULT
                .withQuadrature(new Quadrature.Midpoint(4000))
                .explain(service, examples, Target.predicted());
        for (int i = 0; i < examples.size(); i++) {
          Certificate certificate = result.certificates().get(i);
          double difference = certificate.fInput() - certificate.fBaseline().orElseThrow();
          nodes += certificate.nodes();
          count++;
          if (certificate.toleranceMet().orElseThrow()) {
            met++;
            assertThat(Math.abs(certificate.gap().orElseThrow()))
                .isLessThanOrEqualTo(0.01 * Math.max(Math.abs(difference), 1e-3));
          } else {
            assertThat(certificate.nodes()).isGreaterThanOrEqualTo(255);
            assertThat(Math.abs(certificate.gap().orElseThrow()))
                .isGreaterThan(0.01 * Math.abs(difference));
          }
          // Not only the sum: each attribution is near the reference.
          double error = 0;
          double norm = 0;
          for (int k = 0; k < 6; k++) {
            error += Math.abs(result.attributions()[i][k] - reference.attributions()[i][k]);
            norm += Math.abs(reference.attributions()[i][k]);
          }
          assertThat(error / norm).isLessThan(0.1);
        }
      }
    }
    assertThat(met).isGreaterThanOrEqualTo(98);
    assertThat((double) nodes / count).isLessThan(30);
  }

  @Test
  void a_smaller_change_brings_single_attributions_nearer_for_more_nodes() {
    try (GradientService service = Models.exact(Models.network(new Function.Relu(), 4)).build()) {
      Examples examples = Models.examples(30, 6, 3, 4);
      double[][] truth =
          DEFAULT
              .withQuadrature(new Quadrature.Midpoint(4000))
              .explain(service, examples, Target.predicted())
              .attributions();
      double lastError = Double.POSITIVE_INFINITY;
      long lastNodes = 0;
      for (double change : new double[] {1, 0.1, 0.01}) {
        Explanations found =
            DEFAULT
                .withQuadrature(new Quadrature.Adaptive(0.01, change, 2000))
                .explain(service, examples, Target.predicted());
        double worst = 0;
        for (int i = 0; i < truth.length; i++) {
          double error = 0;
          double norm = 0;
          for (int k = 0; k < 6; k++) {
            error += Math.abs(found.attributions()[i][k] - truth[i][k]);
            norm += Math.abs(truth[i][k]);
          }
          worst = Math.max(worst, error / norm);
          assertThat(found.certificates().get(i).toleranceMet()).contains(true);
        }
        long nodes = found.certificates().stream().mapToLong(Certificate::nodes).sum();
        assertThat(worst).isLessThan(lastError).isLessThan(change);
        assertThat(nodes).isGreaterThan(lastNodes);
        lastError = worst;
        lastNodes = nodes;
      }
    }
  }

  @Test
  void a_tolerance_that_was_not_met_is_reported_and_never_hidden() {
    try (GradientService service = Models.exact(Models.network(new Function.Relu(), 5)).build()) {
      Examples examples = Models.examples(10, 6, 3, 5);
      Explanations result =
          DEFAULT
              .withQuadrature(new Quadrature.Adaptive(1e-9, 16))
              .explain(service, examples, Target.predicted());
      for (Certificate certificate : result.certificates()) {
        assertThat(certificate.nodes()).isEqualTo(15);
        assertThat(certificate.toleranceMet()).contains(false);
        assertThat(Math.abs(certificate.gap().orElseThrow())).isGreaterThan(1e-9);
      }
      assertThat(
              DEFAULT
                  .withQuadrature(new Quadrature.GaussLegendre(9))
                  .explain(service, examples, Target.predicted())
                  .certificates()
                  .get(0)
                  .toleranceMet())
          .isEqualTo(Optional.empty());
    }
  }

  @Test
  void a_gap_of_zero_by_cancellation_does_not_end_the_refinement() {
    try (GradientService service = Models.exact(Models.network(new Function.Relu(), 2)).build()) {
      Examples examples = Models.examples(50, 6, 3, 9);
      Explanations coarse =
          DEFAULT
              .withQuadrature(new Quadrature.Adaptive(0.01, 5))
              .explain(service, examples, Target.predicted());
      Explanations refined = DEFAULT.explain(service, examples, Target.predicted());
      long goodGapButRefined = 0;
      for (int i = 0; i < examples.size(); i++) {
        Certificate five = coarse.certificates().get(i);
        if (Quadrature.Adaptive.DEFAULT.accepts(
                five.gap().orElseThrow(), five.fInput(), five.fBaseline().orElseThrow())
            && refined.certificates().get(i).nodes() > 5) {
          goodGapButRefined++;
        }
      }
      assertThat(goodGapButRefined).isPositive();
    }
  }

  /** Steps up along the first value, steps down along the second; the rest counts as it is. */
  private static Explanations hidden(double up, double down, double slope, Quadrature rule) {
    try (GradientService service = Models.exact(Models.bump(up, down, slope)).build()) {
      return DEFAULT.withQuadrature(rule).explain(service, Models.one(1, 1, 1), Target.fixed(0));
    }
  }

  @Test
  void steps_between_nodes_that_all_agree_are_found() {
    // Output and gradient are 0 at 0, 1/4, 1/2, 3/4 and 1: five nodes see nothing at all.
    Explanations found = hidden(0.55, 0.65, 0, Quadrature.Adaptive.DEFAULT);
    assertThat(found.attributions()[0]).containsExactly(new double[] {1, -1, 0}, within(0.02));
    assertThat(found.certificates().get(0).toleranceMet()).contains(true);
    assertThat(found.certificates().get(0).gap().orElseThrow()).isCloseTo(0, within(0.02));
  }

  @Test
  void steps_are_found_wherever_they_are_and_beside_a_gradient_that_hides_them() {
    for (double slope : new double[] {0, 1}) {
      for (int i = 2; i < 80; i++) {
        double up = i / 100.0;
        Explanations found = hidden(up, up + 0.1, slope, Quadrature.Adaptive.DEFAULT);
        assertThat(found.attributions()[0])
            .as("steps at %s and %s beside a slope of %s", up, up + 0.1, slope)
            .containsExactly(new double[] {1, -1, slope}, within(0.05));
      }
    }
  }

  @Test
  void a_path_on_which_no_gradient_was_seen_is_never_certified() {
    // Out of the path's reach: constant as far as anybody can see.
    Explanations nothing = hidden(2, 3, 0, Quadrature.Adaptive.DEFAULT);
    assertThat(nothing.attributions()[0]).containsOnly(0);
    assertThat(nothing.certificates().get(0).gap()).hasValue(0);
    assertThat(nothing.certificates().get(0).toleranceMet()).contains(false);
    assertThat(nothing.certificates().get(0).nodes()).isBetween(129L, 256L);
    // A fixed rule promises nothing, but must not look complete either.
    Quadrature fixed = new Quadrature.GaussLegendre(50);
    assertThat(hidden(2, 3, 0, fixed).certificates().get(0).toleranceMet()).contains(false);
    assertThat(hidden(2, 3, 1, fixed).certificates().get(0).toleranceMet()).isEmpty();
  }

  @Test
  void an_input_equal_to_its_baseline_has_nothing_to_attribute() {
    try (GradientService service = Models.exact(Models.bump(0.5, 0.6, 0)).build()) {
      for (Quadrature rule :
          List.of(Quadrature.Adaptive.DEFAULT, new Quadrature.GaussLegendre(50))) {
        Certificate still =
            DEFAULT
                .withQuadrature(rule)
                .explain(service, Models.one(0, 0, 0), Target.fixed(0))
                .certificates()
                .get(0);
        assertThat(still.gap()).hasValue(0);
        assertThat(still.toleranceMet()).isNotEqualTo(Optional.of(false));
      }
    }
  }

  @Test
  void nodes_too_few_to_look_off_the_grid_certify_nothing() {
    try (GradientService service = Models.exact(Models.linear()).build()) {
      for (int nodes : new int[] {5, 8}) {
        assertThat(
                DEFAULT
                    .withQuadrature(new Quadrature.Adaptive(0.01, nodes))
                    .explain(service, Models.one(1, 2, 3), Target.fixed(0))
                    .certificates()
                    .get(0)
                    .toleranceMet())
            .contains(false);
      }
      Certificate enough =
          DEFAULT
              .withQuadrature(new Quadrature.Adaptive(0.01, 9))
              .explain(service, Models.one(1, 2, 3), Target.fixed(0))
              .certificates()
              .get(0);
      assertThat(enough.toleranceMet()).contains(true);
      assertThat(enough.nodes()).isEqualTo(9);
    }
  }

  @Test
  void a_fixed_rule_asks_its_nodes_and_two_endpoints_per_row_and_no_more() {
    try (GradientService service = Models.exact(Models.network(new Function.Tanh(), 1)).build()) {
      Examples examples = Models.examples(3, 6, 3, 1);
      IntegratedGradients fifty = DEFAULT.withQuadrature(new Quadrature.GaussLegendre(50));
      fifty.explain(service.as("predicted"), examples, Target.predicted());
      fifty.explain(service.as("label"), examples, Target.label());
      assertThat(service.meter().counts())
          .containsEntry("predicted", new Meter.Count(156, 150))
          .containsEntry("label", new Meter.Count(156, 150));
      DEFAULT
          .withQuadrature(new Quadrature.Trapezoid(50))
          .explain(service.as("closed"), examples, Target.label());
      assertThat(service.meter().counts()).containsEntry("closed", new Meter.Count(150, 150));
    }
  }

  @ParameterizedTest
  @MethodSource("allRules")
  void certificates_add_up_to_what_the_meter_counted(Quadrature rule) {
    try (GradientService service =
        Models.exact(Models.network(new Function.Relu(), 1)).batchSize(7).build()) {
      Examples examples = Models.examples(12, 6, 3, 1);
      for (Target target : List.of(Target.predicted(), Target.label(), Target.fixed(2))) {
        String consumer = rule.name() + target.text();
        Explanations result =
            DEFAULT.withQuadrature(rule).explain(service.as(consumer), examples, target);
        long forwards = result.certificates().stream().mapToLong(Certificate::forwards).sum();
        long backwards = result.certificates().stream().mapToLong(Certificate::backwards).sum();
        assertThat(service.meter().counts())
            .containsEntry(consumer, new Meter.Count(forwards, backwards));
        assertThat(result.certificates()).allMatch(c -> c.nodes() == c.backwards());
      }
    }
  }

  @Test
  void results_do_not_depend_on_batch_size_threads_or_order() {
    Examples examples = Models.examples(23, 6, 3, 4);
    int[] places = {5, 0, 22, 7, 7, 13};
    for (Quadrature rule :
        List.of(new Quadrature.GaussLegendre(10), new Quadrature.Adaptive(0.001, 256))) {
      Explanations expected = null;
      for (int batch : new int[] {1, 7, 64}) {
        for (int threads : new int[] {1, 3}) {
          try (GradientService service =
              Models.exact(Models.network(new Function.Relu(), 3))
                  .batchSize(batch)
                  .threads(threads)
                  .build()) {
            IntegratedGradients explainer = DEFAULT.withQuadrature(rule);
            Explanations all = explainer.explain(service, examples, Target.predicted());
            Explanations some = explainer.explain(service, examples.at(places), Target.predicted());
            if (expected == null) {
              expected = all;
            }
            for (int i = 0; i < examples.size(); i++) {
              assertThat(all.attributions()[i])
                  .containsExactly(expected.attributions()[i], within(1e-12));
              assertThat(all.certificates().get(i).nodes())
                  .isEqualTo(expected.certificates().get(i).nodes());
              assertThat(all.certificates().get(i).example()).isEqualTo(examples.id(i));
            }
            for (int i = 0; i < places.length; i++) {
              assertThat(some.attributions()[i])
                  .containsExactly(expected.attributions()[places[i]], within(1e-12));
              assertThat(some.certificates().get(i).example()).isEqualTo(examples.id(places[i]));
            }
          }
        }
      }
    }
  }

  @Test
  void the_path_begins_at_the_baseline_and_ends_at_the_input() {
    StraightLine line = new StraightLine();
    double[] baseline = {0.1, -7, 3};
    double[] input = {0.3, 1e-3, 3};
    assertThat(line.point(baseline, input, 0)).containsExactly(baseline);
    assertThat(line.point(baseline, input, 1)).containsExactly(input);
    assertThat(line.point(baseline, input, 0.25))
        .containsExactly(new double[] {0.15, -5.24975, 3}, within(1e-12));
    assertThat(line.velocity(baseline, input, 0.5))
        .containsExactly(new double[] {0.2, 7.001, 0}, within(1e-12));
  }

  @Test
  void an_input_equal_to_the_baseline_has_no_attribution_and_a_met_tolerance() {
    try (GradientService service = Models.exact(Models.network(new Function.Tanh(), 1)).build()) {
      Explanations result =
          DEFAULT.explain(service, Models.one(0, 0, 0, 0, 0, 0), Target.predicted());
      assertThat(result.attributions()[0]).containsOnly(0);
      assertThat(result.certificates().get(0).toleranceMet()).contains(true);
      assertThat(result.certificates().get(0).nodes()).isEqualTo(5);
    }
  }

  @Test
  void no_examples_give_no_explanations() {
    try (GradientService service = Models.exact(Models.linear()).build()) {
      Examples none = Models.examples(0, 3, 2, 1);
      assertThat(DEFAULT.explain(service, none, Target.predicted()).size()).isZero();
      assertThat(SmoothGrad.DEFAULT.explain(service, none, Target.label()).size()).isZero();
      assertThat(new VanillaGradient().explain(service, none, Target.label()).size()).isZero();
    }
  }

  @Test
  void inputs_and_baselines_that_do_not_fit_are_refused() {
    try (GradientService service = Models.exact(Models.linear()).build()) {
      assertThatThrownBy(
              () ->
                  DEFAULT
                      .withBaseline(new Baseline.Given("short", List.of(1.0)))
                      .explain(service, Models.one(1, 2, 3), Target.label()))
          .hasMessageContaining("short")
          .hasMessageContaining("(3)")
          .hasMessageContaining("had 1");
      assertThatThrownBy(() -> DEFAULT.explain(service, Models.one(1, 2, 3), Target.fixed(2)))
          .hasMessageContaining("0..1")
          .hasMessageContaining("was 2");
      assertThatThrownBy(
              () -> DEFAULT.explain(service, Models.one(Double.NaN, 2, 3), Target.label()))
          .hasMessageContaining("example 0")
          .hasMessageContaining("finite");
      assertThatThrownBy(
              () -> DEFAULT.explain(service, Models.one(Double.NaN, 2, 3), Target.predicted()))
          .hasMessageContaining("logits must be finite");
    }
  }

  @Test
  void the_predicted_class_is_the_one_at_the_input() {
    try (GradientService service = Models.exact(Models.network(new Function.Relu(), 8)).build()) {
      Examples examples = Models.examples(40, 6, 3, 8);
      double[][] logits = service.logits(examples.rows());
      Explanations result = DEFAULT.explain(service, examples, Target.predicted());
      for (int i = 0; i < examples.size(); i++) {
        int c = result.certificates().get(i).target();
        assertThat(logits[i][c]).isEqualTo(Arrays.stream(logits[i]).max().orElseThrow());
        assertThat(result.certificates().get(i).fInput()).isEqualTo(logits[i][c], within(1e-12));
      }
      assertThat(result.certificates().stream().map(Certificate::target).distinct().count())
          .isGreaterThan(1);
    }
  }

  @Test
  void outputs_are_the_objectives_that_they_name() {
    try (GradientService service = Models.exact(Models.network(new Function.Tanh(), 6)).build()) {
      Examples examples = Models.examples(5, 6, 3, 6);
      Map<Output, IntFunction<Objective>> objectives =
          Map.of(
              Output.LOGIT, Objective::logit,
              Output.PROBABILITY, Objective::probability,
              Output.MARGIN, Objective::margin);
      for (Output output : Output.values()) {
        double[] values =
            service
                .query(
                    examples.rows(),
                    examples.labels(),
                    Objects.requireNonNull(objectives.get(output)))
                .values();
        for (Quadrature rule :
            List.of(new Quadrature.GaussLegendre(3), Quadrature.Adaptive.DEFAULT)) {
          Explanations result =
              DEFAULT
                  .withQuadrature(rule)
                  .explain(service, examples, Target.label().withOutput(output));
          for (int i = 0; i < values.length; i++) {
            assertThat(result.certificates().get(i).fInput()).isCloseTo(values[i], within(1e-12));
          }
        }
      }
    }
  }

  @Test
  void a_margin_does_not_change_when_all_logits_are_shifted() {
    Target margin = Target.label().withOutput(Output.MARGIN);
    Examples examples = Models.examples(4, 3, 2, 3);
    try (GradientService plain = Models.exact(Models.linear()).build();
        GradientService shifted = Models.exact(Models.linear(16)).build()) {
      Explanations a = DEFAULT.explain(plain, examples, margin);
      Explanations b = DEFAULT.explain(shifted, examples, margin);
      for (int i = 0; i < examples.size(); i++) {
        assertThat(b.attributions()[i]).containsExactly(a.attributions()[i], within(1e-12));
        assertThat(b.certificates().get(i).fInput())
            .isCloseTo(a.certificates().get(i).fInput(), within(1e-12));
      }
    }
  }
}
