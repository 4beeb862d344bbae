package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sextant.results.rules.Measurements;
import io.sextant.results.rules.RuleJudge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditResultTest {
  private static final Epsilon EPSILON = Epsilon.parse("8/255");
  private static final Condition WITHIN = Condition.parse("linf 8/255");

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  static AuditResult result(Map<String, String> configuration) {
    Accuracy accuracy =
        new Accuracy(
            new Proportion(3, 4),
            List.of(
                new RobustAccuracy(
                    WITHIN,
                    new AttackCounts("worst-case", 4, 1, 2, 1, 0, 0, 0, 9, 8),
                    List.of(new AttackCounts("pgd", 4, 1, 2, 1, 0, 0, 0, 9, 8)))),
            List.of(new ClassAccuracy(0, 4, 3, List.of(new ClassAccuracy.Held(WITHIN, 2)))));
    List<ExplainerResult> explanations =
        List.of(
            new ExplainerResult(
                "integrated-gradients",
                Map.of("baseline", "zero"),
                List.of(
                    new Certificate(
                        7,
                        1,
                        "logit",
                        32,
                        2.5,
                        OptionalDouble.of(0.5),
                        OptionalDouble.of(-0.01),
                        Optional.of(true),
                        OptionalDouble.empty(),
                        1,
                        32)),
                List.of("the baseline lies outside")));
    Rule rule = Rule.robustAccuracy("linf", "linf 8/255", "50%");
    Rule ofClass =
        Rule.builder("cats", Metric.CLEAN_ACCURACY)
            .className("cat")
            .maximum(Limit.parse("99.5%"))
            .severity(Severity.INFO)
            .build();
    List<String> classes = List.of("cat", "dog");
    return new AuditResult(
        AuditResult.SCHEMA,
        AuditResult.CLASSIFICATION,
        "0.1.0",
        new ModelInfo(
            "m",
            "model.zip",
            "DL4J zip",
            "ab",
            10,
            List.of(1, 2, 2),
            List.of(new ModelInfo.Layer(0, "dense", "Dense", List.of(2), 10)),
            "softmax",
            classes,
            new ModelInfo.Health(
                1e-7, OptionalDouble.of(2e-7), 0, OptionalDouble.of(0.25), true, List.of("fine"))),
        new EngineInfo("nd4j", "ND4J", "float", List.of()),
        new DataInfo(
            "four images",
            List.of(new DataInfo.DataFile("images.npy", "cd")),
            9,
            4,
            "first",
            "ef",
            List.of(4, 0),
            List.of(),
            List.of(1, 2, 2),
            new DataInfo.Domain(
                0,
                1,
                List.of(
                    new DataInfo.FeatureInfo(
                        "age",
                        "integer",
                        19,
                        75,
                        56,
                        false,
                        "both",
                        Optional.of("who"),
                        OptionalDouble.of(2))),
                Optional.of(
                    List.of(
                        new DataInfo.RelationInfo(
                            "adult",
                            Map.of("age", 1.0),
                            OptionalDouble.of(18),
                            OptionalDouble.empty())))),
            Optional.of("CC0")),
        new Plan(
            List.of(new Threat(Norm.LINF, List.of(EPSILON), "untargeted", List.of("box"))),
            List.of(new AttackInfo("pgd", List.of(Norm.LINF), configuration)),
            7,
            "model: model.zip\n"),
        accuracy,
        List.of(
            new StageCounts(
                new Cell(Norm.LINF.within(Epsilon.parse("0.1")), "pgd"),
                "odi",
                3,
                1,
                30,
                20,
                false)),
        new Predictions(
            List.of(1, 4, 6, 7),
            List.of(0, 0, 0, 0),
            List.of(0, 1, 0, 0),
            List.of(
                new Predictions.Attacked(
                    Norm.LINF.within(Epsilon.parse("8/255")), List.of(1, 1, 0, -1)))),
        Optional.of(
            new CorruptionResult(
                "cifar-c",
                true,
                new Proportion(3, 4),
                List.of(
                    CorruptionResult.Corrupted.of(
                        Condition.parse("corrupted fog 3"),
                        List.of(0, 0, 0, 0),
                        List.of(0, -1, 1, 0))),
                List.of(new CorruptionResult.Column("age", 1.5, 30)),
                List.of(
                    new CorruptionResult.Shifted(
                        "age from 40",
                        new CorruptionResult.Side(
                            new Proportion(1, 1), List.of(1), List.of(0), List.of(0)),
                        new CorruptionResult.Side(
                            new Proportion(0, 1), List.of(4), List.of(0), List.of(1)))),
                List.of(
                    new CorruptionResult.Picture(
                        new Condition.Clean(), 1, 0, 0, Pixels.of(new float[4], 1, 2, 2, 0, 1))))),
        explanations,
        Optional.of(
            new KeptAttributions(
                List.of(new KeptAttributions.Example(1, 0, "ab")),
                0.03125,
                List.of(
                    new KeptAttributions.Maps(
                        "ig",
                        "integrated-gradients",
                        Map.of("steps", "8"),
                        List.of(1, 2, 2),
                        List.of(
                            new KeptAttributions.Explained(
                                1,
                                Floats.of(new float[] {1, -1, 0, 0}),
                                Optional.of(
                                    MapChange.between(
                                        new double[] {1, -1, 0, 0},
                                        new double[] {1, 0, 0, 0},
                                        List.of(1, 2, 2))))))))),
        List.of(
            new AttributionDrift(
                "ig",
                Optional.empty(),
                1,
                2,
                3,
                List.of(
                    new AttributionDrift.Measured(
                        "moved", MeanEstimate.of(0.25), 0.25, 1, OptionalDouble.of(0.125))),
                List.of(1))),
        Optional.empty(),
        Optional.empty(),
        List.of(
            example(
                new GalleryExample.ImageView(
                    Pixels.of(new float[] {0, 0.5f, 1, 2}, 1, 2, 2, 0, 1),
                    Pixels.of(new float[4], 1, 2, 2, 0, 1),
                    Floats.of(new float[] {0.1f, -0.1f, 0, 0}))),
            example(
                new GalleryExample.TableView(
                    List.of(new GalleryExample.FeatureChange("age", 30, 31, 0.1)), 3, 2))),
        Validity.of(
            List.of(
                new ValidityCheck(
                    "monotone",
                    "Monotone",
                    ValidityCheck.Status.PASS,
                    Optional.empty(),
                    OptionalDouble.of(0.5),
                    OptionalDouble.empty(),
                    "why",
                    List.of(Metric.ROBUST_ACCURACY),
                    List.of(new ValidityCheck.Affected(WITHIN)),
                    List.of(3)))),
        List.of(new QueryCount("pgd", 9, 8)),
        new Reverification(
            2,
            1,
            1,
            List.of(new Reverification.Rejection(3, new Cell(WITHIN, "pgd"), "outside the box"))),
        RuleJudge.judge(
            List.of(rule, ofClass),
            new Measurements(
                classes, accuracy, explanations, Validity.of(List.of()), Optional.empty())),
        List.of("poisoning"),
        Optional.of("0123"),
        new RunInfo(
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:01:00Z",
            Map.of("attack", 10L, "explain", 5L),
            "cpu",
            "os",
            "17",
            2,
            1,
            List.of(),
            "sextant audit spec.yaml"));
  }

  private static GalleryExample example(GalleryExample.View view) {
    return new GalleryExample(
        7,
        1,
        1,
        0,
        OptionalDouble.of(0.9),
        OptionalDouble.of(0.6),
        WITHIN,
        "pgd",
        0.03,
        view,
        view instanceof GalleryExample.ImageView image
            ? List.of(
                new GalleryExample.AtRadius(
                    WITHIN, "pgd", 0, OptionalDouble.empty(), 0.03, image.adversarial()))
            : List.of(),
        List.of(
            new GalleryExample.AttributionPair(
                "vanilla-gradient",
                Floats.of(new float[] {1, 2, 3, 4}),
                Floats.of(new float[] {-1, 0, 1, 2}))));
  }

  @Test
  void survives_the_way_to_a_file_and_back() throws IOException {
    AuditResult result = result(Map.of("steps", "40"));
    Path file = folder.resolve("new/result.json");
    result.write(file);
    AuditResult read = AuditResult.read(file);
    assertThat(read).isEqualTo(result);
    assertThat(read.plan().threats().get(0).epsilons().get(0)).hasToString("8/255");
    assertThat(read.toJson())
        .isEqualTo(Files.readString(file))
        .endsWith("}\n")
        .doesNotContain("\r");
    try (Stream<Path> files = Files.list(folder.resolve("new"))) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void equal_content_gives_equal_bytes() {
    Map<String, String> one = new LinkedHashMap<>();
    one.put("steps", "40");
    one.put("restarts", "1");
    Map<String, String> other = new LinkedHashMap<>();
    other.put("restarts", "1");
    other.put("steps", "40");
    assertThat(result(one).toJson()).isEqualTo(result(other).toJson());
  }

  @Test
  void writes_figures_for_readers_in_other_languages() {
    String json = result(Map.of()).toJson();
    assertThat(json)
        .startsWith("{\n  \"schema\" : 2,")
        .contains("\"condition\" : \"linf 8/255\"")
        .contains("\"norm\" : \"linf\"")
        .contains("\"class\" : \"cat\"")
        .contains("\"maximum\" : \"99.5%\"")
        .contains("\"value\" : 0.75")
        .contains("\"interval\" : {")
        .contains("\"verdict\" : \"PASS\"")
        .contains("\"maximumRelativeGap\" : 0.005")
        .doesNotContain("null")
        .doesNotContain("NaN");
  }

  @Test
  void reads_tables_of_results_that_listed_every_feature() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("r.json"),
            result(Map.of())
                .toJson()
                .replaceFirst(",\\s*\"unlisted\" : 3,\\s*\"unlistedChanges\" : 2", ""));
    assertThat(Files.readString(file)).doesNotContain("unlisted");
    assertThat(AuditResult.read(file).gallery().get(1).view())
        .isEqualTo(
            new GalleryExample.TableView(
                List.of(new GalleryExample.FeatureChange("age", 30, 31, 0.1)), 0, 0));
  }

  @Test
  void tolerates_fields_of_a_newer_minor_version() throws IOException {
    AuditResult result = result(Map.of());
    Path file =
        Files.writeString(
            folder.resolve("r.json"),
            result.toJson().replaceFirst("\\{", "{ \"future\": [1, {\"a\": null}],"));
    assertThat(AuditResult.read(file)).isEqualTo(result);
  }

  @Test
  void reads_results_from_before_explanations_had_remarks() throws IOException {
    String json = result(Map.of()).toJson();
    assertThat(json).contains("the baseline lies outside");
    Path file = folder.resolve("old.json");
    Files.writeString(file, json.replaceFirst(",\\s*\"remarks\" : \\[[^\\]]*\\]", ""));
    assertThat(Files.readString(file)).doesNotContain("remarks");
    assertThat(AuditResult.read(file).explanations().get(0).remarks()).isEmpty();
  }

  @Test
  void reads_results_from_before_predictions_and_pictures_of_each_radius() throws IOException {
    String json = result(Map.of()).toJson();
    String old =
        json.replaceFirst("(?s),\\s*\"attacked\" : \\[ \\{.*?\\} \\]", "")
            .replaceAll("(?s),\\s*\"radii\" : \\[ (\\{.*?\\} )?\\](?=,\\s*\"attributions)", "");
    assertThat(old).doesNotContain("\"attacked\"", "\"radii\"");
    AuditResult read = AuditResult.read(Files.writeString(folder.resolve("old.json"), old));
    assertThat(read.predictions().attacked()).isEmpty();
    assertThat(read.gallery()).hasSize(2).allMatch(example -> example.radii().isEmpty());
  }

  @Test
  void predictions_in_the_worst_case_are_on_the_examples_of_the_audit() throws IOException {
    String json = result(Map.of()).toJson();
    String forged = json.replace("[ 1, 1, 0, -1 ]", "[ 1, 1, 0 ]");
    assertThat(forged).isNotEqualTo(json);
    Path file = Files.writeString(folder.resolve("r.json"), forged);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AuditResult.read(file))
        .withMessageContaining(
            "at linf 8/255 must be on the 4 examples of the audit but were on 3");
  }

  @Test
  void refuses_another_schema_by_number() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("r.json"),
            result(Map.of()).toJson().replaceFirst("\"schema\" : 2", "\"schema\" : 1"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AuditResult.read(file))
        .withMessageContaining(
            "r.json has schema 1 but this version reads schema 2; run sextant audit again");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{\"schema\": \"1\"}", "{\"schema\": 2}", "null"})
  void refuses_what_is_not_a_result(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("r.json"), text);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AuditResult.read(file))
        .withMessageContaining("r.json");
  }

  @Test
  void a_missing_file_is_an_io_error() {
    assertThatIOException().isThrownBy(() -> AuditResult.read(folder.resolve("none.json")));
  }

  @Test
  void a_folder_that_is_not_writable_leaves_nothing_behind() throws IOException {
    Path file = Files.writeString(folder.resolve("plain"), "x");
    assertThatIOException().isThrownBy(() -> result(Map.of()).write(file.resolve("result.json")));
    assertThat(file).hasContent("x");
  }

  @Test
  void numbers_are_finite() {
    assertThatIllegalArgumentException().isThrownBy(() -> Floats.of(new float[] {Float.NaN}));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new QueryCount("x", -1, 0))
        .withMessageContaining("forwards");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ModelInfo.Health(
                    Double.NaN, OptionalDouble.of(0), 0, OptionalDouble.of(0), true, List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GalleryExample.FeatureChange("f", 0, Double.POSITIVE_INFINITY, 0));
  }

  @Test
  void a_tripped_check_makes_the_audit_unreliable() {
    List<ValidityCheck> tripped =
        List.of(
            new ValidityCheck(
                "x",
                "X",
                ValidityCheck.Status.FAIL,
                Optional.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                "",
                List.of(),
                List.of()));
    assertThat(Validity.of(tripped).reliable()).isFalse();
    assertThat(Validity.of(tripped).doubt(Rule.cleanAccuracy("c", "0")))
        .contains("a validity check tripped: x");
    assertThat(Validity.of(List.of()).doubt(Trial.robust("r").minimum(Limit.parse("0")).build()))
        .isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> new Validity(true, tripped, List.of()));
  }

  @Test
  void a_tripped_check_casts_doubt_on_the_figures_that_rest_on_it_alone() {
    ValidityCheck weak =
        new ValidityCheck(
            "x",
            "X",
            ValidityCheck.Status.FAIL,
            Optional.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            "",
            List.of(Metric.ROBUST_ACCURACY),
            List.of(
                new ValidityCheck.Affected(
                    Norm.LINF.within(Epsilon.parse("0.1")), Optional.of("pgd"))),
            List.of());
    Validity validity = Validity.of(List.of(weak));
    assertThat(validity.reliable()).isFalse();
    assertThat(validity.doubt(Rule.cleanAccuracy("c", "0"))).isEmpty();
    assertThat(validity.doubt(robust().build())).as("all norms and radii").isPresent();
    assertThat(validity.doubt(robust().norm(Norm.LINF).epsilon(Epsilon.parse("1/10")).build()))
        .contains("a validity check tripped: x");
    assertThat(validity.doubt(robust().norm(Norm.LINF).epsilon(Epsilon.parse("0.2")).build()))
        .isEmpty();
    assertThat(validity.doubt(robust().norm(Norm.L2).build())).isEmpty();
    assertThat(validity.doubt(robust().attack("pgd").build())).isPresent();
    assertThat(validity.doubt(robust().attack("fgsm").build())).isEmpty();
  }

  private static Rule.Builder robust() {
    return Rule.builder("r", Metric.ROBUST_ACCURACY).minimum(Limit.parse("0"));
  }

  @Test
  void results_of_before_checks_named_what_they_concern_can_be_read() {
    String now = result(Map.of()).toJson();
    String old = now.replaceAll("\"concerns\" : \\[[^\\]]*\\],\\s*", "");
    assertThat(old).isNotEqualTo(now);
    ValidityCheck check =
        new Json<>(AuditResult.class, AuditResult.SCHEMA)
            .parse(old, "old")
            .validity()
            .checks()
            .get(0);
    assertThat(check.concerns()).isEmpty();
    assertThat(check.affected()).containsExactly(new ValidityCheck.Affected(WITHIN));
  }

  @Test
  void a_check_that_was_left_out_casts_doubt_on_what_rests_on_attacks() {
    ValidityCheck left =
        new ValidityCheck(
            "x",
            "X",
            ValidityCheck.Status.NOT_RUN,
            Optional.of("no time"),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            "",
            List.of(),
            List.of());
    Validity validity = Validity.of(List.of(left));
    assertThat(validity.reliable()).as("nothing tripped").isTrue();
    assertThat(validity.complete()).isFalse();
    assertThat(validity.doubt(Trial.robust("r").minimum(Limit.parse("0")).build()))
        .contains("validity checks were not run: x; run the attacks to the end");
    assertThat(validity.doubt(Trial.robust("r").maxRegression(Limit.parse("0")).build()))
        .isPresent();
    assertThat(validity.doubt(Trial.robust("r").maximum(Limit.parse("1")).build()))
        .as("broken is broken")
        .isEmpty();
    assertThat(validity.doubt(Rule.cleanAccuracy("c", "0"))).isEmpty();
    assertThat(Validity.of(List.of()).complete()).isTrue();
  }
}
