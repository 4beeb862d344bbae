package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.Attack;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.gradient.Fgsm;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.attacks.minimumnorm.Fmn;
import io.sextant.evaluation.VerifiedAttack;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Judge;
import io.sextant.gradients.Meter;
import io.sextant.gradients.dl4j.Dl4jNetwork;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.TrainedModel;
import io.sextant.results.AttackCounts;
import io.sextant.results.AuditResult;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.results.RobustAccuracy;
import io.sextant.results.SampleRow;
import io.sextant.results.SamplesCsv;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Verified attacks in memory against an audit of the same model. */
class VerifiedAttackTest {
  private static final int N = 40;
  private static final List<String> RADII = List.of("0.2", "0.05", "0.1");
  private static final ThreatModel LINF = ThreatModel.of(Norm.LINF, "0.2");

  private final MultiLayerNetwork network = Bench.curved();
  private final double[][] rows = Bench.spread(N, 4);
  private final int[] labels = labels();
  private final Examples examples = Examples.of(rows, labels, LongStream.range(0, N).toArray());
  private final TrainedModel model = TrainedModel.of(Dl4jNetwork.of(network), Shape.of(4));

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  /** The model's own, and some that are wrong from the start. */
  private int[] labels() {
    int[] labels = Bench.decisions(network, rows);
    for (int i = 0; i < N; i += 7) {
      labels[i] = (labels[i] + 1) % 3;
    }
    return labels;
  }

  private VerifiedAttack run(Attack attack, Judge judge) {
    try (GradientService service = model.service()) {
      return VerifiedAttack.run(judge, service, attack, LINF, RADII, examples, 42);
    }
  }

