package io.sextant.benchmarks.contenders;

import java.util.Arrays;

/** What is computed for a batch. */
public enum Mode {
  /** The logits. */
  FORWARD("forward", "Forward"),
  /** The logits and the gradient of the cross-entropy. */
  GRADIENT("gradient", "Forward + input gradient"),
  /** The logits and the gradient of each of them. */
  JACOBIAN("jacobian", "Forward + 10 pullbacks");

  private final String key;
  private final String title;

  Mode(String key, String title) {
    this.key = key;
    this.title = title;
  }

  /** The name of the benchmark method. */
  public String key() {
    return key;
  }

  /** The name in headings. */
  public String title() {
    return title;
  }

  /** The mode with this key. */
  public static Mode of(String key) {
    return Arrays.stream(values())
        .filter(mode -> mode.key.equals(key))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no mode " + key));
  }
}
