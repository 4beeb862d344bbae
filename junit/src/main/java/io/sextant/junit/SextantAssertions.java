package io.sextant.junit;

import io.sextant.gradients.dl4j.Dl4jNetwork;
import io.sextant.gradients.model.FrameworkNetwork;
import io.sextant.gradients.predictor.Predictor;
import io.sextant.gradients.predictor.PredictorNetwork;
import io.sextant.results.baseline.Baselines;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about the robustness of trained models, beside those of AssertJ: both classes can be
 * imported statically.
 *
 * <pre>{@code
 * import static io.sextant.junit.SextantAssertions.assertThat;
 *
 * assertThat(network)
 *     .onData(testSet)
 *     .within(Norm.LINF, "8/255")
 *     .underAttack(Pgd.DEFAULT)
 *     .holdsAtLeast(0.45);
 * }</pre>
 *
 * <p>Behind it is the audit of the command line and the build plugin. Its result, with a report,
 * stands below {@code target/sextant/junit} (system property {@code sextant.output}); as long as
 * the model, the data and what is asked for stay the same, it is read back and not run again.
 *
 * <p>Give networks that tests build a seed: DL4J takes the time for one, and then no two are the
 * same model.
 *
 * <p>What is bad input, such as a file that does not exist, is an {@code IllegalArgumentException};
 * what a model lacks is an {@code AssertionError} with the message of the build gate. Assertions
 * can be made from several threads.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class SextantAssertions {
  private SextantAssertions() {}

  /**
   * Begins an assertion about a network.
   *
   * @param actual initialised; it is not changed
   */
  public static ModelAssert assertThat(@Nullable MultiLayerNetwork actual) {
    return inMemory(actual);
  }

  /**
   * Begins an assertion about a graph.
   *
   * @param actual initialised, with one input; it is not changed
   */
  public static ModelAssert assertThat(@Nullable ComputationGraph actual) {
    return inMemory(actual);
  }

  /**
   * Begins an assertion about a saved model. It does not go by the name of the others, which
   * AssertJ has taken for paths.
   *
   * @param actual a DL4J zip or a Keras file
   */
  public static ModelAssert assertThatModel(@Nullable Path actual) {
    return new ModelAssert(
        actual,
        new RobustnessAssert.Question(
            actual == null ? SpecDraft.EMPTY : SpecDraft.EMPTY.withModelFile(actual),
            HandedOver.Held.NOTHING,
            TestPlace.ofCaller(),
            Settings.ofSystem()));
  }

  /**
   * Begins an assertion about everything that an audit spec asks for.
   *
   * @param actual a spec, as for {@code sextant audit} and the build plugin, with rules
   */
  public static AuditAssert assertThatAudit(@Nullable Path actual) {
    return new AuditAssert(actual, Baselines.NONE, TestPlace.ofCaller());
  }

  /**
   * Begins an assertion about a model that answers and gives no gradients. Say which attack is
   * meant: those by default ask for gradients.
   *
   * @param actual answers as its own description says
   */
  public static ModelAssert assertThatPredictor(@Nullable Predictor actual) {
    TestPlace place = TestPlace.ofCaller();
    // The explainer of tests asks for gradients.
    SpecDraft draft = SpecDraft.EMPTY.withModelFrom(place.supplier()).with("explainers", List.of());
    return held(actual, Optional.ofNullable(actual).map(PredictorNetwork::of), draft, place);
  }

  private static ModelAssert inMemory(@Nullable Model actual) {
    TestPlace place = TestPlace.ofCaller();
    SpecDraft draft = SpecDraft.EMPTY.withModelFrom(place.supplier());
    return held(actual, Optional.ofNullable(actual).map(Dl4jNetwork::of), draft, place);
  }

  private static ModelAssert held(
      @Nullable Object actual,
      Optional<FrameworkNetwork> network,
      SpecDraft draft,
      TestPlace place) {
    return new ModelAssert(
        actual,
        new RobustnessAssert.Question(
            draft,
            new HandedOver.Held(network, Optional.empty(), place.simpleName()),
            place,
            Settings.ofSystem()));
  }
}
