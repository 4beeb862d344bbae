package io.sextant.evaluation;

import io.sextant.gradients.Answer;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Scheduler;
import io.sextant.methods.Access;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Whether the engine gives the same bits for a row whatever the number of rows beside it. Only then
 * is a unit of which some work was done before the same as one done at once. An engine chooses its
 * kernels by the size of a call, so calls of many sizes are compared: powers of two and one less,
 * up to the most rows that a call or a round of questions has.
 */
final class BatchInvariance {
  private BatchInvariance() {}

  /**
   * Asks, at the cost of about four full batches.
   *
   * @param examples rows to try it on, at least one; repeated where there are fewer than in a batch
   */
  static boolean holds(GradientService service, Examples examples) {
    GradientService probe = service.as("resume");
    int most = Math.min(service.batchSize(), new Scheduler(service).room());
    int[] places = IntStream.range(0, most).map(i -> i % examples.size()).toArray();
    Examples full = examples.at(places);
    double[][] logits = probe.logits(full.rows());
    if (!sizes(most).stream().allMatch(size -> sameLogits(probe, full.slice(0, size), logits))) {
      return false;
    }
    if (service.access() != Access.GRADIENTS) {
      return true;
    }
    Answer whole = probe.query(full.rows(), full.labels(), Objective::crossEntropy);
    return sizes(most).stream().allMatch(size -> same(probe, full.slice(0, size), whole));
  }

  private static Set<Integer> sizes(int most) {
    Set<Integer> sizes = new TreeSet<>();
    for (int power = 1; power <= most; power *= 2) {
      sizes.add(power);
      sizes.add(Math.max(1, power - 1));
    }
    sizes.add(Math.max(1, most - 1));
    return sizes;
  }

  private static boolean sameLogits(GradientService probe, Examples some, double[][] whole) {
    double[][] own = probe.logits(some.rows());
    return IntStream.range(0, own.length).allMatch(i -> Arrays.equals(own[i], whole[i]));
  }

  private static boolean same(GradientService probe, Examples some, Answer whole) {
    Answer own = probe.query(some.rows(), some.labels(), Objective::crossEntropy);
    return IntStream.range(0, some.size())
        .allMatch(
            i ->
                Arrays.equals(own.logits()[i], whole.logits()[i])
                    && Arrays.equals(own.gradients()[i], whole.gradients()[i]));
  }
}
