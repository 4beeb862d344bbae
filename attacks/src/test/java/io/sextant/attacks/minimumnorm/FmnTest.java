package io.sextant.attacks.minimumnorm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.AttackResult;
import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.Models;
import io.sextant.attacks.Outcome;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.results.Norm;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FmnTest {
  private static final double[] W = {3, -1, 0.5, 2};
  private static final InferenceGraph LINEAR = Models.binary(-0.5, W);

  private static ExampleResult nearest(
      Fmn attack, InferenceGraph graph, InputDomain domain, Norm norm, double... row) {
    try (GradientService service = Models.exact(graph, domain)) {
      double[][] rows = {row};
      double[] logits = service.logits(rows)[0];
      int label = logits[1] > logits[0] ? 1 : 0;
      return attack
          .run(service, Examples.of(rows, new int[] {label}, new long[] {7}), threat(norm), 1)
          .examples()
          .get(0);
    }
  }

  private static ThreatModel threat(Norm norm) {
    return ThreatModel.nearest(norm);
  }

  private static double distance(ExampleResult result) {
    assertThat(result.outcome()).isInstanceOf(Outcome.Broken.class);
    return ((Outcome.Broken) result.outcome()).distance();
  }

  /** |f(x)| / |w|*, with the dual norm of w. */
  @ParameterizedTest
  @EnumSource(
      value = Norm.class,
      names = {"LINF", "L2", "L1"})
  void on_a_linear_model_it_finds_the_distance_to_the_boundary(Norm norm) {
    double[] row = {0.5, 0.25, -0.5, 0.75};
    double f = -0.5 + 1.5 - 0.25 - 0.25 + 1.5;
    double dual =
        switch (norm) {
          case LINF -> 6.5;
          case L2 -> Math.sqrt(14.25);
          default -> 3;
        };
    ExampleResult result = nearest(Fmn.DEFAULT, LINEAR, InputDomain.box(4, -9, 9), norm, row);
    assertThat(distance(result)).isGreaterThanOrEqualTo(f / dual - 1e-6);
    assertThat(distance(result)).isCloseTo(f / dual, within(0.02 * f / dual));
    // It begins at the clean input, whose decision is the one forward beyond the steps.
    assertThat(result.forwards()).isEqualTo(101);
    assertThat(result.backwards()).isEqualTo(100);
  }

  @Test
  void where_the_box_holds_a_coordinate_back_the_others_go_farther() {
    // x0 may fall by 0.1 only: 3 * 0.1 of the lead of 2, the rest is spread over the others.
    double[] row = {0.1, 0.25, 0.5, 0.75};
    double f = -0.5 + 0.3 - 0.25 + 0.25 + 1.5;
    double rest = Math.sqrt(1 + 0.25 + 4);
    double least = Math.hypot(0.1, (f - 0.3) / rest);
    ExampleResult result = nearest(Fmn.DEFAULT, LINEAR, InputDomain.box(4, 0, 1), Norm.L2, row);
    assertThat(distance(result)).isGreaterThan(f / Math.sqrt(14.25));
    assertThat(distance(result)).isLessThan(1.05 * least);
    for (double value : result.input()) {
      assertThat(value).isBetween(0.0, 1.0);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Norm.class,
      names = {"LINF", "L2", "L1"})
  void it_breaks_about_as_many_within_a_radius_as_pgd_at_it(Norm norm) {
    InferenceGraph graph = Models.random(8, 16, 3, 5);
    double[][] rows = new double[20][8];
    RandomGenerator random = RandomKey.of(9).random();
    for (double[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = random.nextFloat();
      }
    }
    try (GradientService service = Models.exact(graph)) {
      int[] labels = new int[rows.length];
      long[] ids = new long[rows.length];
      double[][] logits = service.logits(rows);
      for (int i = 0; i < rows.length; i++) {
        ids[i] = i;
        for (int k = 1; k < 3; k++) {
          labels[i] = logits[i][k] > logits[i][labels[i]] ? k : labels[i];
        }
      }
      Examples examples = Examples.of(rows, labels, ids);
      AttackResult nearest = Fmn.DEFAULT.withStepSize(0.2).run(service, examples, threat(norm), 3);
      double radius = norm == Norm.LINF ? 0.12 : norm == Norm.L2 ? 0.35 : 0.7;
      AttackResult pgd = Pgd.DEFAULT.run(service, examples, ThreatModel.of(norm, radius), 3);
      long broken = pgd.outcomes().stream().filter(Outcome.Broken.class::isInstance).count();
      long near =
          nearest.outcomes().stream()
              .filter(o -> o instanceof Outcome.Broken found && found.distance() <= radius)
              .count();
      assertThat(broken).isBetween(3L, 17L);
      // One path from the clean input may miss what a random start hits.
      assertThat(near).isGreaterThanOrEqualTo(broken - 1);
    }
  }

  @Test
  void a_threat_fits_the_kind_of_the_attack() {
    try (GradientService service = Models.exact(LINEAR)) {
      Examples one = Examples.of(new double[][] {{1, 0, 0, 0}}, new int[] {1}, new long[] {0});
      assertThatThrownBy(() -> Fmn.DEFAULT.run(service, one, ThreatModel.of(Norm.L2, "0.1"), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("fmn looks for the nearest input");
      assertThatThrownBy(() -> Pgd.DEFAULT.run(service, one, ThreatModel.nearest(Norm.L2), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("pgd needs a radius");
    }
  }

  /** The only feature with a slope may not move, and the logits are equal: 0 over 0. */
  @ParameterizedTest
  @EnumSource(Norm.class)
  void a_slope_that_leads_nowhere_ends_the_search(Norm norm) {
    InputDomain domain =
        InputDomain.of(
            List.of(
                new Feature("fixed", Feature.Kind.REAL, 0, 1, 1, false, Feature.Direction.BOTH),
                Feature.real("free", 0, 1)),
            List.of());
    ExampleResult result = nearest(Fmn.DEFAULT, Models.binary(-0.5, 1, 0), domain, norm, 0.5, 0.5);
    assertThat(result.outcome()).isEqualTo(new Outcome.Held());
    assertThat(result.forwards()).isEqualTo(1);
    assertThat(result.input()).containsExactly(0.5, 0.5);
  }

  /** Here a category alone decides: it is switched, though no distance leads to it. */
  @ParameterizedTest
  @EnumSource(Norm.class)
  void a_slope_along_a_category_still_switches_it(Norm norm) {
    InputDomain domain =
        InputDomain.of(
            List.of(
                new Feature("binary", Feature.Kind.BINARY, 0, 1, 1, true, Feature.Direction.BOTH),
                Feature.real("free", 0, 1)),
            List.of());
    try (GradientService service = Models.exact(Models.binary(0, 1, 0), domain)) {
      ExampleResult result =
          Fmn.DEFAULT
              .run(
                  service,
                  Examples.of(new double[][] {{0, 0.5}}, new int[] {0}, new long[] {7}),
                  threat(norm).withCategoryChanges(1),
                  1)
              .examples()
              .get(0);
      assertThat(distance(result)).isZero();
      assertThat(result.input()).containsExactly(1, 0.5);
    }
  }
}
