package io.sextant.attacks;

import org.apiguardian.api.API;

/**
 * A sign that a search around one example failed for reasons other than robustness.
 *
 * <p>Pintor, Demetrio, Sotgiu, Demontis, Carlini, Biggio, Roli, "Indicators of Attack Failure:
 * Debugging and Improving Optimization of Adversarial Examples", NeurIPS 2022, arXiv:2106.09947.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Sign {
  /**
   * Some run found no usable gradient, all zero or not finite, where it started: part of the first
   * indicator, unavailable gradients.
   */
  ZERO_GRADIENT,
  /**
   * The example held although an adversarial input that the threat allows was asked about on the
   * way: the third indicator, silent success. What goes through the trial's own questions is judged
   * and cannot be missed; {@link Trial#ask} does not judge.
   */
  SILENT_SUCCESS,
  /**
   * The example held, and the last ten iterates of the run that came nearest still brought more
   * than a twentieth of its whole way: the fourth indicator, incomplete optimisation. Runs of at
   * most ten iterates are left out.
   */
  UNFINISHED
}
