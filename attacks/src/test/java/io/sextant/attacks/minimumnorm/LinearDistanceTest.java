package io.sextant.attacks.minimumnorm;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.attacks.Attack;
import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.Goal;
import io.sextant.attacks.Outcome;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.Norm;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Linear models with weights of many sizes and an active box, for which the distance to the nearest
 * adversarial input is known: the smallest radius at which the most that a perturbation can gain
 * makes up for the lead of the true class.
 */
class LinearDistanceTest {
  private static final int ROWS = 5;
  private static final double MOST = 1.05;

  /** Class 0 is the true one. */
  private record Linear(double[][] weights, double[] bias, double[][] rows) {
    static Linear of(int features, int classes, boolean one, long seed) {
      RandomGenerator random = RandomKey.of(seed).random();
      double[][] weights = new double[features][classes];
      for (int i = 0; i < features; i++) {
        for (int k = 0; k < classes; k++) {
          weights[i][k] = random.nextGaussian() * (1 + i % 5) / 5;
        }
      }
      Linear linear = new Linear(weights, new double[classes], new double[ROWS][]);
      double[][] drawn =
          IntStream.range(0, 50).mapToObj(n -> row(features, random)).toArray(double[][]::new);
      for (int k = 1; k < classes; k++) {
        int rival = k;
        double usual =
            Arrays.stream(drawn).mapToDouble(row -> lead(weights, row, rival)).average().orElse(0);
        linear.bias()[k] = k > 1 && one ? -features : -usual - 0.1 * k;
      }
      linear.bias()[0] =
          0.2 * Arrays.stream(drawn).mapToDouble(row -> linear.most(row, 1)).average().orElse(0);
      for (int r = 0; r < ROWS; r++) {
        double[] row;
        do {
          row = row(features, random);
        } while (!linear.isUsable(row));
        linear.rows()[r] = row;
      }
      return linear;
    }

    /** Many features lie on the box, so that it is active. */
    private static double[] row(int features, RandomGenerator random) {
      return random.doubles(features).map(x -> (float) (x < 0.3 ? 0 : x > 0.8 ? 1 : x)).toArray();
    }

    /** Decided rightly, with class 1 well within reach. */
    private boolean isUsable(double[] row) {
      double least =
          IntStream.range(1, bias.length).mapToDouble(k -> missing(row, k)).min().orElseThrow();
      return least > 0.1 && missing(row, 1) < 0.6 * most(row, 1);
    }

    /** What a class lacks to draw level. */
    private double missing(double[] row, int k) {
      return bias[0] - bias[k] - lead(weights, row, k);
    }

    /** What the box lets a class gain. */
    private double most(double[] row, int k) {
      double most = 0;
      for (int i = 0; i < row.length; i++) {
        double slope = weights[i][k] - weights[i][0];
        most += Math.abs(slope) * (slope > 0 ? 1 - row[i] : row[i]);
      }
      return most;
    }

    private static double lead(double[][] weights, double[] row, int k) {
      return IntStream.range(0, row.length)
          .mapToDouble(i -> (weights[i][k] - weights[i][0]) * row[i])
          .sum();
    }

    GradientService service(Shape shape) {
      InferenceGraph.Builder builder = InferenceGraph.builder(shape);
      Node flat =
          builder.add("flat", new Operation.Reshape(Shape.of(weights.length)), builder.input());
      Parameter w = new Parameter("W", Shape.of(weights.length, bias.length));
      Parameter b = new Parameter("b", Shape.of(bias.length));
      Node logits = builder.add("dense", new Operation.Affine(w, Optional.of(b)), flat);
      InferenceGraph graph =
          builder
              .weights(w, Arrays.stream(weights).flatMapToDouble(Arrays::stream).toArray())
              .weights(b, bias)
              .build(logits);
      return GradientService.builder(graph).precision(Precision.DOUBLE).build();
    }

    Examples examples() {
      return Examples.of(rows, new int[ROWS], IntStream.range(0, ROWS).asLongStream().toArray());
    }

    /** Of all classes, or of one. */
    double distance(Norm norm, double[] row, OptionalInt target) {
      return IntStream.range(1, bias.length)
          .filter(k -> target.isEmpty() || target.getAsInt() == k)
          .mapToDouble(k -> distance(norm, row, k))
          .min()
          .orElseThrow();
    }

