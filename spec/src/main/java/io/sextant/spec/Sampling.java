package io.sextant.spec;

import org.apiguardian.api.API;

/**
 * How a sample is drawn from a data set.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Sampling {
  /** From each class in proportion to its share, at random. */
  STRATIFIED,
  /** The first rows. */
  FIRST
}
