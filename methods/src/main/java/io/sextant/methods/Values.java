package io.sextant.methods;

import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Settings as they were written, on their way to a configuration.
 *
 * @param <M> what is made of them
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Values<M> {
  private final Map<String, String> written;
  private final M defaults;
  private final ClassLoader loader;

  Values(Map<String, String> written, M defaults, ClassLoader loader) {
    this.written = Map.copyOf(written);
    this.defaults = defaults;
    this.loader = loader;
  }

  /**
   * The value as written, or that of the defaults.
   *
   * @throws IllegalArgumentException when it is not what the setting allows
   */
  public <T> T of(Setting<? super M, T> setting) {
    return given(setting).or(() -> value(setting)).orElseThrow();
  }

  private <T> Optional<T> value(Setting<? super M, T> setting) {
    return setting.value(defaults);
  }

  /**
   * The value where one was written.
   *
   * @throws IllegalArgumentException when it is not what the setting allows
   */
  public <T> Optional<T> given(Setting<? super M, T> setting) {
    return setting.read(written, defaults, loader);
  }
}
