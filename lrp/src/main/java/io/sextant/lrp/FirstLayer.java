package io.sextant.lrp;

import org.apiguardian.api.API;

/**
 * The rule of first layers with weights, where it is another one. What is before them are inputs,
 * which have no sign and may be 0 without being off.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum FirstLayer {
  /** That of the scheme. */
  SAME,
  /** By the distance from the domain's bounds. */
  BOX,
  /** Evenly. */
  FLAT,
  /** By the squares of the weights. */
  SQUARES
}
