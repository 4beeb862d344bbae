package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.sextant.evaluation.Audit;
import io.sextant.evaluation.Effort;
import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.Progress;
import io.sextant.evaluation.SpecSources;
import io.sextant.results.AuditResult;
import io.sextant.results.Outcome;
import io.sextant.results.SampleRow;
import io.sextant.results.SamplesCsv;
import io.sextant.spec.SpecReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same call gives the same bytes, however it is run and wherever it was interrupted. */
class DeterminismTest {
  private static final int ROWS = 300;

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Bench bench;

  @SuppressWarnings("NullAway.Init")
  private Path spec;

  @BeforeEach
  void files() throws IOException {
    bench = new Bench(folder);
    MultiLayerNetwork network = Bench.curved();
    bench.model("model.zip", network);
    double[][] rows = Bench.spread(ROWS, 4);
    int[] labels = Bench.decisions(network, rows);
    for (int i = 0; i < ROWS; i += 17) {
      labels[i] = (labels[i] + 1) % 3;
    }
    bench.arrays(rows, labels);
    spec =
        bench.text(
            "audit.yaml",
            """
            model: model.zip
            data: {images: x.npy, labels: y.npy, samples: 280}
            threats:
              - {norm: linf, epsilons: [0.05, 0.15]}
              - {norm: l2, epsilons: [0.1]}
            attacks: [fgsm, {pgd: {steps: 10, restarts: 2}}]
            explainers: [vanilla-gradient, integrated-gradients, {smoothgrad: {samples: 4}}]
            """);
  }

  private Path audit(String out, Object... more) {
    List<Object> all = new ArrayList<>(List.of("audit", spec, "--out", bench.path(out)));
    all.addAll(List.of(more));
    sextant(all.toArray()).succeeds();
    return bench.path(out);
  }

  private static String samples(Path out) throws IOException {
    return Files.readString(out.resolve("samples.csv"));
  }

  /** result.json without its object "run". */
  private static String result(Path out) throws IOException {
    String text = Files.readString(out.resolve("result.json"));
    int from = text.indexOf("\n  \"run\"");
    assertThat(from).isPositive();
    int to = text.indexOf("\n  }", from);
    String rest = text.substring(0, from) + text.substring(to);
    assertThat(rest).contains("\"accuracy\"").doesNotContain("started");
    return rest;
  }

  @Test
  void threads_and_repetition_change_no_byte() throws IOException {
    Path one = audit("one", "--threads", "1");
    for (int threads : new int[] {1, 2, 4}) {
      Path other = audit("threads" + threads, "--threads", threads);
      assertThat(samples(other)).isEqualTo(samples(one));
      assertThat(result(other)).isEqualTo(result(one));
      Map<String, String> evidence = Bench.content(other.resolve("evidence"));
      assertThat(evidence).isEqualTo(Bench.content(one.resolve("evidence"))).isNotEmpty();
    }
    assertThat(samples(one)).contains("broken", "held", "already-wrong");
  }

  @Test
  void batch_sizes_agree_but_for_the_smallest_margins() throws IOException {
    Path reference = audit("b64", "--batch-size", 64);
    for (int size : new int[] {1, 7}) {
      agree(audit("b" + size, "--batch-size", size), reference);
    }
  }

  @Test
  void engines_agree_but_for_the_smallest_margins() throws IOException {
    Path fast = audit("onednn", "--engine", "onednn");
    Path reference = audit("nd4j", "--engine", "nd4j");
    AuditResult quick = AuditResult.read(fast.resolve("result.json"));
    AuditResult careful = AuditResult.read(reference.resolve("result.json"));
    assertThat(quick.engine().name()).isEqualTo("onednn");
    assertThat(careful.engine().name()).isEqualTo("nd4j");
    agree(fast, reference);
    assertThat(quick.accuracy()).isEqualTo(careful.accuracy());
  }

