package io.sextant.explainers.quality;

import org.apiguardian.api.API;

/**
 * Which scores of a metric are the better ones.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Better {
  /** The larger the better. */
  HIGHER(1),
  /** The smaller the better. */
  LOWER(-1);

  private final int sign;

  Better(int sign) {
    this.sign = sign;
  }

  /** A score turned so that more is better. */
  double merit(double score) {
    return sign * score;
  }
}
