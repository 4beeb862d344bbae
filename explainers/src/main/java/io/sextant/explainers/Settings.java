package io.sextant.explainers;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The settings of one explainer as they were written, read key by key. */
final class Settings {
  private final String explainer;
  private final List<String> known;
  private final Map<String, Object> values;

  Settings(String explainer, List<String> known, Map<String, ?> values) {
    this.explainer = explainer;
    this.known = known;
    this.values = new LinkedHashMap<>(values);
  }

  /** Refuses keys that nobody knows. */
  void refuseUnknown() {
    for (String key : new TreeSet<>(values.keySet())) {
      if (!known.contains(key)) {
        throw new IllegalArgumentException(
            "explainer %s has no setting %s; %s"
                .formatted(
                    explainer,
                    key,
                    known.isEmpty()
                        ? "it has none"
                        : "its settings are " + String.join(", ", known)));
      }
    }
  }

  /** These settings without some keys, for another explainer. */
  Map<String, Object> without(List<String> keys) {
    Map<String, Object> rest = new LinkedHashMap<>(values);
    keys.forEach(rest::remove);
    return rest;
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  Optional<Object> value(String key) {
    return Optional.ofNullable(values.get(key));
  }

  Optional<String> text(String key) {
    return value(key).map(value -> value.toString().trim());
  }

  int integer(String key, int otherwise) {
    return Math.toIntExact(number(key, otherwise, Integer.MIN_VALUE, Integer.MAX_VALUE));
  }

  long integer64(String key, long otherwise) {
    return number(key, otherwise, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  private long number(String key, long otherwise, long least, long most) {
    return text(key)
        .map(
            text -> {
              try {
                long number = Long.parseLong(text);
                if (number >= least && number <= most) {
                  return number;
                }
              } catch (NumberFormatException e) {
                throw refused(key, "a whole number", text, e);
              }
              throw refused(key, "a whole number up to " + most, text, null);
            })
        .orElse(otherwise);
  }

  double decimal(String key, double otherwise) {
    return text(key).map(text -> decimalOf(key, text)).orElse(otherwise);
  }

  double decimalOf(String key, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw refused(key, "a number", text, e);
    }
  }

  boolean flag(String key, boolean otherwise) {
    return text(key)
        .map(
            text -> {
              switch (text.toLowerCase(Locale.ROOT)) {
                case "true":
                  return true;
                case "false":
                  return false;
                default:
                  throw refused(key, "true or false", text, null);
              }
            })
        .orElse(otherwise);
  }

  IllegalArgumentException refused(String key, String expected, Object actual) {
    return refused(key, expected, actual, null);
  }

  private IllegalArgumentException refused(
      String key, String expected, Object actual, @Nullable Exception e) {
    return new IllegalArgumentException(
        "%s of explainer %s must be %s but was %s".formatted(key, explainer, expected, actual), e);
  }
}
