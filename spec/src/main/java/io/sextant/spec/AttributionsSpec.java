package io.sextant.spec;

import org.apiguardian.api.API;

/**
 * Which explanations are kept, so that audits of other models can be compared with this one.
 *
 * @param samples how many examples, the first of the audit, from 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record AttributionsSpec(int samples) {
  /** Examples that are explained unless said. */
  public static final int SAMPLES = 32;

  private static final int MOST = 10_000;

  public AttributionsSpec {
    if (samples < 1 || samples > MOST) {
      throw new SpecException(
          "attributions: samples must be from 1 to %d but was %d".formatted(MOST, samples));
    }
  }
}
