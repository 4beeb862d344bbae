package io.sextant.adaptation.alarm;

import org.apiguardian.api.API;

/**
 * What is seen, without labels, of how an adapted model fares: a number in [0, 1] for each row.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Proxy {
  /** 1 minus the largest probability of the adapted model. */
  DOUBT("the adapted model is unsure"),
  /**
   * How much more often than the trained model's the adapted model's decision was taken before: (1
   * + share of earlier decisions of the adapted model for its class - share of earlier decisions of
   * the trained model for its own class) / 2. Predictions that collapse into one class drive it up;
   * labels that come in runs do not, for the trained model follows them.
   */
  CROWDING("the adapted model decides for few classes"),
  /**
   * Where the adapted model decides otherwise, how much more the trained model thinks of its own
   * decision; 0 where they agree.
   */
  DISSENT("the adapted model contradicts what the trained model is sure of");

  private final String words;

  Proxy(String words) {
    this.words = words;
  }

  /** What a large number means. */
  public String words() {
    return words;
  }
}
