package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.sextant.evaluation.Audit;
import io.sextant.evaluation.Effort;
import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.Progress;
import io.sextant.evaluation.SpecSources;
import io.sextant.results.AttackInfo;
import io.sextant.results.AuditResult;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.results.QueryCount;
import io.sextant.results.SampleRow;
import io.sextant.results.SamplesCsv;
import io.sextant.spec.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is learnt from rows that are not attacked, and patches, in audits from a spec to a replay.
 */
class UniversalAuditTest {
  private static final int SIDE = 4;
  private static final int ROWS = 40;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Bench bench;

  /** Images of which class 1 is bright; the brightness of the decision is that of a half. */
  @BeforeEach
  void data() throws IOException {
    bench = new Bench(folder);
    float[][] weights = new float[SIDE * SIDE][];
    Arrays.setAll(weights, i -> new float[] {0, 1});
    bench.model("model.zip", Bench.linear(weights, 0, -SIDE * SIDE / 2f));
    double[][] rows = new double[ROWS][SIDE * SIDE];
    int[] labels = new int[ROWS];
    for (int r = 0; r < ROWS; r++) {
      Arrays.fill(rows[r], r % 2 == 0 ? 0.42 + 0.001 * r : 0.58 - 0.001 * r);
      labels[r] = r % 2;
    }
    bench.arrays(rows, new int[] {1, SIDE, SIDE}, labels);
  }

  private AuditResult audit(String spec, String... more) throws IOException {
    Path file =
        bench.text(
            "audit.yaml",
            """
            model: model.zip
            explainers: []
            %s
            """
                .formatted(spec));
    String[] all = new String[4 + more.length];
    System.arraycopy(
        new String[] {"audit", file.toString(), "--out", out().toString()}, 0, all, 0, 4);
    System.arraycopy(more, 0, all, 4, more.length);
    sextant((Object[]) all).succeeds();
    return AuditResult.read(out().resolve("result.json"));
  }

  private Path out() {
    return bench.path("out");
  }

  private List<SampleRow> rows(String attack) throws IOException {
    return SamplesCsv.read(out().resolve("samples.csv")).stream()
        .filter(row -> row.attack().equals(attack))
        .toList();
  }

  private static final String UNIVERSAL =
      """
      data: {images: x.npy, labels: y.npy, samples: 16, train: 12}
      threats: [{norm: linf, epsilons: [0.05, 0.2], target: 1}, {norm: l0, epsilons: [4]}]
      attacks: [pgd, {universal-perturbation: {epochs: 4}}, {id: sticker, universal-patch: {epochs: 4}}, {patch: {steps: 10}}]
      """;

  @Test
  void universal_attacks_have_rows_evidence_and_a_replay_like_any_other() throws IOException {
    AuditResult result = audit(UNIVERSAL);
    assertThat(result.plan().attacks())
        .extracting(AttackInfo::name, AttackInfo::method)
        .contains(
            tuple("sticker", "universal-patch"),
            tuple("universal-perturbation", "universal-perturbation"));
    assertThat(rows("universal-perturbation")).hasSize(32);
    // All that is dark becomes bright by 0.2 for all: what one attack of its own breaks, too.
    assertThat(rows("universal-perturbation"))
        .filteredOn(row -> row.outcome() == Outcome.BROKEN)
        .hasSizeGreaterThan(4)
        .allSatisfy(
            row -> assertThat(row.distance().orElseThrow()).isLessThanOrEqualTo(0.2 + 1e-6));
    assertThat(rows("sticker")).hasSize(16);
    assertThat(rows("patch"))
        .filteredOn(row -> row.outcome() == Outcome.BROKEN)
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.distance().orElseThrow()).isLessThanOrEqualTo(4));
    assertThat(result.queries())
        .extracting(QueryCount::consumer)
        .contains("universal-perturbation-learning", "sticker-learning");
    assertThat(result.accuracy().robust())
        .filteredOn(cell -> cell.condition().sharedNorm().orElseThrow() == Norm.L0)
        .hasSize(1);
    assertThat(sextant("replay", out()).succeeds().out()).contains("144 rows of samples.csv");
  }

  @Test
  void another_run_and_a_resumed_one_learn_the_same() throws IOException {
    AuditResult first = audit(UNIVERSAL);
    String rows = Files.readString(out().resolve("samples.csv"));
    AuditResult again = audit(UNIVERSAL, "--overwrite");
    assertThat(Files.readString(out().resolve("samples.csv"))).isEqualTo(rows);
    assertThat(again.queries()).isEqualTo(first.queries());

    // Interrupted once what is learnt was tried at one radius.
    Path resumed = bench.path("resumed");
    assertThatThrownBy(() -> interrupted(resumed))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("stopped");
    assertThat(resumed.resolve("result.json")).doesNotExist();
    Map<Path, String> done = units(resumed);
    assertThat(done).hasSizeGreaterThanOrEqualTo(2);
    // What the units say is used: a count that nobody would find again shows it.
    for (Map.Entry<Path, String> unit : done.entrySet()) {
      Files.writeString(
          unit.getKey(), unit.getValue().replaceFirst("\"forwards\":\\d+", "\"forwards\":987654"));
    }
    sextant("audit", bench.path("audit.yaml"), "--out", resumed).succeeds();
    List<String> expected = rows.lines().toList();
    List<String> own = Files.readAllLines(resumed.resolve("samples.csv"));
    assertThat(own).hasSameSizeAs(expected);
    int kept = 0;
    for (int i = 0; i < own.size(); i++) {
      kept += own.get(i).contains(",987654,") ? 1 : 0;
      if (!own.get(i).contains("987654") && !own.get(i).contains(",worst-case,")) {
        assertThat(own.get(i)).isEqualTo(expected.get(i));
      }
    }
    assertThat(own)
        .anyMatch(row -> row.contains(",universal-perturbation,") && row.contains(",987654,"));
    // One row of each unit that was found done; all others are as they were.
    assertThat(kept).isEqualTo(done.size());
  }

  private void interrupted(Path to) throws IOException {
    AtomicInteger counted = new AtomicInteger();
    Progress stop =
        new Progress() {
          @Override
          public void phase(String name) {}

          @Override
          public void advanced(String what, int done, int total, Optional<Duration> remaining) {
            if (what.contains("universal-perturbation") && counted.incrementAndGet() == 1) {
              throw new IllegalStateException("stopped");
            }
          }
        };
    new Audit(
            SpecReader.read(bench.path("audit.yaml")),
            EngineOptions.DEFAULT.withThreads(1),
            Effort.FULL,
            new SpecSources(),
            stop,
            "test")
        .run("model", to, false);
  }

  private static Map<Path, String> units(Path to) throws IOException {
    Map<Path, String> units = new TreeMap<>();
    try (Stream<Path> files = Files.list(to.resolve("work/units"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        units.put(file, Files.readString(file));
      }
    }
    return units;
  }

  @Test
  void rows_to_learn_from_must_be_left() throws IOException {
    Path file =
        bench.text(
            "audit.yaml",
            """
            model: model.zip
            data: {images: x.npy, labels: y.npy, samples: 100}
            attacks: [universal-perturbation]
            """);
    sextant("audit", file, "--out", out()).refuses("all 40 rows are", "data.samples");
  }
}
