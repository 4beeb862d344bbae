package io.sextant.spec;

import org.apiguardian.api.API;

/**
 * An audit spec is not usable; the message names the place, the value and what is expected.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class SpecException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  SpecException(String message) {
    super(message);
  }

  SpecException(String message, Throwable cause) {
    super(message, cause);
  }
}
