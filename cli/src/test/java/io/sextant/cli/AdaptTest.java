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
import io.sextant.results.AdaptationResult;
import io.sextant.results.AdaptedAttacks;
import io.sextant.results.AuditResult;
import io.sextant.spec.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sextant adapt} on the example network, which has batch normalisation. */
class AdaptTest {
  private static final Path EXAMPLES = Path.of("../examples");

  @SuppressWarnings("NullAway.Init")
  private Bench bench;

  @BeforeEach
  void files(@TempDir Path folder) throws IOException {
    bench = new Bench(folder);
  }

  private Command adapt(Object... more) {
    List<Object> all =
        new ArrayList<>(
            List.of(
                "adapt",
                "--model",
                EXAMPLES.resolve("models/fashion-cnn.zip"),
                "--images",
                EXAMPLES.resolve("data/fashion-mnist/test-images-idx3-ubyte.gz"),
                "--labels",
                EXAMPLES.resolve("data/fashion-mnist/test-labels-idx1-ubyte.gz"),
                "--samples",
                "100",
                "--out",
                bench.path("out")));
    all.addAll(List.of(more));
    return sextant(all.toArray());
  }

  private List<String[]> rows(String file) throws IOException {
    return Files.readAllLines(bench.path("out").resolve(file)).stream()
        .map(line -> line.split(",", -1))
        .toList();
  }

  @Test
  void batches_and_predictions_are_written_and_agree() throws IOException {
    Command ran = adapt("--method", "tent", "--batch-size", "40").succeeds();
    List<String[]> batches = rows("adaptation.csv");
    List<String[]> predictions = rows("predictions.csv");
    assertThat(String.join(",", batches.get(0)))
        .isEqualTo(
            "batch,rows,source_correct,adapted_correct,source_entropy,adapted_entropy,alarm,reset,"
                + "forwards,backwards");
    assertThat(String.join(",", predictions.get(0))).isEqualTo("sample,label,source,adapted");
    assertThat(batches.stream().skip(1).map(row -> row[1])).containsExactly("40", "40", "20");
    assertThat(predictions).hasSize(101);
    for (int batch = 1; batch <= 3; batch++) {
      List<String[]> own = predictions.subList(1 + 40 * (batch - 1), Math.min(101, 1 + 40 * batch));
      assertThat(batches.get(batch)[2])
          .isEqualTo("" + own.stream().filter(row -> row[1].equals(row[2])).count());
      assertThat(batches.get(batch)[3])
          .isEqualTo("" + own.stream().filter(row -> row[1].equals(row[3])).count());
      assertThat(batches.get(batch)[8]).isEqualTo("" + own.size());
      assertThat(batches.get(batch)[9]).isEqualTo("" + own.size());
    }
    assertThat(ran.err()).contains("no source data, and so no alarm");
  }

  @Test
  void without_a_share_of_the_batch_nothing_changes() throws IOException {
    adapt("--method", "bn", "--set", "alpha=0", "--order", "label-sorted").succeeds();
    List<String[]> predictions = rows("predictions.csv");
    assertThat(predictions.stream().skip(1)).allMatch(row -> row[2].equals(row[3]));
    assertThat(predictions.get(1)[0]).isEqualTo("0");
  }

  @Test
  void a_seed_gives_the_same_files_and_an_order_is_one() throws IOException {
    adapt("--method", "eata", "--order", "shuffled", "--seed", "3", "--batch-size", "30")
        .succeeds();
    var first = Bench.content(bench.path("out"));
    adapt("--method", "eata", "--order", "shuffled", "--seed", "3", "--batch-size", "30")
        .succeeds();
    assertThat(Bench.content(bench.path("out"))).isEqualTo(first);
    adapt("--method", "eata", "--order", "shuffled", "--seed", "4", "--batch-size", "30")
        .succeeds();
    assertThat(Bench.content(bench.path("out"))).isNotEqualTo(first);
  }

  @Test
  void source_data_calibrate_the_alarm() throws IOException {
    Command ran =
        adapt(
                "--method",
                "bn",
                "--source",
                EXAMPLES.resolve("data/fashion-mnist/test-images-idx3-ubyte.gz"),
                "--source-samples",
                "200")
            .succeeds();
    assertThat(ran.err()).doesNotContain("no alarm", "cannot sound");
    assertThat(rows("adaptation.csv").get(1)[6]).isEqualTo("false");
  }

