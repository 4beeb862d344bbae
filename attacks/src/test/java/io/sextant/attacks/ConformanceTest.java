package io.sextant.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.gradient.ApgdCe;
import io.sextant.attacks.gradient.Fgsm;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.attacks.minimumnorm.CarliniWagner;
import io.sextant.attacks.minimumnorm.Ddn;
import io.sextant.attacks.minimumnorm.DeepFool;
import io.sextant.attacks.minimumnorm.Fmn;
import io.sextant.attacks.minimumnorm.SigmaZero;
import io.sextant.attacks.universal.UniversalAttack;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Query;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Reply;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Access;
import io.sextant.methods.Kind;
import io.sextant.results.Norm;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Defects of other libraries that no other test is about; src/site/conformance.md lists all. */
class ConformanceTest {
  private static final int CHANNELS = 2;
  private static final int SIDE = 3;
  private static final int FEATURES = CHANNELS * SIDE * SIDE;

  private static double[] projected(Norm norm, double radius, double... v) {
    double[] low = new double[v.length];
    double[] high = new double[v.length];
    Arrays.fill(low, -100);
    Arrays.fill(high, 100);
    Ball.of(norm, radius).project(v, low, high);
    return v;
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3", "4", "5"})
  void an_l0_projection_keeps_as_many_as_its_radius_and_all_where_it_may(int radius) {
    double[] kept = projected(Norm.L0, radius, 5, -4, 3, -2, 1);
    assertThat(Arrays.stream(kept).filter(x -> x != 0).count()).isEqualTo(radius);
    assertThat(kept[0]).isEqualTo(5);
  }

  @Test
  void an_l1_projection_is_the_nearest_point_and_no_scaled_one() {
    assertThat(projected(Norm.L1, 1, 3, 1)).containsExactly(1, 0);
  }

  @Test
  void an_l2_projection_uses_its_radius_and_leaves_short_ones_short() {
    assertThat(projected(Norm.L2, 0.5, 4.896, 6.528))
        .containsExactly(new double[] {0.3, 0.4}, within(1e-12));
    assertThat(projected(Norm.L2, 1, 0.17, 0)).containsExactly(0.17, 0);
  }

  @Test
  void a_margin_over_rivals_below_zero_is_no_margin_over_zero() {
    double[] slope = new double[3];
    assertThat(Objective.margin(0).evaluate(new double[] {-1, -5, -7}, slope)).isEqualTo(4);
    assertThat(slope).containsExactly(1, -1, 0);
    assertThat(Objective.margin(1).evaluate(new double[] {-1, -5, -7}, slope)).isEqualTo(-4);
  }

  /** Logits (0, lead + w x), on a vector or on an image. */
  private static InferenceGraph graph(double lead, boolean image) {
    InferenceGraph.Builder builder =
        InferenceGraph.builder(image ? Shape.of(CHANNELS, SIDE, SIDE) : Shape.of(FEATURES));
    Node in = builder.input();
    Node flat = image ? builder.add("flat", new Operation.Reshape(Shape.of(FEATURES)), in) : in;
    Parameter w = new Parameter("w", Shape.of(FEATURES, 2));
    Parameter b = new Parameter("b", Shape.of(2));
    double[] weights = new double[2 * FEATURES];
    for (int f = 0; f < FEATURES; f++) {
      weights[2 * f + 1] = Math.sin(1 + 2 * f) * (1 + f % 4);
    }
    return builder
        .weights(w, weights)
        .weights(b, new double[] {0, lead})
        .build(builder.add("out", new Operation.Affine(w, Optional.of(b)), flat));
  }

  private static Examples examples(boolean atBorder) {
    int count = 6;
    double[][] rows = new double[count][FEATURES];
    for (int r = 0; r < count; r++) {
      RandomGenerator random = RandomKey.of(8).with(r).random();
      for (int f = 0; f < FEATURES; f++) {
        double x = random.nextDouble();
        rows[r][f] = (float) (atBorder ? Math.rint(x) : x < 0.3 ? 0 : x > 0.8 ? 1 : x);
      }
    }
    int[] labels = new int[count];
    Arrays.fill(labels, 1);
    return Examples.of(rows, labels, LongStream.range(0, count).toArray());
  }

  @Test
  void pixels_that_are_black_or_white_are_not_frozen() {
    try (GradientService service = Models.exact(graph(6, false))) {
      ThreatModel threat = ThreatModel.nearest(Norm.L2);
      AttackResult exact = Ddn.DEFAULT.run(service, examples(true), threat, 1);
      AttackResult own =
          new CarliniWagner(500, 9, 0.1, 1e-3).run(service, examples(true), threat, 1);
      int broken = 0;
      for (int i = 0; i < exact.examples().size(); i++) {
        if (exact.outcomes().get(i) instanceof Outcome.Broken there) {
          broken++;
          assertThat(own.outcomes().get(i)).isInstanceOf(Outcome.Broken.class);
          assertThat(((Outcome.Broken) own.outcomes().get(i)).distance())
              .isLessThan(1.1 * there.distance());
        }
      }
      assertThat(broken).isPositive();
    }
  }

  static Stream<Arguments> attacks() {
    return Stream.of(
        Arguments.of(Fgsm.DEFAULT, ThreatModel.of(Norm.LINF, "0.1")),
        Arguments.of(Pgd.DEFAULT, ThreatModel.of(Norm.L2, "0.4")),
        Arguments.of(ApgdCe.DEFAULT, ThreatModel.of(Norm.L1, "1")),
        Arguments.of(Fmn.DEFAULT, ThreatModel.nearest(Norm.LINF)),
        Arguments.of(Ddn.DEFAULT, ThreatModel.nearest(Norm.L2)),
        Arguments.of(DeepFool.DEFAULT, ThreatModel.nearest(Norm.L2)),
        Arguments.of(SigmaZero.DEFAULT, ThreatModel.nearest(Norm.L0)));
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void an_image_is_attacked_as_its_values_in_a_row_are(Attack attack, ThreatModel threat) {
    try (GradientService flat = Models.exact(graph(1, false));
        GradientService image = Models.exact(graph(1, true))) {
      AttackResult one = attack.run(flat, examples(false), threat, 3);
      AttackResult other = attack.run(image, examples(false), threat, 3);
      assertThat(other.outcomes()).isEqualTo(one.outcomes());
      assertThat(other.inputs()).isDeepEqualTo(one.inputs());
    }
  }

  @Test
  void no_name_stands_for_what_is_something_else() {
    // Jsma with a score of its own, R+FGSM in many steps, "AutoAttack" made of other attacks.
    assertThat(Attacks.catalogue().names())
        .doesNotContain("jsma", "r-fgsm", "rfgsm", "bim", "boundary", "auto-attack")
        .contains("autoattack");
    assertThat(UniversalAttack.catalogue().declarations())
        .allSatisfy(d -> assertThat(d.kind()).isEqualTo(Kind.UNIVERSAL));
  }

  /**
   * Three classes, target 2: what is climbed rises with class 2 and with no other, and what is
   * differentiated is one of the three.
   */
  @Test
  void a_target_is_the_class_that_is_said_and_none_beyond_those_that_exist() {
    double[][] weights = {{0, 1, -1}, {0, -0.5, 1}, {0.2, 0.3, 0.4}};
    InferenceGraph three = Models.layers(new Models.Layer(weights, new double[] {3, 1, 0}));
    Examples one = Examples.of(new double[][] {{0.5, 0.5, 0.5}}, new int[1], new long[] {0});
    int heard = 0;
    for (String name : Attacks.catalogue().names()) {
      Attack attack = Attacks.of(name, Map.of());
      if (!attack.declaration().access().allows(Access.GRADIENTS)) {
        continue;
      }
      Norm norm = attack.norms().stream().sorted().findFirst().orElseThrow();
      boolean nearest = attack.declaration().kind() == Kind.MINIMUM_NORM;
      ThreatModel at =
          nearest ? ThreatModel.nearest(norm) : ThreatModel.of(norm, norm == Norm.L0 ? 1 : 0.05);
      Targeted ear = new Targeted();
      try (GradientService service = Models.exact(three)) {
        Searching.heard(attack, ear).run(service, one, at.withGoal(new Goal.Targeted(2)), 1);
        ThreatModel beyond = at.withGoal(new Goal.Targeted(3));
        assertThatThrownBy(() -> attack.run(service, one, beyond, 1))
            .as(name)
            .hasMessageContaining("target of example 0 must be in 0..2 but was 3");
      }
      assertThat(ear.gradients).as(name).isPositive();
      heard++;
    }
    assertThat(heard).isGreaterThan(15);
  }

  private static final class Targeted implements Searching.Ear {
    private int gradients;

    @Override
    public <R extends Reply> R hear(Query<R> query, R reply) {
      if (query instanceof Query.Gradient climbed) {
        gradients++;
        double[] slope = new double[3];
        climbed.objective().evaluate(reply.logits(), slope);
        assertThat(slope[2]).isPositive();
        assertThat(slope[0]).isNotPositive();
        assertThat(slope[1]).isNotPositive();
      }
      if (query instanceof Query.Jacobian several) {
        gradients++;
        assertThat(Arrays.stream(several.classes())).allMatch(k -> k >= 0 && k < 3);
      }
      return reply;
    }
  }
}
