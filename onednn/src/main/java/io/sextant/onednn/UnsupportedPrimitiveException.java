package io.sextant.onednn;

import org.bytedeco.dnnl.global.dnnl;

/** Says that oneDNN has no kernel for what was asked; another way must be taken. */
final class UnsupportedPrimitiveException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedPrimitiveException(int status) {
    super("oneDNN has no kernel for this (status " + status + ")");
  }

  /** Checks the description of an operation, which may be one that oneDNN does not take. */
  static void check(int status) {
    if (status == dnnl.dnnl_unimplemented || status == dnnl.dnnl_invalid_arguments) {
      throw new UnsupportedPrimitiveException(status);
    }
    Dnnl.check(status, "describe an operation");
  }
}
