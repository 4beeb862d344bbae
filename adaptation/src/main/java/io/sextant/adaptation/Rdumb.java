package io.sextant.adaptation;

import io.sextant.gradients.graph.Statistics;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * EATA without its anchor, begun anew every so many batches: the honest baseline of long streams.
 * One forward per row, one backward per chosen row.
 *
 * <p>Press, Schneider, Kuemmerer, Bethge, "RDumb: A simple approach that questions our progress in
 * continual test-time adaptation", NeurIPS 2023, arXiv:2306.05401. Every 1000 batches as there; the
 * rest as {@link Eata}'s for ten classes.
 *
 * @param period batches between resets
 * @param estimator how the statistics of the batch are found
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Rdumb(
    Optimizer.Rule optimizer,
    double learningRate,
    double margin,
    double similarity,
    int period,
    Statistics.Estimator estimator)
    implements Descent, Renormalizing {
  private static final Setting<Rdumb, Double> MARGIN =
      Setting.of("margin", Form.between(0, 10), Eata.MARGIN.help(), Rdumb::margin);
  private static final Setting<Rdumb, Double> SIMILARITY =
      Setting.of("similarity", Form.within(0, 1), Eata.SIMILARITY.help(), Rdumb::similarity);
  private static final Setting<Rdumb, Integer> PERIOD =
      Setting.of("period", Form.count(), "batches between resets", Rdumb::period);

  private static final Declaration<Rdumb> DECLARATION =
      Declaration.of("rdumb", Kind.ADAPTATION, Rdumb.class)
          .summary("EATA without its anchor, begun anew every so many batches")
          .source(
              "Press, Schneider, Kuemmerer, Bethge, \"RDumb: A simple approach that questions our"
                  + " progress in continual test-time adaptation\", NeurIPS 2023, arXiv:2306.05401")
          .settings(List.of(OPTIMIZER, LEARNING_RATE))
          .settings(List.of(MARGIN, SIMILARITY, PERIOD, ESTIMATOR))
          .made(
              Rdumb::new,
              values ->
                  new Rdumb(
                      values.of(OPTIMIZER),
                      values.of(LEARNING_RATE),
                      values.of(MARGIN),
                      values.of(SIMILARITY),
                      values.of(PERIOD),
                      values.of(ESTIMATOR)));

  /** Adam 0.001, margin 0.4, similarity 0.4, every 1000 batches. */
  public Rdumb() {
    this(Optimizer.Rule.ADAM, 0.001, 0.4, 0.4, 1000, Statistics.Estimator.MEAN);
  }

  public Rdumb {
    Objects.requireNonNull(optimizer, "optimizer");
    LEARNING_RATE.require(learningRate);
    MARGIN.require(margin);
    SIMILARITY.require(similarity);
    PERIOD.require(period);
    Objects.requireNonNull(estimator, "estimator");
  }

  /** The same with another number of batches between resets. */
  public Rdumb withPeriod(int batches) {
    return new Rdumb(optimizer, learningRate, margin, similarity, batches, estimator);
  }

  @Override
  public Declaration<Rdumb> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1, 1);
  }

  @Override
  public Learner begin(LiveModel model) {
    Eata eta = new Eata(optimizer, learningRate, margin, similarity, 0, estimator);
    return at(model, eta, eta.begin(model), 0);
  }

  private Learner at(LiveModel model, Eata eta, Learner learner, int taken) {
    return rows -> {
      boolean reset = taken == period;
      Turn turn = (reset ? eta.begin(model) : learner).take(rows);
      return new Turn(
          turn.logits(),
          at(model, eta, turn.next(), reset ? 1 : taken + 1),
          turn.parameters(),
          reset);
    };
  }
}