  @Test
  void few_rows_of_source_data_are_too_few_for_an_alarm() throws IOException {
    Command ran =
        adapt(
                "--method",
                "bn",
                "--source",
                EXAMPLES.resolve("data/fashion-mnist/test-images-idx3-ubyte.gz"),
                "--source-samples",
                "10")
            .succeeds();
    assertThat(ran.err()).contains("the alarm cannot sound", "10 rows of source data are too few");
  }

  @Test
  void what_cannot_be_done_is_said_in_one_line() throws IOException {
    bench.plane("plain.zip");
    bench.planeData();
    sextant(
            "adapt",
            "--model",
            bench.path("plain.zip"),
            "--images",
            bench.path("x.npy"),
            "--labels",
            bench.path("y.npy"),
            "--method",
            "tent",
            "--out",
            bench.path("out"))
        .refuses(
            "adaptation method tent needs a network with batch normalisation, and this is none; what"
                + " works here: affine, lame, t3a");
    adapt("--method", "foa").refuses("foa needs rows of source data, and none were given");
    adapt("--method", "tint").refuses("did you mean 'tent'");
    adapt("--method", "tent", "--order", "sorted")
        .refuses("must be first, shuffled or label-sorted but was 'sorted'");
    adapt("--method", "tent", "--set", "learning-rate=0")
        .refuses("learning-rate must be a number above 0 and below 10 but was '0'");
    adapt("--method", "tent", "--batch-size", "0")
        .refuses("--batch-size must be at least 1 but was 0");
  }

  @Test
  void methods_are_listed() {
    assertThat(sextant("adapt", "--list").succeeds().out())
        .contains("tent", "a step down the mean entropy of each batch");
    assertThat(sextant("adapt", "--list", "bn").succeeds().out()).contains("--set prior=");
  }

  private Path spec(String adaptation) throws IOException {
    return bench.text(
        "audit.yaml",
        """
        model: %s
        data: {images: %s, labels: %s, samples: 40}
        threats: [{norm: linf, epsilons: [0.01]}]
        attacks: [fgsm]
        explainers: []
        evidence: full
        adaptation: %s
        """
            .formatted(
                EXAMPLES.resolve("models/fashion-cnn.zip").toAbsolutePath().normalize(),
                EXAMPLES
                    .resolve("data/fashion-mnist/test-images-idx3-ubyte.gz")
                    .toAbsolutePath()
                    .normalize(),
                EXAMPLES
                    .resolve("data/fashion-mnist/test-labels-idx1-ubyte.gz")
                    .toAbsolutePath()
                    .normalize(),
                adaptation));
  }

  @Test
  void an_audit_compares_methods_on_streams_and_replay_says_what_it_leaves() throws IOException {
    Path spec =
        spec(
            "{methods: [tent, lame], corruptions: [fog, contrast], streams: [clean, single, mixed],"
                + " batch-sizes: [20], seeds: 2, source-samples: 50, attacks: {samples: 0}}");
    sextant("audit", spec, "--out", bench.path("audit")).succeeds();
    AuditResult result = AuditResult.read(bench.path("audit").resolve("result.json"));
    AdaptationResult adaptation = result.adaptation().orElseThrow();
    assertThat(adaptation.methods())
        .extracting(AdaptationResult.AdaptedMethod::id)
        .containsExactly("bn", "rdumb", "tent", "lame");
    assertThat(adaptation.sourceRows()).isEqualTo(50);
    // Clean, single in all and for each of two corruptions, mixed.
    assertThat(adaptation.cells()).hasSize(4 * 5);
    AdaptationResult.Cell clean = adaptation.whole("tent", "clean", 20).orElseThrow();
    assertThat(clean.n()).isEqualTo(80);
    assertThat(clean.sourceWrong())
        .isEqualTo(2 * (result.accuracy().clean().n() - result.accuracy().clean().count()));
    assertThat(clean.forwards()).isEqualTo(80);
    assertThat(clean.backwards()).isEqualTo(80);
    AdaptationResult.Cell single = adaptation.whole("tent", "single", 20).orElseThrow();
    assertThat(single.n()).isEqualTo(160);
    assertThat(single.streams()).isEqualTo(4);
    assertThat(single.adaptedWrong())
        .isEqualTo(
            adaptation.single().stream()
                .filter(cell -> cell.method().equals("tent"))
                .mapToInt(AdaptationResult.Cell::adaptedWrong)
                .sum());
    assertThat(single.low()).isLessThanOrEqualTo(single.change());
    assertThat(single.change())
        .isCloseTo(single.adaptedError() - single.sourceError(), within(1e-12));
    assertThat(Files.readString(bench.path("audit").resolve("report.html")))
        .contains("Adaptation at test time", "batches of 20", "contrast");
    assertThat(sextant("replay", bench.path("audit")).succeeds().out())
        .contains(
            "intervals in 20 cells of adaptation",
            "made again from the clean inputs",
            "adaptation: its streams were not run again");
    Path file = bench.path("audit").resolve("result.json");
    String text = Files.readString(file);
    Files.writeString(file, text.replaceFirst("\"adaptedWrong\" : \\d+", "\"adaptedWrong\" : 1"));
    assertThat(sextant("replay", bench.path("audit")).ends(ExitCode.FAILED).out())
        .contains("bn on clean, batches of 20: adaptedWrong is 1.0, recomputed");
    Files.writeString(file, text);
    Path counts = bench.path("audit").resolve("evidence/adaptation.json");
    Files.writeString(
        counts, Files.readString(counts).replaceFirst("\"source\":\\[2", "\"source\":[1"));
    assertThat(sextant("replay", bench.path("audit")).ends(ExitCode.FAILED).out())
        .contains(
            "adaptation.json: altered",
            "the trained model decides otherwise than recorded on 1 of 40 examples",
            "sourceWrong is");
  }

