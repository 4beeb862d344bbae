package io.sextant.explainers.quality;

import io.sextant.methods.Catalogue;
import io.sextant.methods.Kind;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * The metrics by name, for specs and commands.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class QualityMetrics {
  private QualityMetrics() {}

  /** All metrics on the class path, those of others among them. */
  public static Catalogue<QualityMetric> catalogue() {
    return Catalogue.of(Kind.Family.METRIC, QualityMetric.class);
  }

  /** A metric with its defaults. */
  public static QualityMetric create(String name) {
    return create(name, Map.of());
  }

  /**
   * A metric.
   *
   * @param name as in the {@link #catalogue()}
   * @param settings what differs from its default {@link QualityMetric#configuration()}
   * @throws IllegalArgumentException when the name or a setting is unknown, or a value is wrong
   */
  public static QualityMetric create(String name, Map<String, String> settings) {
    return catalogue().create(name, settings);
  }
}
