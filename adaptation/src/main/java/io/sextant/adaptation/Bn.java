package io.sextant.adaptation;

import io.sextant.gradients.graph.Statistics;
import io.sextant.methods.Access;
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
 * Batch normalisation with the statistics of the batch at hand: (1 - alpha) stored + alpha batch.
 * One forward per row.
 *
 * <p>With {@code prior} N the stored statistics count as N rows, so alpha = n / (N + n) for a batch
 * of n. Batch statistics divide by n, stored ones were estimated with n - 1, as in every framework.
 *
 * <p>Schneider, Rusak, Eck, Bringmann, Brendel, Bethge, "Improving robustness against common
 * corruptions by covariate shift adaptation", NeurIPS 2020, arXiv:2006.16971; Nado et al.,
 * "Evaluating Prediction-Time Batch Normalization for Robustness under Covariate Shift", 2020,
 * arXiv:2006.10963. Replacing them, the default, is the latter. The median is MedBN: Park et al.,
 * CVPR 2024, arXiv:2403.19326.
 *
 * @param alpha share of the batch, from 0 (the trained model, bit for bit) to 1
 * @param prior rows that the stored statistics count as, in place of alpha
 * @param estimator how the batch's statistics are found
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Bn(double alpha, Optional<Integer> prior, Statistics.Estimator estimator)
    implements Renormalizing {
  private static final Setting<Bn, Double> ALPHA =
      Setting.of("alpha", Form.within(0, 1), "share of the batch in the statistics", Bn::alpha);
  private static final Setting<Bn, Integer> PRIOR =
      Setting.optional(
          "prior",
          Form.count(),
          "rows that the stored statistics count as, in place of alpha",
          Bn::prior);

  private static final Declaration<Bn> DECLARATION =
      Declaration.of("bn", Kind.ADAPTATION, Bn.class)
          .summary("batch normalisation with the statistics of the batch")
          .source(
              "Schneider, Rusak, Eck, Bringmann, Brendel, Bethge, \"Improving robustness against"
                  + " common corruptions by covariate shift adaptation\", NeurIPS 2020,"
                  + " arXiv:2006.16971; Nado et al., \"Evaluating Prediction-Time Batch"
                  + " Normalization for Robustness under Covariate Shift\", 2020, arXiv:2006.10963")
          .access(Access.LOGITS)
          .settings(List.of(ALPHA, PRIOR, ESTIMATOR))
          .made(
              Bn::new,
              values -> new Bn(values.of(ALPHA), values.given(PRIOR), values.of(ESTIMATOR)));

  /** The batch's statistics replace the stored ones. */
  public Bn() {
    this(1, Optional.empty(), Statistics.Estimator.MEAN);
  }

  public Bn {
    ALPHA.require(alpha);
    prior.ifPresent(PRIOR::require);
    Objects.requireNonNull(estimator, "estimator");
  }

  /** The same with another share of the batch. */
  public Bn withAlpha(double value) {
    return new Bn(value, Optional.empty(), estimator);
  }

  /** The same with stored statistics that count as many rows. */
  public Bn withPrior(int rows) {
    return new Bn(alpha, Optional.of(rows), estimator);
  }

  /** The same with the batch's statistics found in another way. */
  public Bn withEstimator(Statistics.Estimator value) {
    return new Bn(alpha, prior, value);
  }

  @Override
  public Declaration<Bn> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1, 0);
  }

  @Override
  public Learner begin(LiveModel model) {
    return always(model, statistics());
  }

  @Override
  public Statistics statistics() {
    return prior.map(Statistics::prior).orElseGet(() -> Statistics.mixed(alpha)).with(estimator);
  }

  private static Learner always(LiveModel model, Statistics statistics) {
    return rows ->
        new Turn(model.look(rows, statistics, model.scales()).logits(), always(model, statistics));
  }
}
