package io.sextant.benchmarks.report;

/**
 * A figure that the fast engine is meant to reach.
 *
 * @param claim what is asked
 * @param figure what was measured, or why it was not
 * @param verdict whether it was reached
 */
record Goal(String claim, String figure, Verdict verdict) {
  enum Verdict {
    MET("met"),
    NOT_MET("**not met**"),
    NOT_MEASURED("not measured"),
    /** Other work took part of the machine, which slows some libraries more than others. */
    UNRELIABLE("unreliable");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }
}
