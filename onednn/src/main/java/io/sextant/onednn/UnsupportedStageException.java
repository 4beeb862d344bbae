package io.sextant.onednn;

/** Says which stage oneDNN cannot run. */
final class UnsupportedStageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Stage stage;

  UnsupportedStageException(Stage stage, UnsupportedPrimitiveException cause) {
    super(cause);
    this.stage = stage;
  }

  Stage stage() {
    return stage;
  }
}
