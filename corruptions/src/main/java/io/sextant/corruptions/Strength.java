package io.sextant.corruptions;

import java.util.Objects;
import org.apiguardian.api.API;

/**
 * How strong a corruption is.
 *
 * @param parameters the set of parameters
 * @param severity from 1, the weakest, to {@value #SEVERITIES}
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Strength(ParameterSet parameters, int severity) {
  /** The largest severity. */
  public static final int SEVERITIES = 5;

  public Strength {
    Objects.requireNonNull(parameters, "parameters");
    if (severity < 1 || severity > SEVERITIES) {
      throw new IllegalArgumentException(
          "severity must be from 1 to %d but was %d".formatted(SEVERITIES, severity));
    }
  }
}
