package io.sextant.gradients.model;

import org.apiguardian.api.API;

/**
 * A network has a layer or an option that is not supported. Nothing is approximated silently.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class UnsupportedLayerException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * A refusal.
   *
   * @param layer the layer's name
   * @param what is not supported, or would have to be otherwise
   */
  public UnsupportedLayerException(String layer, String what) {
    super("layer %s: %s".formatted(layer, what));
  }

  private UnsupportedLayerException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The same for a message that names the file too. */
  UnsupportedLayerException in(String file) {
    return new UnsupportedLayerException("%s: %s".formatted(file, getMessage()), this);
  }
}
