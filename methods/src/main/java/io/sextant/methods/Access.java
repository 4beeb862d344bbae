package io.sextant.methods;

import org.apiguardian.api.API;

/**
 * The most that a method asks of a model.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Access {
  /** Gradients with respect to the input: white box. */
  GRADIENTS("gradients"),
  /** Outputs alone: black box. */
  LOGITS("logits"),
  /** The decided class alone: black box. */
  DECISIONS("decisions"),
  /** Nothing: it does not know the model. */
  NOTHING("nothing");

  private final String title;

  Access(String title) {
    this.title = title;
  }

  /** For people. */
  public String title() {
    return title;
  }

  /** Whether a method with this access may ask for what another one names. */
  public boolean allows(Access asked) {
    return compareTo(asked) <= 0;
  }

  /** Whether the method does without gradients. */
  public boolean isBlackBox() {
    return this != GRADIENTS;
  }
}
