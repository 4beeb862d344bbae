package io.sextant.maven.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The folder that paths of a spec are relative to.
 *
 * @param folder absolute
 */
record SpecPaths(Path folder) {
  private static final List<String> DATA =
      List.of("images", "inputs", "labels", "folder", "csv", "schema");

  /** A path of a spec in this folder as one that holds anywhere. */
  String absolute(String path) {
    try {
      return portable(folder.resolve(path.trim()).normalize());
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("not a path: '%s'".formatted(path), e);
    }
  }

  /** An absolute path as one that is relative to this folder, where there is such a one. */
  String relative(String path) {
    Path file = Path.of(path);
    if (!file.isAbsolute() || !folder.getRoot().equals(file.getRoot())) {
      return path;
    }
    String relative = portable(folder.relativize(file));
    return relative.isEmpty() ? "." : relative;
  }

  private static String portable(Path path) {
    return path.toString().replace(path.getFileSystem().getSeparator(), "/");
  }

  /** A spec with each of its paths changed. */
  static Map<String, Object> map(Map<String, Object> spec, UnaryOperator<String> change) {
    Map<String, Object> mapped = new LinkedHashMap<>(spec);
    mapped.computeIfPresent("model", (key, value) -> mapText(value, change));
    mapped.computeIfPresent(
        "models",
        (key, value) -> {
          if (!(value instanceof List<?> list)) {
            return value;
          }
          List<Object> models = new ArrayList<>();
          list.forEach(model -> models.add(mapEntries(model, List.of("file"), change)));
          return models;
        });
    mapped.computeIfPresent("data", (key, value) -> mapEntries(value, DATA, change));
    return mapped;
  }

  private static Object mapEntries(Object value, List<String> keys, UnaryOperator<String> change) {
    if (!(value instanceof Map<?, ?> map)) {
      return value;
    }
    Map<String, Object> entries = new LinkedHashMap<>();
    map.forEach(
        (key, entry) ->
            entries.put(
                String.valueOf(key),
                keys.contains(String.valueOf(key)) ? mapText(entry, change) : entry));
    return entries;
  }

  private static Object mapText(Object value, UnaryOperator<String> change) {
    return value instanceof String text && !text.isBlank() ? change.apply(text) : value;
  }
}
