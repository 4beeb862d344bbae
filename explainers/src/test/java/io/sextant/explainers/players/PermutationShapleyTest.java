package io.sextant.explainers.players;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explanations;
import io.sextant.gradients.graph.Shape;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PermutationShapleyTest {
  private static PermutationShapley of(int samples, double tolerance) {
    return new PermutationShapley(Games.features(), new Draws(samples, tolerance));
  }

  @Test
  void one_and_two_players_need_no_chance() {
    for (int players = 1; players <= 2; players++) {
      double[] row = Games.row(players, 1);
      Explanations found = Games.explain(of(100, 1e-9), Shape.of(players), Games::tangled, row);
      assertThat(found.attributions()[0])
          .containsExactly(Games.byAllOrders(Games::tangled, row), within(1e-12));
      assertThat(found.standardErrors().orElseThrow()[0]).containsOnly(0);
      assertThat(found.certificates().get(0).forwards()).isEqualTo(1L << players);
      assertThat(found.certificates().get(0).toleranceMet()).contains(true);
    }
  }

  @Test
  void an_order_and_its_reverse_are_exact_where_two_act_together_at_most() {
    double[] row = Games.row(9, 2);
    Explanations found =
        Games.explain(
            of(32, 1e-9),
            Shape.of(9),
            x -> x[0] * x[4] - 2 * x[3] * x[8] + x[1] * x[2] + Math.exp(x[5]),
            row);
    double[] expected = new double[9];
    expected[0] = expected[4] = row[0] * row[4] / 2;
    expected[3] = expected[8] = -row[3] * row[8];
    expected[1] = expected[2] = row[1] * row[2] / 2;
    expected[5] = Math.exp(row[5]) - 1;
    assertThat(found.attributions()[0]).containsExactly(expected, within(1e-9));
  }

  @Test
  void every_number_of_orders_adds_up_and_counts_what_it_asked() {
    double[] row = Games.row(11, 3);
    for (int samples : new int[] {40, 99, 1000}) {
      Explanations found = Games.explain(of(samples, 1e-9), Shape.of(11), Games::tangled, row);
      Certificate one = found.certificates().get(0);
      assertThat(one.gap().orElseThrow()).isCloseTo(0, within(1e-12));
      assertThat(one.forwards()).isEqualTo(2 + samples / 20 * 20);
      assertThat(one.toleranceMet()).contains(false);
    }
  }

  /** Of three players there are three pairs of orders, so that two draws may well be the same. */
  @Test
  void few_pairs_certify_nothing_even_where_they_agree() {
    double[][] rows = new double[20][];
    Arrays.setAll(rows, i -> new double[] {1 + i, 1, 1});
    Explanations found = Games.explain(of(8, 1e-3), Shape.of(3), x -> x[0] * x[1] * x[2], rows);
    assertThat(found.certificates()).allMatch(one -> one.toleranceMet().equals(Optional.of(false)));
  }

  @Test
  void standard_errors_cover_the_truth() {
    KernelShapTest.requireCovers(
        KernelShapTest.misses(of(2000, 1e-9), 12, 60, KernelShapTest.exact(12)));
  }

  @Test
  void it_stops_at_the_standard_error_that_is_asked_for() {
    double[] row = Games.row(14, 4);
    Explanations first = Games.explain(of(20_000, 1e5), Shape.of(14), Games::tangled, row);
    double error = KernelShapTest.largest(first);
    Explanations found = Games.explain(of(20_000, error / 3), Shape.of(14), Games::tangled, row);
    assertThat(found.certificates().get(0).toleranceMet()).contains(true);
    assertThat(KernelShapTest.largest(found)).isBetween(error / 6, error / 3);
    assertThat(first.certificates().get(0).forwards()).isEqualTo(2 + 32 * 26);
    assertThat(found.certificates().get(0).forwards()).isBetween(2L + 64 * 26, 20_000L);
  }

  @Test
  void seeds_replay() {
    double[] row = Games.row(12, 5);
    double[] found = Games.explain(of(300, 1), Shape.of(12), Games::tangled, row).attributions()[0];
    assertThat(Games.explain(of(300, 1), Shape.of(12), Games::tangled, row).attributions()[0])
        .isEqualTo(found);
    PermutationShapley other = of(300, 1).with(Games.features().withSeed(8));
    assertThat(Games.explain(other, Shape.of(12), Games::tangled, row).attributions()[0])
        .isNotEqualTo(found);
  }

  @Test
  void too_few_samples_for_a_standard_error_are_refused() {
    assertThatThrownBy(
            () -> Games.explain(of(39, 1), Shape.of(11), Games::tangled, Games.row(11, 1)))
        .hasMessageContaining("40 for 11 players")
        .hasMessageContaining("were 39");
  }
}
