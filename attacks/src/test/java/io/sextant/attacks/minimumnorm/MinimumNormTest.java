package io.sextant.attacks.minimumnorm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.Attack;
import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.Models;
import io.sextant.attacks.Outcome;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each attack must get right, and what implementations of it are known to get wrong. */
class MinimumNormTest {
  static Stream<Attack> all() {
    return Stream.of(
        Fmn.DEFAULT,
        Ddn.DEFAULT,
        Pdpgd.DEFAULT,
        SigmaZero.DEFAULT.withSteps(100),
        DeepFool.DEFAULT,
        CarliniWagner.DEFAULT,
        Fab.DEFAULT,
        FabT.DEFAULT);
  }

  static Stream<Arguments> inEachNorm() {
    return all()
        .flatMap(
            attack -> attack.norms().stream().sorted().map(norm -> Arguments.of(attack, norm)));
  }

  private static List<ExampleResult> run(
      Attack attack,
      InferenceGraph graph,
      InputDomain domain,
      ThreatModel threat,
      double[]... rows) {
    try (GradientService service = Models.exact(graph, domain)) {
      double[][] logits = service.logits(rows);
      int[] labels =
          Arrays.stream(logits)
              .mapToInt(
                  own ->
                      IntStream.range(0, own.length)
                          .reduce((a, b) -> own[b] > own[a] ? b : a)
                          .orElseThrow())
              .toArray();
      long[] ids = IntStream.range(0, rows.length).asLongStream().toArray();
      return attack.run(service, Examples.of(rows, labels, ids), threat, 1).examples();
    }
  }

  private static double distance(ExampleResult result) {
    assertThat(result.outcome()).isInstanceOf(Outcome.Broken.class);
    return ((Outcome.Broken) result.outcome()).distance();
  }

  @ParameterizedTest
  @EnumSource(Norm.class)
  void there_is_one_to_begin_with_in_each_norm(Norm norm) {
    Attack attack = MinimumNorm.of(norm);
    assertThat(attack.norms()).contains(norm);
    assertThat(attack).isEqualTo(attack.declaration().defaults());
  }

  @Test
  void the_ones_to_begin_with_are_those_that_came_nearest_in_attackbench() {
    assertThat(Arrays.stream(Norm.values()).map(norm -> MinimumNorm.of(norm).name()))
        .containsExactly("fmn", "ddn", "pdpgd", "sigma-zero");
  }

  @Test
  void settings_out_of_range_are_refused() {
    assertThatThrownBy(() -> new Ddn(0, 1, 0.05)).hasMessageContaining("steps");
    assertThatThrownBy(() -> new Ddn(10, 0, 0.05)).hasMessageContaining("radius");
    assertThatThrownBy(() -> new Ddn(10, 1, 1)).hasMessageContaining("gamma");
    assertThatThrownBy(() -> new SigmaZero(10, 0, 0.3)).hasMessageContaining("sigma");
    assertThatThrownBy(() -> new SigmaZero(10, 1e-3, 1)).hasMessageContaining("threshold");
    assertThatThrownBy(() -> new Pdpgd(10, -1)).hasMessageContaining("step-size");
    assertThatThrownBy(() -> new DeepFool(10, 0, 0.02)).hasMessageContaining("candidates");
    assertThatThrownBy(() -> new CarliniWagner(10, 101, 1, 1)).hasMessageContaining("searches");
    assertThatThrownBy(() -> new FabT(10, 0)).hasMessageContaining("targets");
    assertThatThrownBy(() -> new Fab(10, 0)).hasMessageContaining("restarts");
  }

