package io.sextant.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.sextant.results.AuditResult;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A result as it stands in its file, part by part: what a reader of the file sees, derived figures
 * included, and not only what this version reads from it.
 */
final class ResultText {
  /** What differs between equal audits, and what is known only after the rest. */
  private static final List<String> UNPINNED = List.of("run", "evidenceSha256");

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .serializationInclusion(JsonInclude.Include.NON_ABSENT)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final ObjectNode tree;

  private ResultText(ObjectNode tree) {
    this.tree = tree;
  }

  static ResultText of(AuditResult result) {
    return parse(result.toJson());
  }

  /**
   * Reads a text.
   *
   * @throws IllegalArgumentException when it is no JSON object
   */
  static ResultText parse(String text) {
    try {
      if (JSON.readTree(text) instanceof ObjectNode object) {
        return new ResultText(object);
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("result.json is not JSON: " + e.getOriginalMessage(), e);
    }
    throw new IllegalArgumentException("result.json is not a JSON object");
  }

  /** The SHA-256 of each part, by its name. */
  SortedMap<String, String> digests() {
    SortedMap<String, String> digests = new TreeMap<>();
    tree.fields()
        .forEachRemaining(
            part -> {
              if (!UNPINNED.contains(part.getKey())) {
                digests.put(part.getKey(), Sha256.of(part.getValue().toString()));
              }
            });
    return digests;
  }

  /**
   * Where a part differs from what it must be.
   *
   * @param path from the root, with dots
   * @param expected a value of the result's own types
   * @return one line for each value that differs
   */
  List<String> differences(String path, Object expected) {
    JsonNode at = at(path);
    List<String> found = new ArrayList<>();
    try {
      // Through text, so that equal numbers are equal nodes.
      compare(path, at, JSON.readTree(JSON.writeValueAsString(expected)), found);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("results can always be written", e);
    }
    return found;
  }

  /** Whether there is a part, by its path from the root, with dots. */
  boolean has(String path) {
    return !at(path).isMissingNode();
  }

  private JsonNode at(String path) {
    JsonNode at = tree;
    for (String name : path.split("\\.", -1)) {
      at = at.path(name);
    }
    return at;
  }

  private static void compare(
      String path, JsonNode recorded, JsonNode expected, List<String> found) {
    if (recorded.equals(expected)) {
      return;
    }
    if (recorded.isObject() && expected.isObject()) {
      Map<String, JsonNode> names = new TreeMap<>();
      for (JsonNode node : List.of(recorded, expected)) {
        for (Iterator<String> each = node.fieldNames(); each.hasNext(); ) {
          names.put(each.next(), node);
        }
      }
      names
          .keySet()
          .forEach(
              name -> compare(path + "." + name, recorded.path(name), expected.path(name), found));
    } else if (recorded.isArray() && expected.isArray()) {
      if (recorded.size() != expected.size()) {
        found.add(
            "result.json, %s: has %d entries, recomputed %d"
                .formatted(path, recorded.size(), expected.size()));
      }
      for (int i = 0; i < Math.min(recorded.size(), expected.size()); i++) {
        compare(
            "%s[%s]".formatted(path, name(expected.get(i), i)),
            recorded.get(i),
            expected.get(i),
            found);
      }
    } else {
      found.add(
          "result.json, %s: is %s, recomputed %s".formatted(path, text(recorded), text(expected)));
    }
  }

  private static String text(JsonNode node) {
    return node.isMissingNode() ? "missing" : node.toString();
  }

  /** An entry by what tells it from its neighbours, as a reader would name it. */
  private static String name(JsonNode entry, int index) {
    if (entry.path("rule").path("id").isTextual()) {
      return entry.get("rule").get("id").asText();
    }
    return Stream.of("condition", "attack", "consumer", "name", "id", "label")
        .map(entry::path)
        .filter(JsonNode::isValueNode)
        .map(JsonNode::asText)
        .findFirst()
        .orElse(String.valueOf(index));
  }
}
