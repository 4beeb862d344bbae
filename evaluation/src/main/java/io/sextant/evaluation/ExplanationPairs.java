package io.sextant.evaluation;

import io.sextant.explainers.Explainer;
import io.sextant.explainers.Target;
import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.ExplanationQuality.Measure;
import io.sextant.results.MapChange;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Clean inputs and what they were changed into, at least one.
 *
 * @param clean with the classes that are explained
 * @param changed {@code [pairs][features]}
 * @param domain of the inputs
 */
record ExplanationPairs(Examples clean, double[][] changed, InputDomain domain) {
  /**
   * Maps of the inputs by one explainer, of the same classes, in the same order.
   *
   * @param noisy of the clean inputs with random noise that is as long as what changed them
   * @param disturbed those of the inputs that noise can move; of the others there is no control
   */
  record Maps(
      double[][] clean, double[][] changed, double[][] noisy, int[] disturbed, Shape shape) {
    /** How alike those of clean and changed inputs are, beside noise. */
    List<Measure> measures() {
      List<MapChange> changes = changes(changed, all());
      List<MapChange> controls = changes(noisy, disturbed);
      return List.of(
          measure(MapChange.Measure.OVERLAP, changes, controls),
          measure(MapChange.Measure.SPEARMAN, changes, controls),
          measure(MapChange.Measure.COSINE, changes, controls),
          measure(MapChange.Measure.CENTRE_SHIFT, changes, controls));
    }

    /** The places of all inputs. */
    int[] all() {
      return IntStream.range(0, clean.length).toArray();
    }

    private List<MapChange> changes(double[][] after, int[] places) {
      List<Integer> sizes = Arrays.stream(shape.sizes()).boxed().toList();
      return Arrays.stream(places)
          .mapToObj(i -> MapChange.between(clean[i], after[i], sizes))
          .toList();
    }
  }

  Maps explained(GradientService service, Explainer explainer, long seed) {
    double[][] rows = clean.rows();
    double[][] noisy = noisy(seed);
    return new Maps(
        maps(service, explainer, rows),
        maps(service, explainer, changed),
        maps(service, explainer, noisy),
        IntStream.range(0, rows.length).filter(i -> !Arrays.equals(rows[i], noisy[i])).toArray(),
        service.inputShape());
  }

  private double[][] maps(GradientService service, Explainer explainer, double[][] rows) {
    return explainer
        .explain(service, Examples.of(rows, clean.labels(), clean.ids()), Target.label())
        .attributions();
  }

  /**
   * Random noise on the real and whole numbers that were changed, as long as the change of these in
   * units of their scale, but for rounding and for what the domain cuts off.
   */
  double[][] noisy(long seed) {
    double[][] rows = clean.rows();
    for (int i = 0; i < rows.length; i++) {
      RandomGenerator random =
          RandomKey.of(seed).with("noise as long as an attack").with(clean.id(i)).random();
      double[] noise = new double[rows[i].length];
      double length = 0;
      double moved = 0;
      for (int j = 0; j < noise.length; j++) {
        Feature feature = domain.feature(j);
        if (changed[i][j] == rows[i][j] || feature.kind() == Feature.Kind.BINARY) {
          continue;
        }
        double change = (changed[i][j] - rows[i][j]) / feature.scale();
        noise[j] = random.nextGaussian();
        length += noise[j] * noise[j];
        moved += change * change;
      }
      for (int j = 0; j < noise.length; j++) {
        if (noise[j] == 0) {
          continue;
        }
        Feature feature = domain.feature(j);
        double step = noise[j] * Math.sqrt(moved / length) * feature.scale();
        double noisy =
            rows[i][j] + (feature.kind() == Feature.Kind.INTEGER ? Math.rint(step) : step);
        rows[i][j] = Math.max(feature.minimum(), Math.min(feature.maximum(), noisy));
      }
    }
    return rows;
  }

  private static Measure measure(
      MapChange.Measure of, List<MapChange> changes, List<MapChange> controls) {
    return new Measure(of.key(), mean(changes, of), mean(controls, of));
  }

  private static OptionalDouble mean(List<MapChange> changes, MapChange.Measure of) {
    return mean(changes.stream().map(of::of).flatMapToDouble(OptionalDouble::stream).toArray());
  }

  /** The mean of those that are finite. */
  static OptionalDouble mean(double[] values) {
    return Arrays.stream(values).filter(Double::isFinite).average();
  }
}
