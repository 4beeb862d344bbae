package io.sextant.adaptation;

import io.sextant.gradients.Logits;
import io.sextant.gradients.graph.Statistics;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * After ROID: the soft likelihood ratio of rows weighed by certainty and diversity, parameters
 * averaged with the trained ones after each step, and predictions corrected by a smoothed prior.
 * One forward per row, one backward per row with a weight.
 *
 * <p>Weight exp(div * cert / temperature), 0 where div is below its mean; div = 1 - cos(mean
 * prediction, p) and cert = -entropy, both scaled to [0, 1] over the batch, and 1 where all of a
 * batch are equal (in the authors' code that divides by 0, so always in a batch of one). The sum is
 * divided by the rows of the batch. The prior is that of the batch, smoothed, and multiplies
 * probabilities; the authors' code multiplies logits, which turns it round for negative ones. Left
 * out: the consistency with an augmented view, which asks for augmentations that keep the label.
 *
 * <p>Marsden, Doebler, Yang, "Universal Test-Time Adaptation through Weight Ensembling, Diversity
 * Weighting, and Prior Correction", WACV 2024, arXiv:2306.00650, and the authors' constants for
 * small images: Adam 0.001, temperature 1/3, 0.99 of the adapted parameters, mean 0.9.
 *
 * @param temperature of the weights
 * @param keep share of the adapted parameters in the average
 * @param estimator how the statistics of the batch are found
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Roid(
    Optimizer.Rule optimizer,
    double learningRate,
    double temperature,
    double keep,
    Statistics.Estimator estimator)
    implements Descent, Renormalizing {
  private static final double KEEP_MEAN = 0.9;

  private static final Setting<Roid, Double> TEMPERATURE =
      Setting.of("temperature", Form.between(0, 100), "of the rows' weights", Roid::temperature);
  private static final Setting<Roid, Double> KEEP =
      Setting.of(
          "keep", Form.within(0, 1), "share of the adapted parameters in the average", Roid::keep);

  private static final Declaration<Roid> DECLARATION =
      Declaration.of("roid", Kind.ADAPTATION, Roid.class)
          .summary("weighed likelihood ratios, averaged parameters, corrected prior")
          .source(
              "after Marsden, Doebler, Yang, \"Universal Test-Time Adaptation through Weight"
                  + " Ensembling, Diversity Weighting, and Prior Correction\", WACV 2024,"
                  + " arXiv:2306.00650")
          .settings(List.of(OPTIMIZER, LEARNING_RATE))
          .settings(List.of(TEMPERATURE, KEEP, ESTIMATOR))
          .made(
              Roid::new,
              values ->
                  new Roid(
                      values.of(OPTIMIZER),
                      values.of(LEARNING_RATE),
                      values.of(TEMPERATURE),
                      values.of(KEEP),
                      values.of(ESTIMATOR)));

  /** Adam 0.001, temperature 1/3, 0.99 kept. */
  public Roid() {
    this(Optimizer.Rule.ADAM, 0.001, 1.0 / 3, 0.99, Statistics.Estimator.MEAN);
  }

  public Roid {
    Objects.requireNonNull(optimizer, "optimizer");
    LEARNING_RATE.require(learningRate);
    TEMPERATURE.require(temperature);
    KEEP.require(keep);
    Objects.requireNonNull(estimator, "estimator");
  }

  @Override
  public Declaration<Roid> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1, 1);
  }

  @Override
  public Learner begin(LiveModel model) {
    double[] uniform = new double[model.classes()];
    Arrays.fill(uniform, 1.0 / uniform.length);
    return at(model, model.scales(), start(model.scales().size()), uniform);
  }

  private Learner at(
      LiveModel model, Parameters parameters, Optimizer optimizer, double[] meanPrediction) {
    return rows -> {
      Slope slope =
          model.slope(
              rows,
              statistics(),
              parameters,
              Confidence.softLikelihoodRatio(),
              logits -> weights(logits, meanPrediction));
      double[] prior = mean(slope.logits());
      double[] next = new double[prior.length];
      for (int c = 0; c < next.length; c++) {
        next[c] = KEEP_MEAN * meanPrediction[c] + (1 - KEEP_MEAN) * prior[c];
      }
      Optimizer.Move move = model.move(optimizer, parameters, slope.gradient());
      Parameters averaged = move.parameters().pulledBack(1 - keep);
      return new Turn(
          corrected(slope.logits(), prior), at(model, averaged, move.next(), next), averaged);
    };
  }

  double[] weights(double[][] logits, double[] meanPrediction) {
    double[] diversity = new double[logits.length];
    double[] certainty = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      diversity[i] = 1 - Vectors.cosine(meanPrediction, Logits.probabilities(logits[i]));
      certainty[i] = -Confidence.entropy(logits[i]);
    }
    double[] div = scaled(diversity);
    double[] cert = scaled(certainty);
    double least = Arrays.stream(div).average().orElse(0);
    double[] weights = new double[logits.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = div[i] < least ? 0 : Math.exp(div[i] * cert[i] / temperature) / weights.length;
    }
    return weights;
  }

  private static double[] scaled(double[] values) {
    double least = Arrays.stream(values).min().orElse(0);
    double range = Arrays.stream(values).max().orElse(0) - least;
    return Arrays.stream(values).map(v -> range > 0 ? (v - least) / range : 1).toArray();
  }

  static double[] mean(double[][] logits) {
    double[] mean = new double[logits[0].length];
    for (double[] row : logits) {
      double[] p = Logits.probabilities(row);
      for (int c = 0; c < mean.length; c++) {
        mean[c] += p[c] / logits.length;
      }
    }
    return mean;
  }

  /** p * smoothed prior, up to a factor, as logits. */
  static double[][] corrected(double[][] logits, double[] prior) {
    int classes = prior.length;
    double smooth =
        Math.max(1.0 / logits.length, 1.0 / classes) / Arrays.stream(prior).max().orElse(1);
    double[][] corrected = new double[logits.length][classes];
    for (int i = 0; i < logits.length; i++) {
      double normalizer = Logits.logSumExp(logits[i]);
      for (int c = 0; c < classes; c++) {
        double smoothed = (prior[c] + smooth) / (1 + smooth * classes);
        corrected[i][c] = logits[i][c] - normalizer + Math.log(smoothed);
      }
    }
    return corrected;
  }
}