  /**
   * All logits are far below 0: a mask that multiplies takes the rivals for 0 (torchattacks'
   * Carlini and Wagner). Features lie on their bounds, where a tanh without room freezes them, and
   * the nearest input needs them to move.
   */
  @ParameterizedTest
  @MethodSource("inEachNorm")
  void logits_below_0_and_features_on_their_bounds_are_no_hindrance(Attack attack, Norm norm) {
    InferenceGraph graph =
        Models.layers(
            new Models.Layer(
                new double[][] {{-4, 4, -9}, {3, -3, -9}, {0, 0.5, -9}},
                new double[] {-90, -91, -120}));
    ExampleResult result =
        run(
                attack,
                graph,
                InputDomain.box(3, 0, 1),
                ThreatModel.nearest(norm),
                new double[] {0, 1, 0.5})
            .get(0);
    // The lead is 7 - 0.25 over 8 x0 - 6 (x1 - 1) + 0.5 (x2 - 0.5); from (0, 1) both must move.
    double missing = 1 + 6 - 0.25;
    double exact =
        switch (norm) {
          case LINF -> (missing - 0.25) / 14;
          case L2 -> missing / Math.sqrt(64 + 36 + 0.25);
          case L1 -> missing / 8;
          case L0 -> 1;
        };
    double slack = norm == Norm.LINF ? 1.1 : 1.05;
    assertThat(distance(result)).isLessThan(slack * exact + 0.01);
  }

