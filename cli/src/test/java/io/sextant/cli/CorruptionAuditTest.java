package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.evaluation.Audit;
import io.sextant.evaluation.Effort;
import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.Progress;
import io.sextant.evaluation.SpecSources;
import io.sextant.results.AuditResult;
import io.sextant.results.Condition;
import io.sextant.results.CorruptionResult;
import io.sextant.results.Proportion;
import io.sextant.results.SamplesCsv;
import io.sextant.results.curtail.Curtail;
import io.sextant.spec.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Corruptions and shifts in an audit, on a model whose decisions are known in closed form. */
class CorruptionAuditTest {
  private static final String HEAD =
      """
      model: model.zip
      data: {images: x.npy, labels: y.npy}
      threats: [{norm: linf, epsilons: [0.05]}]
      attacks: [fgsm]
      explainers: []
      """;

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Bench bench;

  @BeforeEach
  void files() throws IOException {
    bench = new Bench(folder);
    bench.plane("model.zip");
    // Class 1 where the mean of the four pixels is above one half, by the offset of the row.
    double[][] rows = new double[Bench.OFFSETS.length][4];
    int[] labels = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      Arrays.fill(rows[i], 0.5 + Bench.OFFSETS[i]);
      labels[i] = Bench.OFFSETS[i] > 0 ? 1 : 0;
    }
    bench.arrays(rows, new int[] {1, 2, 2}, labels);
  }

  private Command audit(String more, Object... options) throws IOException {
    Object[] all = new Object[4 + options.length];
    System.arraycopy(
        new Object[] {"audit", bench.text("audit.yaml", HEAD + more), "--out", bench.path("out")},
        0,
        all,
        0,
        4);
    System.arraycopy(options, 0, all, 4, options.length);
    return sextant(all);
  }

  private AuditResult result() throws IOException {
    return AuditResult.read(bench.path("out").resolve("result.json"));
  }

  private CorruptionResult corruptions() throws IOException {
    return result().corruptions().orElseThrow();
  }

  @Test
  void accuracy_under_brightness_is_that_of_the_shifted_plane() throws IOException {
    audit(
            """
            corruptions: {kinds: [brightness], severities: [3, 1]}
            rules:
              - {id: weak, metric: corrupted-accuracy, condition: corrupted brightness 1, minimum: 80%}
              - {id: all, metric: corrupted-accuracy, minimum: 70%}
              - {id: dark, metric: corrupted-accuracy, class: '0', minimum: 1%}
            """)
        .ends(ExitCode.FAILED);
    CorruptionResult found = corruptions();
    // Brighter by 0.15 and by 0.05: negative offsets above that become positive.
    assertThat(found.cells())
        .extracting(cell -> cell.condition().text())
        .containsExactly("corrupted brightness 3", "corrupted brightness 1");
    assertThat(found.cells())
        .extracting(CorruptionResult.Corrupted::accuracy)
        .containsExactly(new Proportion(8, 12), new Proportion(10, 12));
    assertThat(found.clean()).isEqualTo(new Proportion(12, 12));
    assertThat(found.mean().getAsDouble()).isEqualTo(0.75);
    assertThat(result().gate().rules())
        .extracting(verdict -> verdict.rule().id() + " " + verdict.verdict())
        .containsExactly("weak PASS", "all FAIL", "dark PASS");
    assertThat(result().gate().rules().get(2).share()).contains(new Proportion(2, 6));
    assertThat(result().notTested())
        .anyMatch(line -> line.contains("corruptions") && line.contains("beside"))
        .doesNotContain("natural corruptions and shifts of the data");
    assertThat(result().queries())
        .anyMatch(count -> count.consumer().equals("corruptions") && count.forwards() == 24);
    assertThat(SamplesCsv.read(bench.path("out").resolve("samples.csv")))
        .allMatch(row -> !row.condition().areCorruptions());
    assertThat(found.pictures())
        .extracting(picture -> picture.condition().describe())
        .containsExactly("clean", "brightness 1");
    assertThat(Files.readString(bench.path("out").resolve("report.html")))
        .contains("Corruptions and shifts", "brightness", "66.7%", "83.3%");
  }

  @Test
  void without_corruptions_it_is_said_that_none_was_tested() throws IOException {
    audit("").succeeds();
    assertThat(result().corruptions()).isEmpty();
    assertThat(result().notTested()).contains("natural corruptions and shifts of the data");
    assertThat(Files.readString(bench.path("out").resolve("report.html")))
        .doesNotContain("Corruptions and shifts");
  }

  @Test
  void threads_and_other_kinds_change_nothing() throws IOException {
    audit("corruptions: {kinds: [fog, gaussian-noise, elastic]}\n", "--threads", 1).succeeds();
    List<CorruptionResult.Corrupted> one = corruptions().cells();
    audit("corruptions: {kinds: [elastic, fog, gaussian-noise]}\n", "--threads", 3, "--overwrite")
        .succeeds();
    assertThat(corruptions().cells()).containsExactlyInAnyOrderElementsOf(one);
  }

  @Test
  void replay_corrupts_again() throws IOException {
    audit("corruptions: {kinds: [gaussian-noise], severities: [5]}\n").succeeds();
    assertThat(sextant("replay", bench.path("out")).succeeds().out())
        .contains("decisions on 12 examples under 1 corruptions");
    Path file = bench.path("out").resolve("result.json");
    CorruptionResult.Corrupted cell = corruptions().cells().get(0);
    String text = Files.readString(file);
    String count = "\"count\" : %d,".formatted(cell.accuracy().count());
    int at = text.indexOf(count, text.indexOf("corrupted gaussian-noise 5"));
    assertThat(at).isPositive();
    Files.writeString(
        file,
        text.substring(0, at)
            + "\"count\" : %d,".formatted(cell.accuracy().count() - 1)
            + text.substring(at + count.length()));
    assertThat(sextant("replay", bench.path("out")).ends(ExitCode.FAILED).out())
        .contains("corruptions.cells[corrupted gaussian-noise 5].accuracy.count");
  }

  @Test
  void replay_asks_the_network_again() throws IOException {
    audit("corruptions: {kinds: [gaussian-noise], severities: [5]}\n").succeeds();
    Path file = bench.path("out").resolve("result.json");
    String text = Files.readString(file);
    int from = text.indexOf("\"predicted\"", text.indexOf("corrupted gaussian-noise 5"));
    int first = text.indexOf('[', from) + 2;
    String other = text.charAt(first) == '0' ? "1" : "0";
    Files.writeString(file, text.substring(0, first) + other + text.substring(first + 1));
    assertThat(sextant("replay", bench.path("out")).ends(ExitCode.FAILED).out())
        .contains("corrupted gaussian-noise 5: 1 of 12 decisions are not the recorded ones");
  }

  @Test
  void what_cannot_change_the_data_is_left_out_openly() throws IOException {
    audit("corruptions: {kinds: [saturation, contrast], severities: [1]}\n").succeeds();
    assertThat(corruptions().cells()).hasSize(1);
    assertThat(result().notTested())
        .anyMatch(line -> line.contains("saturation cannot change images of 1 channel"));
  }

  @Test
  void what_does_not_exist_or_fit_is_refused() throws IOException {
    audit("corruptions: {kinds: [fogg]}\n").refuses("'fogg'", "did you mean 'fog'?");
    audit("corruptions: {kinds: [unit-error]}\n")
        .refuses("unit-error is a corruption of tables but the data are images");
    audit("corruptions: {kinds: [fog], parameters: cifar}\n").refuses("did you mean 'cifar-c'?");
    audit("corruptions: {kinds: [fog], severities: [6]}\n")
        .refuses("corruptions", "severities must be from 1 to 5 but one was 6");
    audit("corruptions: {kind: [fog]}\n").refuses("unknown key 'kind'; did you mean 'kinds'?");
    audit("corruptions: standart\n").refuses("'standart'", "did you mean 'standard'?");
    audit("corruptions: {shifts: [{column: age, from: 40}]}\n")
        .refuses("'shifts' is about columns");
    audit(
            """
            corruptions: {kinds: [fog], severities: [1]}
            rules: [{id: a, metric: corrupted-accuracy, condition: corrupted fog 2, minimum: 1%}]
            """)
        .refuses("rule a asks for condition corrupted fog 2", "name one of [corrupted fog 1]");
    audit("rules: [{id: a, metric: corrupted-accuracy, minimum: 1%}]\n")
        .refuses("rule a asks for corrupted-accuracy, which is not in corruptions");
    bench.planeData();
    audit("corruptions: {kinds: [fog]}\n")
        .refuses("fog is a corruption of images but the data are vectors of 4 values");
  }

  @Test
  void rules_alone_measure_only_what_they_are_about() throws IOException {
    String rule =
        "rules: [{id: a, metric: corrupted-accuracy, condition: corrupted contrast 1, minimum: 1%}]\n";
    String kinds = "corruptions: {kinds: [contrast], severities: [1]}\n";
    audit(kinds + rule, "--rules-only").succeeds();
    assertThat(corruptions().at(Condition.parse("corrupted contrast 1"))).isPresent();
    audit(
            kinds + "rules: [{id: a, metric: clean-accuracy, minimum: 1%}]\n",
            "--rules-only",
            "--overwrite")
        .succeeds();
    assertThat(result().corruptions()).isEmpty();
    assertThat(result().notTested())
        .contains("corruptions: no rule that was asked for is about them");
  }

  private AuditResult run(Duration budget) throws IOException {
    Effort effort =
        new Effort(Curtail.NONE, Optional.of(budget), Set.of(), Set.of(), Optional.empty(), false);
    try (SpecSources sources = new SpecSources()) {
      return new Audit(
              SpecReader.read(bench.path("audit.yaml")),
              EngineOptions.DEFAULT,
              effort,
              sources,
              Progress.SILENT,
              "test")
          .run("model", bench.path("out"), false);
    }
  }

  @Test
  void what_there_was_no_time_for_is_said_and_done_by_the_next_run() throws IOException {
    bench.text("audit.yaml", HEAD + "corruptions: {kinds: [brightness], severities: [1, 3]}\n");
    AuditResult cut = run(Duration.ofNanos(1));
    assertThat(cut.corruptions().orElseThrow().cells()).isEmpty();
    assertThat(cut.corruptions().orElseThrow().mean()).isEmpty();
    assertThat(cut.notTested())
        .contains("corruptions: 2 of 2 kinds at severities, because the time was used up");
    AuditResult whole = run(Duration.ofHours(1));
    assertThat(whole.corruptions().orElseThrow().cells())
        .extracting(CorruptionResult.Corrupted::accuracy)
        .containsExactly(new Proportion(10, 12), new Proportion(8, 12));
    assertThat(whole.notTested()).noneMatch(line -> line.contains("time was used up"));
  }

  @Test
  void comparing_two_audits_pairs_what_corruptions_changed() throws IOException {
    audit("corruptions: {kinds: [brightness], severities: [1]}\n").succeeds();
    Files.move(bench.path("out"), bench.path("before"));
    audit("corruptions: {kinds: [brightness], severities: [3, 1]}\n").succeeds();
    assertThat(sextant("compare", bench.path("before"), bench.path("out")).succeeds().out())
        .contains("corrupted accuracy, brightness 1: 83.3% (10 of 12) -> 83.3% (10 of 12); 0 lost")
        .contains("corrupted accuracy, brightness 3: not measured -> 66.7% (8 of 12)");
  }

  @Test
  void tables_are_corrupted_by_their_columns_and_split_by_them() throws IOException {
    StringBuilder csv = new StringBuilder("a,b,c,d,label\n");
    for (int i = 0; i < Bench.OFFSETS.length; i++) {
      double value = 0.5 + Bench.OFFSETS[i];
      csv.append("%s,%s,%s,%s,%d\n".formatted(value, value, value, value, value > 0.5 ? 1 : 0));
    }
    // Two more, on which the model is wrong.
    csv.append("0.9,0.9,0.9,0.9,0\n0.95,0.9,0.9,0.9,0\n");
    bench.text("t.csv", csv.toString());
    Path spec =
        bench.text(
            "table.yaml",
            """
            model: model.zip
            data: {csv: t.csv, label-column: label}
            threats: [{norm: linf, epsilons: [0.05]}]
            attacks: [fgsm]
            explainers: []
            corruptions:
              severities: [5]
              shifts:
                - {column: a, from: 0.9}
                - {column: b, tilt: 3}
            """);
    sextant("audit", spec, "--out", bench.path("out")).succeeds();
    CorruptionResult found = corruptions();
    assertThat(found.cells())
        .extracting(cell -> cell.condition().text())
        .containsExactly(
            "corrupted column-noise 5", "corrupted missing-values 5", "corrupted unit-error 5");
    assertThat(result().notTested()).contains("category-swap finds no column that it could change");
    assertThat(found.columns())
        .extracting(CorruptionResult.Column::name)
        .containsExactly("a", "b", "c", "d");
    CorruptionResult.Shifted split = found.shifts().get(0);
    assertThat(split.name()).isEqualTo("a from 0.9");
    assertThat(split.rest().accuracy()).isEqualTo(new Proportion(12, 12));
    assertThat(split.shifted().accuracy()).isEqualTo(new Proportion(0, 2));
    assertThat(split.shifted().samples()).containsExactly(12, 13);
    assertThat(split.change().getAsDouble()).isEqualTo(-1);
    CorruptionResult.Shifted tilt = found.shifts().get(1);
    assertThat(tilt.rest().accuracy()).isEqualTo(new Proportion(12, 14));
    assertThat(tilt.shifted().accuracy().n()).isEqualTo(7);
    assertThat(tilt.shifted().samples()).as("large values of b").contains(10, 12, 13);
    assertThat(sextant("replay", bench.path("out")).succeeds().out())
        .contains("under 3 corruptions", "decisions on the sides of shifts");
    bench.text("table.yaml", Files.readString(spec).replace("column: a,", "column: aa,"));
    sextant("audit", spec, "--out", bench.path("other"))
        .refuses("a shift names column 'aa', which does not exist; did you mean 'a'?");
    bench.text(
        "table.yaml",
        Files.readString(spec).replace("column: aa, from: 0.9", "column: a, from: 2"));
    sextant("audit", spec, "--out", bench.path("other")).refuses("leaves one side without rows");
  }
}
