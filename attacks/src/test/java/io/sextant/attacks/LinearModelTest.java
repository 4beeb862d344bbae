package io.sextant.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.gradient.Fgsm;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.Norm;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Linear models, for which the strongest perturbation is known in closed form. */
class LinearModelTest {
  private static final int FEATURES = 24;

  /** Class 0 is true and safe; class 1 is its only rival in reach. */
  private record Linear(double[][] weights, double[] bias, double[][] rows) {
    static Linear of(int classes, long seed) {
      RandomGenerator random = RandomKey.of(seed).random();
      double[][] weights = new double[FEATURES][classes];
      for (int i = 0; i < FEATURES; i++) {
        for (int k = 0; k < classes; k++) {
          weights[i][k] = random.nextGaussian() * (1 + i % 5) / 5;
        }
      }
      double[] bias = new double[classes];
      bias[0] = 50;
      bias[1] = 30;
      double[][] rows = new double[8][];
      for (int r = 0; r < rows.length; r++) {
        // Many features lie at or near the box, so that it is active.
        rows[r] =
            random.doubles(FEATURES).map(x -> (float) (x < 0.3 ? 0 : x > 0.8 ? 1 : x)).toArray();
      }
      return new Linear(weights, bias, rows);
    }

    GradientService service() {
      return Models.exact(Models.layers(new Models.Layer(weights, bias)));
    }

    /** The same function of a vector, or of an image with the features as its values. */
    InferenceGraph over(Shape shape) {
      int classes = bias.length;
      InferenceGraph.Builder builder = InferenceGraph.builder(shape);
      Parameter w = new Parameter("w", Shape.of(FEATURES, classes));
      Parameter b = new Parameter("b", Shape.of(classes));
      builder
          .weights(w, Arrays.stream(weights).flatMapToDouble(Arrays::stream).toArray())
          .weights(b, bias);
      Node row =
          shape.rank() == 1
              ? builder.input()
              : builder.add("flat", new Operation.Reshape(Shape.of(FEATURES)), builder.input());
      return builder.build(builder.add("dense", new Operation.Affine(w, Optional.of(b)), row));
    }

    Examples examples() {
      return Examples.of(
          rows, new int[rows.length], IntStream.range(0, rows.length).asLongStream().toArray());
    }

    double[] w() {
      return IntStream.range(0, FEATURES).mapToDouble(i -> weights[i][1] - weights[i][0]).toArray();
    }

    double gain(int row, double[] input) {
      double sum = 0;
      for (int i = 0; i < FEATURES; i++) {
        sum += w()[i] * (input[i] - rows[row][i]);
      }
      return sum;
    }

