package io.sextant.junit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.NotFiniteException;
import io.sextant.explainers.Reference;
import io.sextant.explainers.Target;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.GradientServiceBuilder;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Meter;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** What every explainer must keep. */
final class ExplainerContract {
  private final Explainer explainer;

  ExplainerContract(Explainer explainer) {
    this.explainer = explainer;
  }

  Stream<DynamicTest> tests() {
    Subject dense =
        new Subject(
            Ground.network(Ground.FEATURES, Ground.CLASSES),
            Ground.constant(),
            Ground.broken(),
            Ground.box());
    Subject convolutional =
        new Subject(
            Ground.imageNetwork(), Ground.imageConstant(), Ground.imageBroken(), Ground.imageBox());
    boolean takesDense = takes(dense.network());
    return Stream.of(
            takesDense ? onDense(dense.network()) : refusing(dense),
            onBoth(takesDense ? dense : convolutional),
            Stream.of(
                DynamicTest.dynamicTest(
                    "images: one finite attribution each, complete where it says so, counts sane",
                    () -> explains(convolutional.network(), convolutional.domain()))))
        .flatMap(tests -> tests);
  }

  /** A network with the inputs that it takes, and others of its kind. */
  private record Subject(
      InferenceGraph network, InferenceGraph constant, InferenceGraph broken, InputDomain domain) {
    GradientService service() {
      return builder().build();
    }

    GradientServiceBuilder builder() {
      return Ground.on(network, domain);
    }
  }

