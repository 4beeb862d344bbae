package io.sextant.maven.evaluation;

import org.apiguardian.api.API;

/**
 * Something is broken, so that there is nothing to judge; the message says what, and what to do.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class EvaluationException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With a next step in the message. */
  public EvaluationException(String message) {
    super(message);
  }

  /** With a next step in the message. */
  public EvaluationException(String message, Throwable cause) {
    super(message, cause);
  }
}
