package io.sextant.results;

import java.util.List;
import org.apiguardian.api.API;

/**
 * What computed the gradients.
 *
 * @param name for example {@code nd4j}
 * @param description version and native library
 * @param precision {@code float} or {@code double}
 * @param fallbacks what was asked for and could not be had, with the reason
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record EngineInfo(
    String name, String description, String precision, List<String> fallbacks) {
  public EngineInfo {
    fallbacks = List.copyOf(fallbacks);
  }
}
