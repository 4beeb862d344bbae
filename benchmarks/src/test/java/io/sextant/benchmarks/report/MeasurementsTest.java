package io.sextant.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.benchmarks.contenders.Contender;
import io.sextant.benchmarks.contenders.Mode;
import io.sextant.benchmarks.networks.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasurementsTest {
  private static final Question CELL = Question.cell(Mode.GRADIENT, Network.REFERENCE_CNN, 128);

  @Test
  void ratio_is_the_median_over_the_rounds_that_both_have() {
    Measurements timings = new Measurements();
    double[] own = {10, 20, 10, 10};
    double[] other = {20, 80, 30};
    for (int round = 0; round < own.length; round++) {
      timings.add(CELL, Contender.ONEDNN, round, own[round]);
    }
    for (int round = 0; round < other.length; round++) {
      timings.add(CELL, Contender.LIBTORCH, round, other[round]);
    }
    // 2, 4 and 3, not 30 / 10.
    Ratio ratio = timings.ratio(CELL, Contender.ONEDNN, Contender.LIBTORCH).orElseThrow();
    assertThat(ratio).isEqualTo(new Ratio(3, 2, 4, 3));
    assertThat(ratio.text()).isEqualTo("3.00x (2.00 to 4.00)");
    assertThat(timings.ratio(CELL, Contender.ONEDNN, Contender.DL4J)).isEmpty();
  }

  @Test
  void a_single_round_has_no_range() {
    assertThat(new Ratio(12.34, 12.34, 12.34, 1).text()).isEqualTo("12.3x");
  }

  @Test
  void medians_are_read_from_what_jmh_writes(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("jmh.json"),
            """
            [{"benchmark": "io.sextant.benchmarks.timing.GradientCells.gradient",
              "params": {"contender": "libtorch", "network": "reference-cnn", "batch": "128",
                         "threads": "0"},
              "primaryMetric": {"score": 50.0, "scoreUnit": "ms/op",
                                "scorePercentiles": {"0.0": 40.0, "50.0": 43.5, "99.0": 70.0}}},
             {"benchmark": "io.sextant.benchmarks.timing.EndToEnd.attack",
              "params": {"contender": "libtorch", "network": "demo-cnn"},
              "primaryMetric": {"score": 1000.0, "scoreUnit": "ms/op",
                                "scorePercentiles": {"50.0": 1000.0}},
              "secondaryMetrics": {"broken": {"score": 499.0}}}]
            """);
    Measurements timings = new Measurements();
    timings.add(file, 1);
    assertThat(timings.series(CELL, Contender.LIBTORCH).orElseThrow().median()).isEqualTo(43.5);
    assertThat(
            timings
                .series(Question.job("attack", Network.DEMO_CNN), Contender.LIBTORCH)
                .orElseThrow()
                .median())
        .isEqualTo(1000);
    assertThat(timings.found(Question.job("attack", Network.DEMO_CNN)))
        .containsEntry(Contender.LIBTORCH, 499);
  }
}
