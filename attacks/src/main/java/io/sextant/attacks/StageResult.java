package io.sextant.attacks;

import org.apiguardian.api.API;

/**
 * What one part of an attack did to one example that had held until then.
 *
 * @param stage the part's name
 * @param broken whether it broke the example
 * @param blind whether it asked for no gradients, where parts before it had followed them in vain
 * @param sampled whether the example was drawn for it; other examples that held were not
 * @param forwards forward passes that it spent
 * @param backwards backward passes that it spent
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record StageResult(
    String stage, boolean broken, boolean blind, boolean sampled, long forwards, long backwards) {
  /** Whether it broke an example that parts with gradients could not: a sign that they mislead. */
  public boolean breaksBlindly() {
    return blind && broken;
  }

  /** The same under a name that begins with another. */
  public StageResult within(String whole) {
    return new StageResult(whole + " " + stage, broken, blind, sampled, forwards, backwards);
  }
}
