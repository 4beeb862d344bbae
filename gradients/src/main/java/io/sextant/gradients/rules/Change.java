package io.sextant.gradients.rules;

import org.apiguardian.api.API;

/**
 * Other weights of a dense layer or a convolution, one by one. A change is a value: nodes are
 * compiled once for equal ones.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Change {
  /** The weights as they are. */
  Change NONE = new None();

  /** In place of a weight. */
  double weight(double weight);

  /** In place of a bias. */
  double bias(double bias);

  /**
   * {@link #NONE}.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record None() implements Change {
    @Override
    public double weight(double weight) {
      return weight;
    }

    @Override
    public double bias(double bias) {
      return bias;
    }
  }
}
