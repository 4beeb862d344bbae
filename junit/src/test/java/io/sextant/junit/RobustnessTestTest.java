package io.sextant.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.sextant.results.AuditResult;
import io.sextant.results.Norm;
import io.sextant.results.gate.GateReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.nd4j.linalg.dataset.DataSet;

class RobustnessTestTest {
  private static final List<Object> SEEN = new ArrayList<>();

  @TempDir private Path output = Path.of("");

  /** As a user would write it. */
  public static final class Network implements Supplier<MultiLayerNetwork> {
    @Override
    public MultiLayerNetwork get() {
      return LinearModel.network();
    }
  }

  /** Gradients of its loss are zero. */
  public static final class Saturated implements Supplier<MultiLayerNetwork> {
    @Override
    public MultiLayerNetwork get() {
      return LinearModel.network(LinearModel.SATURATED);
    }
  }

  /** As a user would write it. */
  public static final class Examples implements Supplier<DataSet> {
    @Override
    public DataSet get() {
      return LinearModel.examples();
    }
  }

  /** Run by the test kit; the build does not look into nested classes. */
  @SuppressWarnings("JUnitMalformedDeclaration")
  static class Cases {
    @RobustnessTest(
        modelFrom = Network.class,
        dataFrom = Examples.class,
        epsilon = "0.1",
        profile = "quick",
        cleanMinimum = "100%",
        minimum = "60%")
    void passes() {}

    @RobustnessTest(
        modelFrom = Network.class,
        dataFrom = Examples.class,
        epsilon = "0.1",
        profile = "quick",
        minimum = "61%")
    void fails() {
      SEEN.add("the method must not run");
    }

    @RobustnessTest(
        modelFrom = Saturated.class,
        dataFrom = Examples.class,
        epsilon = "0.1",
        profile = "quick",
        minimum = "10%")
    void inconclusive() {}

    @RobustnessTest(model = "no such.zip", dataFrom = Examples.class, minimum = "10%")
    void missing_model() {}

    @RobustnessTest(spec = "no such.yaml")
    void missing_spec() {}

    @RobustnessTest(
        modelFrom = Network.class,
        dataFrom = Examples.class,
        epsilon = "-1",
        minimum = "10%")
    void bad_epsilon() {}

    @RobustnessTest(modelFrom = Network.class, dataFrom = Examples.class)
    void nothing_to_judge() {}

    @RobustnessTest(spec = "audit.yaml", minimum = "10%")
    void two_sources() {}

    @RobustnessTest(spec = "audit.yaml", norm = Norm.LINF, seed = "42")
    void defaults_beside_a_spec() {}

    @RobustnessTest(
        modelFrom = Network.class,
        dataFrom = Examples.class,
        norm = {Norm.LINF, Norm.L2},
        minimum = "10%")
    void two_norms() {}

    @RobustnessTest(minimum = "10%")
    void no_source() {}

    @RobustnessTest(
        modelFrom = Network.class,
        dataFrom = Examples.class,
        norm = Norm.L2,
        epsilon = "0.1",
        profile = "quick",
        minimum = "60%")
    void in_another_norm() {}

    @RobustnessTest(modelFrom = Network.class, dataFrom = Examples.class, profile = "quick")
    void injects(
        RobustnessResult result, AuditResult audit, GateReport gate, RobustnessResults all) {
      SEEN.addAll(List.of(result, audit, gate, all));
    }
  }

  private EngineExecutionResults run(String method) {
    return run(method, "");
  }

  private EngineExecutionResults run(String method, String parameterTypes) {
    SEEN.clear();
    return EngineTestKit.engine("junit-jupiter")
        .configurationParameter("sextant.output", output.toString())
        .selectors(selectMethod(Cases.class, method, parameterTypes))
        .execute();
  }

  private Throwable failure(String method) {
    EngineExecutionResults results = run(method);
    results.testEvents().assertStatistics(statistics -> statistics.started(1).failed(1));
    return results.testEvents().failed().stream()
        .map(event -> event.getRequiredPayload(TestExecutionResult.class))
        .flatMap(result -> result.getThrowable().stream())
        .findFirst()
        .orElseThrow();
  }

  private Path folder(String method) {
    return output.resolve(Cases.class.getName()).resolve(method);
  }

