package io.sextant.maven.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.results.Rule;
import io.sextant.results.gate.Waiver;
import io.sextant.spec.Configured;
import io.sextant.spec.DataSpec;
import io.sextant.spec.ModelSpec;
import io.sextant.spec.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EffectiveSpecTest {
  private static final String SPEC =
      """
      # Written by a person.
      model: ../models/a.zip
      data:
        images: x.npy
        labels: y.npy
        samples: 20
      threats:
        - {norm: linf, epsilons: [8/255, 0.10]}
      rules:
        - {id: clean, metric: clean-accuracy, minimum: 85%}
        - id: linf
          metric: robust-accuracy
          norm: linf
          epsilon: 0.1
          minimum: 40%
      waivers:
        - {rule: linf, reason: known, owner: me, until: 2026-12-31}
      """;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path base;

  @SuppressWarnings("NullAway.Init")
  private Path user;

  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @BeforeEach
  void write() throws IOException {
    folder = base.resolve("target/sextant");
    user = base.resolve("src/rob ust/audit.yaml");
    Files.createDirectories(user.getParent());
    Files.writeString(user, SPEC);
  }

  private EffectiveSpec with(PomSpec pom) throws IOException {
    return EffectiveSpec.of(Optional.of(user), pom, Selection.EVERYTHING, base, folder);
  }

  private static PomSpec pom(
      List<ModelConfiguration> models,
      Optional<DataConfiguration> data,
      List<RuleConfiguration> rules) {
    return new PomSpec(
        models,
        data,
        List.of(),
        Optional.empty(),
        rules,
        List.of(),
        OptionalInt.empty(),
        OptionalLong.empty());
  }

  private static RuleConfiguration rule(String id, String metric, String minimum) {
    RuleConfiguration rule = new RuleConfiguration();
    rule.id = id;
    rule.metric = metric;
    rule.minimum = minimum;
    return rule;
  }

  private static ModelConfiguration model(String file) {
    ModelConfiguration model = new ModelConfiguration();
    model.file = file;
    return model;
  }

  private static DataConfiguration arrays() {
    DataConfiguration data = new DataConfiguration();
    data.images = "x.npy";
    data.labels = "y.npy";
    return data;
  }

  @ParameterizedTest
  @CsvSource({
    "'classes: &a [*a]', 'line 1, column 10: an alias stands inside of what it repeats'",
    "'seed: !!str {a: b}', 'line 1, column 7: the tag !!str is not supported'",
    "'a: !!java.net.URL [x]', 'line 1, column 4: the tag !!java.net.URL is not supported'"
  })
  void yaml_that_means_more_than_text_is_refused_with_its_place(String text, String said)
      throws IOException {
    Files.writeString(user, text);

    assertThatThrownBy(() -> with(PomSpec.NOTHING))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(said);
  }

  @Test
  void the_users_file_stands_where_nothing_is_added() throws IOException {
    EffectiveSpec spec = with(PomSpec.NOTHING);

    assertThat(spec.worker()).isEqualTo(user);
    assertThat(folder).doesNotExist();
    assertThat(((ModelSpec.File) spec.spec().models().get(0).source()).path())
        .isEqualTo(base.resolve("src/models/a.zip"));
    assertThat(spec.ruleLines()).containsEntry("clean", 10).containsEntry("linf", 11).hasSize(2);
  }

  @Test
  void what_is_written_says_the_same_from_another_folder() throws IOException {
    PomSpec seed =
        new PomSpec(
            List.of(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            List.of(),
            List.of(),
            OptionalInt.empty(),
            OptionalLong.of(7));

    EffectiveSpec spec = with(seed);

    assertThat(spec.worker()).isEqualTo(folder.resolve("audit.yaml"));
    assertThat(Files.readString(spec.worker()))
        .contains("model: ../../src/models/a.zip\n", "- 8/255\n", "- 0.10\n", "seed: 7\n")
        .contains("images: ../../src/rob ust/x.npy\n");
    var read = SpecReader.read(spec.worker());
    var written = SpecReader.read(user);
    assertThat(read.models()).isEqualTo(written.models());
    assertThat(read.data()).isEqualTo(written.data());
    assertThat(read.threats()).isEqualTo(written.threats());
    assertThat(read.rules()).isEqualTo(written.rules());
    assertThat(read.waivers()).isEqualTo(written.waivers());
    assertThat(read.seed()).isEqualTo(7);
  }

  @Test
  void everything_can_stand_in_the_pom() throws IOException {
    ThreatConfiguration threat = new ThreatConfiguration();
    threat.norm = "LINF";
    threat.epsilons = List.of(" 8/255 ");
    WaiverConfiguration waiver = new WaiverConfiguration();
    waiver.rule = "clean";
    waiver.reason = "known";
    waiver.owner = "me";
    waiver.until = "2026-12-31";
    PomSpec pom =
        new PomSpec(
            List.of(model("models/größe.zip")),
            Optional.of(arrays()),
            List.of(threat),
            Optional.of("quick"),
            List.of(rule("clean", "CLEAN_ACCURACY", "90%")),
            List.of(waiver),
            OptionalInt.of(64),
            OptionalLong.empty());

    EffectiveSpec spec =
        EffectiveSpec.of(Optional.empty(), pom, Selection.EVERYTHING, base, folder);

    assertThat(spec.spec().models())
        .singleElement()
        .satisfies(
            m ->
                assertThat(((ModelSpec.File) m.source()).path())
                    .isEqualTo(base.resolve("models/größe.zip")));
    assertThat(spec.spec().data().samples()).isEqualTo(64);
    assertThat(spec.spec().attacks()).extracting(Configured::name).containsExactly("fgsm", "quick");
    assertThat(spec.spec().rules()).extracting(Rule::id).containsExactly("clean");
    assertThat(spec.spec().waivers()).extracting(Waiver::owner).containsExactly("me");
    assertThat(spec.ruleLines()).isEmpty();
  }

  @Test
  void rules_of_the_pom_replace_by_id_and_come_after_otherwise() throws IOException {
    EffectiveSpec spec =
        with(
            pom(
                List.of(),
                Optional.empty(),
                List.of(
                    rule("new", "clean-accuracy", "10%"), rule("clean", "clean-accuracy", "99%"))));

    assertThat(spec.spec().rules()).extracting(Rule::id).containsExactly("clean", "linf", "new");
    assertThat(spec.spec().rules().get(0).minimum().orElseThrow().text()).isEqualTo("99%");
  }

  @Test
  void a_source_in_the_pom_replaces_the_whole_source() throws IOException {
    DataConfiguration table = new DataConfiguration();
    table.csv = "t.csv";
    table.labelColumn = "class";

    EffectiveSpec spec = with(pom(List.of(), Optional.of(table), List.of()));

    assertThat(spec.spec().data().source())
        .isEqualTo(new DataSpec.Table(base.resolve("t.csv"), "class", Optional.empty()));
    assertThat(spec.spec().data().samples()).isEqualTo(20);
  }

  @Test
  void suppliers_need_the_project() throws IOException {
    ModelConfiguration supplied = new ModelConfiguration();
    supplied.supplier = "demo.Net";

    assertThat(with(PomSpec.NOTHING).needsProject()).isFalse();
    assertThat(with(pom(List.of(supplied), Optional.empty(), List.of())).needsProject()).isTrue();
  }

  @Test
  void several_models_have_ids() throws IOException {
    ModelConfiguration named = model("a.zip");
    named.id = "a";

    assertThat(with(pom(List.of(named), Optional.empty(), List.of())).spec().models())
        .extracting(ModelSpec::id)
        .containsExactly("a");
    assertThatThrownBy(() -> with(pom(List.of(model("a.zip"), named), Optional.empty(), List.of())))
        .hasMessageContaining("'id' is missing");
  }

  @Test
  void a_selection_is_a_part_for_the_worker_and_the_whole_for_the_gate() throws IOException {
    Selection part = Selection.parse(List.of("linf"), List.of("17", " 4"));

    EffectiveSpec spec = EffectiveSpec.of(Optional.of(user), PomSpec.NOTHING, part, base, folder);

    assertThat(spec.spec().rules()).hasSize(2);
    var worker = SpecReader.read(spec.worker());
    assertThat(worker.rules()).extracting(Rule::id).containsExactly("linf");
    assertThat(worker.data().rows()).containsExactly(4, 17);
    assertThat(spec.measured()).contains("- 17").doesNotContain("clean");
  }

  @Test
  void waivers_and_comments_do_not_change_what_is_measured() throws IOException {
    String before = with(PomSpec.NOTHING).measured();
    Files.writeString(
        user, "# Another.\n" + SPEC.replace("known", "still known").replace("me,", "you,"));
    assertThat(with(PomSpec.NOTHING).measured()).isEqualTo(before);

    Files.writeString(user, SPEC.replace("0.10", "0.11").replace("0.1\n", "0.11\n"));
    assertThat(with(PomSpec.NOTHING).measured()).isNotEqualTo(before);
  }

  @Test
  void mistakes_name_their_place() throws IOException {
    assertThatThrownBy(
            () ->
                with(pom(List.of(), Optional.empty(), List.of(rule("x", "clean-acuracy", "10%")))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("audit.yaml, with what the POM adds: rules[2].metric")
        .hasMessageContaining(
            "clean-accuracy, robust-accuracy, corrupted-accuracy, completeness-gap,"
                + " attribution-drift");
    assertThatThrownBy(
            () ->
                EffectiveSpec.of(
                    Optional.empty(),
                    pom(
                        List.of(model("a.zip")),
                        Optional.of(arrays()),
                        List.of(rule("x", "clean-accuracy", "101%"))),
                    Selection.EVERYTHING,
                    base,
                    folder))
        .hasMessageContaining("the configuration of sextant-maven-plugin in the POM: rules[0]");
    assertThatThrownBy(
            () ->
                EffectiveSpec.of(
                    Optional.of(base.resolve("none.yaml")),
                    PomSpec.NOTHING,
                    Selection.EVERYTHING,
                    base,
                    folder))
        .hasMessageContaining("none.yaml does not exist; write one with sextant init");
    assertThatThrownBy(
            () -> with(pom(List.of(new ModelConfiguration()), Optional.empty(), List.of())))
        .hasMessageContaining("either a <file> or a <supplier> but has neither");
    Files.writeString(user, "rules: [");
    assertThatThrownBy(() -> with(PomSpec.NOTHING)).hasMessageContaining("not valid YAML");
    Files.writeString(user, "- a list");
    assertThatThrownBy(() -> with(PomSpec.NOTHING)).hasMessageContaining("must be a mapping");
  }

  @Test
  void unknown_selected_rules_are_refused() {
    assertThatThrownBy(
            () ->
                EffectiveSpec.of(
                    Optional.of(user),
                    PomSpec.NOTHING,
                    new Selection(Set.of("liinf"), List.of()),
                    base,
                    folder))
        .hasMessage("sextant.rules must name some of the rules clean, linf but names 'liinf'");
    assertThatThrownBy(() -> Selection.parse(List.of(), List.of("3", "x")))
        .hasMessageContaining("row numbers such as 17,204 but has 'x'");
  }

  @Test
  void a_hostile_class_name_is_refused_before_anything_runs() {
    ModelConfiguration hostile = new ModelConfiguration();
    hostile.supplier = "demo.Net\" -XX:OnError=\"rm -rf /";

    assertThatThrownBy(() -> with(pom(List.of(hostile), Optional.empty(), List.of())))
        .hasMessageContaining("must be a class name");
  }
}
