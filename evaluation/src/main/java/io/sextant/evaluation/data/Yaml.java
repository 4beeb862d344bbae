package io.sextant.evaluation.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.sextant.methods.Suggestion;
import io.sextant.spec.YamlText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Reads small YAML files that people write, within the limits of {@link YamlText}: every scalar is
 * the text that was written; an empty one is null.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Yaml {
  private static final int LARGEST_FILE = 1 << 22;

  private Yaml() {}

  /**
   * Reads a file.
   *
   * @param file at most 4 MiB of UTF-8
   * @return the mapping at its root
   * @throws DataException if the file is missing or malformed; the message names the line
   */
  public static JsonNode read(Path file) {
    return load(file).root();
  }

  /**
   * What a file holds.
   *
   * @param root the mapping at its root
   * @param file its name, and the digest of the bytes that were parsed
   */
  public record Loaded(JsonNode root, Origin.Digest file) {}

  /**
   * Reads a file and says what it was read from.
   *
   * @param file at most 4 MiB of UTF-8
   * @throws DataException if the file is missing or malformed; the message names the line
   */
  public static Loaded load(Path file) {
    byte[] bytes = Digests.read(file, LARGEST_FILE);
    String name = Digests.name(file);
    try {
      JsonNode root =
          parse(
              name, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
      return new Loaded(root, new Origin.Digest(name, Digests.sha256(bytes)));
    } catch (CharacterCodingException e) {
      throw new DataException(name + " is not UTF-8 text", e);
    }
  }

  /**
   * Parses text.
   *
   * @param name for messages, usually a file name
   * @param text at most 2^22 code points
   * @return the mapping at its root
   * @throws DataException if the text is malformed; the message names the line
   */
  public static JsonNode parse(String name, String text) {
    Optional<Object> root;
    try {
      root = YamlText.read(text);
    } catch (YamlText.MalformedException e) {
      throw new DataException("%s is malformed in %s".formatted(name, e.getMessage()), e);
    }
    if (!(root.orElse("") instanceof Map<?, ?> map)) {
      throw new DataException(name + " must hold keys and values");
    }
    return node(map);
  }

  private static JsonNode node(Object value) {
    if (value instanceof Map<?, ?> map) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      map.forEach((key, entry) -> object.set(String.valueOf(key), node(entry)));
      return object;
    } else if (value instanceof List<?> list) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      list.forEach(entry -> array.add(node(entry)));
      return array;
    }
    String text = String.valueOf(value);
    return text.isEmpty() ? NullNode.instance : TextNode.valueOf(text);
  }

  /**
   * Checks that a mapping has no unknown keys.
   *
   * @param where for messages, such as "schema.yaml: feature Age"
   * @param mapping a mapping
   * @param known the keys that exist
   * @throws DataException naming the first unknown key and the nearest known one
   */
  public static void checkKeys(String where, JsonNode mapping, Collection<String> known) {
    if (!mapping.isObject()) {
      throw new DataException(
          "%s must hold keys and values (%s) but is %s".formatted(where, known, mapping));
    }
    List<String> keys = new ArrayList<>();
    mapping.fieldNames().forEachRemaining(keys::add);
    for (String key : keys) {
      if (!known.contains(key)) {
        throw new DataException(
            "%s: unknown key '%s'%s".formatted(where, key, Suggestion.question(key, known)));
      }
    }
  }
}
