package io.sextant.evaluation;

import io.sextant.gradients.Answer;
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
 * Whether gradients at nearby inputs agree. With g the gradient of the margin and u uniform in a
 * cube,
 *
 * <pre>
 * median over examples of  mean over draws of cos(g(x), g(x + u))
 * </pre>
 *
 * <p>Where gradients are shattered, each is true at its own point and says nothing of the next:
 * Athalye, Carlini, Wagner, "Obfuscated Gradients Give a False Sense of Security", ICML 2018,
 * arXiv:1802.00420, section 3; Balduzzi et al., "The Shattered Gradients Problem", ICML 2017,
 * arXiv:1702.08591, for the correlation of gradients as the measure.
 */
final class AgreementProbe {
  static final String ID = "shattered-gradients";
  static final String TITLE = "Nearby gradients agree";
  private static final int EXAMPLES = 32;
  private static final int DRAWS = 4;

  /** A hundredth of each feature's scale: about the step of a common attack. */
  private static final double SIDE = 0.02;

  static final double LITTLE = 0.4;
  static final double NONE = 0.2;

  static final String EXPLANATION =
      ("Gradients of the margin at clean inputs and at %d random inputs up to a hundredth of each"
              + " feature's scale away. Measured is the middle example's mean cosine between them:"
              + " 1 for one direction, 0 for none in common. Steps along a gradient that changes"
              + " faster than a step is long are random steps.")
          .formatted(DRAWS);

  private AgreementProbe() {}

  /** Points that it asks about at most, each with a gradient. */
  static long points(int right) {
    return Math.min(EXAMPLES, right) * (DRAWS + 1L);
  }

  static ValidityCheck run(
      GradientService service, Examples decided, long seed, List<QueryCount> queries) {
    Examples probe = decided.at(IntStream.range(0, decided.size()).limit(EXAMPLES).toArray());
    Neighbourhood near = new Neighbourhood(service.domain(), SIDE);
    List<Double> agreements = new ArrayList<>();
    List<Integer> samples = new ArrayList<>();
    for (int i = 0; i < probe.size() && !near.isEmpty(); i++) {
      double[][] rows =
          near.around(probe.row(i), RandomKey.of(seed).with(ID).with(probe.id(i)), DRAWS);
      int[] labels = new int[rows.length];
      Arrays.fill(labels, probe.label(i));
      Answer answer = service.as("validity").query(rows, labels, Objective::margin);
      double cosine = agreement(answer.gradients());
      if (Double.isFinite(cosine)) {
        agreements.add(cosine);
        if (cosine < NONE) {
          samples.add(Math.toIntExact(probe.id(i)));
        }
      }
    }
    if (agreements.isEmpty()) {
      return ValidityChecks.skipped(
          ID,
          TITLE,
          probe.size() == 0
              ? "no example is classified correctly"
              : near.isEmpty()
                  ? "no feature takes values between others"
                  : "no example has a gradient",
          EXPLANATION);
    }
    queries.add(new QueryCount(ID, points(probe.size()), points(probe.size())));
    double[] sorted = agreements.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double median = sorted[sorted.length / 2];
    return ValidityChecks.check(
        ID,
        TITLE,
        median < NONE ? Status.FAIL : median < LITTLE ? Status.WARN : Status.PASS,
        median,
        NONE,
        EXPLANATION,
        ValidityChecks.ON_GRADIENTS,
        List.of(),
        samples);
  }

  /** The mean cosine of the first gradient with the others; not a number where one is 0. */
  private static double agreement(double[][] gradients) {
    double sum = 0;
    for (int d = 1; d < gradients.length; d++) {
      double scale = largest(gradients[0]) * largest(gradients[d]);
      sum +=
          product(gradients[0], gradients[d], scale)
              / Math.sqrt(
                  product(gradients[0], gradients[0], largest(gradients[0]) * largest(gradients[0]))
                      * product(
                          gradients[d],
                          gradients[d],
                          largest(gradients[d]) * largest(gradients[d])));
    }
    return sum / (gradients.length - 1);
  }

  /** In units that keep tiny gradients from underflowing. */
  private static double product(double[] a, double[] b, double unit) {
    double sum = 0;
    double root = Math.sqrt(unit);
    for (int i = 0; i < a.length; i++) {
      sum += a[i] / root * (b[i] / root);
    }
    return sum;
  }

  private static double largest(double[] v) {
    double largest = 0;
    for (double value : v) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
