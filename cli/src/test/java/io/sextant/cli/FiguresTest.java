package io.sextant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.AttackCounts;
import io.sextant.results.Percent;
import io.sextant.results.Proportion;
import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void the_terminal_rounds_as_reports_and_gates_do() {
    for (int k = 0; k <= 171; k++) {
      Proportion share = new Proportion(k, 171);
      assertThat(Figures.share(share)).startsWith(Percent.of(share) + " (95% interval ");
      AttackCounts open = new AttackCounts("pgd", 171, 171 - k, 0, 0, 0, 0, k, 1, 1);
      assertThat(Figures.atMost(open)).startsWith("at most " + Percent.of(share));
    }
    assertThat(Figures.share(new Proportion(5, 10)))
        .isEqualTo("50.0% (95% interval 23.6% to 76.4%, n = 10)");
  }
}
