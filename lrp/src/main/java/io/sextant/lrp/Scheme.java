package io.sextant.lrp;

import org.apiguardian.api.API;

/**
 * Which rule layers with weights have.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Scheme {
  /** Epsilon everywhere. */
  EPSILON,
  /** z+ for convolutions, epsilon for dense layers. */
  EPSILON_PLUS,
  /** Gamma for convolutions, epsilon for dense layers. */
  EPSILON_GAMMA,
  /** Alpha-beta for convolutions, epsilon for dense layers. */
  EPSILON_ALPHA_BETA,
  /** Alpha-beta everywhere. */
  ALPHA_BETA
}