  @Test
  void a_kept_rule_passes_with_an_empty_method_and_publishes_its_report() {
    EngineExecutionResults results = run("passes");

    results.testEvents().assertStatistics(statistics -> statistics.started(1).succeeded(1));
    assertThat(folder("passes").resolve("report.html")).content().contains("robust-accuracy");
    assertThat(results.testEvents().reportingEntryPublished().stream().map(Event::toString))
        .singleElement()
        .asString()
        .contains("2 of 2 robustness rules hold for model model.")
        .contains("report.html");
  }

  @Test
  void a_broken_rule_fails_with_the_message_of_the_gate() {
    assertThat(failure("fails"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("FAIL robust-accuracy")
        .hasMessageContaining("(12 of 20)")
        .hasMessageContaining("limit      at least 61%")
        .hasMessageContaining("worst      samples ")
        .hasMessageContaining(
            "mvn test -Dtest='io.sextant.junit.RobustnessTestTest$Cases#fails' -Dsextant.rules=robust-accuracy")
        .hasMessageContaining("fails/report.html");
    assertThat(SEEN).isEmpty();
    assertThat(folder("fails").resolve("report.html")).content().contains("61%");
  }

  @Test
  void no_waiver_is_offered_where_there_is_no_place_for_one() {
    assertThat(failure("fails")).message().doesNotContain("Accept a broken rule", "waiv");
  }

  @Test
  void the_norm_can_be_chosen() throws IOException {
    run("in_another_norm").testEvents().assertStatistics(statistics -> statistics.succeeded(1));
    assertThat(AuditResult.read(folder("in_another_norm").resolve("result.json")).plan().spec())
        .contains("norm: l2")
        .doesNotContain("linf");
  }

  @Test
  void rules_of_other_tests_abort_this_one() throws IOException {
    EngineExecutionResults results =
        EngineTestKit.engine("junit-jupiter")
            .configurationParameter("sextant.output", output.toString())
            .configurationParameter("sextant.rules", "mine")
            .selectors(selectMethod(Cases.class, "passes", ""))
            .execute();

    results.testEvents().assertStatistics(statistics -> statistics.started(1).aborted(1));
    assertThat(results.testEvents().aborted().stream())
        .singleElement()
        .extracting(event -> event.getRequiredPayload(TestExecutionResult.class))
        .asString()
        .contains(
            "sextant.rules selects mine, but the rules here are clean-accuracy, robust-accuracy");
    try (Stream<Path> files = Files.list(output)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void an_untrusted_pass_fails() {
    assertThat(failure("inconclusive"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("INCONCLUSIVE robust-accuracy");
  }

  @Test
  void bad_set_up_is_an_error_in_one_sentence() {
    assertError("missing_model", "model file ", "does not exist");
    assertError("missing_spec", "the spec ", "does not exist");
    assertError("bad_epsilon", "epsilon must be above 0");
    assertError("nothing_to_judge", "nothing to judge by");
    assertError("two_sources", "either a spec or minimum");
    assertError("defaults_beside_a_spec", "either a spec or norm, seed");
    assertError("two_norms", "one norm at most but has 2");
    assertError("no_source", "exactly one of model and modelFrom");
  }

  private void assertError(String method, String... words) {
    assertThat(failure(method))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(words)
        .message()
        .hasLineCount(1);
  }

  @Test
  void results_are_handed_to_the_method() {
    EngineExecutionResults results =
        run(
            "injects",
            String.join(
                ", ",
                RobustnessResult.class.getName(),
                AuditResult.class.getName(),
                GateReport.class.getName(),
                RobustnessResults.class.getName()));

    results.testEvents().assertStatistics(statistics -> statistics.succeeded(1));
    RobustnessResult result = (RobustnessResult) SEEN.get(0);
    assertThat(SEEN)
        .containsExactly(
            result, result.audit(), result.gate(), new RobustnessResults(List.of(result)));
    assertThat(result.audit().accuracy().clean().count()).isEqualTo(20);
    assertThat(result.report()).exists();
  }

  @Test
  void a_second_run_is_served_from_the_first() throws IOException {
    run("passes");
    Path file = folder("passes").resolve("result.json");
    AuditResult first = AuditResult.read(file);
    Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.fromMillis(0));
    run("passes").testEvents().assertStatistics(statistics -> statistics.succeeded(1));

    assertThat(AuditResult.read(file)).isEqualTo(first);
    assertThat(Files.getLastModifiedTime(file).toMillis()).isZero();
  }

  @Test
  void nothing_is_written_where_nothing_is_asked_for() throws IOException {
    run("two_sources");

    try (Stream<Path> files = Files.list(output)) {
      assertThat(files).isEmpty();
    }
  }
}