    private double distance(Norm norm, double[] row, int k) {
      double missing = missing(row, k);
      double[] slope = new double[row.length];
      double[] room = new double[row.length];
      for (int i = 0; i < row.length; i++) {
        slope[i] = Math.abs(weights[i][k] - weights[i][0]);
        room[i] = weights[i][k] > weights[i][0] ? 1 - row[i] : row[i];
      }
      if (norm == Norm.L0) {
        double[] gains =
            IntStream.range(0, room.length).mapToDouble(i -> slope[i] * room[i]).sorted().toArray();
        double gained = 0;
        for (int n = 1; n <= row.length; n++) {
          gained += gains[row.length - n];
          if (gained > missing) {
            return n;
          }
        }
        return Double.POSITIVE_INFINITY;
      }
      double near = 0;
      double far = 2 * row.length;
      if (mostGained(norm, slope, room, far) < missing) {
        return Double.POSITIVE_INFINITY;
      }
      for (int n = 0; n < 60; n++) {
        double middle = (near + far) / 2;
        if (mostGained(norm, slope, room, middle) < missing) {
          near = middle;
        } else {
          far = middle;
        }
      }
      return far;
    }

    /** By exhausting small pieces of the radius, or of the multiplier in L2. */
    private static double mostGained(Norm norm, double[] slope, double[] room, double radius) {
      if (norm == Norm.LINF) {
        return IntStream.range(0, room.length)
            .mapToDouble(i -> slope[i] * Math.min(radius, room[i]))
            .sum();
      }
      if (norm == Norm.L1) {
        List<Integer> order =
            IntStream.range(0, room.length)
                .boxed()
                .sorted((i, j) -> Double.compare(slope[j], slope[i]))
                .toList();
        double left = radius;
        double gain = 0;
        for (int i : order) {
          gain += slope[i] * Math.min(left, room[i]);
          left = Math.max(0, left - room[i]);
        }
        return gain;
      }
      double small = 0;
      double large = 1e6;
      for (int n = 0; n < 100; n++) {
        double middle = (small + large) / 2;
        double squares = 0;
        for (int i = 0; i < room.length; i++) {
          squares += Math.pow(Math.min(middle * slope[i], room[i]), 2);
        }
        if (squares <= radius * radius) {
          small = middle;
        } else {
          large = middle;
        }
      }
      double s = small;
      return IntStream.range(0, room.length)
          .mapToDouble(i -> slope[i] * Math.min(s * slope[i], room[i]))
          .sum();
    }
  }

  private static Stream<Arguments> inEachNorm(Attack... attacks) {
    return Arrays.stream(attacks)
        .flatMap(
            attack -> attack.norms().stream().sorted().map(norm -> Arguments.of(attack, norm)));
  }

  static Stream<Arguments> all() {
    return inEachNorm(
        Fmn.DEFAULT,
        Ddn.DEFAULT,
        Pdpgd.DEFAULT,
        SigmaZero.DEFAULT.withSteps(200),
        DeepFool.DEFAULT,
        CarliniWagner.DEFAULT.withSteps(500),
        Fab.DEFAULT,
        FabT.DEFAULT);
  }

  static Stream<Arguments> thoseThatCompareClasses() {
    return inEachNorm(DeepFool.DEFAULT, Fab.DEFAULT, FabT.DEFAULT);
  }

  private static void requireNear(
      Attack attack, Linear linear, Shape shape, Norm norm, OptionalInt target) {
    ThreatModel threat = ThreatModel.nearest(norm);
    if (target.isPresent()) {
      threat = threat.withGoal(new Goal.Targeted(target.getAsInt()));
    }
    try (GradientService service = linear.service(shape)) {
      List<ExampleResult> results = attack.run(service, linear.examples(), threat, 1).examples();
      for (int i = 0; i < ROWS; i++) {
        double exact = linear.distance(norm, linear.rows()[i], target);
        assertThat(results.get(i).outcome())
            .as("row %d of %s", i, shape)
            .isInstanceOfSatisfying(
                Outcome.Broken.class,
                broken ->
                    assertThat(broken.distance()).isBetween(exact * (1 - 1e-6), exact * MOST));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void with_one_rival_in_reach_each_comes_within_a_twentieth_of_the_exact_distance(
      Attack attack, Norm norm) {
    for (int classes : new int[] {2, 3, 4, 10}) {
      Linear flat = Linear.of(24, classes, true, 40 + classes);
      requireNear(attack, flat, Shape.of(24), norm, OptionalInt.empty());
      requireNear(attack, flat, Shape.of(24), norm, OptionalInt.of(1));
    }
    Linear image = Linear.of(120, 3, true, 9);
    requireNear(attack, image, Shape.of(2, 10, 6), norm, OptionalInt.empty());
  }

  @ParameterizedTest
  @MethodSource("thoseThatCompareClasses")
  void with_many_rivals_those_that_compare_classes_find_the_nearest(Attack attack, Norm norm) {
    for (int classes : new int[] {3, 4, 10}) {
      Linear linear = Linear.of(24, classes, false, 40 + classes);
      requireNear(attack, linear, Shape.of(4, 3, 2), norm, OptionalInt.empty());
    }
  }
}
