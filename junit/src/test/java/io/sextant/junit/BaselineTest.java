package io.sextant.junit;

import static io.sextant.junit.SextantAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.dl4j.Dl4jNetwork;
import io.sextant.results.Norm;
import io.sextant.results.baseline.Baseline;
import io.sextant.results.baseline.Baselines;
import io.sextant.results.gate.GatePolicy;
import io.sextant.results.gate.Guidance;
import io.sextant.spec.AuditSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(OutputFolder.class)
class BaselineTest {
  private final MultiLayerNetwork network = LinearModel.network();
  private Path folder = Path.of("");

  @BeforeEach
  void write_elsewhere(@TempDir Path temporary) {
    folder = temporary;
    OutputFolder.set(temporary.resolve("out"));
  }

  private RobustnessAssert linear() {
    return assertThat(network)
        .onData(LinearModel.examples())
        .within(Norm.LINF, "0.1")
        .underProfile("quick");
  }

  private void worsen() {
    // The boundary moves into class 1: 9 of 10 are wrong.
    network.getLayer(0).getParam("b").muli(1.7);
  }

  @Test
  void a_missing_baseline_fails_and_says_how_to_record_it() {
    assertThatThrownBy(() -> linear().hasNotRegressedFrom(folder.resolve("none.json")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("there is no baseline")
        .hasMessageContaining("-Dsextant.updateBaselines=true");
  }

  @Test
  void a_recorded_baseline_is_kept_by_the_same_model_and_not_by_a_worse_one() throws IOException {
    Path file = folder.resolve("baseline").resolve("linear.json");
    asked(updating(Set.of(), List.of(), false)).holdsAtLeast(0.5).hasNotRegressedFrom(file);

    assertThat(Baseline.read(file).rules())
        .containsOnlyKeys(
            "clean-accuracy-not-below-baseline", "robust-accuracy-not-below-baseline");
    String recorded = Files.readString(file);
    linear().hasNotRegressedFrom(file);
    linear().holdsAtLeast(0.5).hasNotRegressedFrom(file).isAccurateAtLeast(0.9);
    worsen();
    assertThatThrownBy(() -> linear().hasNotRegressedFrom(file))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("fell below the baseline")
        .hasMessageContaining("lost");
    assertThat(file).hasContent(recorded);
  }

  @Test
  void attributions_are_held_against_those_that_were_recorded() throws IOException {
    Path file = folder.resolve("reasons.json");
    assertThatThrownBy(() -> linear().hasAttributionDriftAtMost("0", file))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("there are no attributions to compare with");
    asked(updating(Set.of(), List.of(), false)).hasAttributionDriftAtMost("0", file);
    assertThat(Baseline.read(file).attributions()).isPresent();
    linear().hasAttributionDriftAtMost("0", file);
    // What supported a class now speaks against it.
    network.getLayer(0).getParam("W").muli(-1);
    assertThatThrownBy(() -> linear().hasAttributionDriftAtMost("99%", file))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("100.0% of the attribution moved");
  }

  /** Asked by somebody with these settings, whatever the environment says. */
  private RobustnessAssert asked(Settings settings) {
    SpecDraft draft = SpecDraft.EMPTY.withModelFrom("A").withData(Map.of("supplier", "A"));
    HandedOver.Held held =
        new HandedOver.Held(
            Optional.of(Dl4jNetwork.of(network)),
            Optional.of(List.of(LinearModel.examples())),
            "A");
    return new RobustnessAssert(
            network,
            new RobustnessAssert.Question(
                draft, held, new TestPlace("A", "b", List.of()), settings))
        .within(Norm.LINF, "0.1")
        .underProfile("quick");
  }

  private Settings updating(Set<String> rules, List<Integer> samples, boolean ci) {
    return new Settings(folder.resolve("out"), rules, samples, true, ci);
  }

  @Test
  void a_chain_does_not_record_a_baseline_on_ci_either() {
    Path file = folder.resolve("linear.json");
    RobustnessAssert begun = asked(updating(Set.of(), List.of(), true)).holdsAtLeast(0.1);
    assertThatIllegalStateException()
        .isThrownBy(() -> begun.hasNotRegressedFrom(file))
        .withMessageContaining("must not be recorded on a CI machine");
    assertThat(file).doesNotExist();
  }

  @Test
  void after_a_waived_check_that_was_cut_a_baseline_comes_from_a_whole_audit() throws IOException {
    Path file = folder.resolve("linear.json");
    asked(updating(Set.of(), List.of(), false))
        .waiving(Checks.ROBUST, "known", "me", "2999-12-31")
        .holdsAtLeast(0.99)
        .hasNotRegressedFrom(file);
    assertThat(Baseline.read(file).rules())
        .containsOnlyKeys(Checks.CLEAN_NOT_BELOW_BASELINE, Checks.ROBUST_NOT_BELOW_BASELINE);
  }

  @Test
  void only_the_check_about_a_baseline_records_it() throws IOException {
    Path file = folder.resolve("linear.json");
    RobustnessAssert recorded =
        asked(updating(Set.of(), List.of(), false)).hasNotRegressedFrom(file);
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    recorded.isAccurateAtLeast(0.9).holdsAtLeast(0.6);
    assertThat(Files.getLastModifiedTime(file).toMillis()).isZero();
  }

  @Test
  void what_judges_nothing_records_nothing() throws IOException {
    Path file = folder.resolve("model.json");
    Path model = LinearModel.saved(folder.resolve("model.zip"));
    TestAudit audit =
        new TestAudit(
            new TestPlace("A", "b", List.of()),
            updating(Set.of(), List.of(), false),
            Baselines.at(file),
            GatePolicy.DEFAULT,
            Guidance.Waiving.NOWHERE);
    audit.run(
        SpecDraft.EMPTY
            .withModelFile(model)
            .withData(Map.of("supplier", "Held"))
            .with("attacks", "quick")
            .spec(),
        HandedOver.Held.NOTHING.withExamples(LinearModel.examples(), "Held"),
        folder.resolve("audit"));
    assertThat(file).doesNotExist();
  }

  @Test
  void a_part_of_the_rules_or_examples_is_no_baseline() {
    Path file = folder.resolve("linear.json");
    for (Settings part :
        List.of(
            updating(Set.of(Checks.ROBUST_NOT_BELOW_BASELINE), List.of(), false),
            updating(Set.of(), List.of(3), false))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> asked(part).hasNotRegressedFrom(file))
          .withMessageContaining("leave out sextant.rules and sextant.samples.ids");
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void a_baseline_is_not_recorded_on_ci() throws IOException {
    Path file = folder.resolve("model.json");
    Settings ci = new Settings(folder.resolve("out"), Set.of(), List.of(), true, true);
    Path model = LinearModel.saved(folder.resolve("model.zip"));
    AuditSpec spec =
        SpecDraft.EMPTY
            .withModelFile(model)
            .withData(Map.of("supplier", "Held"))
            .withRules(List.of(io.sextant.results.Rule.cleanAccuracy("clean", "50%")))
            .spec();

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                new TestAudit(
                        new TestPlace("A", "b", List.of()),
                        ci,
                        Baselines.at(file),
                        GatePolicy.DEFAULT,
                        Guidance.Waiving.SPEC)
                    .run(
                        spec,
                        HandedOver.Held.NOTHING.withExamples(LinearModel.examples(), "Held"),
                        folder.resolve("out")))
        .withMessageContaining("must not be recorded on a CI machine")
        .withMessageContaining("mvn test -Dtest=A#b -Dsextant.updateBaselines=true");
    assertThat(file).doesNotExist();
  }
}
