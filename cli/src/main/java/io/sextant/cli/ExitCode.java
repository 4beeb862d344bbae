package io.sextant.cli;

import io.sextant.results.Gate;

/** What the command's exit status means. */
final class ExitCode {
  /** All rules pass, or there are none; everything verified. */
  static final int OK = 0;

  /** A rule fails; a replay found differences. */
  static final int FAILED = 1;

  /** Bad input or usage. */
  static final int BAD_INPUT = 2;

  /** A defect of the toolkit. */
  static final int INTERNAL = 70;

  /** The memory did not suffice. */
  static final int OUT_OF_MEMORY = 71;

  /** Ended from outside, as by a signal. */
  static final int TERMINATED = 143;

  private ExitCode() {}

  /** The graver of two gates: a failure, then what could not be decided, then success. */
  static int worse(int one, int other) {
    return rank(one) >= rank(other) ? one : other;
  }

  static int of(Gate gate) {
    return gate.exitCode();
  }

  private static int rank(int code) {
    return switch (code) {
      case OK -> 0;
      case FAILED -> 2;
      default -> 1;
    };
  }
}
