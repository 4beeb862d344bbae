package io.sextant.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpecWriterTest {
  private static final Path FOLDER = Path.of("base").toAbsolutePath();
  private static final String EVERYTHING =
      """
      models:
        - {id: a, file: ../a.zip, preprocessing: {mean: [0.1, 0.2], std: [0.3, 0.4]}}
        - {id: b, supplier: demo.Model, scale: [-1, 1], output: 'x: y', output-kind: logits}
        - {id: c, file: c.h5, normalizer-units: as-is}
        - {id: d, file: d.h5, normalizer-units: bytes}
      classes: ["yes", "#2", 'it''s', größer]
      data:
        csv: held out.csv
        label-column: 'the: label'
        schema: schema.yaml
        missing: skip
        samples: 12
        sampling: first
        rows: [3, 1, 2]
      threats:
        - {norm: linf, epsilons: [0.10, 8/255]}
        - {norm: l2, epsilons: [1], target: 1, category-changes: 2, budget: 1.5}
      attacks:
        - fgsm
        - {pgd: {steps: 100, restarts: 5}}
        - {id: pgd-margin, pgd: {loss: margin}}
        - {id: again, fgsm: {}}
      explainers:
        - {smoothgrad: {inner: {integrated-gradients: {nodes: 8, baseline: [0.1, 0.2]}}}}
      corruptions:
        kinds: [column-noise, unit-error]
        severities: [5, 1]
        parameters: mnist-c
        shifts:
          - {column: age, from: 40}
          - {column: 'the: age', from: 18.5, to: 30}
          - {column: age, tilt: -1.5}
      adaptation:
        methods: [tent, {id: slow, tent: {learning-rate: 0.0001}}]
        corruptions: [fog]
        parameters: mnist-c
        severity: 3
        streams: [clean, runs-0.10]
        batch-sizes: [64, 1]
        seeds: 2
        source-samples: 0
      attributions: {samples: 5}
      slices:
        - {name: at night, samples: [5, 3]}
      rules:
        - {id: clean, metric: clean-accuracy, class: '*', minimum: 85%, statistic: confidence-bound}
        - {id: small, metric: robust-accuracy, norm: linf, epsilon: 8/255, attack: pgd, minimum: 0.5}
        - {id: dark, metric: robust-accuracy, slice: at night, max-regression: 1.5%, severity: warn}
        - {id: units, metric: corrupted-accuracy, condition: corrupted unit-error 5, minimum: 0.1}
        - {id: any, metric: corrupted-accuracy, condition: corrupted any 1, minimum: 0.1}
        - {id: every, metric: corrupted-accuracy, minimum: 0.1}
        - {id: gap, metric: completeness-gap, maximum: 0.01, severity: info}
        - {id: moved, metric: attribution-drift, explainer: smoothgrad, maximum: 20%}
      waivers:
        - {rule: clean, model: a, reason: new data, owner: me, until: 2026-12-31}
        - {rule: small, reason: 'a: b', owner: you, until: 2027-01-01}
      report: {examples: false}
      evidence: adversarial
      seed: -7
      engine: nd4j
      """;

  private static void comesBack(String text) {
    AuditSpec spec = SpecReader.parse(text, FOLDER);
    String written = new SpecWriter(FOLDER).write(spec);
    AuditSpec again = SpecReader.parse(written, FOLDER);
    assertThat(again).isEqualTo(spec.with(spec.data(), spec.rules(), FOLDER));
  }

  @Test
  void what_is_written_is_read_back_as_an_equal_spec() {
    comesBack(EVERYTHING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model: m.zip\ndata: {images: x.npy, labels: y.npy, box: [-1, 255]}\n",
        "model: m.zip\nscale: [0, 255]\noutput: b\ndata: {folder: .}\nattacks: thorough\n",
        "model: {supplier: demo.Model}\ndata: {supplier: demo.Data}\noutput-kind: logits\n",
        "models: [{id: model, file: m.zip}]\ndata: {csv: t.csv, label-column: y}\n",
        "model: m.zip\ndata: {folder: x}\nexplainers: []\n",
        "model: m.zip\ndata: {folder: x}\nadaptation: {seeds: 5}\n",
      })
  void every_kind_of_model_and_data_comes_back(String text) {
    comesBack(text);
  }

  @Test
  void numbers_stay_as_they_were_written() {
    assertThat(new SpecWriter(FOLDER).write(SpecReader.parse(EVERYTHING, FOLDER)))
        .contains("- 0.10", "- 8/255", "runs-0.10", "minimum: 85%", "max-regression: 1.5%");
  }

  @Test
  void paths_are_relative_to_the_folder() {
    AuditSpec spec = SpecReader.parse(EVERYTHING, FOLDER);
    assertThat(new SpecWriter(FOLDER.resolve("below")).write(spec))
        .contains("file: ../../a.zip", "file: ../c.h5", "schema: ../schema.yaml");
  }

  @Test
  void other_rows_or_rules_are_another_text() {
    AuditSpec spec = SpecReader.parse(EVERYTHING, FOLDER);
    AuditSpec other =
        spec.with(spec.data().withRows(List.of(9)), spec.rules().subList(0, 1), FOLDER);
    assertThat(SpecReader.parse(other.text(), FOLDER)).isEqualTo(other);
    assertThat(other.data().rows()).containsExactly(9);
    assertThat(other.rules()).hasSize(1);
  }

  @Test
  void a_preprocessing_that_specs_do_not_know_is_refused() {
    record Cubed(List<Double> factors, List<Double> offsets) implements ModelSpec.Preprocessing {}
    ModelSpec model =
        new ModelSpec(
            "odd",
            new ModelSpec.File(Path.of("m.zip")),
            Optional.of(new Cubed(List.of(), List.of())),
            Optional.empty());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SpecWriter(FOLDER).models(List.of(model)))
        .withMessageContaining("model odd");
  }

  @Test
  void comments_stand_above_what_they_are_about() {
    Map<String, Object> parts =
        Map.of(
            "model",
            "m.zip",
            "data",
            Map.of("samples", "5", "folder", "x"),
            "classes",
            List.of("a", "b: c"));
    String text =
        SpecText.write(
            parts,
            Map.of("", "Run it.", "data.samples", "How many.\nAt most.", "classes", "Names."));
    assertThat(text)
        .isEqualTo(
            """
            # Run it.
            model: m.zip
            # Names.
            classes: [a, 'b: c']
            data:
              folder: x
              # How many.
              # At most.
              samples: 5
            """);
    assertThat(SpecText.read(text)).contains(parts);
  }
}
