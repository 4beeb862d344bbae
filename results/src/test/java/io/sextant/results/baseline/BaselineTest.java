package io.sextant.results.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sextant.results.Kept;
import io.sextant.results.Limit;
import io.sextant.results.Metric;
import io.sextant.results.Proportion;
import io.sextant.results.Rule;
import io.sextant.results.SampleTable;
import io.sextant.results.Trial;
import io.sextant.results.rules.Figure;
import io.sextant.results.rules.Figures;
import io.sextant.results.rules.Measurements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineTest {
  private static final Fingerprint SAME = new Fingerprint("sha256:s", "sha256:p");
  private static final Rule CLEAN = Rule.cleanAccuracy("clean", "50%");
  private static final Rule SMALL = Trial.robust("linf-small").minimum(Limit.parse("10%")).build();
  private static final Trial BEFORE = new Trial("ggggggggwg").run("pgd", "0.1", "hhhh3hhhwh");

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  private static Baseline baseline(Rule... rules) {
    return Baseline.of("digits", SAME, List.of(rules), BEFORE.measured());
  }

  private static Match match(
      Baseline baseline, Fingerprint fingerprint, Rule rule, Measurements now) {
    Figure figure = Figures.of(rule, now).get(0);
    return baseline.match(fingerprint, rule, figure);
  }

  private static String refusal(Match match) {
    assertThat(match).isInstanceOf(Match.Refused.class);
    return ((Match.Refused) match).reason();
  }

  @Test
  void the_file_is_small_sorted_and_without_dates() {
    // Examples 0..7 fill a byte from the lowest bit: all but the fifth; then 01 (wrong, good).
    String expected =
        """
        {
          "schema" : 2,
          "model" : "digits",
          "samples" : "sha256:s",
          "protocol" : "sha256:p",
          "rules" : {
            "clean" : [
              {
                "metric" : "clean-accuracy",
                "scope" : { },
                "count" : 9,
                "n" : 10,
                "bits" : "/wI="
              }
            ],
            "linf-small" : [
              {
                "metric" : "robust-accuracy",
                "scope" : {
                  "condition" : "linf 0.1"
                },
                "count" : 8,
                "n" : 10,
                "bits" : "7wI="
              }
            ]
          }
        }
        """;
    assertThat(baseline(SMALL, CLEAN).toJson()).isEqualTo(expected);
    assertThat(baseline(CLEAN, SMALL).toJson()).isEqualTo(expected);
  }

  @Test
  void what_is_written_is_read(@TempDir Path other) throws IOException {
    Path file = other.resolve("deep/digits.json");
    Baseline baseline = baseline(CLEAN, SMALL);
    baseline.write(file);
    assertThat(Baseline.read(file)).isEqualTo(baseline);
    assertThat(Files.readString(file)).isEqualTo(baseline.toJson());
  }

  @Test
  void several_figures_of_a_rule_are_sorted_by_value() {
    Trial trial =
        new Trial("gg").run("pgd", "0.9", "hh").run("pgd", "0.10", "hh").run("pgd", "0.5", "hh");
    Rule any = Rule.builder("any", Metric.ROBUST_ACCURACY).minimum(Limit.parse("0")).build();
    Baseline baseline = Baseline.of("m", SAME, List.of(any), trial.measured());
    assertThat(baseline.rules().get("any"))
        .extracting(figure -> figure.scope().condition().orElseThrow().text())
        .containsExactly("linf 0.10", "linf 0.5", "linf 0.9");
    Rule classes =
        Trial.clean("classes").className(Rule.EVERY_CLASS).minimum(Limit.parse("0")).build();
    assertThat(Baseline.of("m", SAME, List.of(classes), trial.measured()).rules().get("classes"))
        .extracting(figure -> figure.scope().className().orElse(""))
        .containsExactly("even", "odd");
  }

  @Test
  void gaps_are_not_recorded() {
    Rule gap = Rule.builder("gap", Metric.COMPLETENESS_GAP).maximum(Limit.parse("1%")).build();
    assertThat(baseline(gap, CLEAN).rules()).containsOnlyKeys("clean");
  }

  @Test
  void only_sound_and_complete_figures_are_recorded() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Baseline.of("m", SAME, List.of(CLEAN), BEFORE.unreliable()))
        .withMessage(
            "a baseline must come from a reliable audit but a validity check tripped:"
                + " zero-gradients (remove saturation, rounding or what else stops the gradient);"
                + " see the validity checks in the report");
    Rule other = Rule.robustAccuracy("other", "l2 1", "0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> baseline(other))
        .withMessage("rule other must be measured to be recorded but has no figure");
    Measurements curtailed = new Trial("gg").run("pgd", "0.1", "h.").measured();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Baseline.of("m", SAME, List.of(SMALL), curtailed))
        .withMessage(
            "rule linf-small was not run to the end, so it has a bound and no figure to record; run"
                + " it with curtail none and without a time budget");
    // As it is read from samples.csv: what was not attacked has no row.
    SampleTable table = curtailed.samples().orElseThrow();
    SampleTable read =
        new SampleTable(table.clean().subList(0, 1), table.rows(), table.grid(), List.of());
    Measurements unnamed =
        new Measurements(
            curtailed.classes(),
            curtailed.accuracy(),
            List.of(),
            curtailed.validity(),
            Optional.of(read));
    assertThatIllegalArgumentException()
        .as("that clean outcomes are not known one by one comes from the cut, which is told first")
        .isThrownBy(() -> Baseline.of("m", SAME, List.of(CLEAN, SMALL), unnamed))
        .withMessageStartingWith("rule linf-small was not run to the end");
    Measurements counts = BEFORE.counts();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Baseline.of("m", SAME, List.of(SMALL), counts))
        .withMessage(
            "rule linf-small: the outcomes of single examples must be known but are not;"
                + " samples.csv must stand beside result.json");
  }

  @Test
  void the_same_examples_are_paired() {
    Measurements now = new Trial("gggggggggg").run("pgd", "0.1", "1hhhhhhh5h").measured();
    Match match = match(baseline(SMALL), SAME, SMALL, now);
    assertThat(match)
        .isEqualTo(
            new Match.Compared(
                new Comparison(
                    new Proportion(8, 10), new Proportion(8, 10), List.of(100), List.of(104))));
    Rule sameRadius = Rule.robustAccuracy("linf-small", "linf 1/10", "99%");
    Measurements rewritten = new Trial("gggggggggg").run("pgd", "1/10", "hhhhhhhhhh").measured();
    assertThat(match(baseline(SMALL), SAME, sameRadius, rewritten))
        .isInstanceOf(Match.Compared.class);
  }

  @Test
  void a_rule_that_is_not_in_the_baseline_is_absent() {
    assertThat(match(baseline(CLEAN), SAME, SMALL, BEFORE.measured()))
        .isEqualTo(
            new Match.Absent(
                "the baseline has no rule linf-small; run update-baseline to record one"));
  }

  @Test
  void what_cannot_be_paired_is_refused() {
    Baseline baseline = baseline(CLEAN, SMALL);
    assertThat(refusal(match(baseline, new Fingerprint("x", "sha256:p"), SMALL, BEFORE.measured())))
        .isEqualTo(
            "the baseline was measured on other examples, so the two cannot be paired; use the"
                + " same data and samples, or run update-baseline to record one");
    assertThat(refusal(match(baseline, new Fingerprint("sha256:s", "x"), SMALL, BEFORE.measured())))
        .isEqualTo(
            "the baseline was measured under other threats, attacks, slices or another seed, so a"
                + " change need not come from the model; use the same settings, or run"
                + " update-baseline to record one");
    Rule moved = Trial.robust("clean").minimum(Limit.parse("10%")).build();
    assertThat(refusal(match(baseline, SAME, moved, BEFORE.measured())))
        .isEqualTo(
            "the baseline of rule clean is about something else than robust accuracy, L∞ 0.1,"
                + " worst case; run update-baseline to record one");
    Rule odd = Trial.clean("clean").className("odd").minimum(Limit.parse("0")).build();
    assertThat(refusal(match(baseline, SAME, odd, BEFORE.measured())))
        .contains("something else than clean accuracy, class odd");
    Measurements curtailed = new Trial("gggggggggg").run("pgd", "0.1", "hhhhh").measured();
    assertThat(refusal(match(baseline, SAME, SMALL, curtailed)))
        .isEqualTo(
            "the figure was not run to the end, and a bound cannot be compared with the baseline");
    Measurements counts = BEFORE.counts();
    assertThat(refusal(match(baseline, SAME, SMALL, counts)))
        .isEqualTo(
            "the baseline knows 10 single examples but this audit 0; samples.csv must stand beside"
                + " result.json");
    Measurements fewer = new Trial("gg").run("pgd", "0.1", "hh").measured();
    assertThat(refusal(match(baseline, SAME, SMALL, fewer)))
        .contains("knows 10")
        .contains("audit 2");
  }

  @Test
  void changes_are_listed() {
    Baseline before = baseline(CLEAN, SMALL);
    assertThat(before.changesSince(before)).isEmpty();
    Measurements now = new Trial("gggggggggg").run("pgd", "0.1", "1hhhhhhh5h").measured();
    Rule odd = Trial.clean("odd").className("odd").minimum(Limit.parse("0")).build();
    Baseline after = Baseline.of("digits", new Fingerprint("x", "y"), List.of(SMALL, odd), now);
    assertThat(after.changesSince(before))
        .containsExactly(
            "examples: changed",
            "threats, attacks, slices or seed: changed",
            "clean: removed, was 9 of 10",
            "linf-small (L∞ 0.1, worst case): 8 of 10, but other examples are good",
            "odd (class odd): new, 5 of 5");
    assertThat(Baseline.of("digits", SAME, List.of(CLEAN, SMALL), now).changesSince(before))
        .containsExactly(
            "clean: 9 of 10 -> 10 of 10",
            "linf-small (L∞ 0.1, worst case): 8 of 10, but other examples are good");
  }

  private void unreadable(String text, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("digits.json"), text);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Baseline.read(file))
        .withMessageContaining(message)
        .withMessageContaining("update-baseline");
  }

  @Test
  void files_that_are_no_baselines_are_refused_with_a_next_step() throws IOException {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Baseline.read(folder.resolve("none.json")))
        .withMessage(
            "the baseline %s does not exist; run update-baseline to record one"
                .formatted(folder.resolve("none.json")));
    String good = baseline(CLEAN).toJson();
    unreadable("", "digits.json must be a baseline with a schema number but has none");
    unreadable("[]", "digits.json must be a baseline with a schema number but has none");
    unreadable("{\"schema\": \"1\"}", "must be a baseline with a schema number but has none");
    unreadable("{", "digits.json is not a valid baseline: ");
    unreadable(
        good.replace("\"schema\" : 2", "\"schema\" : 1"),
        "digits.json has schema 1 but this version reads schema 2; run update-baseline");
    unreadable(good.replace("\"count\"", "\"counts\""), "digits.json is not a valid baseline: ");
    unreadable(good + "{}", "digits.json is not a valid baseline: ");
    unreadable(good.replace("\"n\" : 10,", "\"n\" : 10, \"n\" : 10,"), "not a valid baseline: ");
    unreadable(
        good.replace("\"n\" : 10,", "\"n\" : 10,\n<<<<<<< HEAD"),
        "digits.json has an unresolved merge conflict");
    unreadable(good.replace("/wI=", "????"), "bits must be base64 but were not");
    unreadable(
        good.replace("/wI=", "/wM="),
        "bits must have 9 of 10 set, in 2 bytes, but had 10 set in 2 bytes");
    unreadable(good.replace("/wI=", "/wQ="), "bits must have 9 of 10 set");
    unreadable(good.replace("/wI=", "/wIA"), "but had 9 set in 3 bytes");
    unreadable(good.replace("\"count\" : 9", "\"count\" : 11"), "count must be in [0, 10]");
  }

  @Test
  void a_baseline_is_about_one_model_and_each_figure_once() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Baseline(2, " ", "s", "p", Map.of(), Optional.empty()))
        .withMessage("model must not be blank");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Baseline(1, "m", "s", "p", Map.of(), Optional.empty()))
        .withMessage(
            "schema must be 2 but was 1; use the version of Sextant that wrote it, or run"
                + " update-baseline to record one");
    BaselineFigure figure = baseline(CLEAN).rules().values().iterator().next().get(0);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Baseline(
                    2, "m", "s", "p", Map.of("c", List.of(figure, figure)), Optional.empty()))
        .withMessage("rule c must have each figure once but has one twice");
  }

  private static Measurements explained(float... map) {
    Measurements sound = new Trial("g").measured();
    return new Measurements(
        sound.classes(),
        sound.accuracy(),
        List.of(),
        sound.validity(),
        Optional.of(Kept.of("ig", map)),
        List.of(),
        sound.samples());
  }

  @Test
  void attributions_that_rules_are_about_are_recorded_and_come_back(@TempDir Path folder)
      throws IOException {
    Rule drift = Rule.builder("d", Metric.ATTRIBUTION_DRIFT).maximum(Limit.parse("10%")).build();
    Fingerprint print = new Fingerprint("s", "p");
    Baseline recorded = Baseline.of("m", print, List.of(drift), explained(1, 2));
    assertThat(recorded.attributions()).isEqualTo(explained(1, 2).attributions());
    Path file = folder.resolve("m.json");
    recorded.write(file);
    assertThat(Baseline.read(file)).isEqualTo(recorded);
    Baseline other = Baseline.of("m", print, List.of(drift), explained(2, 1));
    assertThat(other.changesSince(recorded)).containsExactly("attributions by ig: 33.3% moved");
    assertThat(Baseline.of("m", print, List.of(), explained(1, 2)).attributions()).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Baseline.of("m", print, List.of(drift), new Trial("g").measured()))
        .withMessageContaining("the audit kept none");
    Files.writeString(
        file, recorded.toJson().replaceFirst("\"shape\" : \\[\\s*2", "\"shape\" : [3"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Baseline.read(file))
        .withMessageContaining("have 3 values but has 2");
  }
}