  /** None of these examples decides by a margin below 1e-4. */
  private static void agree(Path actual, Path reference) throws IOException {
    List<SampleRow> rows = SamplesCsv.read(actual.resolve("samples.csv"));
    List<SampleRow> expected = SamplesCsv.read(reference.resolve("samples.csv"));
    assertThat(rows).hasSameSizeAs(expected);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i).outcome()).isEqualTo(expected.get(i).outcome());
      if (rows.get(i).outcome() == Outcome.BROKEN) {
        assertThat(rows.get(i).distance().orElseThrow())
            .isCloseTo(expected.get(i).distance().orElseThrow(), within(1e-5));
      }
    }
  }

  /** Stops a run after some units. */
  private static final class Stop implements Progress {
    private final int after;
    private int counted;

    Stop(int after) {
      this.after = after;
    }

    @Override
    public void phase(String name) {}

    @Override
    public synchronized void advanced(
        String what, int done, int total, Optional<Duration> remaining) {
      if (++counted >= after) {
        throw new IllegalStateException("stopped");
      }
    }
  }

  private void interrupt(Path out, int after) {
    Audit audit =
        new Audit(
            SpecReader.read(spec),
            EngineOptions.DEFAULT.withThreads(1),
            Effort.FULL,
            new SpecSources(),
            new Stop(after),
            "test");
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> audit.run("model", out, false))
        .withMessage("stopped");
  }

  private static List<Path> units(Path out) throws IOException {
    try (Stream<Path> files = Files.list(out.resolve("work/units"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void an_interrupted_run_goes_on_where_it_was() throws IOException {
    Path whole = audit("whole");
    Path out = bench.path("out");
    interrupt(out, 5);
    assertThat(Bench.content(out).keySet()).allMatch(name -> name.startsWith("work/"));
    List<Path> first = units(out);
    assertThat(first).hasSizeGreaterThanOrEqualTo(5);
    FileTime old = FileTime.fromMillis(1_000_000_000_000L);
    for (Path unit : first) {
      Files.setLastModifiedTime(unit, old);
    }
    interrupt(out, first.size() + 3);
    assertThat(units(out)).hasSizeGreaterThan(first.size());
    for (Path unit : first) {
      assertThat(Files.getLastModifiedTime(unit)).as("%s was done again", unit).isEqualTo(old);
    }
    audit("out", "--threads", 2);
    assertThat(samples(out)).isEqualTo(samples(whole));
    assertThat(result(out)).isEqualTo(result(whole));
    assertThat(Bench.content(out.resolve("evidence")))
        .isEqualTo(Bench.content(whole.resolve("evidence")));
    assertThat(out.resolve("work/units")).doesNotExist();
  }

  @Test
  void what_is_found_done_is_used_and_not_made_again() throws IOException {
    Path out = bench.path("out");
    interrupt(out, 4);
    // A forged unit shows that it is read rather than computed.
    Path unit = units(out).get(0);
    String text = Files.readString(unit);
    String forged = text.replaceFirst("\"forwards\":\\d+", "\"forwards\":123456789");
    Files.writeString(unit, forged);
    audit("out");
    assertThat(samples(out)).contains(",123456789,");
  }

  @Test
  void damaged_units_are_done_again() throws IOException {
    Path out = bench.path("out");
    interrupt(out, 4);
    List<Path> units = units(out);
    Files.writeString(units.get(0), Files.readString(units.get(0)).substring(0, 100));
    Files.writeString(units.get(1), "{\"attempts\":null,\"adversarial\":null}");
    Files.writeString(
        units.get(2),
        Files.readString(units.get(2)).replaceFirst("(\"adversarial\":\\[\").{8}", "$1"));
    assertThat(sextant("audit", spec, "--out", out).succeeds().err())
        .contains(units.get(0).getFileName() + " cannot be used", "is done again");
    assertThat(samples(out)).isEqualTo(samples(audit("whole")));
  }

  @Test
  void another_schema_is_another_run() throws IOException {
    bench.text("t.csv", "a,b,c,d,y\n0.1,0.2,0.3,0.4,0\n0.5,0.6,0.7,0.8,1\n");
    String columns = "features:\n";
    for (String name : List.of("a", "b", "c", "d")) {
      columns += "  " + name + ": {type: real, minimum: 0, maximum: 1, mutable: true}\n";
    }
    bench.text("schema.yaml", columns);
    spec =
        bench.text(
            "table.yaml",
            """
            model: model.zip
            data: {csv: t.csv, label-column: y, schema: schema.yaml}
            threats: [{norm: linf, epsilons: [0.05]}]
            """);
    Path out = audit("out");
    assertThat(Files.readString(out.resolve("result.json"))).contains("schema.yaml");
    bench.text("schema.yaml", columns.replaceFirst("mutable: true", "mutable: false"));
    sextant("audit", spec, "--out", out).refuses("--overwrite");
  }

  @Test
  void the_number_of_workers_never_makes_another_run() throws IOException {
    Path out = audit("out", "--threads", 2);
    sextant("audit", spec, "--out", out, "--threads", 16).succeeds();
  }

  @Test
  void a_finished_run_is_rendered_again_and_not_run_again() throws IOException {
    Path out = audit("out");
    String report = Files.readString(out.resolve("report.html"));
    FileTime old = FileTime.fromMillis(1_000_000_000_000L);
    Files.setLastModifiedTime(out.resolve("result.json"), old);
    Files.delete(out.resolve("report.html"));
    Command again = sextant("audit", spec, "--out", out).succeeds();
    assertThat(again.err()).contains("found finished");
    assertThat(out.resolve("report.html")).hasContent(report);
    assertThat(Files.getLastModifiedTime(out.resolve("result.json"))).isEqualTo(old);
  }

  @Test
  void another_spec_needs_overwrite() throws IOException {
    Path out = audit("out");
    String before = samples(out);
    Files.writeString(spec, Files.readString(spec) + "seed: 8\n");
    sextant("audit", spec, "--out", out).refuses("another spec", "--out", "--overwrite");
    assertThat(samples(out)).isEqualTo(before);
    audit("out", "--overwrite");
    assertThat(samples(out)).isNotEqualTo(before).isEqualTo(samples(audit("fresh")));
    // Other settings of the arithmetic may change last digits, so they are another run as well.
    sextant("audit", spec, "--out", out, "--precision", "double").refuses("settings");
    // Another model under the same name.
    bench.plane("model.zip");
    sextant("audit", spec, "--out", out).ends(2);
  }

  @Test
  void results_of_unknown_origin_are_not_taken_for_ones_own() throws IOException {
    Path other = audit("other");
    Path out = bench.path("out");
    Files.createDirectories(out);
    Files.copy(other.resolve("result.json"), out.resolve("result.json"));
    sextant("audit", spec, "--out", out).refuses("--overwrite");
    audit("out", "--overwrite");
    assertThat(samples(out)).isEqualTo(samples(other));
  }

  @Test
  void one_run_at_a_time() throws IOException {
    Path out = bench.path("out");
    interrupt(out, 2);
    try (RandomAccessFile file = new RandomAccessFile(out.resolve("work/lock").toFile(), "rw");
        FileLock held = file.getChannel().lock()) {
      assertThat(held.isValid()).isTrue();
      sextant("audit", spec, "--out", out).refuses("another run", out.toString(), "--out");
    }
    audit("out");
  }

  @Test
  @Tag("slow")
  void kill_minus_nine_costs_nothing_but_time() throws Exception {
    Files.writeString(
        spec,
        Files.readString(spec)
            .replace("steps: 10, restarts: 2", "steps: 400, restarts: 5, until-broken: false"));
    Path out = bench.path("out");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                "io.sextant.cli.Main",
                "audit",
                spec.toString(),
                "--threads",
                "1",
                "--out",
                out.toString())
            .redirectErrorStream(true)
            .redirectOutput(bench.path("log").toFile())
            .start();
    try {
      Path units = out.resolve("work/units");
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (process.isAlive() && System.nanoTime() < end) {
        if (Files.exists(units) && !Bench.content(units).isEmpty()) {
          break;
        }
        process.waitFor(20, TimeUnit.MILLISECONDS);
      }
      assertThat(process.isAlive()).as(Files.readString(bench.path("log"))).isTrue();
      // Its lock is the operating system's, held while it lives.
      sextant("audit", spec, "--out", out).refuses("another run");
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(out.resolve("samples.csv")).doesNotExist();
    assertThat(out.resolve("result.json")).doesNotExist();
    audit("out");
    assertThat(samples(out)).isEqualTo(samples(audit("whole")));
  }
}
