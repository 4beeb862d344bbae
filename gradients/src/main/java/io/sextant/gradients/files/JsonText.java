package io.sextant.gradients.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sextant.gradients.model.ModelFileException;
import java.io.IOException;
import org.apiguardian.api.API;

/**
 * JSON of model files, parsed within limits of depth, length and number of values. No class is ever
 * bound to it.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class JsonText {
  private static final int DEEPEST = 100;
  private static final int LONGEST_TEXT = 1 << 20;
  private static final int LONGEST_NUMBER = 100;

  /** Most values, names and brackets: a network of a thousand layers has a tenth of it. */
  private static final int MOST_TOKENS = 1_000_000;

  private static final JsonMapper STRICT = mapper(false);

  /** Python writes NaN and Infinity as bare words. */
  private static final JsonMapper PYTHON = mapper(true);

  private JsonText() {}

  private static JsonMapper mapper(boolean words) {
    return JsonMapper.builder(
            JsonFactory.builder()
                .streamReadConstraints(
                    StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .maxStringLength(LONGEST_TEXT)
                        .maxNumberLength(LONGEST_NUMBER)
                        .build())
                .build())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .configure(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS.mappedFeature(), words)
        .build();
  }

  /**
   * Parses a JSON object.
   *
   * @param what for messages
   * @param json the text
   * @throws ModelFileException if it is none, or beyond the limits
   */
  public static JsonNode parse(String what, String json) {
    return parse(STRICT, what, json);
  }

  /**
   * Parses a JSON object as Python writes it: numbers may be NaN and Infinity.
   *
   * @param what for messages
   * @param json the text
   * @throws ModelFileException if it is none, or beyond the limits
   */
  public static JsonNode parsePython(String what, String json) {
    return parse(PYTHON, what, json);
  }

  private static JsonNode parse(JsonMapper mapper, String what, String json) {
    JsonNode root;
    try {
      count(mapper, what, json);
      root = mapper.readTree(json);
    } catch (IOException e) {
      throw new ModelFileException(
          "%s cannot be read as JSON: %s".formatted(what, ModelFileException.firstLine(e)), e);
    }
    if (!root.isObject()) {
      throw new ModelFileException(what + " must be a JSON object");
    }
    return root;
  }

  /** Objects in memory take many times their text, so they are counted before any is made. */
  private static void count(JsonMapper mapper, String what, String json) throws IOException {
    int tokens = 0;
    try (JsonParser parser = mapper.createParser(json)) {
      while (parser.nextToken() != null) {
        if (++tokens > MOST_TOKENS) {
          throw new ModelFileException(
              "%s may have at most %,d values, names and brackets, but has more"
                  .formatted(what, MOST_TOKENS));
        }
      }
    }
  }
}
