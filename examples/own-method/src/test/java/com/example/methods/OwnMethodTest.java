package com.example.methods;

import static io.sextant.junit.SextantAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.Attacks;
import io.sextant.explainers.Explainers;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.Target;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Query;
import io.sextant.gradients.dl4j.Dl4jNetwork;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.TrainedModel;
import io.sextant.junit.RobustnessAssert;
import io.sextant.junit.contract.MethodContract;
import io.sextant.results.Norm;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** The methods of this project, on a model that is known in closed form. */
class OwnMethodTest {
  /** Logits (0, 3x - y - 0.8): rows hold within L∞ exactly as far as |3x - y - 0.8| / 4. */
  private static final MultiLayerNetwork NETWORK = network();

  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nIn(2)
                        .nOut(2)
                        .build())
                .build());
    network.init();
    network.setParam("0_W", Nd4j.create(new float[][] {{0, 3}, {0, -1}}));
    network.setParam("0_b", Nd4j.create(new float[][] {{0, -0.8f}}));
    return network;
  }

  @Test
  void the_attack_finds_what_there_is_in_an_audit_and_no_more() {
    // Distances from the boundary: 0.05, 0.15, 0.175 and 0.275.
    DataSet examples =
        new DataSet(
            Nd4j.create(new float[][] {{0.5f, 0.5f}, {0.5f, 0.1f}, {0.2f, 0.5f}, {0.3f, 1f}}),
            Nd4j.create(new float[][] {{0, 1}, {0, 1}, {1, 0}, {1, 0}}));

    RobustnessAssert attacked =
        assertThat(NETWORK)
            .onData(examples)
            .within(Norm.LINF, "0.16")
            .underAttack(new Momentum(20, 0.5));
    attacked.holdsAtLeast(0.5);
    assertThatThrownBy(() -> attacked.holdsAtLeast(0.6)).isInstanceOf(AssertionError.class);
  }

  /** What every method must keep: ball and domain, counts, batches, order, threads, settings. */
  @TestFactory
  Stream<DynamicNode> they_keep_the_contract() {
    return Stream.of(new Momentum(), new Erasure()).flatMap(MethodContract::of);
  }

  @Test
  void methods_are_made_by_name_and_setting() {
    assertThat(Attacks.of("momentum", Map.of("decay", "0.5"))).isEqualTo(new Momentum(10, 0.5));
    assertThat(Attacks.of("momentum", new Momentum(3, 2).configuration()))
        .isEqualTo(new Momentum(3, 2));
    assertThat(Explainers.create("erasure")).isEqualTo(new Erasure(0));
  }

  @Test
  void the_explainer_is_exact_on_a_linear_model() {
    TrainedModel model = TrainedModel.of(Dl4jNetwork.of(NETWORK), Shape.of(2));
    Examples examples = Examples.of(new double[][] {{0.5, 0.25}}, new int[] {1}, new long[] {0});
    try (GradientService service = model.service()) {
      Explanations explained = new Erasure(0).explain(service, examples, Target.label());

      assertThat(explained.attributions()[0][0] / explained.attributions()[0][1])
          .isCloseTo(-3 * 0.5 / 0.25, within(1e-4));
      assertThat(explained.certificates().get(0).forwards()).isEqualTo(3);
      assertThat(explained.certificates().get(0).backwards()).isZero();
    }
  }

  @Test
  void the_rule_sends_back_what_is_positive() {
    TrainedModel model = TrainedModel.of(Dl4jNetwork.of(NETWORK), Shape.of(2));
    try (GradientService service = model.service()) {
      assertThat(sentBack(service, 1)).containsExactly(new double[] {3, -1}, within(1e-6));
      assertThat(sentBack(service, -1)).containsOnly(0);
    }
  }

  /** What comes back from the second logit by the rule at every node. */
  private static double[] sentBack(GradientService service, double flow) {
    Query.Ruled query =
        new Query.Ruled(
            new double[] {0.5, 0.25},
            List.of(),
            (logits, references) -> new double[] {0, flow},
            site -> new Positive());
    return service.answer(List.of(query)).get(0).flow();
  }

  @Test
  void the_objectives_cotangent_is_its_derivative() {
    SoftMargin objective = new SoftMargin(1);
    double[] logits = {0.3, -1.2, 2.5};
    double[] cotangent = new double[3];
    objective.evaluate(logits, cotangent);
    for (int i = 0; i < 3; i++) {
      double[] up = logits.clone();
      double[] down = logits.clone();
      up[i] += 1e-5;
      down[i] -= 1e-5;
      double slope =
          (objective.evaluate(up, new double[3]) - objective.evaluate(down, new double[3])) / 2e-5;
      assertThat(cotangent[i]).isCloseTo(slope, within(1e-8));
    }
  }
}
