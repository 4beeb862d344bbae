package io.sextant.evaluation;

import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Objective;
import io.sextant.gradients.RandomKey;
import io.sextant.results.QueryCount;
import io.sextant.results.ValidityCheck;
import io.sextant.results.ValidityCheck.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How much the loss jumps around the clean inputs: the second indicator of attack failure, unstable
 * predictions. With m the margin of an example and u uniform in a cube,
 *
 * <pre>
 * mean over examples of  min(1, mean over draws of |m(x + u) - m(x)| / |m(x)|)
 * </pre>
 *
 * <p>Pintor et al., "Indicators of Attack Failure", NeurIPS 2022, arXiv:2106.09947, whose code has
 * a cube of side 8/255 and 100 draws, and bounds the mean over all examples by 1. Here each example
 * is bounded, so that one at the boundary, whose margin is nearly 0, does not speak for all.
 */
final class StabilityProbe {
  static final String ID = "unstable-predictions";
  static final String TITLE = "Nearby inputs get nearby answers";
  private static final int EXAMPLES = 64;
  private static final int DRAWS = 20;
  static final double SIDE = 8.0 / 255;

  /** Sound models move by a few hundredths. */
  static final double ROUGH = 0.1;

  /** Half of the loss is noise. */
  static final double NOISE = 0.5;

  static final String EXPLANATION =
      ("%d random inputs in a cube of side 8/255 of each feature's scale around clean inputs."
              + " Measured is by how much the margin changes on average, as a share of itself and at"
              + " most all of it. A loss that jumps like this has gradients that say nothing about a"
              + " step's length away.")
          .formatted(DRAWS);

  private StabilityProbe() {}

  /** What it costs at most. */
  static long forwards(int right) {
    return Math.min(EXAMPLES, right) * (DRAWS + 1L);
  }

  /**
   * The check.
   *
   * @param decided rightly
   * @param queries is told what it costs
   */
  static ValidityCheck run(
      GradientService service, Examples decided, long seed, List<QueryCount> queries) {
    Examples probe = decided.at(IntStream.range(0, decided.size()).limit(EXAMPLES).toArray());
    Neighbourhood near = new Neighbourhood(service.domain(), SIDE);
    if (probe.size() == 0 || near.isEmpty()) {
      return ValidityChecks.skipped(
          ID,
          TITLE,
          probe.size() == 0
              ? "no example is classified correctly"
              : "no feature takes values between others",
          EXPLANATION);
    }
    double[] changes = new double[probe.size()];
    List<Integer> samples = new ArrayList<>();
    for (int i = 0; i < changes.length; i++) {
      double[][] rows =
          near.around(probe.row(i), RandomKey.of(seed).with(ID).with(probe.id(i)), DRAWS);
      changes[i] = change(service.as("validity").logits(rows), probe.label(i));
      if (changes[i] > NOISE) {
        samples.add(Math.toIntExact(probe.id(i)));
      }
    }
    queries.add(new QueryCount(ID, forwards(probe.size()), 0));
    double mean = Arrays.stream(changes).average().orElse(0);
    return ValidityChecks.check(
        ID,
        TITLE,
        mean > NOISE ? Status.FAIL : mean > ROUGH ? Status.WARN : Status.PASS,
        mean,
        NOISE,
        EXPLANATION,
        ValidityChecks.ON_GRADIENTS,
        List.of(),
        samples);
  }

  private static double change(double[][] logits, int label) {
    double clean = margin(logits[0], label);
    double sum = 0;
    for (int d = 1; d < logits.length; d++) {
      double change = Math.abs(margin(logits[d], label) - clean) / Math.abs(clean);
      // 0 on 0 is no change; what is not finite has a check of its own.
      sum += Double.isNaN(change) ? 0 : Math.min(Double.MAX_VALUE / logits.length, change);
    }
    return Math.min(1, sum / (logits.length - 1));
  }

  private static double margin(double[] logits, int label) {
    return Objective.margin(label).evaluate(logits, new double[logits.length]);
  }
}
