package io.sextant.attacks.universal;

import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Logits;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Query;
import io.sextant.gradients.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * The examples that one change for all is learnt from: those that the model decides rightly.
 *
 * @param service counts what is asked
 * @param examples decided rightly, at least one
 * @param threat with the goal
 */
record TrainingSet(GradientService service, Examples examples, ThreatModel threat) {

  static TrainingSet of(GradientService service, Examples training, ThreatModel threat) {
    double[][] logits = service.logits(training.rows());
    List<Integer> right = new ArrayList<>();
    for (int i = 0; i < logits.length; i++) {
      if (Logits.decision(logits[i]) == training.label(i)) {
        right.add(i);
      }
    }
    if (right.isEmpty()) {
      throw new IllegalArgumentException(
          "none of the %d training examples is decided rightly, so there is nothing to learn; give others"
              .formatted(training.size()));
    }
    return new TrainingSet(
        service, training.at(right.stream().mapToInt(Integer::intValue).toArray()), threat);
  }

  int size() {
    return examples.size();
  }

  /** All of them in an order that is drawn. */
  int[] order(RandomGenerator random) {
    int[] order = new int[size()];
    for (int i = 0; i < order.length; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }

  /**
   * The gradients of some examples' losses, each up to the cap, with respect to their inputs.
   *
   * @param batch places of the examples
   * @param rows what has become of them, in the order of the batch
   */
  List<Reply.Gradient> gradients(int[] batch, double[][] rows, double cap) {
    List<Query.Gradient> queries = new ArrayList<>();
    for (int k = 0; k < batch.length; k++) {
      queries.add(new Query.Gradient(rows[k], objective(batch[k], cap)));
    }
    return service.answer(queries);
  }

  /** Cross-entropy up to the cap; towards a target, that of the target's absence. */
  private Objective objective(int index, double cap) {
    OptionalInt target = threat.goal().target(examples.id(index));
    Objective loss =
        target.isPresent()
            ? Objective.crossEntropy(target.getAsInt()).negated()
            : Objective.crossEntropy(examples.label(index));
    return (logits, cotangent) -> {
      double value = loss.evaluate(logits, cotangent);
      if (value >= cap) {
        Arrays.fill(cotangent, 0);
      }
      return Math.min(cap, value);
    };
  }

  /**
   * How many of the examples are broken.
   *
   * @param rows what has become of each
   */
  int broken(double[][] rows) {
    double[][] logits = service.logits(rows);
    int broken = 0;
    for (int i = 0; i < rows.length; i++) {
      int decided = Logits.decision(logits[i]);
      OptionalInt target = threat.goal().target(examples.id(i));
      boolean wanted =
          target.isPresent() ? decided == target.getAsInt() : decided != examples.label(i);
      broken += decided >= 0 && wanted ? 1 : 0;
    }
    return broken;
  }
}
