package io.sextant.junit;

import static io.sextant.junit.SextantAssertions.assertThat;
import static io.sextant.junit.SextantAssertions.assertThatModel;
import static io.sextant.junit.SextantAssertions.assertThatPredictor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Trial;
import io.sextant.attacks.blackbox.HopSkipJump;
import io.sextant.attacks.gradient.Fgsm;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.evaluation.data.Box;
import io.sextant.evaluation.data.SuppliedData;
import io.sextant.gradients.Step;
import io.sextant.gradients.dl4j.Dl4jNetwork;
import io.sextant.gradients.predictor.Predictor;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.results.AuditResult;
import io.sextant.results.Norm;
import io.sextant.results.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.ViewIterator;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.dataset.api.preprocessor.ImagePreProcessingScaler;
import org.nd4j.linalg.factory.Nd4j;

@ExtendWith(OutputFolder.class)
class SextantAssertionsTest {
  private final MultiLayerNetwork network = LinearModel.network();
  private final DataSet examples = LinearModel.examples();
  private Path output = Path.of("");

  @Test
  void a_table_without_a_schema_is_data(@TempDir Path folder) throws IOException {
    StringBuilder rows = new StringBuilder("x,y,class\n");
    for (int i = 0; i < 10; i++) {
      rows.append("%s,0.5,%d%n".formatted(0.05 + 0.1 * i, i < 5 ? 0 : 1));
    }
    Path csv = Files.writeString(folder.resolve("t.csv"), rows);

    assertThat(LinearModel.network()).onTable(csv, "class").isAccurateAtLeast("100%");
    assertThat(LinearModel.network()).onTable(csv, "class", null).isAccurateAtLeast("100%");
  }

  @BeforeEach
  void write_elsewhere(@TempDir Path folder) {
    output = folder;
    OutputFolder.set(folder);
  }

  private RobustnessAssert linear() {
    return conditions(assertThat(network).onData(examples));
  }

  private static RobustnessAssert conditions(RobustnessAssert begun) {
    return begun
        .within(Norm.LINF, "0.1")
        .underAttack(Fgsm.DEFAULT, Pgd.DEFAULT.withSteps(5).withStepSize(0.05));
  }

  private List<AuditResult> results() throws IOException {
    List<AuditResult> results = new ArrayList<>();
    try (Stream<Path> files = Files.walk(output)) {
      for (Path file : files.filter(f -> f.endsWith("result.json")).sorted().toList()) {
        results.add(AuditResult.read(file));
      }
    }
    return results;
  }

  @Test
  void what_holds_exactly_passes() {
    linear().holdsAtLeast(0.6).holdsAtLeast("60%").isAccurateAtLeast(1).isAccurateAtLeast("100%");
  }

  @Test
  void one_example_too_few_fails_with_the_message_of_the_gate() {
    assertThatThrownBy(() -> linear().holdsAtLeast(0.61))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("1 of 1 robustness rule is broken for model model.")
        .hasMessageContaining("FAIL robust-accuracy: robust accuracy, L∞ 0.1, worst case")
        .hasMessageContaining("(12 of 20)")
        .hasMessageContaining("limit      at least 0.61")
        .hasMessageContaining("worst      samples ")
        .hasMessageContaining(
            "mvn test"
                + " -Dtest=io.sextant.junit.SextantAssertionsTest#one_example_too_few_fails_with_the_message_of_the_gate"
                + " -Dsextant.rules=robust-accuracy -Dsextant.samples.ids=")
        .hasMessageContaining("Report: ")
        .hasMessageContaining("report.html");
  }

