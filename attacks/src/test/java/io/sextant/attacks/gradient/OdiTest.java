package io.sextant.attacks.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.Attack;
import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.Loss;
import io.sextant.attacks.Models;
import io.sextant.attacks.Outcome;
import io.sextant.attacks.Searching;
import io.sextant.attacks.Start;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Output diversified initialisation, and PGD with it. */
class OdiTest {
  private static final ThreatModel SMALL = ThreatModel.of(Norm.LINF, "0.01");
  private static final double[] MIDDLE = {0.5, 0.5, 0.5, 0.5};

  /** Each class has the logit of one feature; class 0 is far ahead, and 1, 2, 3, … follow. */
  private static InferenceGraph readers(int classes) {
    double[][] weights = new double[classes][classes];
    double[] bias = new double[classes];
    for (int k = 0; k < classes; k++) {
      weights[k][k] = 1;
      bias[k] = k == 0 ? 90 : -k;
    }
    return Models.layers(new Models.Layer(weights, bias));
  }

  private static double[] middle(int features) {
    double[] row = new double[features];
    Arrays.fill(row, 0.5);
    return row;
  }

  private static ExampleResult run(
      Attack attack, InferenceGraph graph, ThreatModel threat, long id, double... row) {
    try (GradientService service = Models.exact(graph)) {
      return attack
          .run(
              service, Examples.of(new double[][] {row}, new int[] {0}, new long[] {id}), threat, 9)
          .examples()
          .get(0);
    }
  }

  private static List<double[]> asked(
      Attack attack, InferenceGraph graph, ThreatModel threat, long id, double... row) {
    List<double[]> points = new ArrayList<>();
    run(Searching.traced(attack, points), graph, threat, id, row);
    return points;
  }

  /** Signs of w, as the first step from the clean input shows them. */
  private static String signs(double[] from, double[] to) {
    StringBuilder signs = new StringBuilder();
    for (int i = 0; i < from.length; i++) {
      signs.append(to[i] > from[i] ? '+' : to[i] < from[i] ? '-' : '0');
    }
    return signs.toString();
  }

  @Test
  void its_steps_climb_one_random_combination_of_the_logits_and_then_the_loss_is_climbed() {
    Pgd pgd =
        Pgd.DEFAULT
            .withStart(Start.CLEAN)
            .withOdi(new Odi(3, false))
            .withSteps(2)
            .withLoss(Loss.MARGIN)
            .withStepSize("epsilon/4");
    ThreatModel threat = ThreatModel.of(Norm.LINF, "0.08");
    List<double[]> points = asked(pgd, readers(4), threat, 1, MIDDLE);
    // Three steps as long as the radius end in one corner; then class 1 gains on class 0.
    assertThat(points).hasSize(3 + 2 + 1);
    String w = signs(points.get(0), points.get(1));
    assertThat(w).hasSize(4).doesNotContain("0");
    for (int k = 1; k <= 3; k++) {
      for (int i = 0; i < 4; i++) {
        double corner = 0.5 + (w.charAt(i) == '+' ? 0.08 : -0.08);
        assertThat(points.get(k)[i]).isCloseTo(corner, within(1e-6));
      }
    }
    double[] last = points.get(5);
    assertThat(last[0] - points.get(3)[0]).isCloseTo(w.charAt(0) == '+' ? -0.04 : 0, within(1e-6));
    assertThat(last[1] - points.get(3)[1]).isCloseTo(w.charAt(1) == '+' ? 0 : 0.04, within(1e-6));
    assertThat(last[2]).isEqualTo(points.get(3)[2]);
    assertThat(last[3]).isEqualTo(points.get(3)[3]);
  }

  @Test
  void every_run_and_every_example_has_a_combination_of_its_own() {
    Pgd pgd =
        Pgd.DEFAULT.withStart(Start.CLEAN).withOdi(new Odi(1, false)).withSteps(1).withRestarts(40);
    Set<String> seen = new HashSet<>();
    List<String> first = new ArrayList<>();
    for (long id : new long[] {1, 2}) {
      List<double[]> points = asked(pgd, readers(8), SMALL, id, middle(8));
      List<String> own = new ArrayList<>();
      for (int run = 0; run < 40; run++) {
        own.add(signs(points.get(3 * run), points.get(3 * run + 1)));
      }
      assertThat(own).isNotEqualTo(first);
      first.addAll(own);
      seen.addAll(own);
    }
    // Of 256 patterns of signs, 80 draws see some 69.
    assertThat(seen).hasSizeGreaterThan(55);
  }

  @ParameterizedTest
  @EnumSource(names = "L0", mode = EnumSource.Mode.EXCLUDE)
  void its_steps_are_as_long_as_the_radius_and_stay_in_the_ball(Norm norm) {
    List<double[]> points =
        asked(
            Pgd.DEFAULT.withOdi(new Odi(4, false)).withSteps(1),
            readers(4),
            ThreatModel.of(norm, "0.1"),
            3,
            MIDDLE);
    // The first may begin too far on the other side.
    for (double[] x : points.subList(2, 5)) {
      double length = 0;
      for (double value : x) {
        double moved = Math.abs(value - 0.5);
        length =
            switch (norm) {
              case LINF -> Math.max(length, moved);
              case L2 -> Math.hypot(length, moved);
              default -> length + moved;
            };
      }
      assertThat(length).isCloseTo(0.1, within(1e-6));
    }
  }

