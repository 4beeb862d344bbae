package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.util.Map;
import org.junit.jupiter.api.Test;

class AttributionStageTest {
  private static final long MEBI = 1 << 20;

  @Test
  void all_maps_together_fit_into_a_result() {
    assertThatNoException()
        .isThrownBy(() -> AttributionStage.requireRoom(4, Map.of("a", MEBI, "b", MEBI)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AttributionStage.requireRoom(5, Map.of("a", MEBI, "b", MEBI)))
        .withMessage(
            "attributions: 5 samples with 2097152 values each, over all explainers, are more than the 8388608 values that a result can hold; keep at most 4 samples, or use fewer explainers");
    assertThatNoException().isThrownBy(() -> AttributionStage.requireRoom(5, Map.of()));
  }

  @Test
  void each_map_fits_into_a_result() {
    assertThatNoException()
        .isThrownBy(() -> AttributionStage.requireRoom(2, Map.of("a", 3 * MEBI)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AttributionStage.requireRoom(1, Map.of("a", 3 * MEBI + 1)))
        .withMessageContaining("a map by a has 3145729 values, more than the 3145728");
  }
}