  @Test
  void a_plan_counts_streams_and_attacks() throws IOException {
    Path spec =
        spec(
            "{methods: [tent, lame], corruptions: [fog, contrast], streams: [clean, single, mixed],"
                + " batch-sizes: [20, 10], seeds: 2, source-samples: 50, attacks: {samples: 2,"
                + " epsilons: [0.05], shares: [10%]}}");
    String plan = sextant("plan", spec).succeeds().out();
    // 40 x (1 + 2 x 2 + 3) rows in two sizes and two orders, and 50 rows of source data by size.
    assertThat(plan).containsPattern("tent +streams +1,380 +1,380");
    assertThat(plan).containsPattern("lame +streams +1,380 +0");
    assertThat(plan).containsPattern("adaptation source +streams +120 +0");
    // 40 examples: batches of 13, 14 rows before them. Two samples cost a batch of decisions, a
    // batch and two rows for attributions, and a batch and 11 steps each for the attack.
    assertThat(plan)
        .containsPattern("trained +attacked +%,d +%,d".formatted(2 * 13 + 4 + 13 + 22, 24));
    // In company a row is a batch; poisoned are one of 13 rows, seen among all or beside itself.
    long attack = 13 + 13 + 2 * 14 + 13 + 2 * 11 * 13 + 41 * (13 + 2) + 4 * 13;
    // Learnt are 14 rows, three times two batches, and 50 of source data.
    long learnt = 14 + 3 * 26 + 50;
    assertThat(plan)
        .containsPattern(
            "tent +attacked +%,d +%,d"
                .formatted(2 * (attack + 2 * learnt), 2 * (4 + 20 + 41 * (12 + 1) + learnt)));
    assertThat(plan).doesNotContainPattern("lame +attacked");
  }

  @Test
  void adapted_models_are_attacked_beside_the_trained_one_and_with_medians() throws IOException {
    Path spec =
        spec(
            "{methods: [tent, lame], corruptions: [gaussian-noise], streams: [clean], batch-sizes:"
                + " [20], seeds: 1, source-samples: 50, attacks: {samples: 2, epsilons: [0.05],"
                + " shares: [10%]}}");
    sextant("audit", spec, "--out", bench.path("audit")).succeeds();
    AuditResult result = AuditResult.read(bench.path("audit").resolve("result.json"));
    AdaptedAttacks attacks = result.adaptation().orElseThrow().attacks().orElseThrow();
    assertThat(attacks.corruption()).contains("gaussian-noise");
    // A third of 40 examples, and what is left.
    assertThat(attacks.batchSize()).isEqualTo(13);
    assertThat(attacks.adaptedTo()).isEqualTo(14);
    assertThat(attacks.states())
        .extracting(state -> state.method() + " " + state.statistics())
        .containsExactly(
            "trained stored",
            "bn mean",
            "bn median",
            "rdumb mean",
            "rdumb median",
            "tent mean",
            "tent median");
    AdaptedAttacks.State trained = attacks.states().get(0);
    assertThat(trained.cosine()).isCloseTo(1, within(1e-6));
    assertThat(trained.poisoned()).isEmpty();
    for (AdaptedAttacks.State state : attacks.states().subList(1, 7)) {
      assertThat(state.cosine()).isBetween(-1.0, 0.999);
      assertThat(state.wrong().n()).isEqualTo(13);
      assertThat(state.broken()).hasSize(1);
      assertThat(state.poisoned()).hasSize(2);
      for (AdaptedAttacks.Poisoned poisoned : state.poisoned()) {
        assertThat(poisoned.malicious()).isEqualTo(1);
        assertThat(poisoned.after().n()).isEqualTo(12);
        assertThat(poisoned.nextAfter().n()).isEqualTo(13);
      }
    }
    assertThat(result.notTested())
        .anyMatch(line -> line.contains("not those by lame, which take no statistics of a batch"));
    assertThat(result.queries())
        .anyMatch(count -> count.consumer().equals("attacks on adapted models"));
    // Poisoning pulls back 13 rows in each of 41 steps, Tent each row that it learns from, and four
    // attributions are compared: all is counted, whichever service did it.
    AdaptedAttacks.State tent =
        attacks.states().stream()
            .filter(state -> state.method().equals("tent"))
            .findFirst()
            .orElseThrow();
    assertThat(tent.backwards()).isBetween(41L * 13 + 142 + 4, 41L * 13 + 142 + 4 + 20);
    assertThat(Files.readString(bench.path("audit").resolve("report.html")))
        .contains("Attacks on the adapted models", "Poisoned batches", "own rows");
  }