  /** Whether the network has what this explainer looks at. */
  private boolean takes(InferenceGraph network) {
    try {
      explainer.shape(network);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private Stream<DynamicTest> onDense(InferenceGraph network) {
    return Stream.of(
        DynamicTest.dynamicTest(
            "pixels: one finite attribution each, complete where it says so, counts sane",
            () -> explains(network, Ground.box())),
        DynamicTest.dynamicTest(
            "a table: one finite attribution each, complete where it says so, counts sane",
            () -> explains(network, Ground.table())),
        DynamicTest.dynamicTest(
            "one feature", () -> explains(Ground.network(1, 2), InputDomain.box(1, -2, 2))));
  }

  private Stream<DynamicTest> refusing(Subject dense) {
    return Stream.of(
        DynamicTest.dynamicTest(
            "a network without what it looks at is refused by name",
            () -> {
              try (GradientService service = dense.service()) {
                Examples examples = Ground.examples(service);
                assertThatThrownBy(() -> run(service, examples))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(explainer.name());
                assertThat(service.meter().counts()).doesNotContainKey("explained");
              }
            }));
  }

  private Stream<DynamicTest> onBoth(Subject subject) {
    return Stream.of(
        DynamicTest.dynamicTest(
            "the same alone, in any order, batch and number of threads",
            () -> isIndependent(subject)),
        DynamicTest.dynamicTest("degenerate inputs", () -> bearsDegenerateInputs(subject)),
        DynamicTest.dynamicTest("stops when its thread is interrupted", () -> stops(subject)));
  }

  private Explanations run(GradientService service, Examples examples) {
    return run(service, examples, Target.label());
  }

  /** Explains examples with what the explainer takes from data, which are always the same rows. */
  private Explanations run(GradientService service, Examples examples, Target target) {
    return explainer
        .fitted(Reference.of(service.domain(), Ground.rows(service.domain())))
        .explain(service.as("explained"), examples, target);
  }

  private void explains(InferenceGraph network, InputDomain domain) {
    for (Target target : List.of(Target.label(), Target.predicted())) {
      try (GradientService service = Ground.on(network, domain).build()) {
        Examples examples = Ground.examples(service);
        double[][] before =
            Arrays.stream(examples.rows()).map(double[]::clone).toArray(double[][]::new);
        Explanations found = run(service, examples, target);
        assertThat(examples.rows()).as("the rows that were given").isDeepEqualTo(before);
        assertThat(found.shape()).isEqualTo(explainer.shape(network));
        assertThat(found.attributions()).hasDimensions(before.length, found.shape().elements());
        assertThat(found.certificates()).hasSameSizeAs(before);
        Passes most = explainer.passes(service.classes(), service.features());
        Passes all = new Passes(0, 0);
        for (int i = 0; i < before.length; i++) {
          Certificate one = found.certificates().get(i);
          double[] attribution = found.attributions()[i];
          int place = i;
          assertThat(Arrays.stream(attribution).allMatch(Double::isFinite)).isTrue();
          assertThat(one.example()).isEqualTo(examples.id(i));
          requireComplete(one, found.players().map(players -> players[place]).orElse(attribution));
          assertThat(one.forwards()).as("forwards").isBetween(0L, most.forwards());
          assertThat(one.backwards()).as("backwards").isBetween(0L, most.backwards());
          all = all.plus(new Passes(one.forwards(), one.backwards()));
        }
        Meter.Count counted =
            service.meter().counts().getOrDefault("explained", new Meter.Count(0, 0));
        assertThat(new Passes(counted.forwards(), counted.backwards())).isEqualTo(all);
        if (explainer.declaration().access().isBlackBox()) {
          assertThat(counted.backwards()).as("gradients of a black-box explainer").isZero();
        }
      }
    }
  }

  /**
   * Attributions, or those of players where there are any, add up to the difference of the outputs,
   * but for the gap that is stated.
   */
  private static void requireComplete(Certificate one, double[] attribution) {
    if (one.gap().isPresent()) {
      double promised = one.fInput() - one.fBaseline().orElseThrow();
      assertThat(Arrays.stream(attribution).sum() - promised)
          .as("completeness gap")
          .isCloseTo(one.gap().getAsDouble(), within(1e-6 * (1 + Math.abs(promised))));
    }
  }

  private void isIndependent(Subject subject) {
    double[][] all;
    Examples examples;
    try (GradientService service = subject.service()) {
      examples = Ground.examples(service);
      all = run(service, examples).attributions();
      assertThat(run(service, examples).attributions()).as("a second time").isDeepEqualTo(all);
      for (int from = 0; from < examples.size(); from += 7) {
        int to = Math.min(examples.size(), from + 7);
        assertThat(run(service, examples.slice(from, to)).attributions())
            .as("in parts")
            .isDeepEqualTo(Arrays.copyOfRange(all, from, to));
      }
      int[] backwards =
          IntStream.range(0, examples.size()).map(i -> examples.size() - 1 - i).toArray();
      double[][] reversed = IntStream.of(backwards).mapToObj(i -> all[i]).toArray(double[][]::new);
      assertThat(run(service, examples.at(backwards)).attributions())
          .as("in another order")
          .isDeepEqualTo(reversed);
    }
    for (int[] setting : new int[][] {{1, 1}, {4, 5}}) {
      try (GradientService service =
          subject.builder().threads(setting[0]).batchSize(setting[1]).build()) {
        assertThat(run(service, examples).attributions())
            .as("with %d threads and batches of %d", setting[0], setting[1])
            .isDeepEqualTo(all);
      }
    }
  }

  private void bearsDegenerateInputs(Subject subject) {
    Examples examples;
    try (GradientService service = subject.service()) {
      examples = Ground.examples(service);
      assertThat(run(service, examples.at()).attributions()).as("no examples").isEmpty();
    }
    try (GradientService service = Ground.on(subject.constant(), subject.domain()).build()) {
      for (double[] attribution : run(service, examples).attributions()) {
        assertThat(
                attribution.length > 0 && saysNothingOfOutputs(service)
                    || Arrays.stream(attribution).allMatch(value -> value == 0))
            .as("zeros alone of an output that does not depend on the input")
            .isTrue();
      }
    }
    try (GradientService service = Ground.on(subject.broken(), subject.domain()).build()) {
      assertThatThrownBy(() -> run(service, examples))
          .as("outputs that are no numbers")
          .isInstanceOf(NotFiniteException.class);
    }
  }

  /** What shows a layer as it is, without a gradient, is the same whatever comes of it. */
  private boolean saysNothingOfOutputs(GradientService service) {
    return explainer.declaration().kind() == Kind.LAYER_ATTRIBUTION
        && explainer.passes(service.classes(), service.features()).backwards() == 0;
  }

  private void stops(Subject subject) {
    try (GradientService service = subject.service()) {
      Examples examples = Ground.examples(service);
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> run(service, examples)).isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).as("the thread is still marked as interrupted").isTrue();
    }
  }
}
