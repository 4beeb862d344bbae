package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.results.Wilson;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RightDecisionsTest {
  private static RightDecisions of(int[] source, int[] adapted) {
    return new RightDecisions("tent", "mixed", Optional.empty(), 20, 2, source, adapted);
  }

  /** Changes of the examples are 1, 0, -1/2 and 0: mean 1/8, squares about it 19/16. */
  @Test
  void figures_are_counted_over_examples() {
    RightDecisions right = of(new int[] {2, 1, 0, 2}, new int[] {0, 1, 1, 2});
    assertThat(right.n()).isEqualTo(8);
    assertThat(right.sourceWrong()).isEqualTo(3);
    assertThat(right.adaptedWrong()).isEqualTo(4);
    assertThat(right.change()).isCloseTo(0.125, within(1e-15));
    assertThat(right.half()).isCloseTo(Wilson.Z * Math.sqrt(19.0 / 16 / 3 / 4), within(1e-15));
  }

  @Test
  void counts_that_cannot_be_are_refused() {
    assertThatThrownBy(() -> of(new int[] {3}, new int[] {1})).hasMessageContaining("2 times");
    assertThatThrownBy(() -> of(new int[] {1}, new int[] {-1})).hasMessageContaining("at least 0");
    assertThatThrownBy(() -> of(new int[] {1}, new int[] {1, 1})).hasMessageContaining("1 and 2");
  }
}
