package io.sextant.reports.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sextant.results.internal.Text;
import org.apiguardian.api.API;

/** The way in which trees become JSON text: indented, in the order in which they were built. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class JsonText {
  private static final DefaultIndenter INDENTER = new DefaultIndenter("  ", "\n");
  private static final ObjectWriter WRITER =
      JsonMapper.builder()
          .disable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build()
          .writer(new DefaultPrettyPrinter().withObjectIndenter(INDENTER));

  private JsonText() {}

  /** An empty object. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** The text of a tree, with {@code \n} at the line ends. */
  public static String print(JsonNode tree) {
    try {
      return Text.wellFormed(WRITER.writeValueAsString(tree)) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree is always writable: " + e.getMessage(), e);
    }
  }
}
