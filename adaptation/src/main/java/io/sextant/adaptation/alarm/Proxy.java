package io.sextant.adaptation.alarm;

import org.apiguardian.api.API;

/**
 * What is seen, without labels, of how an adapted model fares: a number in [0, 1] for each row.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Proxy {
  /**
   * How much less sure the adapted model is than the trained one: (1 + largest probability of the
   * trained model - largest probability of the adapted model) / 2. Data that are hard for both do
   * not raise it.
   */
  DOUBT("the adapted model is less sure than the trained one"),
  /**
   * How much more often than the trained model's the adapted model's decision was taken before: (1
   * + share of earlier decisions of the adapted model for its class - share of earlier decisions of
   * the trained model for its own class) / 2. Predictions that collapse into one class drive it up;
   * labels that come in runs do not, for the trained model follows them.
   */
  CROWDING("the adapted model decides for few classes"),
  /**
   * Where the two decide otherwise, how much surer the trained model is that the adapted one is
   * wrong than the other way round: (1 + q(its decision) - q(the adapted model's) - p(the adapted
   * model's) + p(the trained model's)) / 2, q the probabilities of the trained and p those of the
   * adapted model; 1/2 where they agree.
   */
  DISSENT("the adapted model contradicts a trained one that is surer");

  private final String words;

  Proxy(String words) {
    this.words = words;
  }

  /** What a large number means. */
  public String words() {
    return words;
  }
}
