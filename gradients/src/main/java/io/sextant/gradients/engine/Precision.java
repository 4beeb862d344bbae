package io.sextant.gradients.engine;

import org.apiguardian.api.API;

/**
 * The floating-point format that an engine computes in.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Precision {
  /** 32 bits: what networks are run in. */
  FLOAT(Float.BYTES),
  /** 64 bits: for checks and for explanations that must add up. */
  DOUBLE(Double.BYTES);

  private final int bytes;

  Precision(int bytes) {
    this.bytes = bytes;
  }

  /** The nearest number of this precision. */
  public double round(double value) {
    return this == FLOAT ? (float) value : value;
  }

  /** Bytes of one value. */
  public int bytes() {
    return bytes;
  }
}
