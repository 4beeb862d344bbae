package io.sextant.attacks.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.Attack;
import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.Models;
import io.sextant.attacks.Outcome;
import io.sextant.attacks.Searching;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Query;
import io.sextant.gradients.Reply;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HopSkipJump and RayS, which see decisions alone. */
class DecisionAttacksTest {
  private static final HopSkipJump HOPS = HopSkipJump.DEFAULT.withRounds(25);

  private static Attack attack(String name) {
    return name.equals("rays") ? RayS.DEFAULT.withTolerance(1e-4) : HOPS;
  }

  @ParameterizedTest
  @CsvSource({
    "rays, LINF, 1",
    "rays, LINF, 2",
    "rays, LINF, 3",
    "hops, LINF, 1",
    "hops, LINF, 2",
    "hops, L2, 1",
    "hops, L2, 2",
    "hops, L2, 3"
  })
  void on_linear_models_they_come_near_the_exact_distance(String name, Norm norm, long seed) {
    // The box is not the unit cube, and a third of the features stands at it.
    Plane plane = Plane.of(16, -3, 5, 2, seed);
    double exact = plane.distance(norm == Norm.L2);
    try (GradientService service = plane.service()) {
      ExampleResult result =
          attack(name)
              .run(service, plane.example(), ThreatModel.nearest(norm), 5)
              .examples()
              .get(0);
      assertThat(result.outcome()).isInstanceOf(Outcome.Broken.class);
      double found = ((Outcome.Broken) result.outcome()).distance();
      assertThat(found).isBetween(exact * (1 - 1e-6), exact * 1.05);
      assertThat(plane.score(result.input())).isPositive();
    }
  }

  @Test
  void scales_of_features_are_theirs() {
    // In the feature's own units the boundary is 300 and 3 away; in its scale 0.3 and 3.
    InferenceGraph graph = Models.binary(-3, 0.01, 1);
    InputDomain domain =
        InputDomain.of(
            List.of(
                new Feature("wide", Feature.Kind.REAL, 0, 1000, 1000, true, Feature.Direction.BOTH),
                Feature.real("narrow", 0, 10)),
            List.of());
    try (GradientService service = Models.exact(graph, domain)) {
      Examples example = Examples.of(new double[][] {{0, 0}}, new int[] {0}, new long[] {0});
      Outcome.Broken found =
          (Outcome.Broken)
              HOPS.run(service, example, ThreatModel.nearest(Norm.L2), 1).outcomes().get(0);
      double exact = 3 / Math.hypot(10, 1);
      assertThat(found.distance()).isBetween(exact, exact * 1.05);
    }
  }

  @ParameterizedTest
  @CsvSource({"rays", "hops"})
  void whole_numbers_neither_hang_nor_are_missed(String name) {
    Feature whole = new Feature("n", Feature.Kind.INTEGER, 0, 9, 9, true, Feature.Direction.BOTH);
    InputDomain domain = InputDomain.of(List.of(whole, whole), List.of());
    try (GradientService service = Models.exact(Models.binary(-4.5, 1, 1), domain)) {
      Examples example = Examples.of(new double[][] {{0, 0}}, new int[] {0}, new long[] {0});
      Outcome.Broken found =
          (Outcome.Broken)
              attack(name)
                  .run(service, example, ThreatModel.nearest(Norm.LINF), 1)
                  .outcomes()
                  .get(0);
      // 3 and 2, or 2 and 3, or both 3.
      assertThat(found.distance()).isCloseTo(3.0 / 9, within(1e-9));
    }
  }

  @ParameterizedTest
  @CsvSource({"rays", "hops"})
  void one_example_without_a_way_leaves_the_others_alone(String name) {
    // Class 1 wins for x0 > 0.5; the second row has x0 frozen by its own bounds: none can reach it.
    InputDomain domain =
        InputDomain.of(
            List.of(
                new Feature("x0", Feature.Kind.REAL, 0, 1, 1, true, Feature.Direction.DECREASE),
                Feature.real("x1", 0, 1)),
            List.of());
    try (GradientService service = Models.exact(Models.binary(0.5, -1, 0), domain)) {
      Examples rows =
          Examples.of(new double[][] {{0.9, 0.2}, {0.2, 0.2}}, new int[] {0, 1}, new long[] {0, 1});
      List<Outcome> outcomes =
          attack(name).run(service, rows, ThreatModel.nearest(Norm.LINF), 1).outcomes();
      assertThat(outcomes.get(0)).isInstanceOf(Outcome.Broken.class);
      assertThat(((Outcome.Broken) outcomes.get(0)).distance()).isBetween(0.4, 0.41);
      assertThat(outcomes.get(1)).isEqualTo(new Outcome.Held());
    }
  }

  @Test
  void a_ray_that_cannot_be_bettered_ends_the_search() {
    Plane plane = Plane.of(16, 0, 1, 0.3, 4);
    try (GradientService service = plane.service()) {
      ExampleResult result =
          RayS.DEFAULT
              .run(service, plane.example(), ThreatModel.nearest(Norm.LINF), 1)
              .examples()
              .get(0);
      // Passes through 31 blocks, few of them better: far below 10,000.
      assertThat(result.forwards()).isLessThan(500);
      assertThat(Objects.requireNonNull(service.meter().counts().get("rays")).backwards()).isZero();
    }
  }

