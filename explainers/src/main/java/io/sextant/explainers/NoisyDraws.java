package io.sextant.explainers;

import io.sextant.gradients.ExampleProgress;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Explains noisy copies of examples and reduces them on the way: the draws of all examples go to
 * the base explainer in full batches, and at most one batch of them exists at a time.
 */
final class NoisyDraws {
  // All three methods share their noise, so that they can be compared draw by draw.
  private static final String NOISE = "smoothgrad";

  private final Smoothing smoothing;
  private final IntFunction<Estimator> estimators;

  NoisyDraws(Smoothing smoothing, IntFunction<Estimator> estimators) {
    this.smoothing = smoothing;
    this.estimators = estimators;
  }

  Explanations explain(
      Explainer explainer,
      GradientService service,
      Examples examples,
      Target target,
      ExampleProgress progress) {
    GradientQueue.stopWhenInterrupted();
    double[][] logits = service.logits(examples);
    int[] classes = Classes.of(service, examples, target, logits);
    int size = examples.size();
    double[][] attributions = new double[size][];
    double[][] standardErrors = new double[size][];
    Certificate[] certificates = new Certificate[size];
    int capacity = GradientQueue.capacity(service);
    Target fixed = Target.label().withOutput(target.output());
    long total = (long) size * smoothing.draws();
    Set<String> remarks = new LinkedHashSet<>();
    @Nullable Reduction reduction = null;
    for (long from = 0; from < total; from += capacity) {
      int count = (int) Math.min(capacity, total - from);
      GradientQueue.stopWhenInterrupted();
      Examples noisy = draws(service, examples, classes, from, count);
      Explanations drawn;
      try {
        drawn = smoothing.base().explain(service, noisy, fixed);
      } catch (NotFiniteException e) {
        int draw = Arrays.stream(noisy.ids()).boxed().toList().indexOf(e.example());
        throw e.about(examples.id((int) ((from + draw) / smoothing.draws())));
      }
      remarks.addAll(drawn.remarks());
      for (int i = 0; i < count; i++) {
        int row = (int) ((from + i) / smoothing.draws());
        int draw = (int) ((from + i) % smoothing.draws());
        if (reduction == null || draw == 0) {
          reduction = new Reduction(estimators.apply(service.features()), smoothing.antithetic());
        }
        reduction.add(drawn.attributions()[i], drawn.certificates().get(i));
        if (draw == smoothing.draws() - 1) {
          attributions[row] = reduction.estimator.estimate();
          standardErrors[row] = reduction.estimator.standardErrors();
          long id = examples.id(row);
          certificates[row] =
              reduction.certificate(
                  id,
                  classes[row],
                  target.output(),
                  Classes.value(target.output(), logits[row], classes[row], id),
                  Arrays.stream(standardErrors[row]).average().orElse(0));
          progress.finished(row + 1, size);
        }
      }
    }
    return new Explanations(
        explainer.name(),
        explainer.configuration(),
        attributions,
        List.of(certificates),
        Optional.of(standardErrors),
        List.copyOf(remarks));
  }

  /** The draws with these numbers, counted over all examples, as labelled examples. */
  private Examples draws(
      GradientService service, Examples examples, int[] classes, long from, int count) {
    List<double[]> rows = new ArrayList<>(count);
    int[] labels = new int[count];
    long[] ids = new long[count];
    double[] deviations = new double[0];
    double[] row = new double[0];
    int current = -1;
    for (int i = 0; i < count; i++) {
      int example = (int) ((from + i) / smoothing.draws());
      int draw = (int) ((from + i) % smoothing.draws());
      if (example != current) {
        current = example;
        row = examples.row(example);
        deviations = smoothing.scale().deviations(row, service.domain());
      }
      rows.add(noisy(row, deviations, examples.id(example), draw));
      labels[i] = classes[example];
      // A draw is an example of its own for a base that draws too.
      ids[i] = key(examples.id(example)).with(draw).with("draw").random().nextLong();
    }
    return Examples.of(rows.toArray(double[][]::new), labels, ids);
  }

  private double[] noisy(double[] row, double[] deviations, long id, int draw) {
    boolean antithetic = smoothing.antithetic();
    RandomGenerator random = key(id).with(antithetic ? draw / 2 : draw).random();
    int sign = antithetic && draw % 2 == 1 ? -1 : 1;
    double[] noisy = new double[row.length];
    for (int i = 0; i < noisy.length; i++) {
      noisy[i] = row[i] + sign * deviations[i] * random.nextGaussian();
    }
    return noisy;
  }

  private RandomKey key(long example) {
    return RandomKey.of(smoothing.seed()).with(NOISE).with(example);
  }

  /** What has been seen of one example. */
  private static final class Reduction {
    private final Estimator estimator;
    private final boolean antithetic;
    private double @Nullable [] plus;
    private long nodes;
    private long forwards;
    private long backwards;
    private Optional<Boolean> toleranceMet = Optional.empty();

    Reduction(Estimator estimator, boolean antithetic) {
      this.estimator = estimator;
      this.antithetic = antithetic;
    }

    void add(double[] attribution, Certificate certificate) {
      nodes += certificate.nodes();
      forwards += certificate.forwards();
      backwards += certificate.backwards();
      if (certificate.toleranceMet().isPresent()) {
        toleranceMet =
            Optional.of(toleranceMet.orElse(true) && certificate.toleranceMet().orElse(false));
      }
      if (!antithetic) {
        estimator.add(attribution);
      } else if (plus == null) {
        plus = attribution;
      } else {
        estimator.add(plus, attribution);
        plus = null;
      }
    }

    Certificate certificate(
        long id, int label, Output output, double fInput, double standardError) {
      return new Certificate(
          id,
          label,
          output,
          nodes,
          fInput,
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          toleranceMet,
          OptionalDouble.of(standardError),
          forwards + 1,
          backwards);
    }
  }
}
