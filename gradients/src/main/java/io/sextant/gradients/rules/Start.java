package io.sextant.gradients.rules;

import java.util.List;
import org.apiguardian.api.API;

/**
 * What is sent back from the logits of one example.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@FunctionalInterface
public interface Start {
  /**
   * The flow at the logits.
   *
   * @param logits {@code [classes]}, at the point in question
   * @param references the logits at each reference
   * @return {@code [classes]}
   */
  double[] flow(double[] logits, List<double[]> references);
}
