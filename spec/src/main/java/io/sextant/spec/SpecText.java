package io.sextant.spec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apiguardian.api.API;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Specs as text. Every scalar stays text, so that {@code 8/255} and {@code 0.10} keep the form in
 * which they were written.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class SpecText {
  /** The order in which a written spec lists its parts. */
  private static final List<String> ORDER =
      List.of(
          "id",
          "name",
          "rule",
          "metric",
          "norm",
          "model",
          "models",
          "classes",
          "preprocessing",
          "scale",
          "output",
          "output-kind",
          "normalizer-units",
          "data",
          "threats",
          "attacks",
          "explainers",
          "slices",
          "rules",
          "waivers",
          "report",
          "evidence",
          "seed",
          "engine");

  private static final Comparator<String> BY_ORDER =
      Comparator.comparingInt((String key) -> ORDER.contains(key) ? ORDER.indexOf(key) : 99)
          .thenComparing(Comparator.naturalOrder());

  private SpecText() {}

  /** The mapping that a text holds; absent when it holds none, which the spec reader explains. */
  public static Optional<Map<String, Object>> read(String text) {
    Optional<Object> root;
    try {
      root = YamlText.read(text);
    } catch (YamlText.MalformedException e) {
      return Optional.empty();
    }
    if (!(root.orElse("") instanceof Map<?, ?> map)) {
      return Optional.empty();
    }
    Map<String, Object> spec = new LinkedHashMap<>();
    map.forEach((key, value) -> spec.put(String.valueOf(key), value));
    return Optional.of(spec);
  }

  /** Equal specs give equal text: keys are in a fixed order. */
  public static String write(Map<String, Object> spec) {
    return YamlText.write(sorted(spec));
  }

  /**
   * The same for people to read and to change: lists of texts are on one line, and some values have
   * a comment above them.
   *
   * @param comments by the path of the value, such as {@code data.samples}; the empty path stands
   *     for the whole
   */
  public static String write(Map<String, Object> spec, Map<String, String> comments) {
    return YamlText.write(sorted(spec), comments);
  }

  private static Object sorted(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> sorted = new TreeMap<>(BY_ORDER);
      map.forEach((key, entry) -> sorted.put(String.valueOf(key), sorted(entry)));
      return sorted;
    }
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      list.forEach(entry -> copy.add(sorted(entry)));
      return copy;
    }
    return value;
  }

  /** The 1-based line on which each rule begins. */
  public static Map<String, Integer> ruleLines(String text) {
    Map<String, Integer> lines = new LinkedHashMap<>();
    Optional<Node> root;
    try {
      root = YamlText.compose(text);
    } catch (YamlText.MalformedException e) {
      return lines;
    }
    if (root.flatMap(node -> find(node, "rules")).orElse(null) instanceof SequenceNode rules) {
      for (Node rule : rules.getValue()) {
        if (find(rule, "id").orElse(null) instanceof ScalarNode id) {
          lines.put(id.getValue(), rule.getStartMark().getLine() + 1);
        }
      }
    }
    return lines;
  }

  private static Optional<Node> find(Node node, String key) {
    if (node instanceof MappingNode map) {
      for (NodeTuple tuple : map.getValue()) {
        if (tuple.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key)) {
          return Optional.of(tuple.getValueNode());
        }
      }
    }
    return Optional.empty();
  }
}
