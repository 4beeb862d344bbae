package io.sextant.evaluation.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.sextant.spec.Suggestion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apiguardian.api.API;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Reads small YAML files that people write, within limits: one document, no duplicate keys, no
 * anchors and aliases, decimals exactly as written.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Yaml {
  private static final int LARGEST_FILE = 1 << 20;
  private static final int DEEPEST = 50;
  private static final JsonMapper MAPPER = mapper();

  private Yaml() {}

  private static JsonMapper mapper() {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(LARGEST_FILE);
    limits.setNestingDepthLimit(DEEPEST);
    limits.setMaxAliasesForCollections(0);
    limits.setAllowDuplicateKeys(false);
    YAMLFactory factory =
        YAMLFactory.builder()
            .loaderOptions(limits)
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build();
    return JsonMapper.builder(factory)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .build();
  }

  /**
   * Reads a file.
   *
   * @param file at most 1 MiB of UTF-8
   * @return the mapping at its root
   * @throws DataException if the file is missing or malformed; the message names the line
   */
  public static JsonNode read(Path file) {
    byte[] bytes = Digests.read(file, LARGEST_FILE);
    String name = Digests.name(file);
    try {
      return parse(
          name, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw new DataException(name + " is not UTF-8 text", e);
    }
  }

  /**
   * Parses text.
   *
   * @param name for messages, usually a file name
   * @param text at most 2^20 code points
   * @return the mapping at its root
   * @throws DataException if the text is malformed; the message names the line
   */
  public static JsonNode parse(String name, String text) {
    JsonNode root;
    try {
      refuseAliases(name, text);
      root = MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      String place = e.getLocation() == null ? "" : " in line " + e.getLocation().getLineNr();
      throw new DataException(
          "%s is malformed%s: %s".formatted(name, place, DataException.firstLine(e)), e);
    } catch (IOException e) {
      throw new DataException(
          "%s cannot be read: %s".formatted(name, DataException.firstLine(e)), e);
    }
    if (!root.isObject()) {
      throw new DataException(name + " must hold keys and values");
    }
    return root;
  }

  /** Jackson takes an alias for the text of its name, which would be a silent error. */
  private static void refuseAliases(String name, String text) throws IOException {
    try (JsonParser parser = MAPPER.createParser(text)) {
      while (parser.nextToken() != null) {
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
          throw new DataException(
              "%s: the alias in line %d is not supported; write the value out"
                  .formatted(name, parser.currentTokenLocation().getLineNr()));
        }
      }
    }
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
