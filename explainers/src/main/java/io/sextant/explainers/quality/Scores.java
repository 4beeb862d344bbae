package io.sextant.explainers.quality;

import io.sextant.methods.Passes;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * What a metric says of attributions.
 *
 * @param values one per example; not finite where the metric is not defined, such as a correlation
 *     with what does not vary
 * @param elsewhere passes through other networks than the service's, whose meter does not see them
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Scores(double[] values, Passes elsewhere) {
  public Scores {
    Objects.requireNonNull(elsewhere, "elsewhere");
  }
}
