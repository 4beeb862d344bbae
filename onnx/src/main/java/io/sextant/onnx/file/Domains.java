package io.sextant.onnx.file;

import org.apiguardian.api.API;

/**
 * Where operators come from.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Domains {
  /** ONNX itself. */
  public static final String ONNX = "";

  /** Operators of classical machine learning. */
  public static final String MACHINE_LEARNING = "ai.onnx.ml";

  private Domains() {}
}
