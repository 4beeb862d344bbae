package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.ExplanationQuality.Measure;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplanationPairsTest {
  private static Feature feature(Feature.Kind kind, double maximum, double scale) {
    return new Feature("x", kind, 0, maximum, scale, true, Feature.Direction.BOTH);
  }

  private static double[][] noisy(List<Feature> features, double[] clean, double[] changed) {
    return new ExplanationPairs(
            Examples.of(new double[][] {clean}, new int[1], new long[] {5}),
            new double[][] {changed},
            InputDomain.of(features, List.of()))
        .noisy(1);
  }

  @Test
  void noise_is_as_long_as_the_change_in_units_of_scale_and_whole_numbers_stay_whole() {
    List<Feature> features =
        List.of(
            feature(Feature.Kind.REAL, 1e4, 1),
            feature(Feature.Kind.REAL, 1e8, 1000),
            feature(Feature.Kind.INTEGER, 1e8, 100),
            feature(Feature.Kind.REAL, 1, 1),
            feature(Feature.Kind.BINARY, 1, 1));
    double[] clean = {5000, 5e7, 5e7, 0.5, 0};
    double[] row = noisy(features, clean, new double[] {5030, 5e7 + 40_000, 5e7 - 5000, 0.5, 1})[0];
    double[] steps = new double[3];
    Arrays.setAll(steps, i -> (row[i] - clean[i]) / features.get(i).scale());
    assertThat(Math.hypot(Math.hypot(steps[0], steps[1]), steps[2]))
        .isCloseTo(Math.hypot(50, 50), within(0.01));
    assertThat(steps).doesNotContain(0);
    assertThat(row[2]).isEqualTo(Math.rint(row[2]));
    assertThat(row[3]).as("not changed").isEqualTo(0.5);
    assertThat(row[4]).as("no number").isEqualTo(0);
  }

  @Test
  void there_is_no_control_where_noise_moves_nothing() {
    double[][] clean = {{1, 2}, {3, 4}};
    ExplanationPairs.Maps maps =
        new ExplanationPairs.Maps(
            clean, new double[][] {{2, 1}, {3, 4}}, clean, new int[0], Shape.of(2));
    assertThat(maps.measures())
        .filteredOn(measure -> measure.measure().equals("cosine"))
        .singleElement()
        .satisfies(
            measure -> {
              assertThat(measure.attacked().orElseThrow()).isCloseTo(0.9, within(1e-9));
              assertThat(measure.noise()).isEmpty();
            });
    assertThat(maps.measures()).extracting(Measure::noise).allMatch(noise -> noise.isEmpty());
    assertThat(
            noisy(List.of(feature(Feature.Kind.BINARY, 1, 1)), new double[] {0}, new double[] {1}))
        .isEqualTo(new double[][] {{0}});
  }
}
