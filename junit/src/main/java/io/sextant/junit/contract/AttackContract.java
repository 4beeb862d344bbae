package io.sextant.junit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.attacks.Attack;
import io.sextant.attacks.AttackResult;
import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.Goal;
import io.sextant.attacks.Outcome;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Meter;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;

/** What every attack must keep. */
final class AttackContract {
  private static final long SEED = 42;

  private final Attack attack;

  AttackContract(Attack attack) {
    this.attack = attack;
  }

  /** A network with inputs of one kind. */
  private record Place(String name, InferenceGraph graph, InputDomain domain) {
    GradientService open() {
      return Ground.on(graph, domain).build();
    }
  }

  private static List<Place> places() {
    return List.of(
        new Place("pixels", Ground.network(Ground.FEATURES, Ground.CLASSES), Ground.box()),
        new Place("two classes", Ground.network(Ground.FEATURES, 2), Ground.box()),
        new Place("one pixel", Ground.network(1, 2), InputDomain.box(1, -2, 2)),
        new Place("a table", Ground.network(Ground.FEATURES, Ground.CLASSES), Ground.table()));
  }

  Stream<DynamicTest> tests() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Norm norm : Norm.values()) {
      if (!attack.norms().contains(norm)) {
        tests.add(test("refuses " + norm.symbol(), () -> refuses(norm)));
        continue;
      }
      for (Place place : places()) {
        tests.add(
            test(
                "%s on %s: inside ball and domain, outcomes true, counts sane"
                    .formatted(norm.symbol(), place.name()),
                () -> keepsTheThreat(norm, place)));
      }
      tests.add(
          test(
              norm.symbol() + ": the same alone, in any order, batch and number of threads",
              () -> isIndependent(norm)));
      tests.add(test(norm.symbol() + ": aims at a class", () -> aims(norm)));
      tests.add(test(norm.symbol() + ": degenerate inputs", () -> bearsDegenerateInputs(norm)));
    }
    tests.add(test("stops when its thread is interrupted", this::stops));
    return tests.stream();
  }

  private static DynamicTest test(String name, Executable body) {
    return DynamicTest.dynamicTest(name, body);
  }

  private ThreatModel threat(Norm norm) {
    return attack.declaration().kind() == Kind.MINIMUM_NORM
        ? ThreatModel.nearest(norm)
        : ThreatModel.of(norm, norm == Norm.LINF ? "0.2" : norm == Norm.L0 ? "2" : "0.5");
  }

  private AttackResult run(GradientService service, Examples examples, ThreatModel threat) {
    return attack.run(service, examples, threat, SEED);
  }

  private void refuses(Norm norm) {
    try (GradientService service = places().get(0).open()) {
      assertThatThrownBy(() -> run(service, Ground.examples(service), threat(norm)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(attack.name())
          .hasMessageContaining(norm.key());
    }
  }

  private void keepsTheThreat(Norm norm, Place place) {
    try (GradientService service = place.open()) {
      Examples examples = Ground.examples(service);
      double[][] before = copy(examples.rows());
      ThreatModel threat = threat(norm);
      AttackResult result = run(service, examples, threat);
      assertThat(examples.rows()).as("the rows that were given").isDeepEqualTo(before);
      assertThat(result.examples()).hasSameSizeAs(before);
      Passes most = attack.passes(service.classes(), service.features());
      Passes all = new Passes(0, 0);
      double[][] logits =
          service
              .as("contract")
              .logits(
                  result.examples().stream().map(ExampleResult::input).toArray(double[][]::new));
      for (int i = 0; i < before.length; i++) {
        ExampleResult one = result.examples().get(i);
        assertThat(one.id()).isEqualTo(examples.id(i));
        requireInside(service.domain(), threat, before[i], one.input());
        requireTrue(one, threat, before[i], logits[i], examples.label(i));
        assertThat(one.forwards()).as("forwards").isBetween(0L, most.forwards());
        assertThat(one.backwards()).as("backwards").isBetween(0L, most.backwards());
        all = all.plus(new Passes(one.forwards(), one.backwards()));
      }
      Meter.Count counted =
          service.meter().counts().getOrDefault(attack.name(), new Meter.Count(0, 0));
      assertThat(new Passes(counted.forwards(), counted.backwards())).isEqualTo(all);
      if (attack.declaration().access().isBlackBox()) {
        assertThat(counted.backwards()).as("gradients of a black-box attack").isZero();
      }
    }
  }

  private static void requireInside(
      InputDomain domain, ThreatModel threat, double[] clean, double[] input) {
    assertThat(domain.violation(input)).as("why it is outside the domain").isEmpty();
    for (int f = 0; f < clean.length; f++) {
      assertThat((double) (float) input[f]).as("a float").isEqualTo(input[f]);
      if (!domain.feature(f).mutable()) {
        assertThat(input[f]).as("immutable feature %d", f).isEqualTo(clean[f]);
      }
    }
    assertThat(distance(domain, threat.norm(), clean, input))
        .as("distance")
        .isLessThanOrEqualTo(threat.radius() * (1 + 1e-9));
  }

  /** By its definition, in units of scale; categories do not count and must stay as they are. */
  private static double distance(InputDomain domain, Norm norm, double[] clean, double[] input) {
    double total = 0;
    for (int f = 0; f < clean.length; f++) {
      Feature feature = domain.feature(f);
      double change = Math.abs(input[f] - clean[f]) / feature.scale();
      if (feature.kind() == Feature.Kind.BINARY) {
        assertThat(change).as("category %d, which is frozen", f).isZero();
      }
      total =
          switch (norm) {
            case LINF -> Math.max(total, change);
            case L2 -> Math.hypot(total, change);
            case L1 -> total + change;
            case L0 -> total + (change > 0 ? 1 : 0);
          };
    }
    return total;
  }

  private static void requireTrue(
      ExampleResult one, ThreatModel threat, double[] clean, double[] logits, int label) {
    int decided = decision(logits);
    if (one.outcome() instanceof Outcome.Broken broken) {
      assertThat(decided).as("the decision on a broken example").isNotEqualTo(label);
      threat.goal().target(one.id()).ifPresent(t -> assertThat(decided).isEqualTo(t));
      assertThat(broken.distance()).isLessThanOrEqualTo(threat.radius() * (1 + 1e-9));
    } else if (one.outcome() instanceof Outcome.AlreadyWrong) {
      assertThat(one.input()).isEqualTo(clean);
      assertThat(decided).isNotEqualTo(label);
    } else {
      assertThat(one.outcome()).isEqualTo(new Outcome.Held());
      if (threat.goal().target(one.id()).isEmpty()) {
        assertThat(decided).as("the decision on an example that held").isEqualTo(label);
      }
    }
  }

  private static int decision(double[] logits) {
    return IntStream.range(0, logits.length)
        .reduce((a, b) -> logits[b] > logits[a] ? b : a)
        .orElseThrow();
  }

  private void isIndependent(Norm norm) {
    Place place = places().get(0);
    ThreatModel threat = threat(norm);
    List<ExampleResult> all;
    Examples examples;
    try (GradientService service = place.open()) {
      examples = Ground.examples(service);
      all = run(service, examples, threat).examples();
      requireSame(run(service, examples, threat).examples(), all, "a second time");
      // What a run that was interrupted has left is done in the next one.
      for (int from = 0; from < examples.size(); from += 7) {
        int to = Math.min(examples.size(), from + 7);
        requireSame(
            run(service, examples.slice(from, to), threat).examples(),
            all.subList(from, to),
            "in parts");
      }
      int[] backwards =
          IntStream.range(0, examples.size()).map(i -> examples.size() - 1 - i).toArray();
      List<ExampleResult> reversed = new ArrayList<>();
      for (int i : backwards) {
        reversed.add(all.get(i));
      }
      requireSame(
          run(service, examples.at(backwards), threat).examples(), reversed, "in another order");
    }
    for (int[] setting : new int[][] {{1, 1}, {4, 5}}) {
      try (GradientService service =
          Ground.on(place.graph(), place.domain())
              .threads(setting[0])
              .batchSize(setting[1])
              .build()) {
        requireSame(
            run(service, examples, threat).examples(),
            all,
            "with %d threads and batches of %d".formatted(setting[0], setting[1]));
      }
    }
  }

  private static void requireSame(
      List<ExampleResult> some, List<ExampleResult> others, String how) {
    assertThat(some).as(how).hasSameSizeAs(others);
    for (int i = 0; i < some.size(); i++) {
      ExampleResult one = some.get(i);
      ExampleResult other = others.get(i);
      assertThat(one.input()).as(how).isEqualTo(other.input());
      assertThat(List.of(one.id(), one.outcome(), one.forwards(), one.backwards()))
          .as(how)
          .isEqualTo(List.of(other.id(), other.outcome(), other.forwards(), other.backwards()));
    }
  }

  private void aims(Norm norm) {
    Place place = places().get(0);
    try (GradientService service = place.open()) {
      Examples examples = Ground.examples(service);
      ThreatModel threat = threat(norm).withGoal(new Goal.Targeted(1));
      List<ExampleResult> results = run(service, examples, threat).examples();
      double[][] logits =
          service
              .as("contract")
              .logits(results.stream().map(ExampleResult::input).toArray(double[][]::new));
      for (int i = 0; i < results.size(); i++) {
        requireInside(service.domain(), threat, examples.row(i), results.get(i).input());
        requireTrue(results.get(i), threat, examples.row(i), logits[i], examples.label(i));
      }
      assertThatThrownBy(
              () -> run(service, examples, threat.withGoal(new Goal.Targeted(Ground.CLASSES))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("target");
    }
  }

  private void bearsDegenerateInputs(Norm norm) {
    ThreatModel threat = threat(norm);
    InferenceGraph network = places().get(0).graph();
    Examples examples;
    try (GradientService service = places().get(0).open()) {
      examples = Ground.examples(service);
      assertThat(run(service, examples.at(), threat).examples()).as("no examples").isEmpty();
    }
    try (GradientService service = Ground.on(network, Ground.frozen()).build()) {
      for (ExampleResult one : run(service, examples, threat).examples()) {
        assertThat(one.outcome())
            .as("nothing may be changed")
            .isNotInstanceOf(Outcome.Broken.class);
        assertThat(one.input())
            .isEqualTo(examples.row(Arrays.asList(boxed(examples.ids())).indexOf(one.id())));
      }
    }
    try (GradientService service = Ground.on(Ground.constant(), Ground.box()).build()) {
      for (ExampleResult one : run(service, Ground.examples(service), threat).examples()) {
        assertThat(one.outcome())
            .as("no input makes a difference")
            .isNotInstanceOf(Outcome.Broken.class);
      }
    }
    try (GradientService service = Ground.on(Ground.broken(), Ground.box()).build()) {
      for (ExampleResult one : run(service, examples, threat).examples()) {
        assertThat(one.outcome())
            .as("outputs that are no numbers")
            .isInstanceOf(Outcome.Inconclusive.class);
      }
    }
  }

  private void stops() {
    try (GradientService service = places().get(0).open()) {
      Examples examples = Ground.examples(service);
      ThreatModel threat = threat(attack.norms().iterator().next());
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> run(service, examples, threat))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).as("the thread is still marked as interrupted").isTrue();
    }
  }

  private static Long[] boxed(long[] ids) {
    return Arrays.stream(ids).boxed().toArray(Long[]::new);
  }

  private static double[][] copy(double[][] rows) {
    return Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
  }
}
