package io.sextant.explainers.players;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.Target;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Shape;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.util.CombinatoricsUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelShapTest {
  private static KernelShap of(int samples, double tolerance) {
    return new KernelShap(Games.features(), new Draws(samples, tolerance));
  }

  /** The definition, by a dense system with a multiplier for the constraint. */
  private static double[] slowly(ToDoubleFunction<double[]> f, double[] row) {
    int players = row.length;
    double none = Games.value(f, row, 0);
    double all = Games.value(f, row, (1 << players) - 1);
    double[][] system = new double[players + 1][players + 1];
    double[] right = new double[players + 1];
    for (int coalition = 1; coalition < (1 << players) - 1; coalition++) {
      int size = Integer.bitCount(coalition);
      double weight =
          (players - 1)
              / (CombinatoricsUtils.binomialCoefficientDouble(players, size)
                  * size
                  * (players - size));
      for (int a = 0; a < players; a++) {
        for (int b = 0; b < players; b++) {
          system[a][b] += weight * (coalition >> a & 1) * (coalition >> b & 1);
        }
        right[a] += weight * (coalition >> a & 1) * (Games.value(f, row, coalition) - none);
      }
    }
    for (int a = 0; a < players; a++) {
      system[a][players] = 1;
      system[players][a] = 1;
    }
    right[players] = all - none;
    double[] solved =
        new LUDecomposition(new Array2DRowRealMatrix(system))
            .getSolver()
            .solve(new ArrayRealVector(right))
            .toArray();
    return Arrays.copyOf(solved, players);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 8, 9})
  void with_all_coalitions_it_is_exact(int players) {
    double[] row = Games.row(players, 1);
    Explanations found = Games.explain(of(510, 1e-9), Shape.of(players), Games::tangled, row);
    double[] exact =
        Games.explain(new ExactShapley(Games.features()), Shape.of(players), Games::tangled, row)
            .attributions()[0];
    assertThat(found.attributions()[0]).containsExactly(exact, within(1e-9));
    if (players > 2) {
      assertThat(found.attributions()[0])
          .containsExactly(slowly(Games::tangled, row), within(1e-9));
    }
    assertThat(found.standardErrors().orElseThrow()[0]).containsOnly(0);
    assertThat(found.certificates().get(0).toleranceMet()).contains(true);
    assertThat(found.certificates().get(0).forwards()).isEqualTo(1L << players);
  }

  @Test
  void the_sum_is_kept_exactly_by_any_sample() {
    // A weight of a million on the whole, in place of the constraint, leaves a gap.
    double[] row = Games.row(12, 2);
    for (int samples : new int[] {40, 100, 1000}) {
      Explanations found =
          Games.explain(of(samples, 1e-9), Shape.of(12), x -> 1e6 * Games.tangled(x), row);
      Certificate one = found.certificates().get(0);
      double promised = one.fInput() - one.fBaseline().orElseThrow();
      assertThat(one.gap().orElseThrow() / promised).isCloseTo(0, within(1e-12));
      assertThat(Arrays.stream(found.attributions()[0]).sum() / promised)
          .isCloseTo(1, within(1e-12));
      assertThat(one.toleranceMet()).contains(false);
      assertThat(one.forwards()).isEqualTo(2 + samples);
    }
  }

  @Test
  void who_changes_nothing_gets_exactly_nothing_and_twins_get_the_same_within_errors() {
    double[] row = Games.row(14, 3);
    row[5] = 0;
    row[1] = row[0];
    Explanations found =
        Games.explain(
            of(3000, 1e-9), Shape.of(14), x -> Games.tangled(x) - Games.tangled(swapped(x)), row);
    assertThat(found.attributions()[0][5]).isZero();
    assertThat(found.standardErrors().orElseThrow()[0][5]).isZero();

    Explanations twins =
        Games.explain(
            of(3000, 1e-9), Shape.of(14), x -> Games.tangled(x) + Games.tangled(swapped(x)), row);
    double[] errors = twins.standardErrors().orElseThrow()[0];
    assertThat(twins.attributions()[0][0] - twins.attributions()[0][1])
        .isCloseTo(0, within(4 * (errors[0] + errors[1])));
  }

  private static double[] swapped(double[] x) {
    double[] swapped = x.clone();
    swapped[0] = x[1];
    swapped[1] = x[0];
    return swapped;
  }

  /** The errors of independent runs in units of the standard errors that they state. */
  static double[] misses(Sampled explainer, int players, int runs, double[] exact) {
    double[] row = Games.row(players, 4);
    double[][] rows = new double[runs][];
    Arrays.fill(rows, row);
    Explanations found = Games.explain(explainer, Shape.of(players), Games::tangled, rows);
    double[] misses = new double[runs * players];
    for (int run = 0; run < runs; run++) {
      for (int i = 0; i < players; i++) {
        misses[run * players + i] =
            (found.attributions()[run][i] - exact[i])
                / found.standardErrors().orElseThrow()[run][i];
      }
    }
    return misses;
  }

  static double[] exact(int players) {
    return Games.explain(
            new ExactShapley(Games.features()),
            Shape.of(players),
            Games::tangled,
            Games.row(players, 4))
        .attributions()[0];
  }

  static void requireCovers(double[] misses) {
    double inside =
        Arrays.stream(misses).filter(miss -> Math.abs(miss) <= 1.96).count()
            / (double) misses.length;
    assertThat(inside).as("share within 1.96 standard errors").isBetween(0.92, 0.98);
    assertThat(Arrays.stream(misses).average().orElseThrow()).as("bias").isBetween(-0.1, 0.1);
    double spread = Arrays.stream(misses).map(miss -> miss * miss).average().orElseThrow();
    assertThat(spread).as("mean square").isBetween(0.85, 1.2);
  }

  @Test
  void standard_errors_cover_the_truth() {
    requireCovers(misses(of(600, 1e-9), 12, 100, exact(12)));
  }

  @Test
  void standard_errors_fall_as_the_root_of_the_draws() {
    double[] row = Games.row(14, 5);
    double few = error(of(1000, 1e-9), row);
    double many = error(of(4000, 1e-9), row);
    // 28 coalitions are listed either way; of the sizes that are drawn fewer remain with more.
    assertThat(many / few).isBetween(0.35, 0.6);
  }

  private static double error(Sampled explainer, double[] row) {
    return largest(Games.explain(explainer, Shape.of(row.length), Games::tangled, row));
  }

  static double largest(Explanations found) {
    return Arrays.stream(found.standardErrors().orElseThrow()[0]).max().orElseThrow();
  }

  @Test
  void it_stops_at_the_standard_error_that_is_asked_for() {
    double[] row = Games.row(14, 6);
    Explanations first = Games.explain(of(4000, 1e5), Shape.of(14), Games::tangled, row);
    double error = largest(first);
    Explanations found = Games.explain(of(4000, error / 3), Shape.of(14), Games::tangled, row);
    assertThat(found.certificates().get(0).toleranceMet()).contains(true);
    assertThat(largest(found)).isBetween(error / 6, error / 3);
    long drawnFirst = first.certificates().get(0).forwards();
    assertThat(found.certificates().get(0).forwards()).isBetween(drawnFirst + 128, 4000L);
    assertThat(found.certificates().get(0).standardError().orElseThrow())
        .isCloseTo(
            Arrays.stream(found.standardErrors().orElseThrow()[0]).average().orElseThrow(),
            within(1e-15));
  }

  @Test
  void an_example_has_its_own_draws_whatever_stands_beside_it() {
    double[] row = Games.row(12, 7);
    KernelShap explainer = of(400, 1e-9);
    try (GradientService service = Games.service(Shape.of(12), Games::tangled)) {
      var both = Games.examples(row, row);
      Explanations found = explainer.explain(service, both, Target.fixed(0));
      assertThat(found.attributions()[0]).isNotEqualTo(found.attributions()[1]);
      assertThat(explainer.explain(service, both.at(1), Target.fixed(0)).attributions()[0])
          .isEqualTo(found.attributions()[1]);
      assertThat(
              new KernelShap(explainer.play().withSeed(1), explainer.draws())
                  .explain(service, both.at(1), Target.fixed(0))
                  .attributions()[0])
          .isNotEqualTo(found.attributions()[1]);
    }
  }

  @Test
  void sizes_that_fit_are_listed_and_the_others_drawn_in_the_kernels_proportion() {
    Coalitions plan = Coalitions.within(10, 300, 16);
    // 20 of one or nine, 90 of two or eight; 240 of three or seven would not leave their share.
    List<Coalitions.Weighted> listed = plan.listed();
    assertThat(listed).hasSize(110);
    Set<BitSet> different = new HashSet<>();
    listed.forEach(one -> different.add(one.members()));
    assertThat(different).hasSize(110);
    assertThat(plan.mostPairs()).isEqualTo(95);
    // (m - 1) / (C(m, s) s (m - s)).
    assertThat(listed)
        .allSatisfy(
            one -> {
              int size = one.members().cardinality();
              double expected = size == 1 || size == 9 ? 9.0 / (10 * 9) : 9.0 / (45 * 2 * 8);
              assertThat(one.weight()).isCloseTo(expected, within(1e-15));
            });
    double three = 2 * 9.0 / 21;
    double four = 2 * 9.0 / 24;
    double five = 9.0 / 25;
    assertThat(plan.unlistedWeight()).isCloseTo(three + four + five, within(1e-12));
    int[] sizes = new int[11];
    int[] members = new int[10];
    int draws = 40_000;
    for (int draw = 0; draw < draws; draw++) {
      BitSet drawn = plan.drawn(RandomKey.of(1).with(draw).random());
      sizes[drawn.cardinality()]++;
      drawn.stream().forEach(member -> members[member]++);
    }
    double sum = three + four + five;
    assertThat(sizes[3] / (double) draws).isCloseTo(three / sum, within(0.01));
    assertThat(sizes[4] / (double) draws).isCloseTo(four / sum, within(0.01));
    assertThat(sizes[5] / (double) draws).isCloseTo(five / sum, within(0.01));
    assertThat(sizes[3] + sizes[4] + sizes[5]).isEqualTo(draws);
    double each = Arrays.stream(members).average().orElseThrow();
    for (int count : members) {
      assertThat(count / each).isBetween(0.96, 1.04);
    }
  }

  @Test
  void all_coalitions_are_listed_once_where_they_fit() {
    for (int players = 2; players <= 12; players++) {
      Coalitions plan = Coalitions.within(players, (1 << players) - 2, 16);
      Set<BitSet> different = new HashSet<>();
      plan.listed().forEach(one -> different.add(one.members()));
      assertThat(different).as("%d players", players).hasSize((1 << players) - 2);
      assertThat(plan.listed()).hasSize((1 << players) - 2);
      assertThat(plan.mostPairs()).isZero();
    }
  }

  @Test
  void many_players_are_explained_with_few_samples() {
    double[] row = Games.row(100, 8);
    Explanations found = Games.explain(of(1200, 1e-9), Shape.of(100), KernelShapTest::chained, row);
    double[] errors = found.standardErrors().orElseThrow()[0];
    double[] exactly = ofChained(row);
    double largest = 0;
    for (int i = 0; i < 100; i++) {
      largest = Math.max(largest, Math.abs(found.attributions()[0][i] - exactly[i]) / errors[i]);
    }
    assertThat(largest).isBetween(1.0, 5.0);
  }

  /** Neighbours act together in threes. */
  private static double chained(double[] row) {
    double sum = 0;
    for (int i = 0; i + 2 < row.length; i++) {
      sum += Math.sin(i + row[i]) + (i % 5 - 2) * row[i] * row[i + 1] * row[i + 2];
    }
    return sum;
  }

  private static double[] ofChained(double[] row) {
    double[] shares = new double[row.length];
    for (int i = 0; i + 2 < row.length; i++) {
      shares[i] += Math.sin(i + row[i]) - Math.sin(i);
      for (int member = i; member < i + 3; member++) {
        shares[member] += (i % 5 - 2) * row[i] * row[i + 1] * row[i + 2] / 3;
      }
    }
    return shares;
  }

  @Test
  void too_few_samples_and_too_many_players_are_refused_with_what_to_do() {
    assertThatThrownBy(
            () -> Games.explain(of(50, 1), Shape.of(20), Games::tangled, Games.row(20, 1)))
        .hasMessageContaining("56 for 20 players")
        .hasMessageContaining("were 50");
    assertThatThrownBy(
            () -> Games.explain(of(5000, 1), Shape.of(1025), Games::tangled, Games.row(1025, 1)))
        .hasMessageContaining("at most 1024 players but has 1025")
        .hasMessageContaining("permutation-shapley");
    assertThatThrownBy(() -> new Draws(3, 1)).hasMessageContaining("samples must be");
    assertThatThrownBy(() -> new Draws(100, 0)).hasMessageContaining("tolerance must be");
  }

  @Test
  void draws_grow_by_what_is_missing() {
    Draws draws = new Draws(1000, 0.1);
    assertThat(draws.first(500)).isEqualTo(32);
    assertThat(draws.first(5)).isEqualTo(5);
    assertThat(draws.next(32, 0.1, 500)).isEqualTo(32);
    assertThat(draws.next(500, 1, 500)).isEqualTo(500);
    assertThat(draws.next(32, 1, 500)).isEqualTo(64);
    assertThat(draws.next(400, 1, 500)).isEqualTo(500);
    assertThat(draws.next(32, 0.1001, 500)).isEqualTo(40);
    assertThat(draws.next(100, 0.12, 500)).isEqualTo(152);
  }
}
