package io.sextant.results;

import org.apiguardian.api.API;

/**
 * A key by which a rule picks figures of its metric.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Selector {
  /** Norm of the threat. */
  NORM("norm"),
  /** Radius of the threat. */
  EPSILON("epsilon"),
  /** One attack instead of the worst case over all. */
  ATTACK("attack"),
  /** A corruption, those of one kind, or those of one severity. */
  CORRUPTION("condition"),
  /** One explainer instead of each of them. */
  EXPLAINER("explainer"),
  /** One class, or each of them. */
  CLASS("class"),
  /** A named part of the examples. */
  SLICE("slice");

  private final String key;

  Selector(String key) {
    this.key = key;
  }

  /** The name in specs. */
  public String key() {
    return key;
  }
}
