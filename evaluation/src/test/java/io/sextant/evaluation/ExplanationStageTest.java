package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.Floats;
import io.sextant.results.GalleryExample.AttributionPair;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExplanationStageTest {
  private static final int WIDE = 20_000;

  private static AttributionPair pair(float[] before, float[] after) {
    return new AttributionPair("ig", Floats.of(before), Floats.of(after));
  }

  @Test
  void all_features_of_a_narrow_table_are_listed() {
    assertThat(ExplanationStage.listed(new double[40], List.of()))
        .isEqualTo(IntStream.range(0, 40).toArray());
  }

  @Test
  void of_a_wide_table_what_moved_most_is_listed_then_what_was_looked_at_most() {
    double[] moves = new double[WIDE];
    for (int i = 0; i < 30; i++) {
      moves[100 * i] = i % 2 == 0 ? 0.1 : -0.1;
    }
    float[] before = new float[WIDE];
    float[] after = new float[WIDE];
    for (int i = 0; i < 12; i++) {
      before[7 + i] = i;
      after[19_900 + i] = -i;
    }

    int[] listed = ExplanationStage.listed(moves, List.of(pair(before, after)));

    assertThat(listed).hasSize(40).isSorted();
    assertThat(listed).contains(IntStream.range(0, 30).map(i -> 100 * i).toArray());
    // The ten largest attributions, from before and after alike.
    assertThat(listed).contains(14, 15, 16, 17, 18, 19_907, 19_908, 19_909, 19_910, 19_911);
  }

  @Test
  void more_moves_than_fit_are_cut_at_the_smallest() {
    double[] moves = IntStream.range(0, 1000).mapToDouble(i -> -i).toArray();

    assertThat(ExplanationStage.listed(moves, List.of()))
        .isEqualTo(IntStream.range(960, 1000).toArray());
  }
}
