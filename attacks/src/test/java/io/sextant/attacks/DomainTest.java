package io.sextant.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.blackbox.UniformNoise;
import io.sextant.attacks.gradient.Fgsm;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.Feature.Direction;
import io.sextant.gradients.Feature.Kind;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.RandomKey;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the attacker may not do. */
class DomainTest {
  private static final ThreatModel WIDE = ThreatModel.of(Norm.LINF, "1000");

  private static Feature feature(
      Kind kind, double minimum, double maximum, double scale, Direction direction) {
    return new Feature("f", kind, minimum, maximum, scale, true, direction);
  }

  private static Feature frozen(Kind kind, double minimum, double maximum) {
    return new Feature("f", kind, minimum, maximum, 1, false, Direction.BOTH);
  }

  private static double[] attack(
      Attack attack, InputDomain domain, double[] w, double[] row, ThreatModel threat) {
    try (GradientService service = Models.exact(Models.binary(-1e6, w), domain)) {
      Examples example = Examples.of(new double[][] {row}, new int[] {0}, new long[] {0});
      ExampleResult result = attack.run(service, example, threat, 1).examples().get(0);
      assertThat(result.outcome()).isEqualTo(new Outcome.Held());
      assertThat(domain.violation(result.input())).isEmpty();
      return result.input();
    }
  }

  private static Pgd pgd() {
    // The margin keeps its gradient where cross-entropy underflows.
    return Pgd.DEFAULT.withLoss(Loss.MARGIN);
  }

  /** Real, integer, immutable, one-way, lone binary and one-hot features together. */
  private static InputDomain mixed() {
    List<Feature> features = new ArrayList<>();
    features.add(feature(Kind.REAL, 0.1, 0.7, 0.6, Direction.BOTH));
    features.add(feature(Kind.REAL, -3, 1e6, 1000, Direction.BOTH));
    features.add(feature(Kind.REAL, -1, 1, 1, Direction.INCREASE));
    features.add(feature(Kind.REAL, -1, 1, 1, Direction.DECREASE));
    features.add(frozen(Kind.REAL, 0, 1));
    features.add(feature(Kind.INTEGER, 18, 90, 72, Direction.BOTH));
    features.add(feature(Kind.INTEGER, -0.5, 10.5, 3, Direction.INCREASE));
    features.add(feature(Kind.INTEGER, 0, 40_000_000, 1e6, Direction.BOTH));
    features.add(frozen(Kind.INTEGER, 0, 5));
    features.add(feature(Kind.BINARY, 0, 1, 1, Direction.BOTH));
    features.add(feature(Kind.BINARY, 0, 1, 1, Direction.INCREASE));
    features.add(frozen(Kind.BINARY, 0, 1));
    for (int i = 0; i < 7; i++) {
      features.add(feature(Kind.BINARY, 0, 1, 1, Direction.BOTH));
    }
    return InputDomain.of(
        features,
        List.of(
            new InputDomain.OneHot("a", List.of(12, 13, 14)),
            new InputDomain.OneHot("b", List.of(15, 16, 17, 18))));
  }

  private static double[] row(InputDomain domain, RandomGenerator random) {
    double[] row = new double[domain.size()];
    for (int i = 0; i < row.length; i++) {
      Feature f = domain.feature(i);
      double value = f.minimum() + random.nextDouble() * (f.maximum() - f.minimum());
      // A third of the values lies on the box.
      value = random.nextInt(6) == 0 ? f.minimum() : value;
      value = random.nextInt(6) == 0 ? f.maximum() : value;
      double low = Math.ceil(f.minimum());
      double high = Math.floor(f.maximum());
      row[i] =
          (float) (f.kind() == Kind.REAL ? value : Math.max(low, Math.min(high, Math.rint(value))));
    }
    domain
        .groups()
        .forEach(
            group -> {
              int chosen = random.nextInt(group.members().size());
              for (int m = 0; m < group.members().size(); m++) {
                row[group.members().get(m)] = m == chosen ? 1 : 0;
              }
            });
    return row;
  }

