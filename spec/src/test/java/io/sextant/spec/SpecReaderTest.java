package io.sextant.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.results.Condition;
import io.sextant.results.Epsilon;
import io.sextant.results.Limit;
import io.sextant.results.Metric;
import io.sextant.results.Norm;
import io.sextant.results.Rule;
import io.sextant.results.Severity;
import io.sextant.results.Slice;
import io.sextant.results.Statistic;
import io.sextant.results.gate.Waiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecReaderTest {
  private static final Path FOLDER = Path.of("base").toAbsolutePath();
  private static final String LEAST = "model: m.zip\ndata: {images: x.npy, labels: y.npy}\n";

  private static AuditSpec parse(String text) {
    return SpecReader.parse(text, FOLDER);
  }

  @Test
  void everything_but_model_and_data_has_a_default() {
    AuditSpec spec = parse(LEAST);
    assertThat(spec.models())
        .containsExactly(
            new ModelSpec(
                "model",
                new ModelSpec.File(FOLDER.resolve("m.zip")),
                Optional.empty(),
                Optional.empty()));
    assertThat(spec.classes()).isEmpty();
    assertThat(spec.data())
        .isEqualTo(
            new DataSpec(
                new DataSpec.Arrays(FOLDER.resolve("x.npy"), FOLDER.resolve("y.npy")),
                256,
                Sampling.STRATIFIED,
                List.of(),
                0,
                1));
    assertThat(spec.threats())
        .containsExactly(
            new ThreatSpec(Norm.LINF, List.of(Epsilon.parse("8/255")), OptionalInt.empty(), 0));
    assertThat(spec.attacks())
        .containsExactly(Configured.of("fgsm"), Configured.of("pgd"), Configured.of("standard"));
    assertThat(spec.explainers())
        .containsExactly(
            Configured.of("vanilla-gradient"),
            Configured.of("integrated-gradients"),
            Configured.of("smoothgrad"));
    assertThat(spec.rules()).isEmpty();
    assertThat(spec.reportExamples()).isTrue();
    assertThat(spec.evidence()).isEqualTo(AuditSpec.Evidence.FULL);
    assertThat(spec.seed()).isEqualTo(42);
    assertThat(spec.engine()).isEqualTo("auto");
    assertThat(spec.text()).isEqualTo(LEAST);
  }

  @Test
  void explanation_quality_has_defaults_and_comes_back_as_it_was_written() {
    assertThat(parse(LEAST).explanationQuality()).isEmpty();
    ExplanationQualitySpec usual =
        parse(LEAST + "explanation-quality: {}\n").explanationQuality().orElseThrow();
    assertThat(usual.metrics()).isEmpty();
    assertThat(usual.samples()).isEqualTo(50);
    AuditSpec asked =
        parse(
            LEAST
                + "explanation-quality: {samples: 9, metrics: [deletion, {mprt: {stages: 2}, id:"
                + " m}], attacks: [explanation-attack, {explanation-attack: {aim: centre}, id:"
                + " c}]}\n");
    assertThat(asked.explanationQuality().orElseThrow().metrics().orElseThrow())
        .extracting(Configured::id)
        .containsExactly("deletion", "m");
    assertThat(usual.attacks()).isEmpty();
    assertThat(asked.explanationQuality().orElseThrow().attacks())
        .containsExactly(
            Configured.of("explanation-attack"),
            new Configured("c", "explanation-attack", Map.of("aim", "centre")));
    AuditSpec again = parse(new SpecWriter(Path.of("")).write(asked));
    assertThat(again.explanationQuality()).isEqualTo(asked.explanationQuality());
    assertThatThrownBy(() -> parse(LEAST + "explanation-quality: {samples: 1}\n"))
        .hasMessageContaining("samples must be from 2");
    assertThatThrownBy(() -> parse(LEAST + "explanation-quality: {metric: [deletion]}\n"))
        .hasMessageContaining("did you mean 'metrics'");
  }

  @Test
  void adaptation_has_defaults() {
    assertThat(parse(LEAST).adaptation()).isEmpty();
    AdaptationSpec spec = parse(LEAST + "adaptation: {severity: 3}\n").adaptation().orElseThrow();
    assertThat(spec.methods()).isEmpty();
    assertThat(spec.corruptions()).isEmpty();
    assertThat(spec.parameters()).isEqualTo("cifar-c");
    assertThat(spec.severity()).isEqualTo(3);
    assertThat(spec.streams())
        .extracting(StreamSpec::text)
        .containsExactly("clean", "single", "continual", "mixed", "runs-0.1", "runs-0.01");
    assertThat(spec.batchSizes()).containsExactly(200, 64, 16, 1);
    assertThat(spec.seeds()).isEqualTo(3);
    assertThat(spec.sourceSamples()).isEqualTo(256);
    assertThat(spec.attacks().samples()).isEqualTo(20);
    assertThat(spec.attacks().shares()).extracting(Limit::text).containsExactly("1%", "5%", "10%");
    List<Epsilon> usual = List.of(Epsilon.parse("8/255"), Epsilon.parse("0.1"));
    assertThat(spec.attacks().epsilons(List.of())).isEqualTo(usual);
    List<Epsilon> threats = List.of(Epsilon.parse("0.03"));
    assertThat(spec.attacks().epsilons(threats)).isEqualTo(threats);
  }

  @Test
  void attacks_on_adapted_models_come_back() {
    String text = "adaptation: {attacks: {epsilons: [4/255], shares: [2%], samples: 3}}\n";
    AuditSpec spec = parse(LEAST + text);
    AdaptedAttackSpec attacks = spec.adaptation().orElseThrow().attacks();
    assertThat(attacks.epsilons(List.of(Epsilon.parse("1"))))
        .containsExactly(Epsilon.parse("4/255"));
    assertThat(attacks.shares()).containsExactly(Limit.parse("0.02"));
    assertThat(attacks.samples()).isEqualTo(3);
    assertThat(parse(spec.text()).adaptation()).isEqualTo(spec.adaptation());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{method: [tent]} | adaptation: unknown key 'method'; did you mean 'methods'?",
        "{streams: [mixd]} | adaptation.streams[0]: a stream must be one of",
        "{streams: [runs-0]} | the concentration of runs must be a number above 0",
        "{streams: [runs-x]} | but was 'x'",
        "{streams: [clean, clean]} | streams must each be listed once",
        "{batch-sizes: [0]} | batch-sizes must be from 1 to 100000 but was 0",
        "{severity: 6} | severity must be from 1 to 5 but was 6",
        "{seeds: many} | adaptation.seeds must be a number but was 'many'",
        "[tent] | adaptation must be a mapping",
        "{attacks: {share: [1%]}} | unknown key 'share'; did you mean 'shares'?",
        "{attacks: {shares: [60%]}} | shares must be above 0 and at most 50% but one was 60%",
        "{attacks: {shares: [0]}} | shares must be above 0 and at most 50% but one was 0",
        "{attacks: {epsilons: []}} | epsilons must list at least one radius",
        "{attacks: {epsilons: [0]}} | epsilon must be above 0",
        "{attacks: {samples: -1}} | samples must be from 0 to 100000 but was -1",
      })
  void adaptation_that_makes_no_sense_is_refused(String adaptation, String message) {
    assertThatThrownBy(() -> parse(LEAST + "adaptation: " + adaptation + "\n"))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining(message);
  }

  @Test
  void reads_the_example_of_the_contract() throws IOException {
    String text =
        """
        model: model.zip                # or models: [{id: a, file: a.zip}, …]
        classes: [T-shirt/top, Trouser]
        data:
          images: t10k-images-idx3-ubyte.gz
          labels: t10k-labels-idx1-ubyte.gz
          samples: 500                  # default 256
          sampling: first
        threats:
          - norm: linf
            epsilons: [0.03, 8/255, 0.10]
          - {norm: l2, epsilons: [1], target: 1, category-changes: 2, budget: 1.5}
        attacks: [fgsm, {pgd: {steps: 100, restarts: 5}}]
        explainers: [vanilla-gradient, {smoothgrad: {samples: 8}}]
        rules:
          - {id: clean, metric: clean-accuracy, class: Trouser, minimum: 85%}
          - {id: small, metric: robust-accuracy, norm: linf, epsilon: 0.1, attack: pgd, minimum: 0.5, severity: warn}
        report: {examples: false}
        evidence: adversarial
        seed: 7
        engine: nd4j
        """;
    AuditSpec spec = parse(text);
    assertThat(spec.classes()).containsExactly("T-shirt/top", "Trouser");
    assertThat(spec.data().samples()).isEqualTo(500);
    assertThat(spec.data().sampling()).isEqualTo(Sampling.FIRST);
    assertThat(spec.threats().get(0).epsilons())
        .extracting(Epsilon::text)
        .as("in order of size, as written")
        .containsExactly("0.03", "8/255", "0.10");
    assertThat(spec.threats().get(1))
        .isEqualTo(
            new ThreatSpec(
                Norm.L2,
                List.of(Epsilon.parse("1")),
                OptionalInt.of(1),
                2,
                OptionalDouble.of(1.5)));
    assertThat(spec.attacks())
        .containsExactly(
            Configured.of("fgsm"), new Configured("pgd", Map.of("steps", "100", "restarts", "5")));
    assertThat(spec.explainers())
        .containsExactly(
            Configured.of("vanilla-gradient"),
            new Configured("smoothgrad", Map.of("samples", "8")));
    assertThat(spec.rules())
        .containsExactly(
            Rule.builder("clean", Metric.CLEAN_ACCURACY)
                .className("Trouser")
                .minimum(Limit.parse("85%"))
                .build(),
            Rule.builder("small", Metric.ROBUST_ACCURACY)
                .condition(Condition.parse("linf 0.1"))
                .attack("pgd")
                .minimum(Limit.parse("0.5"))
                .severity(Severity.WARN)
                .build());
    assertThat(spec.rules().get(1).epsilon().map(Epsilon::text)).contains("0.1");
    assertThat(spec.reportExamples()).isFalse();
    assertThat(spec.evidence()).isEqualTo(AuditSpec.Evidence.ADVERSARIAL);
    assertThat(spec.seed()).isEqualTo(7);
    assertThat(spec.engine()).isEqualTo("nd4j");
  }

  @Test
  void paths_are_relative_to_the_file(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(folder.resolve("audit.yaml"), "model: ../m.zip\ndata: {folder: d}\n");
    AuditSpec spec = SpecReader.read(file);
    assertThat(spec.models().get(0).source())
        .isEqualTo(new ModelSpec.File(folder.toAbsolutePath().resolve("../m.zip").normalize()));
    assertThat(spec.data().source())
        .isEqualTo(new DataSpec.Folder(folder.toAbsolutePath().resolve("d")));
  }

  @ParameterizedTest
  @CsvSource({"quick, fgsm quick", "standard, fgsm pgd standard", "thorough, fgsm pgd thorough"})
  void profiles(String name, String attacks) {
    assertThat(parse(LEAST + "attacks: " + name + "\n").attacks())
        .allMatch(attack -> attack.settings().isEmpty())
        .extracting(Configured::name)
        .containsExactly(attacks.split(" "));
  }

  @Test
  void several_models_with_common_and_own_preprocessing() {
    AuditSpec spec =
        parse(
            """
            models:
              - {id: a, file: a.zip}
              - {id: b, file: b.zip, scale: [-1, 1], output: right}
            preprocessing: {mean: [0.5, 0.25], std: [0.5, 2]}
            output: left
            data: {csv: t.csv, label-column: y, schema: s.yaml}
            """);
    assertThat(spec.models()).extracting(ModelSpec::id).containsExactly("a", "b");
    ModelSpec a = spec.models().get(0);
    assertThat(a.output()).contains("left");
    assertThat(a.preprocessing().orElseThrow().factors()).containsExactly(2.0, 0.5);
    assertThat(a.preprocessing().orElseThrow().offsets()).containsExactly(-1.0, -0.125);
    ModelSpec b = spec.models().get(1);
    assertThat(b.output()).contains("right");
    assertThat(b.preprocessing().orElseThrow().factors()).containsExactly(2.0);
    assertThat(b.preprocessing().orElseThrow().offsets()).containsExactly(-1.0);
    assertThat(spec.data().source())
        .isEqualTo(
            new DataSpec.Table(
                FOLDER.resolve("t.csv"), "y", Optional.of(FOLDER.resolve("s.yaml"))));
  }

  @Test
  void rules_match_radii_by_value() {
    AuditSpec spec =
        parse(
            LEAST
                + "threats: [{norm: linf, epsilons: [0.10]}]\n"
                + "rules: [{id: a, metric: robust-accuracy, epsilon: 1/10, minimum: 1}]\n");
    assertThat(spec.rules().get(0).epsilon()).contains(Epsilon.parse("0.1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "box: 1                 | 'box'; did you mean",
        "model: n.zip           | line 3, column 1: the key 'model' is given twice",
        "models: [{id: a, file: b}] | exactly one of 'model' and 'models'",
        "scale: [0, 1, 2]       | scale must be [a, b]",
        "attacks: {pgd: {}}     | attacks must be a list",
        "seed: 1.5              | seed must be a number but was '1.5'",
        "report: true           | report must be a mapping",
        "report: {examples: yes} | report.examples must be true or false but was 'yes'",
        "rules: [{id: a, metric: clean-accuracy, minimum: 1}, {id: a, metric: clean-accuracy,"
            + " minimum: 1}] | rule id 'a' is used twice",
        "threats: [{norm: linf, epsilons: [1]}, {norm: linf, epsilons: [2]}] | listed twice",
        "threats: [{norm: linf, epsilons: [1], budget: 0}] | budget must be a finite number above"
            + " 0",
      })
  void refusals_name_the_place(String line, String said) {
    String text = LEAST + line + "\n";
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> parse(text))
        .withMessageContaining(said.strip())
        .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
  }

  @Test
  void yaml_cannot_create_objects_or_swell() {
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> parse("model: !!java.io.File [x]\ndata: {folder: d}\n"));
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 20; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThatExceptionOfType(SpecException.class).isThrownBy(() -> parse(bomb.toString()));
  }

  @Test
  void models_and_data_can_come_from_suppliers() {
    AuditSpec one = parse("model: {supplier: demo.Net}\ndata: {supplier: demo.Test$Set}\n");
    assertThat(one.models().get(0).source()).isEqualTo(new ModelSpec.Supplied("demo.Net"));
    assertThat(one.data().source()).isEqualTo(new DataSpec.Supplied("demo.Test$Set"));
    AuditSpec two =
        parse("models: [{id: a, supplier: demo.A}, {id: b, file: b.zip}]\ndata: {folder: d}\n");
    assertThat(two.models())
        .extracting(ModelSpec::source)
        .containsExactly(
            new ModelSpec.Supplied("demo.A"), new ModelSpec.File(FOLDER.resolve("b.zip")));
    assertThatThrownBy(() -> parse("model: {supplier: 'a b'}\ndata: {folder: d}\n"))
        .hasMessageContaining("class name");
    assertThatThrownBy(
            () -> parse("models: [{id: a, supplier: demo.A, file: b.zip}]\ndata: {folder: d}\n"))
        .hasMessageContaining("exactly one of 'file' and 'supplier'");
  }

  @Test
  void rules_take_slices_tolerances_and_statistics() {
    AuditSpec spec =
        parse(
            LEAST
                + """
                slices: [{name: night, samples: [4, 2, 2]}]
                rules:
                  - {id: a, metric: clean-accuracy, slice: night, minimum: 50%}
                  - {id: b, metric: robust-accuracy, class: '*', max-regression: 1%}
                  - {id: c, metric: clean-accuracy, minimum: 0.9, statistic: confidence-bound}
                """);
    assertThat(spec.slices()).containsExactly(Slice.of("night", List.of(2, 4)));
    assertThat(spec.rules().get(0).slice()).contains("night");
    assertThat(spec.rules().get(1).className()).contains("*");
    assertThat(spec.rules().get(1).maxRegression()).contains(Limit.parse("1%"));
    assertThat(spec.rules().get(2).statistic()).isEqualTo(Statistic.CONFIDENCE_BOUND);
    assertThatThrownBy(
            () ->
                parse(LEAST + "rules: [{id: a, metric: clean-accuracy, slice: day, minimum: 1}]\n"))
        .hasMessageContaining("rule a names slice day, which is not in slices");
    assertThatThrownBy(
            () -> parse(LEAST + "slices: [{name: a, samples: [1]}, {name: a, samples: [2]}]\n"))
        .hasMessageContaining("given twice");
  }

  @Test
  void waivers_have_a_reason_an_owner_and_an_end() {
    String text =
        LEAST
            + "rules: [{id: a, metric: clean-accuracy, minimum: 1}]\n"
            + "waivers: [{rule: a, model: m, reason: known, owner: me, until: 2030-01-31}]\n";
    assertThat(parse(text).waivers())
        .containsExactly(
            new Waiver("a", Optional.of("m"), "known", "me", LocalDate.of(2030, 1, 31)));
    assertThatThrownBy(() -> parse(text.replace("owner: me", "owner: ...")))
        .hasMessageContaining("owner");
    assertThatThrownBy(() -> parse(text.replace("2030-01-31", "soon")))
        .hasMessageContaining("waivers[0].until")
        .hasMessageContaining("2026-12-31");
  }

  @Test
  void chosen_rows_stand_for_a_sample() {
    AuditSpec spec = parse("model: m.zip\ndata: {folder: d, rows: [7, 3]}\n");
    assertThat(spec.data().rows()).containsExactly(3, 7);
    assertThatThrownBy(() -> parse("model: m.zip\ndata: {folder: d, rows: [-1]}\n"))
        .hasMessageContaining("rows must be at least 0");
  }

  @Test
  void a_model_says_what_its_outputs_are_and_what_its_normaliser_takes() {
    ModelSpec one = parse(LEAST + "output-kind: logits\nnormalizer-units: bytes\n").models().get(0);
    assertThat(one.logits()).isTrue();
    assertThat(one.normalizerUnits()).contains(ModelSpec.NormalizerUnits.BYTES);

    List<ModelSpec> several =
        parse(
                """
                models:
                  - {id: a, file: a.zip, output-kind: auto, normalizer-units: as-is}
                  - {id: b, file: b.zip}
                output-kind: logits
                normalizer-units: bytes
                data: {images: x.npy, labels: y.npy}
                """)
            .models();
    assertThat(several).extracting(ModelSpec::logits).containsExactly(false, true);
    assertThat(several)
        .extracting(model -> model.normalizerUnits().orElseThrow())
        .containsExactly(ModelSpec.NormalizerUnits.AS_IS, ModelSpec.NormalizerUnits.BYTES);
    assertThatThrownBy(() -> parse(LEAST + "output-kind: logit\n"))
        .hasMessageContainingAll("output-kind", "logits or auto", "logit");
    assertThatThrownBy(() -> parse(LEAST + "normalizer-units: byte\n"))
        .hasMessageContainingAll("normalizer-units", "as-is", "byte");
  }

  private static CorruptionSpec corruptions(String text) {
    return SpecReader.parse(
            "model: m.zip\ndata: {images: x, labels: y}\ncorruptions: " + text, Path.of(""))
        .corruptions()
        .orElseThrow();
  }

  @Test
  void corruptions_are_a_profile_a_list_or_a_mapping() {
    assertThat(corruptions("quick").kinds())
        .containsExactly("gaussian-noise", "defocus-blur", "contrast", "jpeg");
    assertThat(corruptions("quick").severities()).containsExactly(1, 2, 3, 4, 5);
    assertThat(corruptions("quick").parameters()).isEqualTo("cifar-c");
    assertThat(corruptions("[fog, jpeg]").kinds()).containsExactly("fog", "jpeg");
    assertThat(corruptions("{kinds: quick, severities: [5]}"))
        .isEqualTo(
            new CorruptionSpec(corruptions("quick").kinds(), List.of(5), "cifar-c", List.of()));
    assertThat(corruptions("{severities: [2]}").kinds())
        .as("the default of images")
        .hasSize(14)
        .isEqualTo(corruptions("standard").kinds());
    assertThat(
            SpecReader.parse(
                    "model: m\ndata: {csv: t, label-column: y}\ncorruptions: {severities: [1]}",
                    Path.of(""))
                .corruptions()
                .orElseThrow()
                .kinds())
        .isEqualTo(corruptions("table").kinds());
    assertThat(
            SpecReader.parse("model: m\ndata: {images: x, labels: y}", Path.of("")).corruptions())
        .isEmpty();
  }

  @Test
  void inputs_is_another_name_of_images() {
    AuditSpec plain =
        SpecReader.parse("model: m.zip\ndata: {inputs: x.npy, labels: y.npy}\n", Path.of(""));
    assertThat(plain.data()).isEqualTo(SpecReader.parse(LEAST, Path.of("")).data());
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(
            () ->
                SpecReader.parse(
                    "model: m.zip\ndata: {inputs: x, images: x, labels: y}\n", Path.of("")))
        .withMessageContaining("exactly one of");
  }

  @Test
  void attributions_are_kept_where_they_are_asked_for() {
    assertThat(parse(LEAST).attributions()).isEmpty();
    assertThat(parse(LEAST + "attributions: {}\n").attributions())
        .contains(new AttributionsSpec(AttributionsSpec.SAMPLES));
    assertThat(parse(LEAST + "attributions: {samples: 3}\n").attributions())
        .contains(new AttributionsSpec(3));
    assertThatThrownBy(() -> parse(LEAST + "attributions: {samples: 0}\n"))
        .hasMessageContaining("from 1 to 10000 but was 0");
    assertThatThrownBy(() -> parse(LEAST + "attributions: {sample: 3}\n"))
        .hasMessageContaining("samples");
  }

  @Test
  void a_rule_on_attributions_that_nothing_keeps_is_a_mistake() {
    String rule = "rules: [{id: d, metric: attribution-drift, maximum: 0.2%s}]\n";
    assertThatThrownBy(() -> parse(LEAST + rule.formatted("")))
        .hasMessageContaining("add for example 'attributions: {samples: 32}'");
    assertThatThrownBy(
            () -> parse(LEAST + "attributions: {}\n" + rule.formatted(", explainer: smoth")))
        .hasMessageContaining("names explainer smoth, which is not in explainers");
    assertThat(
            parse(LEAST + "attributions: {}\n" + rule.formatted(", explainer: smoothgrad"))
                .rules()
                .get(0)
                .explainer())
        .contains("smoothgrad");
    assertThatThrownBy(
            () ->
                parse(
                    LEAST
                        + "rules: [{id: d, metric: clean-accuracy, minimum: 0.2, explainer:"
                        + " smoothgrad}]\n"))
        .hasMessageContaining("explainer does not belong to clean-accuracy");
  }
}
