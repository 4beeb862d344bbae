package io.sextant.maven.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.maven.AuditFixture;
import io.sextant.maven.Project;
import io.sextant.maven.cache.ContentDigest;
import io.sextant.maven.cache.LastEvidence;
import io.sextant.maven.cache.MeasurementKey;
import io.sextant.maven.cache.ResultCache;
import io.sextant.maven.config.EffectiveSpec;
import io.sextant.maven.config.Selection;
import io.sextant.maven.worker.JavaRuntime;
import io.sextant.maven.worker.Patience;
import io.sextant.maven.worker.WorkerJvm;
import io.sextant.results.curtail.Curtail;
import io.sextant.spec.ResultFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Project project;

  private final List<String> told = new ArrayList<>();
  private int resolutions;
  private Selection selection = Selection.EVERYTHING;
  private Curtail curtail = Curtail.FAIL;
  private Optional<Duration> timeBudget = Optional.empty();
  private Set<String> compared = Set.of();
  private Set<String> waived = Set.of();
  private boolean known = true;
  private String options = "";
  private boolean useCache = true;
  private Runnable duringRun = () -> {};

  private final BuildLog log =
      new BuildLog() {
        @Override
        public void info(String line) {
          told.add(line);
        }

        @Override
        public void warn(String line) {
          told.add("warn " + line);
        }

        @Override
        public void debug(String line) {
          told.add("debug " + line);
        }
      };

  @BeforeEach
  void write() throws IOException {
    project = Project.write(folder.resolve("grüner wald"), Project.RULES);
    results("gggggbbbww");
  }

  private void results(String outcomes) throws IOException {
    AuditFixture.of(outcomes).write(folder.resolve("canned"));
  }

  private List<String> calls() throws IOException {
    Path calls = folder.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  private void run() throws Exception {
    EffectiveSpec spec = project.spec(selection);
    List<String> jvm =
        new ArrayList<>(
            List.of(
                "-Dstub.results=" + folder.resolve("canned"),
                "-Dstub.log=" + folder.resolve("calls")));
    if (!options.isEmpty()) {
      jvm.addAll(List.of(options.split(" ")));
    }
    Worker worker =
        new Worker(
            () -> {
              resolutions++;
              return List.of(Path.of("target/test-classes").toAbsolutePath());
            },
            new WorkerJvm(
                JavaRuntime.current().executable(),
                Optional.of("32m"),
                Optional.empty(),
                jvm,
                Map.of()),
            project.base(),
            Patience.ENDLESS,
            2,
            1,
            false,
            line -> {});
    Evaluation.Measurement wanted =
        new Evaluation.Measurement(
            spec,
            MeasurementKey.of(spec, List.of("0.1"), List.of()),
            () -> {
              duringRun.run();
              return MeasurementKey.of(spec, List.of("0.1"), List.of());
            },
            curtail,
            timeBudget,
            () -> compared,
            waived,
            known,
            project.out());
    Optional<Evaluation.Memory> memory =
        useCache
            ? Optional.of(
                new Evaluation.Memory(
                    new ResultCache(folder.resolve("cache"), log::debug),
                    new LastEvidence(folder.resolve("cache/last/x"), log::debug)))
            : Optional.empty();
    new Evaluation(wanted, memory, worker, log).run();
  }

  @Test
  void a_worker_is_asked_for_everything_that_matters() throws Exception {
    timeBudget = Optional.of(Duration.ofMinutes(2));
    compared = Set.of("linf", "clean");

    run();

    assertThat(calls())
        .containsExactly(
            "audit %s --out %s --overwrite --no-report --threads 2 --curtail fail --time-budget 120 --compared=clean --compared=linf"
                .formatted(project.base().resolve("audit.yaml"), project.out()));
    assertThat(project.out().resolve("result.json")).exists();
  }

  @Test
  void what_was_measured_is_reused_without_looking_for_a_worker() throws Exception {
    run();
    PathUtils.delete(project.out());

    run();

    assertThat(calls()).hasSize(1);
    assertThat(resolutions).isEqualTo(1);
    assertThat(told)
        .contains(
            "Model model: reused, measured on 2026-01-02T03:05:05Z with nd4j (made up), kept in "
                + folder.resolve("cache"));
    assertThat(project.out().resolve("samples.csv"))
        .hasSameBinaryContentAs(folder.resolve("canned/samples.csv"));
  }

  @Test
  void a_changed_model_is_measured_anew() throws Exception {
    run();
    Files.writeString(project.base().resolve("m.zip"), "other");

    run();

    assertThat(calls()).hasSize(2);
  }

  @Test
  void what_changed_while_it_was_measured_is_neither_kept_nor_judged() throws Exception {
    Path model = project.base().resolve("m.zip");
    String before = Files.readString(model);
    duringRun = () -> write(model, "half a model");

    assertThatThrownBy(this::run)
        .isInstanceOf(EvaluationException.class)
        .hasMessage(
            "changed while it was measured: %s; run the goal again when nothing else writes there"
                .formatted(model));
    assertThat(project.out().resolve("result.json")).doesNotExist();

    duringRun = () -> {};
    write(model, before);
    run();
    assertThat(calls()).hasSize(2);
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void without_a_cache_everything_is_measured_and_nothing_kept() throws Exception {
    useCache = false;
    run();
    run();

    assertThat(calls()).hasSize(2);
    assertThat(folder.resolve("cache")).doesNotExist();
  }

  @Test
  void what_was_run_to_the_end_serves_every_way_of_curtailing() throws Exception {
    run();
    curtail = Curtail.NONE;
    compared = Set.of("linf");
    timeBudget = Optional.of(Duration.ofSeconds(5));
    run();

    assertThat(calls()).hasSize(1);
  }

  @Test
  void what_was_cut_short_serves_only_its_like() throws Exception {
    results("ggggg.....");
    run();
    run();
    assertThat(calls()).hasSize(1);

    compared = Set.of("linf");
    run();
    assertThat(calls()).hasSize(2);
  }

  @Test
  void a_measurement_that_left_out_checks_serves_no_gate_that_needs_them() throws Exception {
    AuditFixture.of("gggggbbbww").unchecked().write(folder.resolve("canned"));
    run();
    assertThat(calls()).hasSize(1);

    waived = Set.of("linf");
    run();
    assertThat(calls()).hasSize(2);
    assertThat(calls().get(1)).endsWith(" --waived=linf");

    run();
    assertThat(calls()).hasSize(2);
  }

  @Test
  void what_depends_on_more_than_is_known_is_measured_anew() throws Exception {
    known = false;
    run();
    run();

    assertThat(calls()).hasSize(2);
    assertThat(told).anyMatch(line -> line.contains("list its files in <inputs>"));
  }

  @Test
  void what_the_clock_cut_short_is_not_kept() throws Exception {
    results("ggggg.....");
    timeBudget = Optional.of(Duration.ofSeconds(5));
    run();
    run();

    assertThat(calls()).hasSize(2);
    assertThat(told).anyMatch(line -> line.contains("cut by the time budget"));
  }

  @Test
  void the_last_adversarial_inputs_are_tried_first() throws Exception {
    Path evidence = Files.createDirectories(folder.resolve("canned/evidence"));
    Files.writeString(evidence.resolve("index.csv"), "x");
    run();
    Files.writeString(project.base().resolve("m.zip"), "other");
    run();

    assertThat(calls().get(0)).doesNotContain("--last");
    assertThat(calls().get(1)).endsWith("--last " + folder.resolve("cache/last/x"));
  }

  @Test
  void a_reproduction_leaves_no_evidence_behind() throws Exception {
    selection = Selection.parse(List.of("linf"), List.of());
    Path evidence = Files.createDirectories(folder.resolve("canned/evidence"));
    Files.writeString(evidence.resolve("index.csv"), "x");
    run();

    assertThat(folder.resolve("cache/last")).doesNotExist();
    assertThat(calls().get(0)).endsWith("--rules-only");
  }

  @Test
  void old_results_do_not_pass_for_those_of_a_failed_worker() throws Exception {
    useCache = false;
    run();
    options = "-Dstub.results=" + folder.resolve("empty") + " -Dstub.exit=3";
    Files.createDirectories(folder.resolve("empty"));

    assertThatThrownBy(this::run)
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("without a result");
    assertThat(project.out().resolve("result.json")).doesNotExist();
  }

  @Test
  void evidence_of_another_measurement_is_removed_on_reuse() throws Exception {
    run();
    Path evidence = Files.createDirectories(project.out().resolve("evidence"));
    Files.writeString(evidence.resolve("manifest.json"), "of another");
    run();

    assertThat(evidence).doesNotExist();
  }

  @Test
  void reused_results_get_their_evidence_back() throws Exception {
    Path canned = Files.createDirectories(folder.resolve("canned/evidence"));
    Files.writeString(canned.resolve("index.csv"), "x");
    Files.writeString(canned.resolve("model.zip"), "m");
    Files.writeString(canned.resolve("manifest.json"), "of this");
    String manifest = ContentDigest.sha256(canned.resolve("manifest.json"));
    AuditFixture.of("gggggbbbww").evidence(manifest).write(folder.resolve("canned"));
    run();
    PathUtils.delete(project.out());
    run();

    assertThat(calls()).hasSize(1);
    assertThat(project.out().resolve("evidence/model.zip")).hasContent("m");
    assertThat(project.out().resolve("evidence/manifest.json")).hasContent("of this");
  }

  @Test
  void reused_results_do_not_get_the_evidence_of_others() throws Exception {
    Path canned = Files.createDirectories(folder.resolve("canned/evidence"));
    Files.writeString(canned.resolve("index.csv"), "x");
    Files.writeString(canned.resolve("manifest.json"), "of another");
    AuditFixture.of("gggggbbbww").evidence("abc").write(folder.resolve("canned"));
    run();
    PathUtils.delete(project.out());
    run();

    assertThat(calls()).hasSize(1);
    assertThat(project.out().resolve("evidence")).doesNotExist();
  }

  @Test
  void records_are_read_back_or_passed_over() throws Exception {
    RunRecord record =
        new RunRecord(
            RunRecord.FORMAT,
            "s",
            "default",
            "k",
            "../audit.yaml",
            List.of("a"),
            "b",
            io.sextant.results.gate.GatePolicy.DEFAULT,
            Optional.of(".sextant/cache"));
    record.write(folder);

    assertThat(RunRecord.read(folder)).hasValue(record);
    assertThat(RunRecord.read(folder.resolve("none"))).isEmpty();
    Files.writeString(folder.resolve("run.properties"), "{");
    assertThat(RunRecord.read(folder)).isEmpty();
    assertThat(RunRecord.relative(Path.of("/a/b"), Path.of("/a/c/d"))).isEqualTo("../c/d");
  }

  @Test
  void one_model_has_the_folder_for_itself() {
    assertThat(ResultFolders.of(List.of("a"), Path.of("out"))).containsValue(Path.of("out"));
    assertThat(ResultFolders.of(List.of("a", "b"), Path.of("out")))
        .containsExactly(Map.entry("a", Path.of("out/a")), Map.entry("b", Path.of("out/b")));
  }
}
