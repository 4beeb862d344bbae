package io.sextant.gradients.model;

import org.apiguardian.api.API;

/**
 * How a network's last layer is to be read.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Head {
  /** K softmax units: K logits. */
  SOFTMAX(true),
  /** One sigmoid unit z: the two logits -z/2 and +z/2 of classes 0 and 1. */
  SIGMOID(true),
  /** One unit z that is a logit although no sigmoid follows: the logits -z/2 and +z/2. */
  LOGIT(true),
  /** Units without activation that are logits, as a classification loss or the user says. */
  IDENTITY(true),
  /** Several sigmoid units: several answers at once. */
  MULTI_LABEL(false),
  /** A class per pixel. */
  PIXELWISE(false),
  /** Numbers, not classes. */
  REGRESSION(false);

  private final boolean classification;

  Head(boolean classification) {
    this.classification = classification;
  }

  /** True when one example has one class: what attacks, explanations and audits are about. */
  public boolean classification() {
    return classification;
  }
}
