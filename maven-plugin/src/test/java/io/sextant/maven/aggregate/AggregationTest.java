package io.sextant.maven.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.maven.AuditFixture;
import io.sextant.maven.Project;
import io.sextant.maven.evaluation.RunRecord;
import io.sextant.results.Epsilon;
import io.sextant.results.Limit;
import io.sextant.results.Metric;
import io.sextant.results.Norm;
import io.sextant.results.Rule;
import io.sextant.results.Severity;
import io.sextant.results.Verdict;
import io.sextant.results.gate.AggregateRule;
import io.sextant.results.gate.GatePolicy;
import io.sextant.results.gate.Guidance;
import io.sextant.results.gate.RuleReport;
import io.sextant.results.rules.Measurements;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AggregationTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 3, 1);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private static Rule robust(String minimum, String epsilon, Severity severity) {
    return Rule.builder("all", Metric.ROBUST_ACCURACY)
        .norm(Norm.LINF)
        .epsilon(Epsilon.parse(epsilon))
        .minimum(Limit.parse(minimum))
        .severity(severity)
        .build();
  }

  private static Rule robust(String minimum) {
    return robust(minimum, "0.1", Severity.ERROR);
  }

  private static Measurements measured(AuditFixture audit) {
    return Measurements.of(audit.result(), audit.rows(), List.of());
  }

  private static Map<String, Measurements> models(String a, String b) {
    Map<String, Measurements> models = new LinkedHashMap<>();
    models.put("a", measured(AuditFixture.of(a)));
    models.put("b", measured(AuditFixture.of(b)));
    return models;
  }

  private static RuleReport worst(Rule rule, Map<String, Measurements> models) {
    return new AggregateRule("all", Optional.of(rule), Optional.empty()).judge(models).get(0);
  }

  private static RuleReport mean(Rule rule, Map<String, Measurements> models) {
    return new AggregateRule("all", Optional.empty(), Optional.of(rule)).judge(models).get(0);
  }

  @Test
  void the_mean_hides_what_the_worst_shows() {
    Map<String, Measurements> models = models("gggggggggg", "gggbbbbbbb");

    assertThat(mean(robust("65%"), models).verdict()).isEqualTo(Verdict.PASS);
    RuleReport worst = worst(robust("65%"), models);
    assertThat(worst.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(worst.judged().explanation()).startsWith("The worst of 2 models is b.");
    assertThat(worst.judged().share().orElseThrow().count()).isEqualTo(3);
  }

  @Test
  void the_mean_is_exact_at_its_limit() {
    Map<String, Measurements> models = models("gggggggggg", "gggbbbbbbb");

    assertThat(mean(robust("65%"), models).verdict()).isEqualTo(Verdict.PASS);
    assertThat(mean(robust("65.0001%"), models).verdict()).isEqualTo(Verdict.FAIL);
    assertThat(mean(robust("66%", "0.1", Severity.WARN), models).verdict()).isEqualTo(Verdict.WARN);
    assertThat(mean(robust("65%"), models).judged().share().orElseThrow().n()).isEqualTo(20);
  }

  @Test
  void what_was_not_run_leaves_the_mean_open() {
    assertThat(mean(robust("66%"), models("gggggggggg", "ggg....bbb")).verdict())
        .isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(mean(robust("65%"), models("gggggggggg", "ggg....bbb")).verdict())
        .isEqualTo(Verdict.PASS);
    assertThat(mean(robust("86%"), models("gggggggggg", "ggg....bbb")).verdict())
        .isEqualTo(Verdict.FAIL);
  }

  @Test
  void an_unreliable_model_takes_away_what_is_green() {
    Map<String, Measurements> models = models("gggg", "gggg");
    models.put("c", measured(AuditFixture.of("gggg").unreliable()));

    assertThat(mean(robust("50%"), models).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(worst(robust("50%"), models).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
  }

  @Test
  void a_model_without_a_figure_is_not_measured() {
    Rule other = robust("10%", "0.3", Severity.ERROR);

    assertThat(mean(other, models("gggg", "gggg")).verdict()).isEqualTo(Verdict.NOT_MEASURED);
    assertThat(worst(other, models("gggg", "gggg")).verdict()).isEqualTo(Verdict.NOT_MEASURED);
  }

  @Test
  void two_bounds_are_two_rules() {
    assertThat(
            new AggregateRule("all", Optional.of(robust("10%")), Optional.of(robust("20%")))
                .judge(models("gggg", "gggg")))
        .extracting(report -> report.rule().id())
        .containsExactly("all-worst", "all-mean");
  }

  private Path module(String name, AuditFixture audit, Path out) throws Exception {
    Project project = Project.write(folder.resolve(name), Project.RULES);
    audit.write(out);
    new RunRecord(
            RunRecord.FORMAT,
            "s",
            "default",
            "k",
            RunRecord.relative(out, project.base().resolve("audit.yaml")),
            List.of("model"),
            RunRecord.relative(out, project.base().resolve("baseline")),
            GatePolicy.DEFAULT,
            Optional.empty())
        .write(out);
    return project.out();
  }

  @Test
  void modules_are_found_by_the_records_of_their_results() throws Exception {
    Path a = folder.resolve("a/target/sextant");
    module("a", AuditFixture.of("ggggbbbbbb"), a);
    module("b", AuditFixture.of("gggggggggg"), folder.resolve("b/target/sextant/nightly"));
    module("b", AuditFixture.of("bbbbbbbbbb"), folder.resolve("b/target/sextant/reproduce"));
    Map<String, Set<Path>> places = new LinkedHashMap<>();
    places.put("a", Set.of(a));
    places.put("b", Set.of(folder.resolve("b/target/sextant")));
    places.put("c", Set.of(folder.resolve("c/target/sextant")));

    List<ModuleResults.Entry> entries = ModuleResults.of(places, "s", TODAY);

    assertThat(entries)
        .extracting(ModuleResults.Entry::label)
        .containsExactly("a/model", "b/model");
    assertThat(entries.get(0).report().failed()).isTrue();
    Aggregation aggregation =
        Aggregation.of(
            entries,
            List.of(new AggregateRule("all", Optional.of(robust("50%")), Optional.empty())),
            GatePolicy.DEFAULT,
            TODAY);
    assertThat(aggregation.failed()).isTrue();
    assertThat(aggregation.message("target/index.html"))
        .startsWith("1 of 1 robustness rule is broken for model all modules.\n  FAIL all: ")
        .contains("The worst of 2 models is a/model.")
        .contains("  1 of 2 robustness rules is broken for model a/model.\n")
        .endsWith("Report: target/index.html");
    aggregation.write(folder.resolve("target/all"), Guidance.maven(Optional.empty()));
    assertThat(folder.resolve("target/all/index.html"))
        .content()
        .contains("../../a/target/sextant/report.html", "b/model");
    assertThat(folder.resolve("target/all/TEST-sextant.xml")).content().contains("all modules");
    assertThat(folder.resolve("target/all/summary.md")).isNotEmptyFile();
  }

  @Test
  void results_of_another_build_do_not_count() throws Exception {
    Path a = folder.resolve("a/target/sextant");
    module("a", AuditFixture.of("gggg"), a);
    assertThat(ModuleResults.of(Map.of("a", Set.of(a)), "another", TODAY)).isEmpty();
  }

  @Test
  void folders_of_one_name_do_not_hide_each_other() throws Exception {
    Path one = folder.resolve("a/one/x");
    Path two = folder.resolve("a/two/x");
    module("a", AuditFixture.of("gggg"), one);
    module("b", AuditFixture.of("bbbb"), two);
    Map<String, Set<Path>> places = new LinkedHashMap<>();
    places.put("a", new java.util.LinkedHashSet<>(List.of(one, two)));
    assertThat(ModuleResults.of(places, "s", TODAY))
        .extracting(ModuleResults.Entry::label)
        .containsExactly("a/x/model", "a/x/model (2)");
  }

  @Test
  void without_rules_over_all_nothing_fails() throws Exception {
    Path a = folder.resolve("a/target/sextant");
    module("a", AuditFixture.of("bbbb"), a);

    Aggregation aggregation =
        Aggregation.of(
            ModuleResults.of(Map.of("a", Set.of(a)), "s", TODAY),
            List.of(),
            GatePolicy.DEFAULT,
            TODAY);

    assertThat(aggregation.failed()).isFalse();
    assertThat(aggregation.message("x")).startsWith("Modules:\n");
    assertThat(aggregation.entries())
        .extracting(ModuleResults.Entry::label)
        .containsExactly("model");
  }

  @Test
  void what_fails_can_be_chosen() {
    List<AggregateRule> rules =
        List.of(
            new AggregateRule(
                "all", Optional.empty(), Optional.of(robust("10%", "0.3", Severity.ERROR))));
    AuditFixture audit = AuditFixture.of("gggg");
    List<ModuleResults.Entry> entries =
        List.of(
            new ModuleResults.Entry(
                "a",
                new io.sextant.maven.judge.Judgement(
                    audit.result(),
                    new io.sextant.results.gate.GateReport(
                        "a", TODAY, List.of(), List.of(), List.of(), false),
                    folder),
                measured(audit)));

    assertThat(Aggregation.of(entries, rules, GatePolicy.DEFAULT, TODAY).failed()).isTrue();
    assertThat(
            Aggregation.of(entries, rules, GatePolicy.DEFAULT.withFailIfNotMeasured(false), TODAY)
                .failed())
        .isFalse();
  }
}