  @Test
  void an_interval_is_told_where_everything_was_run() {
    assertThatThrownBy(() -> linear().isAccurateAtLeast("100%").holdsAtLeastInEveryClass("50.1%"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("FAIL robust-accuracy-of-each-class")
        .hasMessageContaining("at most 50.0% (5 of 10), 95% interval")
        // The check that held stands beside it.
        .hasMessageContaining("1 of 2 robustness rules is broken");
  }

  @Test
  void the_worst_class_decides() {
    linear().holdsAtLeastInEveryClass("50%");
  }

  @Test
  void every_radius_counts() {
    // At 0.2 class 0 is all broken, and 5 of class 1 hold.
    assertThatThrownBy(
            () ->
                assertThat(network)
                    .onData(examples)
                    .within(Norm.LINF, "0.1", "0.2")
                    .underProfile("quick")
                    .holdsAtLeast("60%"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("L∞ 0.2")
        .hasMessageContaining("(5 of 20)");
  }

  @Test
  void clean_accuracy_counts_what_is_right() {
    examples.getFeatures().putScalar(0, 0, 0.9);
    linear().isAccurateAtLeast(0.95);
    assertThatThrownBy(() -> linear().isAccurateAtLeast(0.951))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("95.0% (19 of 20)");
  }

  @Test
  void chained_checks_share_one_audit() throws IOException {
    linear()
        .isAccurateAtLeast(0.9)
        .holdsAtLeast(0.5)
        .holdsAtLeastInEveryClass("40%")
        .hasCompletenessGapAtMost("1%")
        .keeps(Rule.robustAccuracy("mine", "linf 0.10", "60%"), Rule.cleanAccuracy("clean", "1"));

    assertThat(results()).hasSize(1);
  }

  @Test
  void a_changed_condition_is_another_audit() throws IOException {
    linear().holdsAtLeast(0.6).within(Norm.LINF, "0.2").underProfile("quick").holdsAtLeast(0.25);

    assertThat(results()).hasSize(2);
    assertThatThrownBy(() -> linear().holdsAtLeast(0.6).within(Norm.LINF, "0.2").holdsAtLeast(0.26))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("(5 of 20)");
  }

  @Test
  void an_unchanged_audit_is_read_back() throws IOException {
    linear().holdsAtLeast(0.6);
    AuditResult first = results().get(0);
    Path kept = result();
    long written = Files.getLastModifiedTime(kept).toMillis();
    linear().holdsAtLeast(0.6);

    assertThat(results()).singleElement().isEqualTo(first);
    assertThat(Files.getLastModifiedTime(kept).toMillis()).isEqualTo(written);
  }

  @Test
  void another_model_is_measured_anew() throws IOException {
    linear().holdsAtLeast(0.6);
    network.getLayer(0).getParam("b").muli(0.8);

    // Now the boundary is at 0.4: nothing of class 0 is farther from it than 0.1.
    assertThatThrownBy(() -> linear().holdsAtLeast(0.6)).isInstanceOf(AssertionError.class);
    assertThat(results()).as("each network has its own").hasSize(2);
  }

  @Test
  void a_chain_goes_on_with_its_own_model_whatever_was_asked_in_between() {
    RobustnessAssert bad = linear().isAccurateAtLeast(0.5);
    MultiLayerNetwork worse = LinearModel.network();
    worse.getLayer(0).getParam("b").muli(1.7);
    RobustnessAssert other = conditions(assertThat(worse).onData(examples)).isAccurateAtLeast(0.5);

    bad.holdsAtLeastInEveryClass("50%");
    assertThatThrownBy(() -> other.holdsAtLeastInEveryClass("50%"))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void a_chain_is_judged_by_what_it_measured_whatever_lies_in_the_folder_now() throws IOException {
    RobustnessAssert asked = linear().isAccurateAtLeast(0.5);
    Files.delete(result().resolveSibling("samples.csv"));

    asked.holdsAtLeastInEveryClass("50%");
    assertThatThrownBy(() -> asked.holdsAtLeastInEveryClass("51%"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("(5 of 10)");
  }

  @Test
  void a_file_is_the_same_question_wherever_it_lies() throws IOException {
    Path first = LinearModel.saved(output.resolve("first.zip"));
    Path second = LinearModel.saved(output.resolve("second.zip"));
    conditions(assertThatModel(first).onData(examples)).holdsAtLeast(0.6);
    conditions(assertThatModel(second).onData(examples)).holdsAtLeast(0.6);
    assertThat(results()).hasSize(1);

    network.getLayer(0).getParam("b").muli(1.01);
    Dl4jNetwork.of(network).write(second);
    conditions(assertThatModel(second).onData(examples)).holdsAtLeast(0.5);
    assertThat(results()).hasSize(2);
  }

  @Test
  void other_examples_are_another_question() throws IOException {
    linear().holdsAtLeast(0.6);
    examples.getFeatures().putScalar(1, 0, 0.99);
    linear().holdsAtLeast(0.6);

    assertThat(results()).hasSize(2);
  }

  @Test
  void a_selected_rule_of_ones_own_is_reached_behind_other_checks() throws IOException {
    System.setProperty(Settings.RULES, "mine");

    RobustnessAssert before = linear().isAccurateAtLeast(1).hasNotRegressedFrom(Path.of("none"));
    assertThat(results()).isEmpty();
    Rule mine = Rule.robustAccuracy("mine", "linf 0.10", "61%");
    assertThatThrownBy(() -> before.keeps(mine))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("FAIL mine");
  }

  @Test
  void a_waiver_of_no_rule_is_told_where_a_check_fails() {
    assertThatThrownBy(
            () ->
                linear()
                    .waiving("robust-acuracy", "known", "me", "2999-12-31")
                    .isAccurateAtLeast(1)
                    .holdsAtLeast(0.9))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("The waiver of rule robust-acuracy by me is about no rule")
        .hasMessageContaining("name one of clean-accuracy, robust-accuracy");
  }

  @Test
  void a_waiver_is_offered_as_code() throws IOException {
    assertThatThrownBy(() -> linear().holdsAtLeast(0.9))
        .hasMessageContaining("put this before the check, with reason and owner.")
        .hasMessageContaining(".waiving(\"robust-accuracy\", \"...\", \"...\", \"2")
        .hasMessageNotContaining("spec");
    assertThat(result().resolveSibling("report.html"))
        .content()
        .contains("In the test, before the check:", ".waiving(\"robust-accuracy\"")
        .doesNotContain("In the spec:");
  }

  @Test
  void a_box_beside_data_with_its_own_domain_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                assertThat(network)
                    .onData(SuppliedData.read("own", examples, Box.UNIT))
                    .inBox(0.4, 0.6))
        .withMessageContaining("has its own domain")
        .withMessageContaining("[0.4, 0.6]");
  }

  @Test
  void unlabelled_examples_are_refused() {
    DataSet unlabelled = new DataSet(examples.getFeatures(), null);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> linear(new SingletonDataSetIterator(unlabelled)).holdsAtLeast(0))
        .withMessageContaining("must have features and labels");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> conditions(assertThat(network).onData(unlabelled)).holdsAtLeast(0))
        .withMessageContaining("must have features and labels");
  }

  private RobustnessAssert linear(SingletonDataSetIterator data) {
    return conditions(assertThat(network).onData(data));
  }

  @Test
  void a_single_sigmoid_unit_is_tried_on_its_own_labels() {
    MultiLayerNetwork sigmoid = LinearModel.sigmoid();
    DataSet own = new DataSet(examples.getFeatures(), examples.getLabels().getColumn(1, true));

    conditions(assertThat(sigmoid).onData(own)).isAccurateAtLeast(1).holdsAtLeast(0.6);
    assertThatThrownBy(() -> conditions(assertThat(sigmoid).onData(own)).holdsAtLeast(0.61))
        .hasMessageContaining("(12 of 20)");
  }

  @Test
  void an_iterator_may_fill_one_batch_again_and_again() {
    DataSet one = new DataSet(Nd4j.create(1, 2), Nd4j.create(1, 2));
    java.util.Iterator<Integer> rows =
        java.util.stream.IntStream.range(0, LinearModel.EXAMPLES).iterator();
    SingletonDataSetIterator reusing =
        new SingletonDataSetIterator(one) {
          @Override
          public boolean hasNext() {
            return rows.hasNext();
          }

          @Override
          public DataSet next() {
            int row = rows.next();
            one.getFeatures().assign(examples.getFeatures().getRow(row, true));
            one.getLabels().assign(examples.getLabels().getRow(row, true));
            return one;
          }

          @Override
          public boolean resetSupported() {
            return false;
          }
        };
    conditions(assertThat(network).onData(reusing)).holdsAtLeast(0.6).isAccurateAtLeast(1);
  }

  private Path result() throws IOException {
    try (Stream<Path> files = Files.walk(output)) {
      return files.filter(f -> f.endsWith("result.json")).findFirst().orElseThrow();
    }
  }

  @Test
  void results_show_the_configuration_and_the_examples() throws IOException {
    linear().withSeed(7).holdsAtLeast(0.6);

    AuditResult result = results().get(0);
    assertThat(result.plan().spec())
        .contains("supplier: io.sextant.junit.SextantAssertionsTest")
        .contains("steps: '5'".replace("'", ""))
        .contains("epsilons:\n  - 0.1")
        .contains("minimum: 0.6");
    assertThat(result.plan().seed()).isEqualTo(7);
    assertThat(result.data().files())
        .singleElement()
        .extracting("name")
        .isEqualTo("SextantAssertionsTest");
    assertThat(result.run().command()).contains("#results_show_the_configuration");
    assertThat(result.engine().name()).isEqualTo("onednn");
    assertThat(result().resolveSibling("report.html")).content().contains("robust-accuracy");
  }

  @Test
  void graphs_files_iterators_and_own_data_are_the_same() throws IOException {
    conditions(assertThat(LinearModel.graph()).onData(examples)).holdsAtLeast(0.6);
    Path file = LinearModel.saved(output.resolve("modèle 1.zip"));
    conditions(assertThatModel(file).onData(new SingletonDataSetIterator(examples)))
        .holdsAtLeast(0.6);
    conditions(assertThatModel(file).onData(new ViewIterator(examples, 3))).holdsAtLeast(0.6);
    conditions(assertThatModel(file).onData(SuppliedData.read("own", examples, Box.UNIT)))
        .holdsAtLeast(0.6);

    assertThat(results()).isNotEmpty().allMatch(r -> r.accuracy().clean().count() == 20);
  }

  @Test
  void a_spent_iterator_is_read_from_its_beginning() {
    ViewIterator iterator = new ViewIterator(examples, 8);
    iterator.next();

    assertThatThrownBy(() -> conditions(assertThat(network).onData(iterator)).holdsAtLeast(0.7))
        .hasMessageContaining("of 20)");
  }

  @Test
  void the_number_of_examples_can_be_limited() {
    assertThatThrownBy(() -> linear().firstSamples(4).isAccurateAtLeast(1).holdsAtLeast(0.1))
        .hasMessageContaining("(0 of 4)");
  }

  @Test
  void the_box_and_the_scale_are_the_models() {
    // x in [0, 2] and the model takes x / 2: distances and radii are doubled.
    DataSet doubled = new DataSet(examples.getFeatures().mul(2), examples.getLabels());
    assertThat(network)
        .onData(doubled)
        .inBox(0, 2)
        .scaled(0, 0.5)
        .within(Norm.LINF, "0.2")
        .underProfile("quick")
        .holdsAtLeast("60%");
    assertThatThrownBy(() -> conditions(assertThat(network).onData(doubled)).holdsAtLeast(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void outputs_without_an_activation_may_be_said_to_be_logits() {
    RobustnessAssert silent = conditions(assertThat(LinearModel.logits()).onData(examples));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> silent.holdsAtLeast(0))
        .withMessageContaining("output-kind: logits");
    silent.withLogits().isAccurateAtLeast(1).holdsAtLeast(0.6);
    assertThatThrownBy(() -> silent.withLogits().holdsAtLeast(0.61))
        .hasMessageContaining("(12 of 20)");
  }

  @Test
  void the_units_of_a_normaliser_are_said_where_they_are_not_certain(@TempDir Path folder)
      throws IOException {
    // It was fitted to bytes, and divides them by 255: numbers in [0, 1] could be either.
    Path file = folder.resolve("bytes.zip");
    ModelSerializer.writeModel(network, file.toFile(), false);
    ModelSerializer.addNormalizerToModel(file.toFile(), new ImagePreProcessingScaler(0, 1));
    RobustnessAssert silent = conditions(assertThatModel(file).onData(examples));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> silent.holdsAtLeast(0))
        .withMessageContaining("normalizer-units: bytes");
    silent.withNormalizerUnits("bytes").isAccurateAtLeast(1).holdsAtLeast(0.6);
    // As they are, they lie below 1/255: all is class 0.
    assertThatThrownBy(() -> silent.withNormalizerUnits("as-is").isAccurateAtLeast("51%"))
        .hasMessageContaining("(10 of 20)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> silent.withNormalizerUnits("byte").holdsAtLeast(0))
        .withMessageContaining("normalizer-units");
  }

  @Test
  void a_name_stands_in_the_message() {
    assertThatThrownBy(
            () -> conditions(assertThat(network).named("linear").onData(examples)).holdsAtLeast(1))
        .hasMessageContaining("for model linear.");
  }

  @Test
  void a_description_comes_first_and_survives_the_chain() {
    assertThatThrownBy(
            () ->
                conditions(assertThat(network).as("the %s model", "linear").onData(examples))
                    .isAccurateAtLeast(0.5)
                    .holdsAtLeast(1))
        .hasMessageStartingWith("[the linear model] ");
  }

  @Test
  void what_cannot_be_trusted_does_not_pass() {
    // Gradients are zero, so that attacks find nothing where there is something to be found.
    assertThatThrownBy(
            () ->
                conditions(assertThat(LinearModel.network(LinearModel.SATURATED)).onData(examples))
                    .holdsAtLeast(0.1))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("INCONCLUSIVE robust-accuracy")
        .hasMessageContaining("Validity checks that tripped:");
  }

  @Test
  void a_warning_does_not_fail() {
    Rule warning =
        Rule.builder("wish", io.sextant.results.Metric.ROBUST_ACCURACY)
            .minimum(io.sextant.results.Limit.parse("99%"))
            .severity(io.sextant.results.Severity.WARN)
            .build();
    linear().keeps(warning);
  }

  @Test
  void a_waived_check_passes_until_its_day_is_over() {
    linear()
        .waiving("robust-accuracy", "known", "me", "2999-12-31")
        .isAccurateAtLeast(1)
        .holdsAtLeast(0.9);
    assertThatThrownBy(
            () ->
                linear().waiving("robust-accuracy", "known", "me", "2020-01-01").holdsAtLeast(0.9))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(
            () -> linear().waiving("clean-accuracy", "known", "me", "2999-12-31").holdsAtLeast(0.9))
        .isInstanceOf(AssertionError.class)
        .hasMessageNotContaining("known");
  }

  @ParameterizedTest
  @ValueSource(doubles = {45, -0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void a_share_outside_0_to_1_is_refused(double share) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> linear().holdsAtLeast(share))
        .withMessageContaining("a limit must be");
  }

  @Test
  void unusable_input_is_an_error_and_not_a_failure() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> conditions(assertThatModel(Path.of("no.zip")).onData(examples)).holdsAtLeast(0))
        .withMessageContaining("model file")
        .withMessageContaining("does not exist");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> linear().within(Norm.LINF, "0"))
        .withMessageContaining("epsilon must be above 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> linear().within(Norm.LINF))
        .withMessageContaining("at least one epsilon");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> linear().underProfile("fast").holdsAtLeast(0))
        .withMessageContaining("profile");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(network).named("../x").onData(examples).holdsAtLeast(0))
        .withMessageContaining("model id");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> linear().keeps(Rule.robustAccuracy("other", "l2 0.1", "50%")))
        .withMessageContaining("not in threats");
  }

