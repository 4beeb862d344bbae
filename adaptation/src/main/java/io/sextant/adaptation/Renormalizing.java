package io.sextant.adaptation;

import io.sextant.gradients.graph.Statistics;
import io.sextant.methods.Form;
import io.sextant.methods.Setting;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * A method that lets batch normalisations use the statistics of the batch at hand: how they are
 * found is a setting of each.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Renormalizing extends Adaptation {
  /** How the batch's statistics are found. */
  Setting<Renormalizing, Statistics.Estimator> ESTIMATOR =
      Setting.of(
          "estimator",
          Form.choice(Statistics.Estimator.class),
          "what the batch's statistics are made of",
          Renormalizing::estimator);

  /** How the batch's statistics are found. */
  Statistics.Estimator estimator();

  /** What normalises: the statistics of the batch in place of the stored ones. */
  default Statistics statistics() {
    return Statistics.replaced().with(estimator());
  }

  @Override
  default Set<Need> needs() {
    return Set.of(Need.BATCH_NORM);
  }
}
