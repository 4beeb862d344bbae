package io.sextant.gradients.predictor;

import org.apiguardian.api.API;

/**
 * A predictor failed, or answered in another form than it says.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class PredictorException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /** Says which predictor, and what it did. */
  PredictorException(String message) {
    super(message);
  }

  /** The same, with what its code threw. */
  PredictorException(String message, Throwable cause) {
    super(message, cause);
  }
}
