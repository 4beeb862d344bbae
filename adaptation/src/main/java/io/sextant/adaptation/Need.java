package io.sextant.adaptation;

import org.apiguardian.api.API;

/**
 * What an adaptation method cannot do without.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Need {
  /** Batch normalisation: its statistics, or its scales and shifts, are adapted. */
  BATCH_NORM("a network with batch normalisation"),
  /** A dense layer that makes the logits: its inputs are the features. */
  HEAD("a network that ends in a dense layer"),
  /** Unlabelled rows of the data that the network was trained for. */
  SOURCE_DATA("rows of source data");

  private final String words;

  Need(String words) {
    this.words = words;
  }

  /** To follow "needs". */
  public String words() {
    return words;
  }
}