  private static double distance(Norm norm, InputDomain domain, double[] clean, double[] row) {
    double max = 0;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < clean.length; i++) {
      if (domain.feature(i).kind() != Kind.BINARY) {
        double change = Math.abs(row[i] - clean[i]) / domain.feature(i).scale();
        max = Math.max(max, change);
        sum += change;
        squares += change * change;
      }
    }
    return norm == Norm.LINF ? max : norm == Norm.L1 ? sum : Math.sqrt(squares);
  }

  @ParameterizedTest
  @EnumSource(names = "L0", mode = EnumSource.Mode.EXCLUDE)
  void budget_and_domain_hold_exactly_whatever_the_model_and_radius(Norm norm) {
    InputDomain domain = mixed();
    RandomGenerator random = RandomKey.of(8).random();
    String[] radii = {"8/255", "0.1", "1/3", "0.7", "2.7", "1e6"};
    List<Attack> attacks =
        List.of(
            Fgsm.DEFAULT.withLoss(Loss.MARGIN),
            pgd().withSteps(7),
            pgd().withSteps(5).withRestarts(2).withUntilBroken(false),
            UniformNoise.DEFAULT.withDraws(3));
    long moved = 0;
    for (int seed = 0; seed < 40; seed++) {
      ThreatModel threat =
          ThreatModel.of(norm, radii[seed % radii.length]).withCategoryChanges(seed % 3);
      double[][] rows = new double[12][];
      for (int r = 0; r < rows.length; r++) {
        rows[r] = row(domain, random);
      }
      try (GradientService service =
          Models.exact(Models.random(domain.size(), 8, 3, seed), domain)) {
        int[] labels = new int[rows.length];
        for (int r = 0; r < rows.length; r++) {
          labels[r] = io.sextant.gradients.Logits.decision(service.logits(rows)[r]);
        }
        Examples examples =
            Examples.of(rows, labels, IntStream.range(0, rows.length).asLongStream().toArray());
        for (Attack attack : attacks) {
          AttackResult result = attack.run(service, examples, threat, seed);
          for (int r = 0; r < rows.length; r++) {
            ExampleResult example = result.examples().get(r);
            assertValid(domain, threat, rows[r], example);
            moved += distance(norm, domain, rows[r], example.input()) > 0 ? 1 : 0;
            if (example.outcome() instanceof Outcome.Broken) {
              double[] logits = service.logits(new double[][] {example.input()})[0];
              assertThat(io.sextant.gradients.Logits.decision(logits)).isNotEqualTo(labels[r]);
            }
          }
        }
      }
    }
    assertThat(moved).isGreaterThan(1000);
  }

  private static void assertValid(
      InputDomain domain, ThreatModel threat, double[] clean, ExampleResult example) {
    double[] input = example.input();
    double distance = distance(threat.norm(), domain, clean, input);
    assertThat(distance).isLessThanOrEqualTo(threat.radius());
    if (example.outcome() instanceof Outcome.Broken broken) {
      assertThat(broken.distance()).isEqualTo(distance);
    }
    assertThat(domain.violation(input)).isEmpty();
    long switched = 0;
    for (int i = 0; i < clean.length; i++) {
      Feature feature = domain.feature(i);
      assertThat(input[i]).isEqualTo((float) input[i]);
      if (!feature.mutable()) {
        assertThat(input[i]).isEqualTo(clean[i]);
      }
      if (feature.direction() == Direction.INCREASE) {
        assertThat(input[i]).isGreaterThanOrEqualTo(clean[i]);
      }
      if (feature.direction() == Direction.DECREASE) {
        assertThat(input[i]).isLessThanOrEqualTo(clean[i]);
      }
      // A lone binary shows once, a group twice, once as the member that is now 1.
      boolean lone = i >= 9 && i <= 11;
      switched += lone && input[i] != clean[i] || !lone && i > 11 && input[i] > clean[i] ? 1 : 0;
    }
    assertThat(switched).isLessThanOrEqualTo(threat.categoryChanges());
  }

  @Test
  void features_go_as_far_as_their_box_and_direction_let_them() {
    InputDomain domain =
        InputDomain.of(
            List.of(
                feature(Kind.REAL, 0.1, 0.7, 1, Direction.BOTH),
                feature(Kind.REAL, 0.1, 0.7, 1, Direction.BOTH),
                feature(Kind.REAL, 0, 1, 1, Direction.INCREASE),
                feature(Kind.REAL, 0, 1, 1, Direction.DECREASE),
                feature(Kind.INTEGER, 18, 90, 72, Direction.BOTH),
                frozen(Kind.REAL, 0, 1),
                feature(Kind.BINARY, 0, 1, 1, Direction.BOTH)),
            List.of());
    double[] row = {(float) 0.3, (float) 0.3, 0.5, 0.5, 40, (float) 0.3, 1};
    double[] input = attack(pgd(), domain, new double[] {1, -1, -5, 5, 2, 9, -9}, row, WIDE);
    assertThat(input).containsExactly((float) 0.7, (float) 0.1, 0.5, 0.5, 90, (float) 0.3, 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.57", "0.29", "0.07"})
  void integers_use_their_whole_budget(String epsilon) {
    InputDomain domain =
        InputDomain.of(List.of(feature(Kind.INTEGER, 0, 200, 100, Direction.BOTH)), List.of());
    ThreatModel threat = ThreatModel.of(Norm.LINF, epsilon);
    double allowed = Double.parseDouble(epsilon) * 100;
    // A run from the far end of the ball takes 60 steps.
    Pgd pgd = pgd().withSteps(60);
    double[] input = attack(pgd, domain, new double[] {1}, new double[] {100}, threat);
    assertThat(input[0]).isEqualTo(100 + Math.rint(allowed));
    input = attack(pgd, domain, new double[] {-1}, new double[] {100}, threat);
    assertThat(input[0]).isEqualTo(100 - Math.rint(allowed));
  }

  @Test
  void a_fraction_of_an_integer_is_not_spent() {
    InputDomain domain =
        InputDomain.of(List.of(feature(Kind.INTEGER, 0, 200, 1, Direction.BOTH)), List.of());
    double[] input =
        attack(pgd(), domain, new double[] {1}, new double[] {7}, ThreatModel.of(Norm.LINF, "2.9"));
    assertThat(input[0]).isEqualTo(9);
  }

  @Test
  void distance_is_in_units_of_scale() {
    InputDomain domain =
        InputDomain.of(
            List.of(
                feature(Kind.REAL, 0, 1e6, 1000, Direction.BOTH),
                feature(Kind.REAL, 0, 1, 0.5, Direction.BOTH)),
            List.of());
    double[] row = {5000, 0.25};
    ThreatModel threat = ThreatModel.of(Norm.LINF, "0.5");
    double[] input =
        attack(Fgsm.DEFAULT.withLoss(Loss.MARGIN), domain, new double[] {1, 1}, row, threat);
    assertThat(input).containsExactly(5500, 0.5);
    // In L2 the direction is that of the gradient by scaled features: (1000 w0, 0.5 w1).
    double[] w = {3.0 / 1000, 4.0 / 0.5};
    input =
        attack(Fgsm.DEFAULT.withLoss(Loss.MARGIN), domain, w, row, ThreatModel.of(Norm.L2, "0.25"));
    assertThat((input[0] - 5000) / 1000).isCloseTo(0.15, within(1e-5));
    assertThat((input[1] - 0.25) / 0.5).isCloseTo(0.2, within(1e-5));
  }

  private static InputDomain categories() {
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      features.add(feature(Kind.BINARY, 0, 1, 1, Direction.BOTH));
    }
    features.add(feature(Kind.BINARY, 0, 1, 1, Direction.INCREASE));
    features.add(frozen(Kind.BINARY, 0, 1));
    features.add(feature(Kind.REAL, 0, 1, 1, Direction.BOTH));
    return InputDomain.of(
        features,
        List.of(
            new InputDomain.OneHot("a", List.of(0, 1, 2)),
            new InputDomain.OneHot("b", List.of(3, 4, 5))));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 9})
  void category_changes_take_the_largest_gains_of_a_linear_model(int limit) {
    // Clean: a=0, b=4, lone 6 is 1, lone 7 is 1 but may only rise, 8 is frozen.
    double[] row = {1, 0, 0, 0, 1, 0, 1, 1, 0, 0.5};
    double[] w = {1, 3, 2, 7, 2, -1, -1.5, -50, 50, 1};
    // Gains: a 0 to 1: 2. b 4 to 3: 5. Lone 6 to 0: 1.5. Nothing else gains or may.
    double[] expected = row.clone();
    expected[9] = 0.75;
    if (limit >= 1) {
      expected[3] = 1;
      expected[4] = 0;
    }
    if (limit >= 2) {
      expected[0] = 0;
      expected[1] = 1;
    }
    if (limit >= 3) {
      expected[6] = 0;
    }
    ThreatModel threat = ThreatModel.of(Norm.LINF, "0.25").withCategoryChanges(limit);
    assertThat(attack(pgd(), categories(), w, row, threat)).containsExactly(expected);
    assertThat(attack(Fgsm.DEFAULT.withLoss(Loss.MARGIN), categories(), w, row, threat))
        .containsExactly(expected);
  }

  @Test
  void an_example_that_nothing_may_move_is_held() {
    InputDomain domain =
        InputDomain.of(List.of(frozen(Kind.REAL, 0, 1), frozen(Kind.REAL, 0, 1)), List.of());
    for (Norm norm : ThreatModel.CONVEX_NORMS) {
      double[] row = {0.25, 0.5};
      assertThat(attack(pgd(), domain, new double[] {1, 2}, row, ThreatModel.of(norm, "1")))
          .containsExactly(row);
    }
  }

  @Test
  void steep_frozen_features_do_not_shorten_steps() {
    InputDomain domain =
        InputDomain.of(
            List.of(frozen(Kind.REAL, 0, 1), feature(Kind.REAL, 0, 1, 1, Direction.BOTH)),
            List.of());
    double[] row = {0.5, 0.25};
    for (Norm norm : ThreatModel.CONVEX_NORMS) {
      double[] input =
          attack(
              Fgsm.DEFAULT.withLoss(Loss.MARGIN),
              domain,
              new double[] {1e5, 1},
              row,
              ThreatModel.of(norm, "0.5"));
      assertThat(input).containsExactly(0.5, 0.75);
    }
  }

  @Test
  @Timeout(5)
  void a_value_next_to_zero_is_found_without_stepping_through_all_floats() {
    // 1e-16 less than the whole way to 0 is a float of 5e-16, whose neighbours are 5e-23 apart.
    InputDomain domain =
        InputDomain.of(List.of(feature(Kind.REAL, 0, 80, 80, Direction.BOTH)), List.of());
    Coordinates coordinates = new Coordinates(domain);
    for (double clean : new double[] {5, (float) 33.7, (float) 0.1, 79}) {
      for (double part = 1 - 0x1p-53; part > 1 - 0x1p-40; part -= 1 - part) {
        double delta = -clean / 80 * part;
        double value = coordinates.value(0, clean, delta);
        assertThat(Math.abs(value - clean) / 80).isLessThanOrEqualTo(-delta);
        assertThat(value).isBetween(0.0, 1e-10);
      }
    }
  }
}
