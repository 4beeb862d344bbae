package io.sextant.gradients.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.GradientServiceBuilder;
import io.sextant.gradients.Query;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Reply;
import io.sextant.gradients.rules.BackwardRule;
import io.sextant.gradients.rules.Change;
import io.sextant.gradients.rules.Composite;
import io.sextant.gradients.rules.NodePass;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where every rule is the derivative, what comes back is the gradient: on random networks. */
@Tag("engine-contract")
class RuledContractTest {
  private static final int NETWORKS = 6;
  private static final int MORE_NETWORKS = 150;
  private static final Composite TOGETHER = site -> BackwardRule.GRADIENT;
  private static final Composite EACH_ALONE = site -> new Again();

  /** The derivative, of a node by itself that is run once more. */
  private record Again() implements BackwardRule {
    @Override
    public List<double[][]> back(NodePass node, double[][] flow) {
      return node.run(Change.NONE, node.inputs()).pullback(flow);
    }
  }

  /** Numbers of few digits: no engine rounds, so kinks and ties are seen alike. */
  @Test
  void derivatives_in_place_of_derivatives_give_the_gradient() {
    exact(0, NETWORKS);
    exactInDouble(0, NETWORKS);
  }

  @Test
  @Tag("slow")
  void and_of_many_more_networks() {
    exact(NETWORKS, MORE_NETWORKS);
    exactInDouble(NETWORKS, MORE_NETWORKS);
  }

  private static void exact(int from, int to) {
    for (int seed = from; seed < to; seed++) {
      Question question = Question.random(Values.EXACT, RandomKey.of(seed));
      agree(EngineUnderTest.service(question.graph()), question, 1e-5, seed);
    }
  }

  private static void exactInDouble(int from, int to) {
    for (int seed = from; seed < to; seed++) {
      Question question = Question.random(Values.ROUGH, RandomKey.of(seed));
      agree(EngineUnderTest.reference(question.graph()), question, 1e-10, seed);
    }
  }

  private static void agree(
      GradientServiceBuilder builder, Question question, double within, int seed) {
    try (GradientService service = builder.batchSize(question.rows().length).build()) {
      agree(service, question, TOGETHER, within, seed);
      agree(service, question, EACH_ALONE, within, seed);
    }
  }

  private static void agree(
      GradientService service, Question question, Composite composite, double within, int seed) {
    Answers expected = question.ask(service);
    List<Query.Ruled> asked =
        IntStream.range(0, question.rows().length)
            .mapToObj(
                i ->
                    new Query.Ruled(
                        question.rows()[i],
                        List.of(),
                        (logits, none) -> question.cotangent()[i],
                        composite))
            .toList();
    List<Reply.Ruled> replies = service.answer(asked);
    for (int i = 0; i < asked.size(); i++) {
      String what = "network %d, row %d, %s".formatted(seed, i, question);
      close(what, replies.get(i).logits(), expected.forward()[i], within);
      close(what, replies.get(i).flow(), expected.gradient()[i], within);
    }
  }

  private static void close(String what, double[] actual, double[] expected, double within) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    if (Double.isFinite(largest) && Values.isShort(expected)) {
      assertThat(actual).as(what).containsExactly(expected, within(within * (1 + largest)));
    }
  }
}
