package io.sextant.spec;

import io.sextant.methods.Suggestion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A place in a YAML file that knows its path. Every scalar stays text, so that {@code 8/255} and
 * {@code 0.10} keep the form in which they were written.
 */
final class SpecNode {
  private final String path;
  private final @Nullable Object value;

  private SpecNode(String path, @Nullable Object value) {
    this.path = path;
    this.value = value;
  }

  static SpecNode parse(String yaml) {
    Optional<Object> root;
    try {
      root = YamlText.read(yaml);
    } catch (YamlText.MalformedException e) {
      throw new SpecException("the spec is not valid YAML: " + e.getMessage(), e);
    }
    if (root.isEmpty() || root.get() instanceof String text && text.isBlank()) {
      throw new SpecException(
          "the spec is empty; write one with: sextant init --model MODEL --images DATA --labels"
              + " LABELS");
    }
    return new SpecNode("", root.get());
  }

  String path() {
    return path.isEmpty() ? "the spec" : path;
  }

  /** Whether nothing stands here. */
  boolean isBlank() {
    return value == null || value instanceof String text && text.isBlank();
  }

  boolean isText() {
    return value instanceof String;
  }

  boolean isMap() {
    return value instanceof Map<?, ?>;
  }

  boolean isList() {
    return value instanceof List<?>;
  }

  /** The mapping at this place, whose keys must be among the known ones. */
  SpecNode requireKeys(Collection<String> known) {
    for (String key : keys()) {
      if (!known.contains(key)) {
        throw new SpecException(
            "%s: unknown key '%s'%s; known keys are %s"
                .formatted(path(), key, Suggestion.question(key, known), String.join(", ", known)));
      }
    }
    return this;
  }

  List<String> keys() {
    if (!(value instanceof Map<?, ?> map)) {
      throw new SpecException("%s must be a mapping but was %s".formatted(path(), kind()));
    }
    return map.keySet().stream().map(String::valueOf).toList();
  }

  Optional<SpecNode> find(String key) {
    if (!(value instanceof Map<?, ?> map) || !map.containsKey(key)) {
      return Optional.empty();
    }
    return Optional.of(new SpecNode(path.isEmpty() ? key : path + "." + key, map.get(key)));
  }

  SpecNode get(String key) {
    return find(key)
        .orElseThrow(() -> new SpecException("%s: '%s' is missing".formatted(path(), key)));
  }

  Optional<String> text(String key) {
    return find(key).map(SpecNode::text);
  }

  String text() {
    if (value instanceof String text && !text.isBlank()) {
      return text;
    }
    throw new SpecException("%s must be a text or number but was %s".formatted(path(), kind()));
  }

  List<SpecNode> list() {
    if (!(value instanceof List<?> list)) {
      throw new SpecException("%s must be a list but was %s".formatted(path(), kind()));
    }
    List<SpecNode> nodes = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      nodes.add(new SpecNode("%s[%d]".formatted(path, i), list.get(i)));
    }
    return nodes;
  }

  List<String> texts() {
    return list().stream().map(SpecNode::text).toList();
  }

  /**
   * The scalars of a mapping; lists become their members joined by commas. A mapping from a name to
   * settings is a method that is a setting: its name, and each of its settings after a dot.
   */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String key : keys()) {
      SpecNode child = get(key);
      if (child.isMap()) {
        if (child.keys().size() != 1) {
          throw new SpecException(
              "%s must be a name, or a name with a mapping of settings, but had the keys %s"
                  .formatted(child.path(), child.keys()));
        }
        String name = child.keys().get(0);
        settings.put(key, name);
        child.get(name).settings().forEach((own, text) -> settings.put(key + "." + own, text));
      } else {
        settings.put(key, child.isList() ? String.join(",", child.texts()) : child.text());
      }
    }
    return settings;
  }

  /** Reads this scalar with a parser whose complaint is given the place. */
  <T> T read(Function<String, T> parser) {
    String text = text();
    try {
      return parser.apply(text);
    } catch (SpecException e) {
      throw e;
    } catch (NumberFormatException e) {
      throw new SpecException("%s must be a number but was '%s'".formatted(path(), text), e);
    } catch (IllegalArgumentException e) {
      throw new SpecException("%s: %s".formatted(path(), e.getMessage()), e);
    }
  }

  boolean flag() {
    String text = text();
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    throw new SpecException("%s must be true or false but was '%s'".formatted(path(), text));
  }

  private String kind() {
    return isBlank() ? "empty" : isMap() ? "a mapping" : isList() ? "a list" : "'" + value + "'";
  }
}
