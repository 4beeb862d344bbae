package io.sextant.evaluation.data;

import org.apiguardian.api.API;

/**
 * Data that cannot be used: the message is one line and names the file and the place in it.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class DataException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * A refusal.
   *
   * @param message one line
   */
  public DataException(String message) {
    super(message);
  }

  /**
   * A refusal with its cause.
   *
   * @param message one line
   * @param cause what went wrong below
   */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The first line of a cause's message, for use inside a message of ours. */
  static String firstLine(Throwable cause) {
    String message = cause.getMessage();
    return message == null || message.isBlank()
        ? cause.getClass().getSimpleName()
        : message.strip().lines().findFirst().orElse("");
  }
}
