package io.sextant.maven.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Entries of a spec that may be left out. */
final class Entries {
  private Entries() {}

  static void put(Map<String, Object> map, String key, @Nullable Object value) {
    if (value != null && !(value instanceof List<?> list && list.isEmpty())) {
      map.put(key, value instanceof String text ? text.trim() : value);
    }
  }

  /** POMs tend to write constants in capitals: {@code CLEAN_ACCURACY}. */
  static @Nullable String key(@Nullable String name) {
    return name == null ? null : name.trim().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
