package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.Attack;
import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.StepSize;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.blackbox.Square;
import io.sextant.attacks.gradient.Fgsm;
import io.sextant.attacks.gradient.MiFgsm;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.attacks.minimumnorm.Fmn;
import io.sextant.attacks.preset.Quick;
import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explainers;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.Output;
import io.sextant.explainers.Target;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.Norm;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AttackPathTest {
  private static final ThreatModel THREAT = ThreatModel.of(Norm.LINF, "0.2");
  private static final double[] W = {1, -2, 0.5};
  private static final double[] V = {0.25, 0.125, -1};
  private static final Examples EXAMPLE =
      Examples.of(new double[][] {{0.9, 0.1, 0.5}}, new int[] {0}, new long[] {7});

  /** Logits (f(w x), f(v x)). */
  private static GradientService service(Function function) {
    Parameter weights = new Parameter("W", Shape.of(3, 2));
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(3));
    Node sums =
        builder.add("dense", new Operation.Affine(weights, Optional.empty()), builder.input());
    Node out = builder.add("function", new Operation.Elementwise(function), sums);
    builder.weights(weights, new double[] {W[0], V[0], W[1], V[1], W[2], V[2]});
    return GradientService.builder(builder.build(out)).precision(Precision.DOUBLE).build();
  }

  private static AttackPath along(Attack attack) {
    return new AttackPath().within(Norm.LINF, "0.2").withAttack(attack).withSeed(3);
  }

  private static Explanations explain(GradientService service, AttackPath path, Target target) {
    return path.explain(service, EXAMPLE, target);
  }

  /** What the attack alone finds where the decision is known. */
  private static ExampleResult found(GradientService service, Attack attack) {
    return attack.run(service, EXAMPLE, new int[] {0}, THREAT, 3).examples().get(0);
  }

  static Stream<Attack> attacks() {
    return Stream.of(
        MiFgsm.DEFAULT,
        Pgd.DEFAULT.withSteps(10),
        Pgd.DEFAULT.withSteps(10).withRestarts(3).withStepSize(0.01),
        Fgsm.DEFAULT,
        new Quick());
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void of_a_linear_model_each_value_gets_its_weight_times_its_move(Attack attack) {
    try (GradientService service = service(new Function.Identity())) {
      double[] attribution = explain(service, along(attack), Target.predicted()).attributions()[0];
      double[] found = found(service, attack).input();
      double[] clean = EXAMPLE.row(0);
      assertThat(found).isNotEqualTo(clean);
      for (int i = 0; i < 3; i++) {
        assertThat(attribution[i]).isCloseTo(W[i] * (clean[i] - found[i]), within(1e-9));
      }
    }
  }

  @Test
  void the_way_is_against_the_decision_whatever_class_is_explained() {
    try (GradientService service = service(new Function.Identity())) {
      double[] attribution =
          explain(service, along(MiFgsm.DEFAULT), Target.fixed(1)).attributions()[0];
      double[] found = found(service, MiFgsm.DEFAULT).input();
      for (int i = 0; i < 3; i++) {
        assertThat(attribution[i]).isCloseTo(V[i] * (EXAMPLE.row(0)[i] - found[i]), within(1e-9));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void attributions_add_up_to_what_the_output_lost_along_a_bent_way(Attack attack) {
    try (GradientService service = service(new Function.Cube())) {
      Explanations explained = explain(service, along(attack), Target.predicted());
      ExampleResult found = found(service, attack);
      double[][] logits = service.logits(new double[][] {EXAMPLE.row(0), found.input()});
      double lost = logits[0][0] - logits[1][0];
      Certificate certificate = explained.certificates().get(0);
      assertThat(lost).isPositive();
      assertThat(Arrays.stream(explained.attributions()[0]).sum()).isCloseTo(lost, within(1e-9));
      assertThat(certificate.example()).isEqualTo(7);
      assertThat(certificate.fInput()).isCloseTo(logits[0][0], within(1e-12));
      assertThat(certificate.fBaseline().orElseThrow()).isCloseTo(logits[1][0], within(1e-12));
      assertThat(certificate.gap().orElseThrow()).isCloseTo(0, within(1e-9));
      assertThat(certificate.forwards()).isEqualTo(2 + found.forwards() + certificate.nodes());
      assertThat(certificate.backwards()).isEqualTo(certificate.nodes() + found.backwards());
    }
  }

  @Test
  void few_points_leave_the_ends_as_they_are() {
    try (GradientService service = service(new Function.Cube())) {
      AttackPath path =
          along(MiFgsm.DEFAULT.withSteps(40).withStepSize(new StepSize.OfEpsilon(40)));
      Certificate all = explain(service, path, Target.predicted()).certificates().get(0);
      Certificate few =
          explain(service, path.withPoints(2), Target.predicted()).certificates().get(0);
      assertThat(all.nodes()).isGreaterThan(4 * 4);
      assertThat(few.nodes()).isLessThanOrEqualTo(4 * 3);
      assertThat(few.fBaseline()).isEqualTo(all.fBaseline());
      assertThat(few.gap().orElseThrow()).isCloseTo(0, within(1e-9));
    }
  }

  @Test
  void one_node_misses_what_bends_and_the_certificate_says_so() {
    try (GradientService service = service(new Function.Cube())) {
      AttackPath path = along(Fgsm.DEFAULT).withNodes(1);
      Certificate certificate = explain(service, path, Target.predicted()).certificates().get(0);
      // Of a cube of w x that moves by d the midpoint rule misses d^3 / 4.
      double[] found = found(service, Fgsm.DEFAULT).input();
      double d = 0;
      for (int i = 0; i < 3; i++) {
        d += W[i] * (found[i] - EXAMPLE.row(0)[i]);
      }
      assertThat(certificate.nodes()).isEqualTo(1);
      assertThat(certificate.gap().orElseThrow()).isCloseTo(d * d * d / 4, within(1e-9));
    }
  }

  @Test
  void an_attack_that_fails_is_remarked_and_one_that_breaks_is_not() {
    try (GradientService service = service(new Function.Identity())) {
      AttackPath far = new AttackPath().within(Norm.LINF, "0.4");
      assertThat(explain(service, far, Target.predicted()).remarks()).isEmpty();
      AttackPath near = new AttackPath().within(Norm.LINF, "0.2");
      assertThat(explain(service, near, Target.predicted()).remarks())
          .singleElement()
          .asString()
          .contains("did not change the decision")
          .contains("a larger epsilon");
    }
  }

  @Test
  void attacks_without_gradients_or_a_radius_or_the_norm_are_refused_by_name() {
    AttackPath path = new AttackPath();
    for (Attack attack : new Attack[] {new Square(), new Fmn()}) {
      assertThatThrownBy(() -> path.withAttack(attack))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(
              "attack must be one at a radius in linf that follows gradients, one of ")
          .hasMessageContaining("fgsm")
          .hasMessageEndingWith("but was " + attack.name());
    }
    assertThatThrownBy(() -> path.within(Norm.L0, "3"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("in l0")
        .hasMessageEndingWith("but was mi-fgsm");
  }

  @Test
  void specs_and_commands_name_it_with_the_settings_of_its_attack() {
    AttackPath made =
        (AttackPath)
            Explainers.create(
                "attack-path",
                Map.of(
                    "attack",
                    "pgd",
                    "attack.steps",
                    "5",
                    "norm",
                    "l2",
                    "epsilon",
                    "1/2",
                    "points",
                    "9",
                    "nodes",
                    "2",
                    "seed",
                    "8"));
    assertThat(made)
        .isEqualTo(
            new AttackPath()
                .withAttack(Pgd.DEFAULT.withSteps(5))
                .within(Norm.L2, "1/2")
                .withPoints(9)
                .withNodes(2)
                .withSeed(8));
    assertThatThrownBy(() -> Explainers.create("attack-path", Map.of("attack", "square")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("explainer attack-path: attack must be one at a radius in linf");
  }

  @Test
  void the_larger_the_input_the_fewer_ways_are_under_way() {
    AttackPath path = new AttackPath();
    assertThat(path.atOnce(3 * 224 * 224)).isEqualTo(1);
    assertThat(path.atOnce(784)).isEqualTo((64 << 20) / 8 / 784 / (2 * 64 + 64));
    assertThat(path.withPoints(10_000).atOnce(784)).isEqualTo(1);
  }

  @Test
  void a_predicted_margin_is_explained_along_the_same_way() {
    try (GradientService service = service(new Function.Identity())) {
      double[] attribution =
          explain(service, along(MiFgsm.DEFAULT), Target.predicted().withOutput(Output.MARGIN))
              .attributions()[0];
      double[] found = found(service, MiFgsm.DEFAULT).input();
      for (int i = 0; i < 3; i++) {
        assertThat(attribution[i])
            .isCloseTo((W[i] - V[i]) * (EXAMPLE.row(0)[i] - found[i]), within(1e-9));
      }
    }
  }
}
