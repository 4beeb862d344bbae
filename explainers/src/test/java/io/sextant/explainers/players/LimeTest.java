package io.sextant.explainers.players;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explanations;
import io.sextant.gradients.graph.Shape;
import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimeTest {
  private static final Lime LIME =
      Lime.DEFAULT.withPlayers(new Players.Features()).withBaseline(new Baseline.Zero());

  /** With a kernel of width .75 d in place of .75 sqrt(d) far rows would weigh nearly as much. */
  @ParameterizedTest
  @CsvSource({
    "4, 0, 1",
    "4, 1, 0.6411804",
    "4, 4, 0.1690133",
    "16, 1, 0.8948393",
    "16, 16, 0.1690133"
  })
  void rows_weigh_what_the_papers_kernel_says(int players, int absent, double expected) {
    assertThat(LIME.weight(players, absent)).isCloseTo(expected, within(1e-7));
  }

  /** The definition over all coalitions, by a dense system. */
  private static double[] slowly(double[] row, double ridge, double width) {
    int players = row.length;
    double[][] system = new double[players + 1][players + 1];
    double[] right = new double[players + 1];
    for (int coalition = 0; coalition < 1 << players; coalition++) {
      double distance = Math.sqrt(players - Integer.bitCount(coalition));
      double weight = Math.exp(-Math.pow(distance, 2) / Math.pow(width * Math.sqrt(players), 2));
      double[] z = new double[players + 1];
      for (int i = 0; i < players; i++) {
        z[i] = coalition >> i & 1;
      }
      z[players] = 1;
      for (int a = 0; a <= players; a++) {
        for (int b = 0; b <= players; b++) {
          system[a][b] += weight * z[a] * z[b];
        }
        right[a] += weight * z[a] * Games.value(Games::tangled, row, coalition);
      }
    }
    for (int i = 0; i < players; i++) {
      system[i][i] += ridge;
    }
    return Arrays.copyOf(
        new LUDecomposition(new Array2DRowRealMatrix(system))
            .getSolver()
            .solve(new ArrayRealVector(right))
            .toArray(),
        players);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 6, 9})
  void with_all_coalitions_it_is_the_definition(int players) {
    double[] row = Games.row(players, 1);
    Explanations found = Games.explain(LIME, Shape.of(players), Games::tangled, row);
    assertThat(found.attributions()[0]).containsExactly(slowly(row, 1, 0.75), within(1e-9));
    assertThat(found.certificates().get(0).forwards()).isEqualTo(1L << players);
    assertThat(found.standardErrors().orElseThrow()[0]).containsOnly(0);
    assertThat(found.certificates().get(0).gap()).isEmpty();
    assertThat(
            Games.explain(
                    LIME.withRidge(0.25).withWidth(0.4), Shape.of(players), Games::tangled, row)
                .attributions()[0])
        .containsExactly(slowly(row, 0.25, 0.4), within(1e-9));
  }

  @Test
  void samples_come_near_and_say_how_near() {
    int runs = 100;
    double[] row = Games.row(11, 2);
    double[] exact = slowly(row, 0, 0.75);
    double[][] rows = new double[runs][];
    Arrays.fill(rows, row);
    Explanations found =
        Games.explain(LIME.withRidge(0).withSamples(600), Shape.of(11), Games::tangled, rows);
    double[] misses = new double[runs * 11];
    for (int at = 0; at < misses.length; at++) {
      misses[at] =
          (found.attributions()[at / 11][at % 11] - exact[at % 11])
              / found.standardErrors().orElseThrow()[at / 11][at % 11];
    }
    KernelShapTest.requireCovers(misses);
    assertThat(found.certificates().get(0).forwards()).isEqualTo(600);
  }

  @Test
  void the_example_itself_is_one_of_the_samples() {
    // All other coalitions of 40 players are far from all: with a narrow kernel it alone counts.
    double[] row = Games.row(40, 3);
    Explanations found =
        Games.explain(LIME.withSamples(100).withWidth(0.2), Shape.of(40), Games::tangled, row);
    assertThat(found.certificates().get(0).fInput()).isCloseTo(Games.tangled(row), within(1e-9));
    assertThat(found.certificates().get(0).forwards()).isEqualTo(100);
  }

  @Test
  void too_few_samples_are_refused() {
    assertThatThrownBy(
            () ->
                Games.explain(LIME.withSamples(20), Shape.of(19), Games::tangled, Games.row(19, 1)))
        .hasMessageContaining("two more than players (19) but were 20");
    assertThatThrownBy(
            () ->
                Games.explain(
                    LIME.withSamples(5000), Shape.of(1024), Games::tangled, Games.row(1024, 1)))
        .hasMessageContaining("less than 1024 players but has 1024");
    assertThatThrownBy(() -> LIME.withRidge(-1)).hasMessageContaining("ridge must be");
    assertThatThrownBy(() -> LIME.withWidth(0)).hasMessageContaining("width must be");
  }

  @Test
  void seeds_replay() {
    double[] row = Games.row(12, 5);
    double[] found = Games.explain(LIME, Shape.of(12), Games::tangled, row).attributions()[0];
    assertThat(Games.explain(LIME, Shape.of(12), Games::tangled, row).attributions()[0])
        .isEqualTo(found);
    assertThat(Games.explain(LIME.withSeed(1), Shape.of(12), Games::tangled, row).attributions()[0])
        .isNotEqualTo(found);
  }
}
