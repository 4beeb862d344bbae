package io.sextant.spec;

import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * How explanations are to be judged.
 *
 * @param metrics in the order in which they are listed in results; empty for the usual ones that
 *     suit the inputs
 * @param samples examples that are explained and scored, at least 2, for a standard error
 * @param attacks on the explanations themselves, in the order in which they are listed in results
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ExplanationQualitySpec(
    Optional<List<Configured>> metrics, int samples, List<Configured> attacks) {
  /** Examples that are scored unless said. */
  public static final int SAMPLES = 50;

  private static final int MOST = 100_000;

  public ExplanationQualitySpec {
    metrics = metrics.map(List::copyOf);
    attacks = List.copyOf(attacks);
    if (samples < 2 || samples > MOST) {
      throw new SpecException(
          "explanation-quality: samples must be from 2 to %d but was %d".formatted(MOST, samples));
    }
  }
}