    /** The most that w v can be over ball and box. */
    double optimum(int row, Norm norm, double epsilon) {
      double[] w = w();
      double[] room =
          IntStream.range(0, FEATURES)
              .mapToDouble(i -> w[i] > 0 ? 1 - rows[row][i] : rows[row][i])
              .toArray();
      switch (norm) {
        case LINF:
          return IntStream.range(0, FEATURES)
              .mapToDouble(i -> Math.abs(w[i]) * Math.min(epsilon, room[i]))
              .sum();
        case L1:
          double left = epsilon;
          double gain = 0;
          List<Integer> order =
              IntStream.range(0, FEATURES)
                  .boxed()
                  .sorted(Comparator.comparingDouble(i -> -Math.abs(w[i])))
                  .toList();
          for (int i : order) {
            double used = Math.min(left, room[i]);
            gain += used * Math.abs(w[i]);
            left -= used;
          }
          return gain;
        case L2:
          double small = 0;
          double large = 1e6;
          for (int n = 0; n < 200; n++) {
            double middle = (small + large) / 2;
            double squares = 0;
            for (int i = 0; i < FEATURES; i++) {
              squares += Math.pow(Math.min(middle * Math.abs(w[i]), room[i]), 2);
            }
            if (squares <= epsilon * epsilon) {
              small = middle;
            } else {
              large = middle;
            }
          }
          double best = 0;
          for (int i = 0; i < FEATURES; i++) {
            best += Math.abs(w[i]) * Math.min(small * Math.abs(w[i]), room[i]);
          }
          return best;
        default:
          throw new IllegalArgumentException(norm.key());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LINF, 2, 0.1",
    "LINF, 3, 8/255",
    "LINF, 10, 0.3",
    "LINF, 2, 7",
    "L2, 2, 0.5",
    "L2, 3, 1.5",
    "L2, 2, 7"
  })
  void fgsm_is_the_optimum_over_ball_and_box(Norm norm, int classes, String epsilon) {
    Linear model = Linear.of(classes, 10 + classes);
    ThreatModel threat = ThreatModel.of(norm, epsilon);
    try (GradientService service = model.service()) {
      // With K classes cross-entropy follows other classes too, a little; the margin does not.
      Loss loss = classes == 2 ? Loss.CROSS_ENTROPY : Loss.MARGIN;
      AttackResult result = Fgsm.DEFAULT.withLoss(loss).run(service, model.examples(), threat, 1);
      for (int r = 0; r < model.rows().length; r++) {
        assertThat(result.outcomes().get(r)).isEqualTo(new Outcome.Held());
        assertThat(model.gain(r, result.inputs()[r]))
            .isCloseTo(model.optimum(r, norm, threat.radius()), within(1e-4));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LINF, 2, 0.1", "LINF, 3, 8/255", "LINF, 10, 0.3",
    "L2, 2, 0.5", "L2, 3, 1.5", "L2, 10, 100",
    "L1, 2, 0.5", "L1, 3, 2.5", "L1, 10, 100"
  })
  void pgd_reaches_the_optimum_over_ball_and_box(Norm norm, int classes, String epsilon) {
    Linear model = Linear.of(classes, 20 + classes);
    ThreatModel threat = ThreatModel.of(norm, epsilon);
    Loss loss = classes == 2 ? Loss.CROSS_ENTROPY : Loss.MARGIN;
    Pgd pgd = Pgd.DEFAULT.withSteps(400).withLoss(loss);
    try (GradientService service = model.service()) {
      AttackResult result = pgd.run(service, model.examples(), threat, 2);
      for (int r = 0; r < model.rows().length; r++) {
        assertThat(result.outcomes().get(r)).isEqualTo(new Outcome.Held());
        assertThat(model.gain(r, result.inputs()[r]))
            .isCloseTo(model.optimum(r, norm, threat.radius()), within(1e-4));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "apgd-ce, LINF, 2, 0.1",
    "apgd-ce, LINF, 10, 0.3",
    "apgd-ce, L2, 2, 0.5",
    "apgd-ce, L2, 4, 1.5",
    "apgd-ce, L1, 2, 0.5",
    "apgd-ce, L1, 3, 2.5",
    "apgd-ce, L1, 10, 100",
    // With 2 or 3 classes, the ratio of logits is the margin.
    "apgd-dlr, LINF, 2, 0.1",
    "apgd-dlr, L2, 3, 1.5",
    "apgd-dlr, L1, 3, 2.5",
    "apgd-t, LINF, 2, 0.1",
    "apgd-t, L2, 3, 1.5",
    "apgd-t, L1, 3, 2.5",
    "mi-fgsm, LINF, 2, 0.1",
    "mi-fgsm, LINF, 10, 0.3",
    "mi-fgsm, L2, 2, 0.5",
    "mi-fgsm, L1, 2, 0.5"
  })
  void so_do_the_others(String name, Norm norm, int classes, String epsilon) {
    Linear model = Linear.of(classes, 30 + classes);
    ThreatModel threat = ThreatModel.of(norm, epsilon);
    try (GradientService service = model.service()) {
      AttackResult result =
          Attacks.of(name, Map.of("steps", norm == Norm.L1 ? "1500" : "300"))
              .run(service, model.examples(), threat, 2);
      for (int r = 0; r < model.rows().length; r++) {
        assertThat(result.outcomes().get(r)).isEqualTo(new Outcome.Held());
        assertThat(model.gain(r, result.inputs()[r]))
            .isCloseTo(model.optimum(r, norm, threat.radius()), within(1e-4));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "fgsm, LINF", "fgsm, L2", "fgsm, L1",
    "pgd, LINF", "pgd, L2", "pgd, L1",
    "apgd-ce, LINF", "apgd-ce, L2", "apgd-ce, L1",
    "apgd-dlr, L2", "apgd-t, L1", "mi-fgsm, LINF"
  })
  void no_step_is_spent_on_what_the_box_holds_back(String name, Norm norm) {
    // 97 steep features stand where they can only move the wrong way; a fourth has little room.
    double[] w = new double[101];
    double[] row = new double[101];
    Arrays.fill(w, -2);
    System.arraycopy(new double[] {2, 4, -0.5, 40}, 0, w, 97, 4);
    System.arraycopy(new double[] {0.5, 0.5, 0.5, 0.99}, 0, row, 97, 4);
    double held = 1 - (float) 0.99;
    double gain =
        40 * held
            + switch (norm) {
              case LINF -> 0.2 * (2 + 4 + 0.5);
              case L2 -> Math.sqrt((0.04 - held * held) * (4 + 16 + 0.25));
              default -> 4 * (0.2 - held);
            };
    double score = 1 + 2 - 0.25 + 40 * (float) 0.99;
    Attack attack = Attacks.of(name, Map.of());
    for (boolean breaks : new boolean[] {true, false}) {
      double bias = -score - gain * (breaks ? 0.999 : 1.001);
      try (GradientService service = Models.exact(Models.binary(bias, w))) {
        Examples example = Examples.of(new double[][] {row}, new int[] {0}, new long[] {0});
        Outcome outcome =
            attack.run(service, example, ThreatModel.of(norm, "0.2"), 3).outcomes().get(0);
        assertThat(outcome.kind())
            .isEqualTo(
                breaks ? io.sextant.results.Outcome.BROKEN : io.sextant.results.Outcome.HELD);
      }
    }
  }

  @Test
  void a_very_confident_model_still_has_a_direction() {
    // A gap of 300 leaves cross-entropy a slope of e^-300, which no float holds.
    try (GradientService service = GradientService.builder(Models.binary(-300, 1000, -1)).build()) {
      Examples example = Examples.of(new double[][] {{0, 0}}, new int[] {0}, new long[] {0});
      for (Attack attack : List.of(Fgsm.DEFAULT, Pgd.DEFAULT)) {
        ExampleResult result =
            attack.run(service, example, ThreatModel.of(Norm.LINF, 0.31), 1).examples().get(0);
        assertThat(result.zeroGradientAtStart()).isFalse();
        assertThat(result.outcome()).isInstanceOf(Outcome.Broken.class);
      }
    }
  }

  @Test
  void the_smallest_radius_that_breaks_is_the_distance_to_the_boundary() {
    // f(x) = -0.35 + x0 + 2 x1 - x2 at (0.2, 0.1, 0.4): -0.35, so L∞ breaks above 0.35 / 4.
    try (GradientService service = Models.exact(Models.binary(-0.35, 1, 2, -1))) {
      Examples example =
          Examples.of(new double[][] {{0.2, 0.1, 0.4}}, new int[] {0}, new long[] {3});
      assertThat(
              Fgsm.DEFAULT.run(service, example, ThreatModel.of(Norm.LINF, "0.0874"), 0).outcomes())
          .containsExactly(new Outcome.Held());
      Outcome broken =
          Fgsm.DEFAULT
              .run(service, example, ThreatModel.of(Norm.LINF, "0.0876"), 0)
              .outcomes()
              .get(0);
      assertThat(broken).isInstanceOf(Outcome.Broken.class);
      assertThat(((Outcome.Broken) broken).distance()).isCloseTo(0.0876, within(1e-7));
    }
  }

  @ParameterizedTest
  @CsvSource({"LINF", "L2", "L1"})
  void fgsm_is_pgd_with_one_full_step_and_no_random_start(Norm norm) {
    try (GradientService service = Models.exact(Models.random(FEATURES, 16, 4, 7))) {
      double[][] rows = Linear.of(2, 8).rows();
      Examples examples =
          Examples.of(
              rows,
              new int[] {0, 1, 2, 3, 0, 1, 2, 3},
              IntStream.range(0, 8).asLongStream().toArray());
      ThreatModel threat = ThreatModel.of(norm, "0.2");
      AttackResult fgsm = Fgsm.DEFAULT.run(service, examples, threat, 5);
      AttackResult pgd =
          Pgd.DEFAULT
              .withStart(Start.CLEAN)
              .withSteps(1)
              .withStepSize(0.2)
              .run(service, examples, threat, 6);
      assertThat(fgsm.outcomes()).isEqualTo(pgd.outcomes());
      assertThat(fgsm.inputs()).isDeepEqualTo(pgd.inputs());
    }
  }

  @Test
  void targeted_attacks_reach_their_class_and_no_other_success_counts() {
    // Class 2 is easier to reach than class 1 along another feature.
    double[][] weights = {{0, 1, 0}, {0, 0, 3}};
    Models.Layer layer = new Models.Layer(weights, new double[] {0.5, 0, 0});
    try (GradientService service = Models.exact(Models.layers(layer))) {
      Examples example = Examples.of(new double[][] {{0, 0}}, new int[] {0}, new long[] {0});
      ThreatModel threat = ThreatModel.of(Norm.LINF, "0.6").withGoal(new Goal.Targeted(1));
      ExampleResult result = Pgd.DEFAULT.run(service, example, threat, 1).examples().get(0);
      assertThat(result.outcome()).isInstanceOf(Outcome.Broken.class);
      double[] logits = service.logits(new double[][] {result.input()})[0];
      assertThat(logits[1]).isGreaterThan(logits[0]).isGreaterThan(logits[2]);
      // Within 0.3, class 2 can be reached and class 1 cannot.
      ThreatModel small = ThreatModel.of(Norm.LINF, "0.3").withGoal(new Goal.Targeted(1));
      assertThat(Pgd.DEFAULT.run(service, example, small, 1).outcomes())
          .containsExactly(new Outcome.Held());
      assertThat(
              Pgd.DEFAULT
                  .run(service, example, small.withGoal(Goal.UNTARGETED), 1)
                  .outcomes()
                  .get(0))
          .isInstanceOf(Outcome.Broken.class);
    }
  }

  @Test
  void another_wrong_class_is_no_success_of_a_targeted_attack() {
    // Whatever raises class 1 raises class 2 three times as fast.
    Models.Layer layer = new Models.Layer(new double[][] {{0, 1, 3}}, new double[] {0.5, 0, 0});
    try (GradientService service = Models.exact(Models.layers(layer))) {
      Examples example = Examples.of(new double[][] {{0}}, new int[] {0}, new long[] {0});
      ThreatModel any = ThreatModel.of(Norm.LINF, "0.4");
      for (Attack attack : List.of(Fgsm.DEFAULT, Pgd.DEFAULT)) {
        assertThat(attack.run(service, example, any, 1).outcomes().get(0))
            .isInstanceOf(Outcome.Broken.class);
        assertThat(attack.run(service, example, any.withGoal(new Goal.Targeted(1)), 1).outcomes())
            .containsExactly(new Outcome.Held());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "fgsm, LINF, 0.1",
    "fgsm, L2, 0.8",
    "pgd, LINF, 0.1",
    "pgd, L2, 0.8",
    "pgd, L1, 1.5",
    "apgd-ce, LINF, 0.1",
    "apgd-ce, L2, 0.8",
    "apgd-ce, L1, 1.5",
    "mi-fgsm, LINF, 0.1"
  })
  void with_four_classes_the_optimum_is_reached_on_a_vector_and_on_an_image(
      String name, Norm norm, String epsilon) {
    Linear model = Linear.of(4, 44);
    ThreatModel threat = ThreatModel.of(norm, epsilon);
    Map<String, String> settings =
        switch (name) {
          case "fgsm" -> Map.of("loss", "margin");
          case "pgd" -> Map.of("loss", "margin", "steps", "400");
          case "mi-fgsm" -> Map.of("loss", "margin", "steps", "100");
          default -> Map.of("steps", norm == Norm.L1 ? "1500" : "300");
        };
    for (Shape shape : List.of(Shape.of(FEATURES), Shape.of(2, 3, 4))) {
      try (GradientService service = Models.exact(model.over(shape))) {
        AttackResult result = Attacks.of(name, settings).run(service, model.examples(), threat, 2);
        for (int r = 0; r < model.rows().length; r++) {
          assertThat(result.outcomes().get(r)).isEqualTo(new Outcome.Held());
          assertThat(model.gain(r, result.inputs()[r]))
              .as("%s on %s", name, shape)
              .isCloseTo(model.optimum(r, norm, threat.radius()), within(1e-4));
        }
      }
    }
  }
}
