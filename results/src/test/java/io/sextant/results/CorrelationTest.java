package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CorrelationTest {
  @Test
  void ranks_share_ties_and_concordance_is_that_of_the_book() {
    assertThat(Correlation.ranks(new double[] {3, 1, 3, 2})).containsExactly(3.5, 1, 3.5, 2);
    double[] up = {1, 2, 3, 4};
    double[] down = {4, 3, 2, 1};
    assertThat(Correlation.concordance(new double[][] {up, up, up})).isCloseTo(1, within(1e-12));
    assertThat(Correlation.concordance(new double[][] {up, down})).isCloseTo(0, within(1e-12));
    // Three judges of three items, sums 4, 6, 8: 12 * 8 / (9 * 24).
    assertThat(Correlation.concordance(new double[][] {{1, 2, 3}, {1, 3, 2}, {2, 1, 3}}))
        .isCloseTo(12 * 8 / (9.0 * 24), within(1e-12));
    assertThat(Correlation.pearson(up, new double[] {1, 1, 1, 1})).isNaN();
    assertThat(Correlation.spearman(up, IntStream.of(1, 8, 27, 64).asDoubleStream().toArray()))
        .isCloseTo(1, within(1e-12));
  }
}
