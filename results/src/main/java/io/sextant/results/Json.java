package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;

/**
 * The one way in which results become text and come back.
 *
 * @param <T> what is written and read
 */
final class Json<T> {
  // Fields are written in the order in which the records declare them; absent ones are left out.
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .serializationInclusion(JsonInclude.Include.NON_ABSENT)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private final Class<T> type;
  private final int schema;
  // Works out once how each record is read; that takes longer than reading one.
  private final ObjectReader reader;

  Json(Class<T> type, int schema) {
    this.type = type;
    this.schema = schema;
    this.reader = MAPPER.readerFor(type);
  }

  T parse(String text, String source) {
    return of(tree(text, source), source);
  }

  /** A text whose schema number is this one, not yet read further. */
  JsonNode tree(String text, String source) {
    JsonNode tree = any(text, source);
    JsonNode found = tree.get("schema");
    if (found == null || !found.isInt()) {
      throw new IllegalArgumentException(
          "%s must be an audit result with a schema number but has none".formatted(source));
    }
    if (found.intValue() != schema) {
      throw new IllegalArgumentException(
          "%s has schema %d but this version reads schema %d; run sextant audit again, or use the version of Sextant that wrote it"
              .formatted(source, found.intValue(), schema));
    }
    return tree;
  }

  /** Any JSON; missing where there is no text. */
  static JsonNode any(String text, String source) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s is not JSON: %s".formatted(source, e.getOriginalMessage()), e);
    }
  }

  T of(JsonNode tree, String source) {
    try {
      return reader.treeToValue(tree, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s is not a valid audit result: %s".formatted(source, e.getOriginalMessage()), e);
    }
  }

  String print(T result) {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    ObjectWriter writer = MAPPER.writer(new DefaultPrettyPrinter().withObjectIndenter(indenter));
    try {
      return writer.writeValueAsString(result) + "\n";
    } catch (JsonProcessingException e) {
      // Records of this package are always writable, so this is a defect here.
      throw new IllegalStateException("the result cannot be written: " + e.getMessage(), e);
    }
  }
}