  @ParameterizedTest
  @MethodSource("inEachNorm")
  void distances_are_in_units_of_scale_whatever_the_bounds(Attack attack, Norm norm) {
    // The same model over [0, 255] with a scale of 255: steps must not follow the bounds (ART).
    double[] w = {3, -1, 0.5, 2};
    double[] row = {0.5, 0.25, 0.75, 0.5};
    InputDomain unit = InputDomain.box(4, 0, 1);
    List<Feature> wide = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      wide.add(new Feature("x" + i, Feature.Kind.REAL, 0, 255, 255, true, Feature.Direction.BOTH));
    }
    double own =
        distance(run(attack, Models.binary(-1.5, w), unit, ThreatModel.nearest(norm), row).get(0));
    double scaled =
        distance(
            run(
                    attack,
                    Models.binary(-1.5, Arrays.stream(w).map(x -> x / 255).toArray()),
                    InputDomain.of(wide, List.of()),
                    ThreatModel.nearest(norm),
                    Arrays.stream(row).map(x -> x * 255).toArray())
                .get(0));
    assertThat(scaled).isCloseTo(own, within(1e-3 * own));
  }

  @ParameterizedTest
  @MethodSource("inEachNorm")
  void tables_keep_their_types_and_categories_change_where_the_threat_says_so(
      Attack attack, Norm norm) {
    List<Feature> features =
        List.of(
            Feature.real("weak", 0, 1),
            new Feature("whole", Feature.Kind.INTEGER, 0, 8, 8, true, Feature.Direction.INCREASE),
            new Feature("fixed", Feature.Kind.REAL, 0, 1, 1, false, Feature.Direction.BOTH),
            new Feature("one", Feature.Kind.BINARY, 0, 1, 1, true, Feature.Direction.BOTH),
            new Feature("other", Feature.Kind.BINARY, 0, 1, 1, true, Feature.Direction.BOTH));
    InputDomain table =
        InputDomain.of(features, List.of(new InputDomain.OneHot("group", List.of(3, 4))));
    // Without the group nothing in reach makes up for a lead of 5; the fixed feature would.
    InferenceGraph graph = Models.binary(-5, 1, 0.125, 90, -4, 4);
    double[] row = {0.5, 2, 0, 1, 0};
    ThreatModel frozen = ThreatModel.nearest(norm);
    ExampleResult held = run(attack, graph, table, frozen, row).get(0);
    assertThat(held.outcome()).isEqualTo(new Outcome.Held());
    assertThat(table.violation(held.input())).isEmpty();
    assertThat(held.input()[2]).isZero();
    assertThat(held.input()[3]).isEqualTo(1);

    ExampleResult broken = run(attack, graph, table, frozen.withCategoryChanges(1), row).get(0);
    assertThat(broken.outcome()).isInstanceOf(Outcome.Broken.class);
    assertThat(table.violation(broken.input())).isEmpty();
    assertThat(broken.input()[1]).isGreaterThanOrEqualTo(2);
    assertThat(broken.input()[2]).isZero();
    assertThat(broken.input()[4]).isEqualTo(1);
  }

  @Test
  void deepfool_ends_each_example_at_its_own_first_success() {
    double[][] rows = {{0.5, 0.5}, {0.2, 0.4}, {0.9, 0.1}};
    List<ExampleResult> results =
        run(
            DeepFool.DEFAULT,
            Models.binary(-0.6, 2, -1),
            InputDomain.box(2, -9, 9),
            ThreatModel.nearest(Norm.L2),
            rows);
    for (ExampleResult result : results) {
      double f = -0.6 + 2 * rows[(int) result.id()][0] - rows[(int) result.id()][1];
      // One step of a linear model, and no more: it goes 0.02 beyond, and not a millionth (ART).
      assertThat(distance(result)).isCloseTo(1.02 * Math.abs(f) / Math.sqrt(5), within(2e-4));
      assertThat(result.backwards()).isEqualTo(2);
    }
  }

  @Test
  void deepfool_compares_so_many_classes_and_no_more() {
    InferenceGraph graph = Models.random(6, 12, 15, 4);
    double[] row = {0.1, 0.5, 0.3, 0.9, 0.2, 0.4};
    ThreatModel threat = ThreatModel.nearest(Norm.L2);
    Attack once = DeepFool.DEFAULT.withSteps(1);
    InputDomain domain = InputDomain.box(6, -9, 9);
    assertThat(run(once, graph, domain, threat, row).get(0).backwards()).isEqualTo(11);
    assertThat(
            run(DeepFool.DEFAULT.withSteps(1).withCandidates(3), graph, domain, threat, row)
                .get(0)
                .backwards())
        .isEqualTo(4);
  }

  @Test
  void deepfool_measures_the_distance_from_the_label_s_boundary() {
    // The label is not what is decided: nothing to attack, and no way to be measured from there.
    try (GradientService service =
        Models.exact(Models.binary(-0.6, 2, -1), InputDomain.box(2, -9, 9))) {
      Examples wrong = Examples.of(new double[][] {{0.5, 0.1}}, new int[] {0}, new long[] {0});
      ExampleResult result =
          DeepFool.DEFAULT.run(service, wrong, ThreatModel.nearest(Norm.L2), 1).examples().get(0);
      assertThat(result.outcome()).isEqualTo(new Outcome.AlreadyWrong());
      assertThat(result.backwards()).isZero();
    }
  }

  @Test
  void carlini_and_wagner_looks_for_the_constant_of_each_example() {
    // So small a slope that the first c is far too small to cross, and 1 is, too.
    InferenceGraph graph = Models.binary(-0.006, 0.02, -0.01);
    InputDomain domain = InputDomain.box(2, 0, 1);
    ThreatModel threat = ThreatModel.nearest(Norm.L2);
    double[] row = {0.8, 0.1};
    Attack once = CarliniWagner.DEFAULT.withSearches(1);
    assertThat(run(once, graph, domain, threat, row).get(0).outcome())
        .isEqualTo(new Outcome.Held());
    double exact = (0.016 - 0.001 - 0.006) / Math.hypot(0.02, 0.01);
    assertThat(distance(run(CarliniWagner.DEFAULT, graph, domain, threat, row).get(0)))
        .isCloseTo(exact, within(0.05 * exact));
  }

  @Test
  void carlini_and_wagner_stops_each_example_when_its_own_loss_rests() {
    InferenceGraph graph = Models.random(4, 12, 3, 8);
    InputDomain domain = InputDomain.box(4, 0, 1);
    ThreatModel threat = ThreatModel.nearest(Norm.L2);
    double[][] rows = {{0.1, 0.9, 0.3, 0.5}, {0.8, 0.2, 0.6, 0.4}, {0.5, 0.5, 0.1, 0.9}};
    Attack attack = CarliniWagner.DEFAULT.withSteps(200);
    List<ExampleResult> together = run(attack, graph, domain, threat, rows);
    for (int i = 0; i < rows.length; i++) {
      ExampleResult alone = run(attack, graph, domain, threat, rows[i]).get(0);
      assertThat(together.get(i).forwards()).isEqualTo(alone.forwards());
      assertThat(together.get(i).input()).isEqualTo(alone.input());
    }
    assertThat(together)
        .as("some search was ended early")
        .anySatisfy(one -> assertThat(one.forwards()).isLessThan(9 * 200));
  }

  @ParameterizedTest
  @EnumSource(names = {"LINF", "L2", "L1"})
  void fab_returns_what_is_in_the_box_and_on_the_boundary(Norm norm) {
    InferenceGraph graph = Models.random(6, 16, 4, 11);
    InputDomain domain = InputDomain.box(6, 0, 1);
    double[][] rows = {{0, 1, 0.5, 0, 1, 0.2}, {1, 0, 0, 0.7, 0.1, 1}, {0.4, 0, 1, 1, 0, 0}};
    for (ExampleResult result : run(FabT.DEFAULT, graph, domain, ThreatModel.nearest(norm), rows)) {
      assertThat(domain.violation(result.input())).isEmpty();
      double[] clean = rows[(int) result.id()];
      distance(result);
      // A hundredth nearer on the same line the example is decided rightly again.
      double[] nearer = new double[6];
      Arrays.setAll(nearer, i -> clean[i] + 0.99 * (result.input()[i] - clean[i]));
      try (GradientService service = Models.exact(graph, domain)) {
        double[] logits = service.logits(new double[][] {nearer})[0];
        assertThat(IntStream.range(0, 4).reduce((a, b) -> logits[b] > logits[a] ? b : a))
            .hasValue(result.label());
      }
    }
  }

  @Test
  void restarts_of_fab_never_lose_what_an_earlier_run_found() {
    InferenceGraph graph = Models.random(8, 16, 4, 12);
    InputDomain domain = InputDomain.box(8, 0, 1);
    double[][] rows = new double[6][8];
    for (int r = 0; r < rows.length; r++) {
      int own = r;
      Arrays.setAll(rows[r], i -> (float) Math.abs(Math.sin(3 * own + 5 * i)));
    }
    ThreatModel threat = ThreatModel.nearest(Norm.L2);
    List<ExampleResult> once = run(Fab.DEFAULT.withSteps(20), graph, domain, threat, rows);
    List<ExampleResult> often =
        run(Fab.DEFAULT.withSteps(20).withRestarts(5), graph, domain, threat, rows);
    for (int i = 0; i < rows.length; i++) {
      assertThat(distance(often.get(i))).isLessThanOrEqualTo(distance(once.get(i)));
      assertThat(often.get(i).backwards()).isGreaterThan(4 * once.get(i).backwards());
    }
  }

  @Test
  void searches_go_on_where_the_gradient_is_0_and_something_pulls_back() {
    // Beyond 0.75 the lead is flat: the first steps of sigma-zero and PDPGD end there.
    InferenceGraph graph = Models.hinges(-1, new double[] {0.25, 0.75}, new double[] {4, -4});
    for (Attack attack : List.of(SigmaZero.DEFAULT.withSteps(100), Pdpgd.DEFAULT)) {
      Norm norm = attack.norms().iterator().next();
      ExampleResult result =
          run(
                  attack,
                  graph,
                  InputDomain.box(1, 0, 1),
                  ThreatModel.nearest(norm),
                  new double[] {0.3})
              .get(0);
      assertThat(distance(result)).isLessThan(norm == Norm.L0 ? 1.5 : 0.22);
      assertThat(result.backwards()).isGreaterThan(99);
    }
  }

  /** One example or a few, on more threads than there are and in batches that do not fill. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17})
  void deepfool_is_exact_for_any_number_of_examples(int count) {
    RandomGenerator random = RandomKey.of(count).random();
    double[][] rows = new double[count][];
    int[] labels = new int[count];
    double[] leads = new double[count];
    for (int r = 0; r < count; r++) {
      rows[r] = new double[] {(float) random.nextDouble(), (float) random.nextDouble()};
      double f = -0.6 + 2 * rows[r][0] - rows[r][1];
      labels[r] = f > 0 ? 1 : 0;
      leads[r] = Math.abs(f);
    }
    try (GradientService service =
        GradientService.builder(Models.binary(-0.6, 2, -1))
            .domain(InputDomain.box(2, -9, 9))
            .precision(Precision.DOUBLE)
            .threads(4)
            .batchSize(5)
            .build()) {
      List<ExampleResult> results =
          DeepFool.DEFAULT
              .run(
                  service,
                  Examples.of(rows, labels, IntStream.range(0, count).asLongStream().toArray()),
                  ThreatModel.nearest(Norm.L2),
                  1)
              .examples();
      assertThat(results).hasSize(count);
      for (int r = 0; r < count; r++) {
        assertThat(distance(results.get(r)))
            .isCloseTo(1.02 * leads[r] / Math.sqrt(5), within(2e-4));
      }
    }
  }
}