  @Test
  void no_model_is_a_failure() {
    assertThatThrownBy(() -> assertThat((MultiLayerNetwork) null).onData(examples))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> assertThatModel(null).onData(examples))
        .isInstanceOf(AssertionError.class);
  }

  /** In no catalogue. */
  private record Foreign(String name) implements Attack {
    @Override
    public Declaration<Foreign> declaration() {
      return Declaration.of(name, Kind.FIXED_RADIUS, Foreign.class).made(() -> this);
    }

    @Override
    public Passes passes(int classes, int features) {
      return new Passes(0, 0);
    }

    @Override
    public Step<Trial> search(Trial trial) {
      throw new AssertionError("must not be run");
    }
  }

  @Test
  void a_foreign_attack_is_refused_rather_than_replaced() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> linear().underAttack(new Foreign("pgd")))
        .withMessageContaining("one of the catalogue")
        .withMessageContaining("META-INF/services/io.sextant.methods.Method");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> linear().underAttack(new Foreign("mine")))
        .withMessageContaining("one of the catalogue");
  }

  @Test
  void the_reproduce_command_looks_at_the_worst_examples_again() throws IOException {
    System.setProperty(Settings.RULES, "robust-accuracy");
    System.setProperty(Settings.SAMPLES, "0, 19");

    // The other check is passed over; of the two examples one holds.
    assertThatThrownBy(() -> linear().isAccurateAtLeast(1).holdsAtLeast(0.6))
        .hasMessageContaining("(1 of 2)")
        .hasMessageContaining("reproduce/report.html");
    assertThat(results()).singleElement().extracting(r -> r.accuracy().clean().n()).isEqualTo(2);
  }

  @Test
  void parallel_tests_do_not_disturb_each_other() throws Exception {
    ExecutorService workers = Executors.newFixedThreadPool(4);
    try {
      List<Future<@Nullable Object>> running = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String minimum = i % 2 == 0 ? "60%" : "59%";
        running.add(
            workers.submit(
                () -> {
                  linear().holdsAtLeast(minimum);
                  return null;
                }));
      }
      for (Future<@Nullable Object> one : running) {
        one.get();
      }
    } finally {
      workers.shutdownNow();
    }
    assertThat(results()).hasSize(2);
  }

  @Test
  void the_network_is_not_changed() {
    INDArray before = network.params().dup();
    INDArray inputs = examples.getFeatures().dup();
    linear().holdsAtLeast(0.6);

    assertThat(network.params()).isEqualTo(before);
    assertThat(examples.getFeatures()).isEqualTo(inputs);
  }

  @Test
  void a_model_without_gradients_is_held_to_the_same_words() {
    DataSet rows =
        new DataSet(
            Nd4j.create(new float[][] {{0.1f, 0}, {0.45f, 0}, {0.6f, 0}, {0.9f, 0}}),
            Nd4j.create(new float[][] {{1, 0}, {1, 0}, {0, 1}, {0, 1}}));
    RobustnessAssert stump =
        assertThatPredictor(
                Predictor.probabilities(
                    2,
                    asked ->
                        Arrays.stream(asked)
                            .map(row -> new double[] {row[0] > 0.5 ? 0.9 : 0.2})
                            .toArray(double[][]::new)))
            .onData(rows)
            .within(Norm.LINF, "0.08");
    stump.underAttack(HopSkipJump.DEFAULT).holdsAtLeast(0.75);
    assertThatThrownBy(() -> stump.underAttack(HopSkipJump.DEFAULT).holdsAtLeast(0.8))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> stump.underAttack(Pgd.DEFAULT).holdsAtLeast(0.5))
        .hasMessageContaining("pgd asks for gradients");
  }
}