  /** One of a kind: it looks at each radius, or once for all of them. */
  static Stream<Attack> kinds() {
    return Stream.of(Pgd.DEFAULT, Fmn.DEFAULT);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void the_figures_are_those_of_an_audit(Attack attack) throws IOException {
    Bench bench = new Bench(folder);
    bench.model("model.zip", network);
    bench.arrays(rows, labels);
    sextant(
            "audit",
            bench.text(
                "audit.yaml",
                """
                model: model.zip
                data: {images: x.npy, labels: y.npy}
                threats: [{norm: linf, epsilons: [0.2, 0.05, 0.1]}]
                attacks: [%s]
                explainers: [vanilla-gradient]
                """
                    .formatted(attack.name())),
            "--out",
            bench.path("out"))
        .succeeds();
    List<RobustAccuracy> audited =
        AuditResult.read(bench.path("out").resolve("result.json")).accuracy().robust();
    List<SampleRow> worst =
        SamplesCsv.read(bench.path("out").resolve("samples.csv")).stream()
            .filter(SampleRow::isWorstCase)
            .toList();

    VerifiedAttack found = run(attack, model.judge());

    assertThat(found.radii()).hasSize(3);
    for (int k = 0; k < 3; k++) {
      VerifiedAttack.AtRadius at = found.radii().get(k);
      assertThat(at.condition().epsilon().text()).isEqualTo(RADII.get(k));
      // The audit goes from the smallest radius to the largest.
      int place = RADII.stream().sorted().toList().indexOf(RADII.get(k));
      AttackCounts counts = audited.get(place).worstCase();
      assertThat(at.counts()).isEqualTo(counts);
      assertThat(at.robustAccuracy().interval()).isEqualTo(counts.accuracy().interval());
      for (VerifiedAttack.Verified one : at.examples()) {
        SampleRow row = worst.get((int) (3 * one.id()) + place);
        assertThat(one.outcome()).isEqualTo(row.outcome());
        assertThat(one.distance()).isEqualTo(row.distance());
      }
    }
    assertThat(found.radii().get(0).counts().broken())
        .as("a test in which nothing changes with the radius tests nothing")
        .isGreaterThan(found.radii().get(1).counts().broken());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void what_is_broken_is_so_by_an_input_at_its_distance(Attack attack) {
    for (VerifiedAttack.AtRadius at : run(attack, model.judge()).radii()) {
      for (VerifiedAttack.Verified one : at.examples()) {
        double[] clean = examples.row((int) one.id());
        if (one.outcome() == Outcome.BROKEN) {
          double far = 0;
          for (int i = 0; i < clean.length; i++) {
            far = Math.max(far, Math.abs(one.input()[i] - clean[i]));
          }
          assertThat(one.distance().orElseThrow()).isCloseTo(far, within(1e-12));
          assertThat(far).isLessThanOrEqualTo(at.condition().epsilon().value() * (1 + 1e-9));
          assertThat(model.predictions(new double[][] {one.input()})[0]).isNotEqualTo(one.label());
        } else if (one.outcome() == Outcome.ALREADY_WRONG) {
          assertThat(one.input()).isEqualTo(clean);
        }
      }
    }
  }

  @Test
  void what_the_judge_does_not_confirm_is_not_broken() {
    int[] decided = model.predictions(rows);
    int often =
        IntStream.range(0, 3).boxed().max(Comparator.comparing(c -> count(decided, c))).get();
    double[][] alike =
        IntStream.range(0, N)
            .filter(i -> decided[i] == often)
            .mapToObj(i -> rows[i])
            .toArray(double[][]::new);
    int[] right = new int[alike.length];
    Arrays.fill(right, often);
    Examples own = Examples.of(alike, right, LongStream.range(0, right.length).toArray());
    VerifiedAttack.AtRadius at;
    try (GradientService service = model.service()) {
      at =
          VerifiedAttack.run(
                  new Stubborn(often), service, Pgd.DEFAULT, LINF, List.of("0.2"), own, 42)
              .radii()
              .get(0);
    }

    assertThat(at.counts().broken()).isZero();
    assertThat(at.counts().inconclusive()).isPositive();
    assertThat(at.medianDistance()).isEmpty();
    assertThat(at.examples())
        .filteredOn(one -> one.outcome() == Outcome.INCONCLUSIVE)
        .hasSize(at.counts().inconclusive())
        .allSatisfy(
            one -> assertThat(one.reason()).get().asString().contains("for class " + often));
  }

  private static long count(int[] decided, int wanted) {
    return Arrays.stream(decided).filter(c -> c == wanted).count();
  }

  /** Decides for one class, whatever it sees. */
  private record Stubborn(int decision) implements Judge {
    @Override
    public int[] decisions(double[][] asked) {
      int[] decisions = new int[asked.length];
      Arrays.fill(decisions, decision);
      return decisions;
    }

    @Override
    public double[][] outputs(double[][] asked) {
      throw new UnsupportedOperationException("decisions are enough");
    }

    @Override
    public double[][] logits(double[][] asked) {
      throw new UnsupportedOperationException("decisions are enough");
    }
  }

  @Test
  void a_minimum_norm_attack_runs_once_for_all_radii() {
    try (GradientService service = model.service()) {
      VerifiedAttack found =
          VerifiedAttack.run(model.judge(), service, Fmn.DEFAULT, LINF, RADII, examples, 42);
      long right = IntStream.range(0, N).filter(i -> i % 7 != 0).count();
      Meter.Count asked = service.meter().counts().getOrDefault("fmn", new Meter.Count(0, 0));
      assertThat(asked.backwards()).isEqualTo(100 * right);

      VerifiedAttack.Distances distances = found.distances().orElseThrow();
      assertThat(distances.examples()).hasSize(N);
      assertThat(distances.found() + distances.censored()).isEqualTo((int) right);
      for (VerifiedAttack.AtRadius at : found.radii()) {
        double radius = at.condition().epsilon().value();
        int within =
            (int)
                distances.examples().stream()
                    .filter(e -> e.distance().orElse(Double.POSITIVE_INFINITY) <= radius)
                    .count();
        assertThat(at.counts().broken()).isEqualTo(within);
        assertThat(at.examples().stream().filter(e -> e.outcome() == Outcome.BROKEN))
            .hasSize(within);
        assertThat(at.robustAccuracy().n()).isEqualTo(N);
        assertThat(at.robustAccuracy().count()).isEqualTo((int) right - within);
      }
      assertThat(found.toString()).contains(distances.found() + " examples have a distance");
    }
    assertThat(run(Pgd.DEFAULT, model.judge()).distances()).isEmpty();
  }

  @Test
  void an_example_without_a_distance_counts_as_farther_than_all_others() {
    OptionalDouble none = OptionalDouble.empty();
    assertThat(distances(OptionalDouble.of(1), OptionalDouble.of(5)).median()).hasValue(3);
    VerifiedAttack.Distances three = distances(OptionalDouble.of(1), none, OptionalDouble.of(5));
    assertThat(three.median()).hasValue(5);
    assertThat(three.found()).isEqualTo(2);
    assertThat(three.censored()).isEqualTo(1);
    assertThat(distances(OptionalDouble.of(1), none, none).median())
        .as("the middle is not known")
        .isEmpty();
    assertThat(distances().median()).isEmpty();
  }

  private static VerifiedAttack.Distances distances(OptionalDouble... found) {
    List<VerifiedAttack.Verified> examples = new ArrayList<>();
    for (OptionalDouble distance : found) {
      examples.add(one(distance.isPresent() ? Outcome.BROKEN : Outcome.HELD, distance));
    }
    // No distance was looked for.
    examples.add(one(Outcome.ALREADY_WRONG, OptionalDouble.empty()));
    return new VerifiedAttack.Distances(examples);
  }

  private static VerifiedAttack.Verified one(Outcome outcome, OptionalDouble distance) {
    return new VerifiedAttack.Verified(0, 0, 0, outcome, distance, Optional.empty(), new double[1]);
  }

  @Test
  void it_prints_as_a_table() {
    String[] lines = run(Fgsm.DEFAULT, model.judge()).toString().split("\\R");

    assertThat(lines[0]).isEqualTo("fgsm in L∞");
    assertThat(lines[1]).contains("radius", "robust accuracy", "95% interval", "median distance");
    assertThat(lines[2]).matches(" *0\\.2 +\\d.*% +\\d.* to \\d.*% +\\d+ +\\d+ +6 +0 +0\\.\\d+");
  }

  @Test
  void bad_radii_and_norms_are_refused() {
    try (GradientService service = model.service()) {
      for (List<String> radii : List.of(List.<String>of(), List.of("0.1", "1/10"))) {
        assertThatThrownBy(
                () ->
                    VerifiedAttack.run(
                        model.judge(), service, Pgd.DEFAULT, LINF, radii, examples, 42))
            .hasMessageContaining("each value once");
      }
      assertThatThrownBy(
              () ->
                  VerifiedAttack.run(
                      model.judge(),
                      service,
                      Pgd.DEFAULT,
                      ThreatModel.of(Norm.L0, "1"),
                      List.of("1"),
                      examples,
                      42))
          .hasMessageContaining("l0");
    }
  }
}
