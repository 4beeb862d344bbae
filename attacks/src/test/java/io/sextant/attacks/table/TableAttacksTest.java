package io.sextant.attacks.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.attacks.Attack;
import io.sextant.attacks.AttackResult;
import io.sextant.attacks.Models;
import io.sextant.attacks.Outcome;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.blackbox.Square;
import io.sextant.attacks.blackbox.UniformNoise;
import io.sextant.attacks.gradient.Fgsm;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.Feature.Direction;
import io.sextant.gradients.Feature.Kind;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.InputDomain.Relation;
import io.sextant.gradients.InputDomain.Relation.Term;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableAttacksTest {
  private static final TableSearch SEARCH =
      TableSearch.DEFAULT.withPopulation(30).withGenerations(20);
  private static final Capgd CLIMB = Capgd.DEFAULT;
  private static final Caa BOTH = new Caa(CLIMB, SEARCH);

  private static final double INFINITE = Double.POSITIVE_INFINITY;

  private static Feature feature(
      String name, Kind kind, double minimum, double maximum, double price) {
    return new Feature(
        name, kind, minimum, maximum, maximum - minimum, true, Direction.BOTH, price);
  }

  /** Every kind of column, with rules between them: sums of reals, of whole numbers, of both. */
  private static InputDomain everything() {
    List<Feature> features =
        List.of(
            feature("salary", Kind.REAL, 0, 80, 2),
            feature("rent", Kind.REAL, 0, 40, 0.5),
            feature("income", Kind.REAL, 0, 120, 1),
            feature("adults", Kind.INTEGER, 1, 6, 3),
            feature("children", Kind.INTEGER, 0, 8, 1),
            feature("persons", Kind.INTEGER, 1, 14, 0),
            feature("amount", Kind.INTEGER, 100, 9000, 1),
            feature("months", Kind.INTEGER, 4, 72, 1),
            new Feature("years", Kind.INTEGER, 0, 30, 30, true, Direction.INCREASE, 1),
            feature("age", Kind.INTEGER, 18, 90, 1).withMutable(false),
            feature("phone", Kind.BINARY, 0, 1, 1),
            feature("none", Kind.BINARY, 0, 1, 1),
            feature("some", Kind.BINARY, 0, 1, 4),
            feature("much", Kind.BINARY, 0, 1, 0.25),
            feature("f", Kind.BINARY, 0, 1, 1).withMutable(false),
            feature("m", Kind.BINARY, 0, 1, 1).withMutable(false));
    return InputDomain.of(
        features,
        List.of(
            new InputDomain.OneHot("savings", List.of(11, 12, 13)),
            new InputDomain.OneHot("sex", List.of(14, 15))),
        List.of(
            new Relation("earned", List.of(new Term(0, 1), new Term(1, 1), new Term(2, -1)), 0, 0),
            new Relation(
                "household", List.of(new Term(3, 1), new Term(4, 1), new Term(5, -1)), 0, 0),
            new Relation("rate", List.of(new Term(6, 1), new Term(7, -20)), 0, INFINITE),
            // Much saved takes an income of at least 30.
            new Relation("saver", List.of(new Term(2, 1), new Term(13, -30)), 0, INFINITE),
            new Relation("settled", List.of(new Term(8, 1), new Term(9, -1)), -INFINITE, 0)));
  }

  private static double[] row(RandomGenerator random) {
    double[] row = new double[16];
    row[0] = (float) (80 * random.nextDouble());
    row[1] = (float) (40 * random.nextDouble());
    row[2] = (float) (row[0] + row[1]);
    row[3] = 1 + random.nextInt(6);
    row[4] = random.nextInt(9);
    row[5] = row[3] + row[4];
    row[7] = 4 + random.nextInt(69);
    row[6] = Math.max(100, 20 * row[7]) + random.nextInt(7000);
    row[9] = 18 + random.nextInt(73);
    row[8] = random.nextInt(19);
    row[10] = random.nextInt(2);
    row[11 + random.nextInt(row[2] >= 30 ? 3 : 2)] = 1;
    row[14 + random.nextInt(2)] = 1;
    return row;
  }

  private static Examples rows(GradientService service, int count) {
    double[][] rows =
        IntStream.range(0, count)
            .mapToObj(i -> row(RandomKey.of(5).with(i).random()))
            .toArray(double[][]::new);
    int[] labels = Arrays.stream(service.logits(rows)).mapToInt(z -> z[1] > z[0] ? 1 : 0).toArray();
    return Examples.of(rows, labels, IntStream.range(0, count).asLongStream().toArray());
  }

  /** A network over the columns in units of their ranges. */
  private static InferenceGraph network(InputDomain domain) {
    RandomGenerator random = RandomKey.of(12).random();
    int features = domain.size();
    double[][] first = new double[features][24];
    double[] shift = new double[24];
    for (int i = 0; i < features; i++) {
      Feature f = domain.feature(i);
      for (int h = 0; h < 24; h++) {
        first[i][h] = 2 * random.nextGaussian() / f.scale();
        shift[h] -= first[i][h] * (f.minimum() + f.maximum()) / 2;
      }
    }
    double[][] second = new double[24][2];
    for (double[] weights : second) {
      weights[1] = random.nextGaussian();
    }
    return Models.layers(
        new Models.Layer(first, shift), new Models.Layer(second, new double[] {0, 0.2}));
  }

  @ParameterizedTest
  @CsvSource({
    "LINF, 0.1, 0, Infinity",
    "LINF, 0.1, 2, Infinity",
    "LINF, 0.2, 2, 1.5",
    "L2, 0.3, 1, Infinity",
    "L1, 0.4, 2, 0.6",
    "LINF, 1, 3, 0.3"
  })
  void whatever_an_attack_returns_is_a_row_that_exists_and_is_allowed(
      Norm norm, String epsilon, int categories, double budget) {
    InputDomain domain = everything();
    try (GradientService service = Models.exact(network(domain), domain)) {
      Examples examples = rows(service, 12);
      ThreatModel threat =
          ThreatModel.of(norm, epsilon).withCategoryChanges(categories).withBudget(budget);
      Rules rules = new Rules(domain, norm, threat.radius(), categories, budget);
      for (Attack attack :
          List.of(
              CLIMB,
              SEARCH.withGenerations(8),
              new Caa(CLIMB.withSteps(3), SEARCH.withGenerations(3)),
              Pgd.DEFAULT,
              Fgsm.DEFAULT,
              UniformNoise.DEFAULT.withDraws(20),
              Square.DEFAULT.withQueries(60))) {
        AttackResult result = attack.run(service, examples, threat, 3);
        for (int r = 0; r < 12; r++) {
          assertThat(rules.broken(examples.row(r), result.inputs()[r]))
              .as("%s, row %d", attack.name(), r)
              .isEmpty();
        }
        assertThat(result.count(io.sextant.results.Outcome.INCONCLUSIVE)).isZero();
      }
    }
  }

  @Test
  void the_rules_see_what_they_are_for() {
    // The rules above would be worth nothing if they found no row wrong.
    InputDomain domain = everything();
    Rules rules = new Rules(domain, Norm.LINF, 0.1, 0, 0.05);
    double[] clean = row(RandomKey.of(5).with(0).random());
    assertThat(rules.broken(clean, clean)).isEmpty();
    double[] row = clean.clone();
    row[0] += 20;
    row[4] += 0.5;
    row[8] -= 1;
    row[9] += 1;
    row[10] = 1 - row[10];
    row[11] = row[12] = 1;
    assertThat(String.join("; ", rules.broken(clean, row)))
        .contains("not whole", "against its direction", "immutable", "one-hot", "earned", "price")
        .contains("household", "length", "categories");
  }

  /** A table of three whole numbers, two of them bound to a third, and two categories. */
  private static InputDomain small() {
    List<Feature> features =
        List.of(
            feature("a", Kind.INTEGER, 0, 4, 1),
            feature("b", Kind.INTEGER, 0, 4, 2),
            feature("sum", Kind.INTEGER, 0, 8, 0),
            feature("x", Kind.BINARY, 0, 1, 1),
            feature("y", Kind.BINARY, 0, 1, 0.5),
            feature("z", Kind.BINARY, 0, 1, 1),
            feature("lone", Kind.BINARY, 0, 1, 0.75));
    return InputDomain.of(
        features,
        List.of(new InputDomain.OneHot("group", List.of(3, 4, 5))),
        List.of(
            new Relation("sum", List.of(new Term(0, 1), new Term(1, 1), new Term(2, -1)), 0, 0),
            new Relation("top", List.of(new Term(0, 1), new Term(3, 2)), -INFINITE, 5)));
  }

  /** All rows of the small table. */
  private static List<double[]> all() {
    List<double[]> rows = new ArrayList<>();
    for (int a = 0; a <= 4; a++) {
      for (int b = 0; b <= 4; b++) {
        for (int g = 3; g <= 5; g++) {
          for (int lone = 0; lone <= 1; lone++) {
            double[] row = {a, b, a + b, 0, 0, 0, lone};
            row[g] = 1;
            rows.add(row);
          }
        }
      }
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void on_a_small_table_the_search_finds_a_way_exactly_where_there_is_one(long seed) {
    InputDomain domain = small();
    double[] w = RandomKey.of(seed).random().doubles(7, -1, 1).toArray();
    w[6] *= 2;
    List<double[]> rows = all().stream().filter(row -> domain.violation(row).isEmpty()).toList();
    // Every thirteenth row is attacked; all of them are where they may end.
    double middle =
        rows.stream()
            .mapToDouble(row -> product(w, row))
            .sorted()
            .skip(rows.size() / 2)
            .findFirst()
            .orElseThrow();
    int possible = 0;
    int found = 0;
    int climbed = 0;
    try (GradientService service = Models.exact(Models.binary(-middle - 1e-3, w), domain)) {
      double[][] clean = rows.toArray(double[][]::new);
      int[] labels =
          Arrays.stream(service.logits(clean)).mapToInt(z -> z[1] > z[0] ? 1 : 0).toArray();
      Examples examples =
          Examples.of(clean, labels, IntStream.range(0, clean.length).asLongStream().toArray());
      ThreatModel threat = ThreatModel.of(Norm.LINF, "0.25").withCategoryChanges(1).withBudget(0.9);
      Rules rules = new Rules(domain, Norm.LINF, 0.25, 1, 0.9);
      int[] some = IntStream.range(0, clean.length).filter(i -> i % 13 == seed).toArray();
      examples = examples.at(some);
      List<Outcome> searched = SEARCH.run(service, examples, threat, 1).outcomes();
      List<Outcome> gradients = CLIMB.run(service, examples, threat, 1).outcomes();
      List<Outcome> both = BOTH.run(service, examples, threat, 1).outcomes();
      for (int r = 0; r < some.length; r++) {
        int own = some[r];
        boolean there =
            IntStream.range(0, clean.length)
                .anyMatch(
                    other ->
                        labels[other] != labels[own]
                            && rules.broken(clean[own], clean[other]).isEmpty());
        possible += there ? 1 : 0;
        assertThat(searched.get(r) instanceof Outcome.Broken).as("row %d", own).isEqualTo(there);
        found += searched.get(r) instanceof Outcome.Broken ? 1 : 0;
        climbed += gradients.get(r) instanceof Outcome.Broken ? 1 : 0;
        if (!there) {
          assertThat(gradients.get(r)).isEqualTo(new Outcome.Held());
        }
        assertThat(both.get(r) instanceof Outcome.Broken).isEqualTo(there);
      }
    }
    assertThat(found).isEqualTo(possible).isPositive();
    assertThat(climbed).isPositive();
  }

  private static double product(double[] w, double[] row) {
    return IntStream.range(0, w.length).mapToDouble(i -> w[i] * row[i]).sum();
  }

  @Test
  void the_search_asks_for_no_gradient_and_both_together_for_no_more_than_they_say() {
    InputDomain domain = everything();
    try (GradientService service = Models.exact(network(domain), domain)) {
      Examples examples = rows(service, 12);
      ThreatModel threat = ThreatModel.of(Norm.LINF, "0.05").withCategoryChanges(1);
      SEARCH.run(service, examples, threat, 1);
      assertThat(Objects.requireNonNull(service.meter().counts().get("table-search")).backwards())
          .isZero();
      AttackResult climbed = CLIMB.run(service, examples, threat, 1);
      AttackResult both = BOTH.run(service, examples, threat, 1);
      for (int r = 0; r < 12; r++) {
        if (climbed.outcomes().get(r) instanceof Outcome.Broken broken) {
          // The search is for what is left.
          assertThat(both.examples().get(r).forwards())
              .isEqualTo(climbed.examples().get(r).forwards());
          assertThat(((Outcome.Broken) both.outcomes().get(r)).distance())
              .isLessThanOrEqualTo(threat.radius())
              .isPositive();
          assertThat(broken.restart()).isLessThan(CLIMB.restarts());
        } else {
          assertThat(both.examples().get(r).forwards())
              .isLessThanOrEqualTo(BOTH.passes(2, domain.size()).forwards());
        }
      }
    }
  }

  @Test
  void a_row_that_breaks_a_relation_is_refused_before_anything_is_asked() {
    InputDomain domain = everything();
    try (GradientService service = Models.exact(network(domain), domain)) {
      double[] row = row(RandomKey.of(5).with(0).random());
      row[2] += 1;
      Examples example = Examples.of(new double[][] {row}, new int[] {0}, new long[] {4});
      assertThatThrownBy(() -> BOTH.run(service, example, ThreatModel.of(Norm.LINF, "0.1"), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("example 4")
          .hasMessageContaining("relation earned must be exactly 0");
    }
  }

  @Test
  void prices_steer_where_the_budget_goes() {
    // Both columns matter alike; one costs ten times the other.
    InputDomain domain =
        InputDomain.of(
            List.of(feature("dear", Kind.REAL, 0, 1, 10), feature("cheap", Kind.REAL, 0, 1, 1)),
            List.of());
    try (GradientService service = Models.exact(Models.binary(-0.35, 1, 1), domain)) {
      Examples example = Examples.of(new double[][] {{0, 0}}, new int[] {0}, new long[] {0});
      ThreatModel threat = ThreatModel.of(Norm.LINF, "0.5").withBudget(0.4);
      for (Attack attack : List.of(CLIMB, SEARCH)) {
        AttackResult result = attack.run(service, example, threat, 1);
        assertThat(result.outcomes().get(0)).isInstanceOf(Outcome.Broken.class);
        assertThat(domain.price(new double[2], result.inputs()[0])).isBetween(0.34, 0.4);
        assertThat(attack.run(service, example, threat.withBudget(0.34), 1).outcomes())
            .containsExactly(new Outcome.Held());
      }
    }
  }
}
