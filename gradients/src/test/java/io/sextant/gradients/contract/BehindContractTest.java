package io.sextant.gradients.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Query;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Reply;
import io.sextant.gradients.graph.Node;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a network does behind a layer, on random networks: what the whole does, from there on. */
@Tag("engine-contract")
class BehindContractTest {
  private static final int NETWORKS = 20;

  @Test
  void a_network_answers_behind_a_cut_as_the_whole_does() {
    for (int seed = 0; seed < NETWORKS; seed++) {
      Question question = Question.random(Values.EXACT, RandomKey.of(seed));
      List<Node> cuts = question.graph().cuts();
      assertThat(cuts).startsWith(question.graph().input()).endsWith(question.graph().output());
      try (GradientService service = EngineUnderTest.service(question.graph()).build()) {
        agree(service, question.rows(), cuts.get(seed % cuts.size()), seed);
      }
    }
  }

  private static void agree(GradientService service, double[][] rows, Node cut, int seed) {
    Objective first = Objective.logit(0);
    List<Reply.Layer> whole =
        service.answer(
            Arrays.stream(rows).map(row -> new Query.Layer(row, first, cut.name())).toList());
    List<Reply.Activation> seen =
        service.answer(
            Arrays.stream(rows).map(row -> new Query.Activation(row, cut.name())).toList());
    List<Reply.Gradient> behind =
        service.answer(
            seen.stream()
                .map(at -> new Query.Gradient(at.activation(), first))
                .map(at -> new Query.Behind<>(cut.name(), at))
                .toList());
    for (int i : IntStream.range(0, rows.length).toArray()) {
      String what = "network %d behind %s, row %d".formatted(seed, cut.name(), i);
      assertThat(seen.get(i).activation()).as(what).isEqualTo(whole.get(i).activation());
      assertThat(seen.get(i).logits()).as(what).isEqualTo(whole.get(i).logits());
      close(what, behind.get(i).logits(), whole.get(i).logits());
      close(what, behind.get(i).gradient(), whole.get(i).gradient());
    }
  }

  /** Engines may join other layers behind a cut than in the whole: rounding may differ. */
  private static void close(String what, double[] actual, double[] expected) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    if (Double.isFinite(largest)) {
      assertThat(actual).as(what).containsExactly(expected, within(1e-5 * (1 + largest)));
    }
  }
}