  /** Weights of one adaptive direction. */
  private static double[] adaptive(int classes, int label, int run) {
    int[] rivals = new int[classes - 1];
    for (int k = 0, at = 0; k < classes; k++) {
      if (k != label) {
        rivals[at++] = k;
      }
    }
    double[] w = new double[classes];
    Odi.towards(label, rivals, run, 1234 + run).evaluate(new double[classes], w);
    return w;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 10, 12, 100, 1000})
  void adaptive_directions_go_through_the_rivals_and_both_patterns_of_signs(int classes) {
    int ranks = Math.min(classes - 1, classes < 100 ? 9 : classes < 1000 ? 14 : 20);
    double scale = Math.max(1, classes / 10.0);
    TreeMap<Integer, Set<Boolean>> patterns = new TreeMap<>();
    for (int run = 0; run < 40 * ranks; run++) {
      double[] w = adaptive(classes, 0, run);
      int rival = 1 + run % ranks;
      assertThat(w[rival]).isEqualTo(0.8 * scale);
      double u = w[0] / scale;
      assertThat(u).isBetween(-0.5, 0.5);
      if (u < -0.1 || u > 0.1) {
        patterns.computeIfAbsent(rival, r -> new HashSet<>()).add(u > 0);
      }
      for (int k = 1; k < classes; k++) {
        if (k != rival) {
          assertThat(w[k]).isBetween(-1.0, 1.0);
        }
      }
    }
    assertThat(patterns).hasSize(ranks);
    // From 100 classes on the label always loses, or gains next to nothing.
    assertThat(patterns.values())
        .allMatch(seen -> seen.equals(classes < 100 ? Set.of(true, false) : Set.of(false)));
  }

  @Test
  void adaptive_rivals_are_ranked_by_the_clean_logits_of_the_example() {
    // Clean logits in the order 0, 3, 1, 2: the first run leads to class 3.
    double[][] weights = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}};
    InferenceGraph graph = Models.layers(new Models.Layer(weights, new double[] {90, 2, 1, 3}));
    Pgd pgd =
        Pgd.DEFAULT.withStart(Start.CORNER).withOdi(new Odi(2, true)).withSteps(1).withRestarts(9);
    List<double[]> points = asked(pgd, graph, ThreatModel.of(Norm.L2, "0.01"), 5, MIDDLE);
    // The clean input once, then start, two such steps and one step for each run.
    assertThat(points).hasSize(1 + 4 * 9);
    int[] rivals = {3, 1, 2};
    for (int run = 0; run < 9; run++) {
      double[] reached = points.get(1 + 4 * run + 2);
      assertThat(reached[rivals[run % 3]]).isGreaterThan(0.501);
    }
  }

  @Test
  void success_on_the_way_ends_the_run_and_counts() {
    // Adversarial as soon as x0 rises by 0.05, which about half of all directions do.
    ExampleResult result =
        run(
            Pgd.DEFAULT.withStart(Start.CLEAN).withOdi(new Odi(2, false)).withRestarts(20),
            Models.binary(-0.55, 1),
            ThreatModel.of(Norm.LINF, "0.1"),
            1,
            0.5);
    assertThat(result.outcome()).isInstanceOf(Outcome.Broken.class);
    assertThat(result.input()[0]).isGreaterThan(0.55);
  }

  @Test
  void what_it_costs_is_counted() {
    Pgd pgd = Pgd.DEFAULT.withOdi(new Odi(3, true)).withSteps(4).withRestarts(2);
    ExampleResult result =
        run(pgd.withStepSize(1e-4), readers(4), ThreatModel.of(Norm.L2, "0.1"), 1, MIDDLE);
    // The logits on the clean input judge it in passing.
    assertThat(result.forwards()).isEqualTo(1 + 2 * (3 + 4 + 1));
    assertThat(result.backwards()).isEqualTo(2 * (3 + 4));
    assertThat(pgd.passes(4, 4).forwards()).isEqualTo(result.forwards());
    assertThat(pgd.passes(4, 4).backwards()).isEqualTo(result.backwards());
  }

  @Test
  void none_leaves_pgd_as_it_was() {
    assertThat(asked(Pgd.DEFAULT.withOdi(Odi.NONE), readers(4), SMALL, 1, MIDDLE))
        .usingElementComparator(Arrays::compare)
        .isEqualTo(asked(Pgd.DEFAULT, readers(4), SMALL, 1, MIDDLE));
    assertThatThrownBy(() -> new Odi(-1, false)).hasMessageContaining("odi must have 0 to 1000");
    assertThatThrownBy(() -> new Odi(0, true)).hasMessageContaining("1 at least with adaptive");
  }
}