  @Test
  void queries_bound_what_rays_ask() {
    Plane plane = Plane.of(30, 0, 1, 1, 4);
    try (GradientService service = plane.service()) {
      for (int queries : new int[] {1, 5, 17, 60}) {
        ExampleResult result =
            RayS.DEFAULT
                .withQueries(queries)
                .run(service, plane.example(), ThreatModel.nearest(Norm.LINF), 1)
                .examples()
                .get(0);
        assertThat(result.forwards()).isLessThanOrEqualTo(1 + queries);
      }
    }
  }

  @Test
  void bisection_halves_as_often_as_the_tolerance_needs() {
    assertThat(Bisection.halvings(1, 1e-3)).isEqualTo(10);
    assertThat(Bisection.halvings(0.5, 0.5)).isZero();
    assertThat(Bisection.halvings(8, 1)).isEqualTo(3);
  }

  @Test
  void settings_out_of_range_are_refused() {
    assertThatThrownBy(() -> new HopSkipJump(0, 100, 100)).hasMessageContaining("rounds");
    assertThatThrownBy(() -> new HopSkipJump(4, 1, 100)).hasMessageContaining("probes");
    assertThatThrownBy(() -> new RayS(100, 0)).hasMessageContaining("tolerance");
  }

  /**
   * Eight examples side by side: the first step from the boundary is as long as its own example is
   * away, whatever the others are.
   */
  @Test
  void a_jump_is_as_long_as_its_own_example_says() {
    double[] w = new double[16];
    double squares = 0;
    for (int i = 0; i < 16; i++) {
      w[i] = 1 + i % 3;
      squares += w[i] * w[i];
    }
    double length = Math.sqrt(squares);
    double[][] rows = new double[8][16];
    for (int e = 0; e < 8; e++) {
      for (int i = 0; i < 16; i++) {
        rows[e][i] = (float) (-(e + 1) * w[i] / length);
      }
    }
    List<List<double[]>> points = new ArrayList<>();
    try (GradientService service =
        Models.exact(Models.binary(0, w), InputDomain.box(16, -1000, 1000))) {
      Searching.tracedEach(HopSkipJump.DEFAULT.withRounds(1), points)
          .run(
              service,
              Examples.of(rows, new int[8], IntStream.range(0, 8).asLongStream().toArray()),
              ThreatModel.nearest(Norm.L2),
              1);
    }
    for (int e = 0; e < 8; e++) {
      List<double[]> own = points.get(e);
      int probes = firstOfProbes(own, w);
      double[] b = own.get(lastAdversarial(own, probes, w));
      double away = apart(b, rows[e]);
      // It lies in another direction than straight ahead.
      assertThat(away).isBetween((double) e + 1, 100.0 * (e + 1));
      assertThat(apart(own.get(probes + 100), b)).as("example " + e).isCloseTo(away, within(1e-3));
    }
  }

  /** Where a hundred points begin that lie a tenth from the last adversarial one before them. */
  private static int firstOfProbes(List<double[]> points, double[] w) {
    for (int k = 1; k + 100 < points.size(); k++) {
      int last = lastAdversarial(points, k, w);
      int from = k;
      if (last >= 0
          && IntStream.range(0, 100)
              .allMatch(
                  i -> Math.abs(apart(points.get(from + i), points.get(last)) - 0.1) < 1e-3)) {
        return k;
      }
    }
    throw new AssertionError("no probes");
  }

  private static int lastAdversarial(List<double[]> points, int before, double[] w) {
    for (int k = before - 1; k >= 0; k--) {
      double score = 0;
      for (int i = 0; i < w.length; i++) {
        score += w[i] * points.get(k)[i];
      }
      if (score > 0) {
        return k;
      }
    }
    return -1;
  }

  private static double apart(double[] a, double[] b) {
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(squares);
  }

  /** A model that decides for class 1 at first and for the label ever after. */
  @Test
  void steps_are_halved_no_more_than_so_often_where_nothing_is_adversarial_any_more() {
    HopSkipJump attack = HopSkipJump.DEFAULT.withRounds(3);
    long most = attack.passes(2, 4).forwards();
    int[] asked = {0};
    Searching changing =
        Searching.heard(
            attack,
            new Searching.Ear() {
              @Override
              public <R extends Reply> R hear(Query<R> query, R reply) {
                assertThat(++asked[0]).isLessThanOrEqualTo((int) most);
                boolean wrong = asked[0] <= 60;
                reply.logits()[0] = wrong ? 0 : 1;
                reply.logits()[1] = wrong ? 1 : 0;
                return reply;
              }
            });
    try (GradientService service = Models.exact(Models.binary(-9, 1, 1, 1, 1))) {
      double[][] rows = {{0.5, 0.5, 0.5, 0.5}};
      ExampleResult result =
          changing
              .run(
                  service,
                  Examples.of(rows, new int[1], new long[] {3}),
                  ThreatModel.nearest(Norm.L2),
                  1)
              .examples()
              .get(0);
      assertThat(result.outcome()).isInstanceOf(Outcome.Broken.class);
      assertThat(result.forwards()).isLessThanOrEqualTo(most);
    }
    // All of its rounds came: their probes alone are 100, 141 and 173.
    assertThat(asked[0]).isGreaterThan(100 + 141 + 173);
  }
}
