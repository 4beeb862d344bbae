package io.sextant.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.benchmarks.contenders.Contender;
import io.sextant.benchmarks.contenders.Mode;
import io.sextant.benchmarks.networks.Network;
import io.sextant.benchmarks.timing.MemoryReading;
import io.sextant.benchmarks.timing.Peak;
import java.io.StringReader;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class ResultsPageTest {
  private static Results results(double onednn, double busy, Map<Contender, String> absences) {
    Measurements timings = new Measurements();
    Question cell = Question.cell(Mode.GRADIENT, Network.REFERENCE_CNN, 128);
    if (absences.isEmpty()) {
      timings.add(cell, Contender.ONEDNN, 1, onednn);
    }
    timings.add(cell, Contender.LIBTORCH, 1, 44);
    timings.add(cell, Contender.DL4J, 1, 700);
    return new Results(
        "full",
        1,
        LocalDate.of(2026, 1, 2),
        new Machine("a <fast> & small CPU", 2, "AVX2", "Linux", "JVM"),
        busy,
        List.of(),
        List.of(new Peak("slower", 1e11), new Peak("faster", 1.8e11)),
        Map.of(Network.REFERENCE_CNN, 8_484_608L),
        Map.of(Network.REFERENCE_CNN, 421_642L),
        timings,
        List.of(128),
        List.of(128),
        Map.of(),
        Map.of(Contender.ONEDNN, new MemoryReading(100_000, 1, Collections.nCopies(10, 1L << 28))),
        absences,
        List.of());
  }

  @Test
  void judges_each_goal_by_its_limit() {
    String fast = ResultsPage.of(results(20, 0.01, Map.of()));
    assertThat(fast)
        .contains("at least 25x DL4J | 35.0x | met |")
        .contains("at least 2.2x libtorch | 2.20x | met |")
        // 2 * 8,484,608 * 128 / 180 GFLOP/s = 12.07 ms.
        .contains("60% of the arithmetic floor | 60% (20.0 ms, floor 12.1 ms) | met |")
        .contains("flat within 5% | +0.0% over 100,000 calls (demo CNN) | met |");
    String slow = ResultsPage.of(results(50, 0.01, Map.of()));
    assertThat(slow)
        .contains("at least 25x DL4J | 14.0x | **not met** |")
        .contains("at least 2.2x libtorch | 0.88x | **not met** |")
        .contains("1 of 1 cells are slower")
        .contains("24% (50.0 ms, floor 12.1 ms) | **not met** |");
  }

  @Test
  void a_missing_engine_is_not_measured_and_says_why() {
    String page =
        ResultsPage.of(results(0, 0, Map.of(Contender.ONEDNN, "engine onednn is not installed")));
    assertThat(page)
        .contains("**onednn: n/a, engine onednn is not installed.**")
        .contains("at least 2.2x libtorch | engine onednn is not installed | not measured |");
  }

  @Test
  void times_on_a_busy_machine_judge_nothing() {
    assertThat(ResultsPage.of(results(20, 0.01, Map.of()))).doesNotContain("not idle");
    assertThat(ResultsPage.of(results(20, 0.2, Map.of())))
        .contains("at most 20% of it")
        .contains("The machine was not idle")
        .contains("at least 25x DL4J | 35.0x | unreliable |");
  }

  @Test
  void the_plot_is_well_formed_and_has_a_panel_per_network() throws Exception {
    String svg = TimePlot.of(results(20, 0.01, Map.of()));
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
    for (Network network : Network.TIMED) {
      assertThat(svg).contains(">" + network.title() + "<");
    }
  }
}
