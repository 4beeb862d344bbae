package io.sextant.gradients.keras;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Damages a configuration by its values and names, so that it stays JSON and reaches what lowers
 * the layers: changed bytes seldom do.
 */
final class ConfigurationDamage {
  private static final JsonMapper MAPPER = new JsonMapper();

  private static final String[] VALUES = {
    "null",
    "true",
    "false",
    "\"\"",
    "\"x\"",
    "\"same\"",
    "\"relu\"",
    "[]",
    "{}",
    "[[]]",
    "[null]",
    "[{}]",
    "{\"a\": 1}",
    "0",
    "-1",
    "0.5",
    "1e-300",
    "1e308",
    "1e999",
    "NaN",
    "-Infinity",
    "2147483647",
    "-2147483648",
    "2147483648",
    "9223372036854775807",
    "[2147483647, 2147483647]",
    "[0, 0]",
    "[-1, -1]",
    "[[1, 1], [1, 1]]",
    "[null, null, null]",
    "[null, 46341, 46341]"
  };

  private static final List<String> LAYERS = List.of(Layers.supported().split(", "));

  /** Where a value stands: in an object under its name, or in a list. */
  private record Place(JsonNode container, String key, int index) {
    JsonNode value() {
      return container instanceof ObjectNode object ? object.path(key) : container.path(index);
    }

    void set(JsonNode value) {
      if (container instanceof ObjectNode object) {
        object.set(key, value);
      } else if (container instanceof ArrayNode list) {
        list.set(index, value);
      }
    }

    void remove() {
      if (container instanceof ObjectNode object) {
        object.remove(key);
      } else if (container instanceof ArrayNode list) {
        list.remove(index);
      }
    }

    void insert(JsonNode value) {
      if (container instanceof ArrayNode list) {
        list.insert(index, value);
      } else {
        set(value);
      }
    }
  }

  private final Random random;

  ConfigurationDamage(Random random) {
    this.random = random;
  }

  /** A configuration with one to three values or names changed. */
  String of(String json) {
    try {
      JsonNode root = MAPPER.readTree(json);
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        List<Place> places = new ArrayList<>();
        collect(root, places);
        if (!places.isEmpty()) {
          change(places);
        }
      }
      return MAPPER.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static void collect(JsonNode container, List<Place> places) {
    if (container instanceof ObjectNode object) {
      object.fieldNames().forEachRemaining(key -> places.add(new Place(object, key, 0)));
    } else {
      for (int i = 0; i < container.size(); i++) {
        places.add(new Place(container, "", i));
      }
    }
    container.forEach(value -> collect(value, places));
  }

  private void change(List<Place> places) {
    Place place = one(places);
    JsonNode other = one(places).value().deepCopy();
    switch (random.nextInt(10)) {
      case 0 -> place.remove();
      case 1, 2 -> place.set(raw(VALUES[random.nextInt(VALUES.length)]));
      case 3 -> place.set(other);
      case 4 -> place.insert(other);
      case 5 -> place.set(JsonNodeFactory.instance.arrayNode().add(place.value()));
      case 6 -> number(places).set(new IntNode(random.nextInt(12) - 2));
      case 7 -> named(places, "class_name").set(new TextNode(one(LAYERS)));
      case 8 -> {
        // An option where it belongs to another layer.
        if (place.container() instanceof ObjectNode object) {
          object.set(one(places).key(), other);
        }
      }
      default -> place.set(raw(large()));
    }
  }

  /** What is too deep, too long, or too many. */
  private String large() {
    int times = 1 + random.nextInt(3000);
    return switch (random.nextInt(5)) {
      case 0 -> "[".repeat(times) + "]".repeat(times);
      case 1 -> "{\"layer\": ".repeat(times) + "1" + "}".repeat(times);
      case 2 -> "9".repeat(times);
      case 3 -> "[" + "1, ".repeat(times) + "1]";
      default -> "\"" + "x".repeat(times) + "\"";
    };
  }

  private static JsonNode raw(String json) {
    return new POJONode(new RawValue(json));
  }

  private <T> T one(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private Place number(List<Place> places) {
    List<Place> numbers = places.stream().filter(place -> place.value().isNumber()).toList();
    return one(numbers.isEmpty() ? places : numbers);
  }

  private Place named(List<Place> places, String key) {
    List<Place> named = places.stream().filter(place -> place.key().equals(key)).toList();
    return one(named.isEmpty() ? places : named);
  }
}
