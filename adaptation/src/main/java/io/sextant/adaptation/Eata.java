package io.sextant.adaptation;

import io.sextant.gradients.Logits;
import io.sextant.gradients.Objective;
import io.sextant.gradients.graph.Statistics;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Tent on reliable and not redundant rows only ({@link Reliable}), held near the trained parameters
 * by fisher * sum of F_i (theta_i - theta0_i)². One forward per row, one backward per chosen row.
 *
 * <p>F_i is the mean over source rows of the squared gradient of each row's own cross-entropy at
 * the class that it predicts, with stored statistics. The authors' code squares gradients of means
 * over source batches, so that its scale depends on their size; this one does not, and is larger
 * for equal data. Without source rows there is no such term (the paper's ETA).
 *
 * <p>Niu, Wu, Zhang, Chen, Zheng, Zhao, Tan, "Efficient Test-Time Model Adaptation without
 * Forgetting", ICML 2022, arXiv:2204.02610. Margin 0.4 ln C and mean 0.9 of the authors' code;
 * similarity 0.4, fisher 1 and Adam with 0.001 as their settings for ten classes (for 1000: 0.05,
 * 2000, SGD with 0.00025).
 *
 * @param margin largest entropy of a reliable row, as a share of that of the uniform distribution
 * @param similarity largest absolute cosine to the mean prediction
 * @param fisher strength of the anchor
 * @param estimator how the statistics of the batch are found
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Eata(
    Optimizer.Rule optimizer,
    double learningRate,
    double margin,
    double similarity,
    double fisher,
    Statistics.Estimator estimator)
    implements Descent, Renormalizing {
  static final Setting<Eata, Double> MARGIN =
      Setting.of(
          "margin",
          Form.between(0, 10),
          "largest entropy of a reliable row, in units of ln C",
          Eata::margin);
  static final Setting<Eata, Double> SIMILARITY =
      Setting.of(
          "similarity",
          Form.within(0, 1),
          "largest absolute cosine between a row's probabilities and the mean prediction",
          Eata::similarity);
  private static final Setting<Eata, Double> FISHER =
      Setting.of(
          "fisher",
          Form.within(0, 1_000_000),
          "strength of the anchor at the trained model",
          Eata::fisher);

  private static final Declaration<Eata> DECLARATION =
      Declaration.of("eata", Kind.ADAPTATION, Eata.class)
          .summary("steps down the entropy of reliable, not redundant rows, with an anchor")
          .source(
              "Niu, Wu, Zhang, Chen, Zheng, Zhao, Tan, \"Efficient Test-Time Model Adaptation"
                  + " without Forgetting\", ICML 2022, arXiv:2204.02610")
          .settings(List.of(OPTIMIZER, LEARNING_RATE))
          .settings(List.of(MARGIN, SIMILARITY, FISHER, ESTIMATOR))
          .made(
              Eata::new,
              values ->
                  new Eata(
                      values.of(OPTIMIZER),
                      values.of(LEARNING_RATE),
                      values.of(MARGIN),
                      values.of(SIMILARITY),
                      values.of(FISHER),
                      values.of(ESTIMATOR)));

  /** Adam 0.001, margin 0.4, similarity 0.4, fisher 1. */
  public Eata() {
    this(Optimizer.Rule.ADAM, 0.001, 0.4, 0.4, 1, Statistics.Estimator.MEAN);
  }

  public Eata {
    Objects.requireNonNull(optimizer, "optimizer");
    LEARNING_RATE.require(learningRate);
    MARGIN.require(margin);
    SIMILARITY.require(similarity);
    FISHER.require(fisher);
    Objects.requireNonNull(estimator, "estimator");
  }

  /** The same without the anchor: ETA. */
  public Eata withoutAnchor() {
    return new Eata(optimizer, learningRate, margin, similarity, 0, estimator);
  }

  @Override
  public Declaration<Eata> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1, 1);
  }

  @Override
  public List<String> remarks(LiveModel model) {
    return fisher > 0 && model.source().isEmpty()
        ? List.of("eata has no source data and so no anchor: it is the paper's ETA")
        : List.of();
  }

  @Override
  public Learner begin(LiveModel model) {
    double[] importance = fisher > 0 ? model.once("fisher", Eata::importance) : new double[0];
    Reliable rows = new Reliable(margin * Math.log(model.classes()), similarity, Optional.empty());
    return at(model, importance, model.scales(), start(model.scales().size()), rows);
  }

  private Learner at(
      LiveModel model,
      double[] importance,
      Parameters parameters,
      Optimizer optimizer,
      Reliable reliable) {
    return rows -> {
      Slope slope = model.slope(rows, statistics(), parameters, Confidence.entropy(), reliable);
      Reliable next = reliable.after(slope.logits());
      if (slope.isFlat()) {
        return new Turn(
            slope.logits(), at(model, importance, parameters, optimizer, next), parameters);
      }
      double[] gradient = slope.gradient().clone();
      for (int i = 0; i < importance.length; i++) {
        gradient[i] +=
            2 * fisher * importance[i] * (parameters.values()[i] - parameters.origin()[i]);
      }
      Optimizer.Move move = model.move(optimizer, parameters, gradient);
      return new Turn(
          slope.logits(),
          at(model, importance, move.parameters(), move.next(), next),
          move.parameters());
    };
  }

  /** The mean of squared gradients of single rows: each row is a batch of its own. */
  private static double[] importance(LiveModel model) {
    double[] mean = new double[model.scales().size()];
    double[][] source = model.source().orElse(new double[0][]);
    if (source.length == 0) {
      return new double[0];
    }
    for (double[] row : source) {
      double[][] one = {row};
      int predicted =
          Logits.decision(model.look(one, Statistics.stored(), model.scales()).logits()[0]);
      double[] gradient =
          model
              .slope(
                  one,
                  Statistics.stored(),
                  model.scales(),
                  Objective.crossEntropy(Math.max(0, predicted)),
                  Weighting.mean())
              .gradient();
      for (int i = 0; i < mean.length; i++) {
        mean[i] += gradient[i] * gradient[i] / source.length;
      }
    }
    return mean;
  }
}