  /** Stops a run when a unit of adaptation has ended. */
  private record Stop(String unit) implements Progress {
    @Override
    public void phase(String name) {}

    @Override
    public void advanced(String what, int done, int total, Optional<Duration> remaining) {
      if (what.equals(unit)) {
        throw new IllegalStateException("stopped");
      }
    }
  }

  private void interrupt(Path spec, Path out, String unit) {
    Audit audit =
        new Audit(
            SpecReader.read(spec),
            EngineOptions.DEFAULT,
            Effort.FULL,
            new SpecSources(),
            new Stop(unit),
            "test");
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> audit.run("model", out, false))
        .withMessage("stopped");
  }

  private static Path kept(Path out, String unit) {
    return out.resolve("work/units").resolve(unit + ".json");
  }

  /** What is kept is not done again: it may have been changed, and that shows. */
  @Test
  void an_interrupted_audit_goes_on_with_the_next_unit() throws IOException {
    Path spec =
        spec(
            "{methods: [], corruptions: [fog], streams: [single], batch-sizes: [20], seeds: 2,"
                + " attacks: {samples: 1, epsilons: [0.1], shares: [10%]}}");
    Path part = bench.path("part");
    interrupt(spec, part, "bn, single-fog, batches of 20, order 0");
    Path first = kept(part, "adaptation-bn-single-fog-20-0");
    assertThat(first).exists();
    assertThat(kept(part, "adaptation-bn-single-fog-20-1")).doesNotExist();
    String done = Files.readString(first);
    Files.writeString(first, done.replaceFirst("\"resets\":\\d+", "\"resets\":77"));
    interrupt(spec, part, "trained, stored statistics");
    assertThat(Files.readString(first)).contains("\"resets\":77");
    assertThat(kept(part, "attacks-on-adapted-trained-stored")).exists();
    sextant("audit", spec, "--out", part).succeeds();
    AdaptationResult changed = adaptation(part);
    assertThat(changed.whole("bn", "single", 20).orElseThrow().resets()).isEqualTo(77);
    Path again = bench.path("again");
    interrupt(spec, again, "bn, single-fog, batches of 20, order 0");
    sextant("audit", spec, "--out", again).succeeds();
    Path whole = bench.path("whole");
    sextant("audit", spec, "--out", whole).succeeds();
    assertThat(adaptation(again)).isEqualTo(adaptation(whole)).isNotEqualTo(changed);
  }

  private static AdaptationResult adaptation(Path out) throws IOException {
    return AuditResult.read(out.resolve("result.json")).adaptation().orElseThrow();
  }

  @Test
  void adaptation_that_does_not_fit_is_refused_before_any_work() throws IOException {
    sextant("audit", spec("{methods: [tint]}"), "--out", bench.path("a"))
        .refuses("did you mean 'tent'");
    sextant("audit", spec("{corruptions: [frog]}"), "--out", bench.path("a"))
        .refuses("did you mean 'fog'");
    sextant("audit", spec("{parameters: cifar}"), "--out", bench.path("a"))
        .refuses("parameters must be one of cifar-c, mnist-c but was 'cifar'");
    sextant("audit", spec("{methods: [foa], source-samples: 0}"), "--out", bench.path("a"))
        .refuses("adaptation method foa needs rows of source data, and none were given");
  }
}
