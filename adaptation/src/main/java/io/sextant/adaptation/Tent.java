package io.sextant.adaptation;

import io.sextant.gradients.graph.Statistics;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * Test entropy minimisation: batch statistics, and a step of gamma and beta down the mean entropy
 * of each batch. Predictions are those before the step. One forward and one backward per row.
 *
 * <p>Wang, Shelhamer, Liu, Olshausen, Darrell, "Tent: Fully Test-Time Adaptation by Entropy
 * Minimization", ICLR 2021, arXiv:2006.10726. Defaults of the authors' code for small images: Adam,
 * 0.001, batches of 200, one step, never reset. Their SGD for large images (0.00025, momentum 0.9)
 * is {@code optimizer=sgd, learning-rate=0.00025}, without Nesterov's look ahead.
 *
 * @param estimator how the statistics of the batch are found; medians are MedBN, {@link Bn}
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Tent(Optimizer.Rule optimizer, double learningRate, Statistics.Estimator estimator)
    implements Descent, Renormalizing {
  private static final Declaration<Tent> DECLARATION =
      Declaration.of("tent", Kind.ADAPTATION, Tent.class)
          .summary("a step down the mean entropy of each batch")
          .source(
              "Wang, Shelhamer, Liu, Olshausen, Darrell, \"Tent: Fully Test-Time Adaptation by"
                  + " Entropy Minimization\", ICLR 2021, arXiv:2006.10726")
          .settings(List.of(OPTIMIZER, LEARNING_RATE))
          .settings(List.of(ESTIMATOR))
          .made(
              Tent::new,
              values ->
                  new Tent(values.of(OPTIMIZER), values.of(LEARNING_RATE), values.of(ESTIMATOR)));

  /** Adam, 0.001, means. */
  public Tent() {
    this(Optimizer.Rule.ADAM, 0.001, Statistics.Estimator.MEAN);
  }

  public Tent {
    Objects.requireNonNull(optimizer, "optimizer");
    LEARNING_RATE.require(learningRate);
    Objects.requireNonNull(estimator, "estimator");
  }

  @Override
  public Declaration<Tent> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1, 1);
  }

  @Override
  public Learner begin(LiveModel model) {
    return at(model, model.scales(), start(model.scales().size()));
  }

  private Learner at(LiveModel model, Parameters parameters, Optimizer optimizer) {
    return rows -> {
      Slope slope =
          model.slope(rows, statistics(), parameters, Confidence.entropy(), Weighting.mean());
      Optimizer.Move move = model.move(optimizer, parameters, slope.gradient());
      return new Turn(slope.logits(), at(model, move.parameters(), move.next()), move.parameters());
    };
  }
}
