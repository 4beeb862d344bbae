package io.sextant.explainers.quality;

import io.sextant.explainers.Explained;
import io.sextant.explainers.Output;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Step;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * How much more the class's probability keeps when the least supporting pixels are filled in from
 * their neighbours than when the most supporting ones are: half the difference, in the mean over
 * shares from 10% to 90%. From -0.5 to 0.5, the larger the better. For images.
 *
 * <p>Rong, Leemann, Borisov, Kasneci, Kasneci, "A Consistent and Efficient Evaluation Strategy for
 * Attribution Methods", ICML 2022, arXiv:2202.00449: filling in by noisy linear imputation leaks
 * less of the hole's shape than a constant does. Half the difference of the two orders is that of
 * the pytorch-grad-cam package.
 *
 * @param noise standard deviation of the noise on what is filled in, as a fraction of the range
 * @param seed of the noise, and of the order of what is ranked alike
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Road(double noise, long seed) implements ExampleMetric {
  private static final int SHARES = 9;

  private static final Setting<Road, Double> NOISE =
      Setting.of(
          "noise",
          Form.within(0, 1),
          "on what is filled in, as a fraction of the range",
          Road::noise);
  private static final Setting<Road, Long> SEED =
      Setting.of("seed", Form.seed(), "of the noise", Road::seed);

  private static final Declaration<Road> DECLARATION =
      Declaration.of("road", Kind.EXPLANATION_QUALITY, Road.class)
          .summary("probability kept without the least against without the most supporting pixels")
          .source(
              "Rong, Leemann, Borisov, Kasneci, Kasneci, \"A Consistent and Efficient Evaluation"
                  + " Strategy for Attribution Methods\", ICML 2022, arXiv:2202.00449")
          .access(Access.LOGITS)
          .settings(List.of(NOISE, SEED))
          .made(Road::new, values -> new Road(values.of(NOISE), values.of(SEED)));

  public Road {
    if (!(noise >= 0 && noise <= 1)) {
      throw new IllegalArgumentException("noise must be from 0 to 1 but was " + noise);
    }
  }

  /** The authors' noise of 0.01. */
  public Road() {
    this(0.01, 42);
  }

  @Override
  public Declaration<Road> declaration() {
    return DECLARATION;
  }

  @Override
  public Better better() {
    return Better.HIGHER;
  }

  @Override
  public Optional<String> unfit(Judged judged) {
    return judged.shape().rank() == 3
        ? Optional.empty()
        : Optional.of("it fills in pixels from those around them, but inputs are no images");
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(2L * SHARES, 0);
  }

  @Override
  public Step<Double> score(Example one) {
    Explained x = one.x().asking(Output.PROBABILITY);
    RandomKey key = RandomKey.of(seed).with(name()).with(x.id());
    int[] order = Sites.of(one).order(one.perValue(), key);
    double[] sums = new double[1];
    return Step.all(
        2 * SHARES,
        Integer.MAX_VALUE,
        k -> {
          boolean most = k % 2 == 0;
          int tenth = 1 + k / 2;
          int count = (int) Math.round((double) order.length * tenth / (SHARES + 1));
          boolean[] missing = new boolean[order.length];
          for (int i = 0; i < count; i++) {
            missing[order[most ? i : order.length - 1 - i]] = true;
          }
          return x.value(without(x, one.shape(), missing, key.with(tenth).random()), Step::done);
        },
        (int k, Double probability) -> sums[0] += k % 2 == 0 ? -probability : probability,
        () -> sums[0] / (2 * SHARES));
  }

  private double[] without(Explained x, Shape shape, boolean[] missing, RandomGenerator random) {
    int plane = shape.size(1) * shape.size(2);
    Imputation imputation = new Imputation(shape.size(1), shape.size(2), missing);
    double[] row = x.input().clone();
    for (int channel = 0; channel < shape.channels(); channel++) {
      double[] values = new double[plane];
      System.arraycopy(row, channel * plane, values, 0, plane);
      double[] filled = imputation.filled(values);
      for (int p = 0; p < plane; p++) {
        int i = channel * plane + p;
        double range = x.domain().feature(i).maximum() - x.domain().feature(i).minimum();
        double shaken = filled[p] + noise * range * random.nextGaussian();
        row[i] = missing[p] ? (float) shaken : row[i];
      }
    }
    return row;
  }
}
