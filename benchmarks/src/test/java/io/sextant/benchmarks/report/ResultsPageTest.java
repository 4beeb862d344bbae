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
    return results("full", onednn, busy, absences);
  }

  private static Results results(
      String plan, double onednn, double busy, Map<Contender, String> absences) {
    Measurements timings = new Measurements();
    Question cell = Question.cell(Mode.GRADIENT, Network.REFERENCE_CNN, 128);
    if (absences.isEmpty()) {
      timings.add(cell, Contender.ONEDNN, 1, onednn);
    }
    timings.add(cell, Contender.LIBTORCH, 1, 44);
    for (int round = 1; round <= 3; round++) {
      timings.add(Command.ONE_IMAGE.cpu(), Contender.ONEDNN, round, onednn * 60 + 100 * round);
      timings.add(Command.ONE_IMAGE.cpu(), Contender.LIBTORCH, round, onednn * 180 + 300 * round);
      timings.add(Command.MANY_IMAGES.wall(), Contender.ONEDNN, round, onednn * 100);
    }
    timings.found(Command.MANY_IMAGES.wall(), Contender.ONEDNN, 170);
    timings.found(Command.MANY_IMAGES.wall(), Contender.LIBTORCH, 169);
    timings.add(cell, Contender.DL4J, 1, 700);
    timings.add(Question.cell(Mode.GRADIENT, Network.LSTM, 128), Contender.ONEDNN, 1, onednn);
    timings.add(Question.cell(Mode.GRADIENT, Network.LSTM, 128), Contender.LIBTORCH, 1, 30);
    timings.add(Question.paired(Network.REFERENCE_CNN), Contender.ONEDNN, 1, 20);
    timings.add(Question.paired(Network.REFERENCE_CNN_ONNX), Contender.ONEDNN, 1, onednn);
    timings.add(Job.GRAD_CAM.on(Network.REFERENCE_CNN), Contender.ONEDNN, 1, onednn);
    timings.add(Job.GRAD_CAM.on(Network.REFERENCE_CNN), Contender.LIBTORCH, 1, 30);
    return new Results(
        plan,
        1,
        LocalDate.of(2026, 1, 2),
        new Machine("a <fast> & small CPU", 2, "AVX2", "Linux", "JVM"),
        busy,
        List.of(),
        List.of(new Peak("slower", 1e11), new Peak("faster", 1.8e11)),
        Map.of(Network.REFERENCE_CNN, 8_484_608L),
        Map.of(Network.REFERENCE_CNN, 421_642L),
        3,
        timings,
        List.of(128),
        List.of(128),
        Map.of(),
        Map.of(Contender.ONEDNN, new MemoryReading(100_000, 1, Collections.nCopies(10, 1L << 28))),
        new Kernels(
            List.of(
                new Kernel("convolution", "mb1_ic10oc10_oh10ow10kh10kw10", 1, 0.02),
                new Kernel("eltwise", "8x100", 1, 0.0001)),
            2e11),
        absences,
        List.of());
  }

  private static String page(Results results) {
    return ResultsPage.of(results, List.of(Processor.of(results)));
  }

  @Test
  void judges_each_goal_by_its_limit() {
    String fast = page(results(20, 0.01, Map.of()));
    assertThat(fast)
        .contains("at least 25x DL4J | 35.0x | met |")
        .contains("at least 2.2x libtorch | 2.20x | met |")
        // 2 * 8,484,608 * 128 / 180 GFLOP/s = 12.07 ms.
        .contains("60% of the arithmetic floor | 60% (20.0 ms, floor 12.1 ms) | met |")
        .contains("flat within 5% | +0.0% over 100,000 calls (demo CNN) | met |");
    String slow = page(results(50, 0.01, Map.of()));
    assertThat(slow)
        .contains("at least 25x DL4J | 14.0x | **not met** |")
        .contains("at least 2.2x libtorch | 0.88x | **not met** |")
        .contains("2 of 2 cells are slower")
        .contains("24% (50.0 ms, floor 12.1 ms) | **not met** |");
  }

  @Test
  void whole_commands_stand_beside_the_loop_and_are_judged_in_seconds() {
    String fast = page(results(20, 0.01, Map.of()));
    assertThat(fast)
        .contains("at most 2 s of CPU | 1.40 (1.30 to 1.50) s | met |")
        .contains("at most 3 s of wall clock | 2.00 s | met |")
        .contains(
            "| PGD-40 on one image | whole process, CPU | 1.40 (1.30 to 1.50)"
                + " | 4.20 (3.90 to 4.50) | 3.00x (3.00 to 3.00) |")
        .contains("of 500 images broken or wrong from the start: sextant 170, libtorch 169");
    assertThat(page(results(40, 0.01, Map.of())))
        .contains("at most 2 s of CPU | 2.60 (2.50 to 2.70) s | **not met** |")
        .contains("at most 3 s of wall clock | 4.00 s | **not met** |");
  }

  @Test
  void a_run_of_commands_alone_says_nothing_else() {
    String page = page(results("commands", 20, 0.01, Map.of()));
    assertThat(page)
        .startsWith("# Benchmark results on a <fast> & small CPU, 2 cores, AVX2 (commands run)")
        .contains("at most 2 s of CPU", "## Cold commands")
        .doesNotContain("RESULTS.svg", "floor", "## Scaling", "nd4j and DL4J");
  }

  @Test
  void a_run_of_sequences_alone_judges_them_and_the_network_from_onnx() {
    assertThat(page(results("sequences", 20, 0.01, Map.of())))
        .contains("LSTM, batch 128, forward + input gradient: at least 1x libtorch | 1.50x | met |")
        .contains("transformer, batch 128, forward + input gradient: at least 1x libtorch | n/a |")
        .contains("from Deeplearning4j | 1.00x as long | met |")
        .contains("| 20.0 | 20.0 | 1.00x |")
        .contains("n/a: DL4J does not read ONNX files")
        .doesNotContain("## End to end", "arithmetic floor", "| ResNet-20 |");
    assertThat(page(results("sequences", 22, 0.01, Map.of())))
        .contains("1.10x as long | **not met** |");
    assertThat(page(results("sequences", 18, 0.01, Map.of())))
        .contains("0.90x as long | **not met** |");
    assertThat(page(results("sequences", 40, 0.01, Map.of())))
        .contains("at least 1x libtorch | 0.75x | **not met** |");
  }

  @Test
  void a_run_of_explainers_alone_judges_them() {
    assertThat(page(results("explainers", 20, 0.01, Map.of())))
        .contains("reference CNN, Grad-CAM, 32 images: at least 1x libtorch | 1.50x | met |")
        .contains("| Grad-CAM, 32 images | reference CNN | 20.0 | n/a | 30.0 | 1.50x | n/a |")
        .doesNotContain("## Forward", "| occlusion, 169 windows, 32 images |");
  }

  @Test
  void figures_of_other_processors_stay_beside_those_of_this_run() {
    Results results = results(20, 0.01, Map.of());
    Processor other = new Processor("another", "2026-01-01", Processor.of(results).figures());
    Processor older =
        new Processor(results.machine().title(), "2025-01-01", Processor.of(results).figures());
    List<Processor> all = Processor.of(results).beside(List.of(older, other));
    assertThat(all).extracting(Processor::date).containsExactly("2026-01-02", "2026-01-01");
    assertThat(ResultsPage.of(results, all))
        .contains(
            "| a <fast> & small CPU, 2 cores, AVX2 | 2026-01-02 | 180 | 20.0 | 60% | 2.20x | n/a"
                + " | n/a | n/a | 1.40 (1.30 to 1.50) | 2.00 |")
        .contains("| another | 2026-01-01 | 180 |");
  }

  @Test
  void kernels_are_told_against_the_rate_of_one_core() {
    assertThat(ResultsPageTest.page(results(20, 0.01, Map.of())))
        // 2 * 10 * 10 * 100 * 100 operations in 20 microseconds; 3 * 4 * 800 bytes in 0.1.
        .contains("| `mb1_ic10oc10_oh10ow10kh10kw10` | 99.5% | 20.0 | 100 | 50% |  |")
        .contains("| eltwise | `8x100` | 0.5% | 0.100 |  |  | 96 |");
  }

  @Test
  void a_missing_engine_is_not_measured_and_says_why() {
    String page = page(results(0, 0, Map.of(Contender.ONEDNN, "engine onednn is not installed")));
    assertThat(page)
        .contains("**onednn: n/a, engine onednn is not installed.**")
        .contains("at least 2.2x libtorch | engine onednn is not installed | not measured |");
  }

  @Test
  void times_on_a_busy_machine_judge_nothing() {
    assertThat(page(results(20, 0.01, Map.of()))).doesNotContain("not idle");
    assertThat(page(results(20, 0.2, Map.of())))
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
