package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.explainers.Output;
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
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AttackPathTest {
  private static final ThreatModel THREAT = ThreatModel.of(Norm.LINF, "0.2");
  private static final double[] W = {1, -2, 0.5};

  /** Logits (f(w x), 0). */
  private static GradientService service(Function function) {
    Parameter weights = new Parameter("W", Shape.of(3, 2));
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(3));
    Node sums =
        builder.add("dense", new Operation.Affine(weights, Optional.empty()), builder.input());
    Node out = builder.add("function", new Operation.Elementwise(function), sums);
    builder.weights(weights, new double[] {W[0], 0, W[1], 0, W[2], 0});
    return GradientService.builder(builder.build(out)).precision(Precision.DOUBLE).build();
  }

  private static Examples one(double... row) {
    return Examples.of(new double[][] {row}, new int[] {0}, new long[] {7});
  }

  private static AttackPath path(GradientService service, Pgd attack) {
    return AttackPath.of(service, attack, THREAT, one(0.9f, 0.1f, 0.5f), 0, 3, Output.LOGIT);
  }

  @Test
  void of_a_linear_model_each_value_gets_its_weight_times_its_move_whatever_the_way() {
    try (GradientService service = service(new Function.Identity())) {
      AttackPath path = path(service, Pgd.DEFAULT.withSteps(10));
      double[] clean = path.points()[0];
      double[] found = path.points()[path.points().length - 1];
      assertThat(clean).containsExactly(0.9f, 0.1f, 0.5f);
      assertThat(found).isNotEqualTo(clean);
      for (int i = 0; i < 3; i++) {
        assertThat(path.attribution()[i]).isCloseTo(W[i] * (found[i] - clean[i]), within(1e-9));
      }
    }
  }

  @Test
  void attributions_add_up_to_what_the_output_lost_along_a_bent_way() {
    try (GradientService service = service(new Function.Cube())) {
      AttackPath path = path(service, Pgd.DEFAULT.withSteps(10));
      double[] found = path.points()[path.points().length - 1];
      double[][] logits = service.logits(new double[][] {path.points()[0], found});
      double lost = logits[1][0] - logits[0][0];
      assertThat(path.points().length).isGreaterThan(2);
      assertThat(lost).isNegative();
      assertThat(Arrays.stream(path.attribution()).sum()).isCloseTo(lost, within(1e-9));
      assertThat(path.certificate().example()).isEqualTo(7);
      assertThat(path.certificate().fInput()).isEqualTo(logits[1][0]);
      assertThat(path.certificate().fBaseline()).hasValue(logits[0][0]);
      assertThat(path.certificate().gap().orElseThrow()).isCloseTo(0, within(1e-9));
      long pieces = path.points().length - 1L;
      assertThat(path.certificate().nodes()).isEqualTo(4 * pieces);
      assertThat(path.certificate().forwards()).isEqualTo(2 + 6 * pieces);
      assertThat(path.certificate().backwards()).isEqualTo(4 * pieces);
    }
  }

  @Test
  void points_are_within_the_ball_and_end_where_the_attack_alone_ends() {
    try (GradientService service = service(new Function.Cube())) {
      Pgd attack = Pgd.DEFAULT.withSteps(10);
      AttackPath path = path(service, attack);
      Examples examples = one(0.9f, 0.1f, 0.5f);
      assertThat(path.points()[path.points().length - 1])
          .isEqualTo(attack.run(service, examples, THREAT, 3).examples().get(0).input());
      for (double[] point : path.points()) {
        for (int i = 0; i < 3; i++) {
          assertThat(Math.abs(point[i] - examples.row(0)[i])).isLessThanOrEqualTo(0.2);
        }
      }
    }
  }

  @Test
  void where_the_attack_has_nothing_to_do_there_is_no_way() {
    try (GradientService service = service(new Function.Identity())) {
      AttackPath path =
          AttackPath.of(service, Pgd.DEFAULT, THREAT, one(0.1f, 0.9f, 0.1f), 0, 3, Output.LOGIT);
      assertThat(path.points()).hasNumberOfRows(1);
      assertThat(path.attribution()).containsOnly(0);
      assertThat(path.certificate().gap()).hasValue(0);
    }
  }
}
