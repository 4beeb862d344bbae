package io.sextant.gradients.model;

import org.apiguardian.api.API;

/**
 * A model file that is refused: the message is one line and names the file and the reason.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ModelFileException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_DETAIL = 300;

  /**
   * A refusal.
   *
   * @param message one line
   */
  public ModelFileException(String message) {
    super(message);
  }

  /**
   * A refusal with its cause.
   *
   * @param message one line
   * @param cause what went wrong below
   */
  public ModelFileException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The first line of a cause's message, for use inside a message of ours. */
  public static String firstLine(Throwable cause) {
    String message = cause.getMessage();
    if (message == null || message.isBlank()) {
      return cause.getClass().getSimpleName();
    }
    String line = message.strip().lines().findFirst().orElse("");
    return line.length() <= LONGEST_DETAIL ? line : line.substring(0, LONGEST_DETAIL) + "...";
  }

  /** Text from a file, fit for a message: control characters replaced and bounded in length. */
  public static String quote(String text) {
    String clean = text.replaceAll("\\p{Cntrl}", "\uFFFD");
    return clean.length() <= 120 ? "'" + clean + "'" : "'" + clean.substring(0, 120) + "...'";
  }
}
