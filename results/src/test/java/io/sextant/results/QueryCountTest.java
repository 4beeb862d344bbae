package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QueryCountTest {
  @Test
  void a_forward_and_a_backward_together_cost_one_gradient() {
    assertThat(new QueryCount("pgd", 7, 7).gradients()).isEqualTo(7);
    assertThat(new QueryCount("pgd", 3, 0).gradients()).isEqualTo(1.2);
    assertThat(new QueryCount("pgd", 0, 1).gradients()).isEqualTo(0.6);
  }

  @Test
  void what_all_consumers_saved_adds_up() {
    RunInfo run =
        new RunInfo(
            "",
            "",
            Map.of(),
            "",
            "",
            "",
            1,
            1,
            List.of(new QueryCount("pgd", 500, 0), new QueryCount("gradient", 12, 12)),
            "");
    assertThat(run.gradientsSaved()).isEqualTo(212);
  }
}
