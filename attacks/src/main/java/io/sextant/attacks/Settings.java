package io.sextant.attacks;

import java.util.Map;

/**
 * An attack's settings as written.
 *
 * @param values text by key, complete
 */
record Settings(Map<String, String> values) {
  static final int MOST = 1_000_000;

  static final String STEPS = "steps";
  static final String STEP_SIZE = "step-size";
  static final String RESTARTS = "restarts";
  static final String RANDOM_START = "random-start";
  static final String LOSS = "loss";
  static final String UNTIL_BROKEN = "until-broken";
  static final String DRAWS = "draws";

  String text(String key) {
    String value = values.get(key);
    if (value == null) {
      throw new IllegalArgumentException(key + " must be given");
    }
    return value.trim();
  }

  int integer(String key) {
    try {
      return Integer.parseInt(text(key));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s must be a whole number but was '%s'".formatted(key, text(key)), e);
    }
  }

  double number(String key) {
    try {
      return Double.parseDouble(text(key));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s must be a number but was '%s'".formatted(key, text(key)), e);
    }
  }

  boolean truth(String key) {
    String value = text(key);
    if (!value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException(
          "%s must be true or false but was '%s'".formatted(key, value));
    }
    return value.equals("true");
  }

  /** Counts from 1 to a million: beyond that no run ends, and sums of passes might overflow. */
  static void requireCount(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(key + " must be at least 1 but was " + value);
    }
    if (value > MOST) {
      throw new IllegalArgumentException(
          "%s must be at most %d but was %d".formatted(key, MOST, value));
    }
  }
}
