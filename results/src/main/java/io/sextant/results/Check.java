package io.sextant.results;

import java.util.Collections;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Conditions that several records share. */
final class Check {
  private Check() {}

  static void finite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("%s must be finite but was %s".formatted(name, value));
    }
  }

  static void finite(String name, OptionalDouble value) {
    finite(name, value.orElse(0));
  }

  static void share(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("%s must be in [0, 1] but was %s".formatted(name, value));
    }
  }

  static void notNegative(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(
          "%s must not be negative but was %d".formatted(name, value));
    }
  }

  static void notBlank(String name, String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException("%s must not be blank".formatted(name));
    }
  }

  /** A copy in the order of the keys, so that equal content is written as equal bytes. */
  static <V> Map<String, V> sorted(Map<String, V> map) {
    return Collections.unmodifiableMap(new TreeMap<>(map));
  }
}
