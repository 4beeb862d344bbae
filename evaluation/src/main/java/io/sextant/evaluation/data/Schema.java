package io.sextant.evaluation.data;

import com.fasterxml.jackson.databind.JsonNode;
import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.methods.Suggestion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * What the columns of a table mean, from a YAML file:
 *
 * <pre>
 * features:
 *   Duration: {type: integer, minimum: 0, maximum: 72, scale: 12}
 *   Age: {type: integer, minimum: 18, maximum: 100, mutable: false}
 *   Debt: {type: real, minimum: 0, maximum: 1, monotone: increase, price: 5}
 *   Telephone: {type: binary}
 * groups:
 *   Account: [Account.none, Account.positive, Account.negative]
 *   Sex: {features: [Sex.female, Sex.male], mutable: false}
 * relations:
 *   Rate: {sum: {Amount: 1, Duration: -50}, minimum: 0}
 * labels: [Bad, Good]
 * </pre>
 *
 * <p>Real and integer features need {@code minimum} and {@code maximum}; {@code scale}, one unit of
 * distance, defaults to their difference. Members of a group need no entry under {@code features}:
 * they are binary, and exactly one of them is 1. {@code groups} may also be a list of prefixes: all
 * columns that share the name before the first dot are one group. A relation is a sum of columns,
 * each times a number, between {@code minimum} and {@code maximum}, or {@code equals} one value;
 * every row must keep it. {@code price} is what a change costs an attacker: a step of one scale, or
 * a switch; it is 1 unless said, and counts where a threat has a budget. {@code labels} fixes the
 * order of the classes; labels that are text need it. Names are the texts that were written: {@code
 * no}, {@code 010} and {@code 1e1} are names as good as others.
 *
 * @param features per column name, in the file's order
 * @param groups in the file's order
 * @param relations in the file's order
 * @param labels class names in order; empty if the labels are numbers
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Schema(
    List<Feature> features, List<Group> groups, List<Relation> relations, List<String> labels) {
  /** More than any table has use for; each is checked for every row. */
  private static final int MOST_RELATIONS = 1000;

  private static final Set<String> KEYS = ordered("features", "groups", "relations", "labels");
  private static final Set<String> FEATURE_KEYS =
      ordered("type", "minimum", "maximum", "scale", "mutable", "monotone", "price");
  private static final Set<String> LISTED_FEATURE_KEYS =
      ordered("name", "type", "minimum", "maximum", "scale", "mutable", "monotone", "price");
  private static final Set<String> GROUP_KEYS = ordered("features", "mutable", "price");
  private static final Set<String> LISTED_GROUP_KEYS =
      ordered("name", "features", "mutable", "price");
  private static final Set<String> RELATION_KEYS = ordered("sum", "minimum", "maximum", "equals");
  private static final Set<String> LISTED_RELATION_KEYS =
      ordered("name", "sum", "minimum", "maximum", "equals");
  private static final List<String> TYPES = List.of("real", "integer", "binary");
  private static final List<String> DIRECTIONS = List.of("increase", "decrease");
  private static final Set<String> FLAGS = Set.of("true", "false");
  private static final String CATEGORIES =
      "; categories are one column for each, named in a group under 'groups'";

  /** Types by the names that other tools give them. */
  private static final Map<String, String> MEANT =
      Map.ofEntries(
          Map.entry("boolean", meant("binary")),
          Map.entry("bool", meant("binary")),
          Map.entry("flag", meant("binary")),
          Map.entry("int", meant("integer")),
          Map.entry("long", meant("integer")),
          Map.entry("count", meant("integer")),
          Map.entry("float", meant("real")),
          Map.entry("double", meant("real")),
          Map.entry("number", meant("real")),
          Map.entry("numeric", meant("real")),
          Map.entry("continuous", meant("real")),
          Map.entry("category", CATEGORIES),
          Map.entry("categorical", CATEGORIES),
          Map.entry("one-hot", CATEGORIES),
          Map.entry("onehot", CATEGORIES),
          Map.entry("string", CATEGORIES));

  /**
   * A one-hot group.
   *
   * @param name for reports
   * @param members column names; empty: all columns named {@code name.something}
   * @param mutable whether an attacker may change it
   * @param price of a change; empty: those of the members
   */
  public record Group(String name, List<String> members, boolean mutable, OptionalDouble price) {
    public Group {
      members = List.copyOf(members);
    }

    private List<String> columns(List<String> header) {
      return members.isEmpty()
          ? header.stream().filter(column -> column.startsWith(name + ".")).toList()
          : members;
    }
  }

  /**
   * A relation between columns.
   *
   * @param name for reports
   * @param sum coefficients by column
   * @param minimum smallest sum, or minus infinity
   * @param maximum largest sum, or infinity
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Relation(String name, Map<String, Double> sum, double minimum, double maximum) {
    public Relation {
      sum = Collections.unmodifiableMap(new LinkedHashMap<>(sum));
    }

    private InputDomain.Relation over(List<String> columns) {
      return new InputDomain.Relation(
          name,
          sum.entrySet().stream()
              .map(
                  entry ->
                      new InputDomain.Relation.Term(
                          present(entry.getKey(), columns), entry.getValue()))
              .toList(),
          minimum,
          maximum);
    }
  }

  public Schema {
    features = List.copyOf(features);
    groups = List.copyOf(groups);
    relations = List.copyOf(relations);
    labels = List.copyOf(labels);
  }

  private static String meant(String type) {
    return "; did you mean '%s'?".formatted(type);
  }

  private static Set<String> ordered(String... keys) {
    return new LinkedHashSet<>(List.of(keys));
  }

  /**
   * Reads a schema.
   *
   * @param file YAML
   * @throws DataException if the file is missing or malformed, or a key or value is unknown
   */
  public static Schema read(Path file) {
    return load(file).schema();
  }

  /**
   * A schema with the digest of the bytes that it was read from.
   *
   * @param schema as read
   * @param file its name and digest
   */
  public record Loaded(Schema schema, Origin.Digest file) {}

  /**
   * Reads a schema and says what it was read from.
   *
   * @param file YAML
   * @throws DataException if the file is missing or malformed, or a key or value is unknown
   */
  public static Loaded load(Path file) {
    Yaml.Loaded read = Yaml.load(file);
    return new Loaded(of(Digests.name(file), read.root()), read.file());
  }

  /**
   * Parses a schema.
   *
   * @param name for messages, usually a file name
   * @param text YAML
   * @throws DataException if the text is malformed, or a key or value is unknown
   */
  public static Schema parse(String name, String text) {
    return of(name, Yaml.parse(name, text));
  }

  private static Schema of(String name, JsonNode root) {
    Yaml.checkKeys(name, root, KEYS);
    Map<String, Feature> features = new LinkedHashMap<>();
    entries(name, "features", root.path("features"))
        .forEach(
            (feature, settings) -> {
              String where = "%s: feature '%s'".formatted(name, feature);
              Yaml.checkKeys(
                  where, settings, settings.has("name") ? LISTED_FEATURE_KEYS : FEATURE_KEYS);
              features.put(feature, feature(where, feature, settings));
            });
    List<Group> groups = new ArrayList<>();
    entries(name, "groups", root.path("groups"))
        .forEach((group, settings) -> groups.add(group(name, group, settings)));
    List<Relation> relations = new ArrayList<>();
    entries(name, "relations", root.path("relations"))
        .forEach((relation, settings) -> relations.add(relation(name, relation, settings)));
    if (relations.size() > MOST_RELATIONS) {
      throw new DataException(
          "%s: there may be at most %d relations but there are %d; state each once"
              .formatted(name, MOST_RELATIONS, relations.size()));
    }
    List<String> labels = texts(name + ": labels", root.path("labels"));
    if (Set.copyOf(labels).size() != labels.size()) {
      throw new DataException("%s: labels must differ but are %s".formatted(name, labels));
    }
    return new Schema(List.copyOf(features.values()), groups, relations, labels);
  }

  /** A mapping's entries, or a list's entries by their names. */
  private static Map<String, JsonNode> entries(String file, String key, JsonNode node) {
    Map<String, JsonNode> entries = new LinkedHashMap<>();
    if (node.isObject()) {
      node.properties().forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
    } else if (node.isArray()) {
      for (JsonNode item : node) {
        String name = item.isObject() ? item.path("name").asText() : item.asText();
        if (name.isEmpty()) {
          throw new DataException(
              "%s: each item of %s needs a name but one is %s".formatted(file, key, item));
        }
        if (entries.put(name, item) != null) {
          throw new DataException("%s: %s names '%s' twice".formatted(file, key, name));
        }
      }
    } else if (!isAbsent(node)) {
      throw new DataException(
          "%s: %s must be a mapping or a list but is %s".formatted(file, key, node));
    }
    return entries;
  }

  /** A key that is not there, or has nothing behind it. */
  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull() || node.isTextual() && node.asText().isBlank();
  }

  private static Feature feature(String where, String name, JsonNode settings) {
    String type = choice(where, "type", settings, TYPES).orElse("real");
    String monotone = choice(where, "monotone", settings, DIRECTIONS).orElse("");
    boolean binary = type.equals("binary");
    double minimum = bound(where, "minimum", settings, binary ? 0 : Double.NaN);
    double maximum = bound(where, "maximum", settings, binary ? 1 : Double.NaN);
    if (binary && (minimum != 0 || maximum != 1)) {
      throw new DataException(where + " is binary: its minimum is 0 and its maximum is 1");
    }
    if (type.equals("integer")
        && (minimum != Math.rint(minimum) || maximum != Math.rint(maximum))) {
      throw new DataException(
          "%s is an integer: minimum and maximum must be whole but are %s and %s"
              .formatted(where, minimum, maximum));
    }
    try {
      return new Feature(
          name,
          Feature.Kind.valueOf(type.toUpperCase(Locale.ROOT)),
          minimum,
          maximum,
          number(where, "scale", settings).orElse(maximum - minimum),
          flag(where, "mutable", settings),
          monotone.isEmpty()
              ? Feature.Direction.BOTH
              : Feature.Direction.valueOf(monotone.toUpperCase(Locale.ROOT)),
          number(where, "price", settings).orElse(1));
    } catch (IllegalArgumentException e) {
      throw new DataException("%s: %s".formatted(where, DataException.firstLine(e)), e);
    }
  }

  private static Group group(String file, String name, JsonNode settings) {
    String where = "%s: group '%s'".formatted(file, name);
    if (settings.isTextual() || settings.isNull()) {
      return new Group(name, List.of(), true, OptionalDouble.empty());
    }
    JsonNode members = settings;
    boolean mutable = true;
    OptionalDouble price = OptionalDouble.empty();
    if (settings.isObject()) {
      Yaml.checkKeys(where, settings, settings.has("name") ? LISTED_GROUP_KEYS : GROUP_KEYS);
      members = settings.path("features");
      mutable = flag(where, "mutable", settings);
      price = number(where, "price", settings);
      if (price.isPresent() && price.getAsDouble() < 0) {
        throw new DataException(
            "%s: price must be at least 0 but is %s".formatted(where, settings.path("price")));
      }
    }
    List<String> names = texts(where, members);
    if (names.size() == 1 || Set.copyOf(names).size() != names.size()) {
      throw new DataException(
          "%s must have at least 2 different columns but has %s".formatted(where, names));
    }
    return new Group(name, names, mutable, price);
  }

  private static Relation relation(String file, String name, JsonNode settings) {
    String where = "%s: relation '%s'".formatted(file, name);
    Yaml.checkKeys(where, settings, settings.has("name") ? LISTED_RELATION_KEYS : RELATION_KEYS);
    JsonNode terms = settings.path("sum");
    if (!terms.isObject() || terms.isEmpty()) {
      throw new DataException(
          "%s needs a sum, a mapping from columns to numbers such as {Amount: 1, Duration: -50}, but has %s"
              .formatted(where, terms.isMissingNode() ? "none" : terms));
    }
    Map<String, Double> sum = new LinkedHashMap<>();
    terms
        .properties()
        .forEach(
            term -> {
              double coefficient = number(where, term.getKey(), terms).orElseThrow();
              if (coefficient == 0) {
                throw new DataException(
                    "%s: the number of '%s' must not be 0; leave the column out"
                        .formatted(where, term.getKey()));
              }
              sum.put(term.getKey(), coefficient);
            });
    OptionalDouble minimum = number(where, "minimum", settings);
    OptionalDouble maximum = number(where, "maximum", settings);
    OptionalDouble equals = number(where, "equals", settings);
    boolean bounded = minimum.isPresent() || maximum.isPresent();
    if (bounded == equals.isPresent()) {
      throw new DataException(
          "%s needs a minimum, a maximum or both, or equals alone".formatted(where));
    }
    double low = equals.orElse(minimum.orElse(Double.NEGATIVE_INFINITY));
    double high = equals.orElse(maximum.orElse(Double.POSITIVE_INFINITY));
    if (low > high) {
      throw new DataException(
          "%s: minimum must be at most maximum but they are %s and %s".formatted(where, low, high));
    }
    return new Relation(name, sum, low, high);
  }

  private static List<String> texts(String where, JsonNode node) {
    List<String> texts = new ArrayList<>();
    if (isAbsent(node)) {
      return texts;
    }
    if (!node.isArray()) {
      throw new DataException("%s must be a list but is %s".formatted(where, node));
    }
    for (JsonNode item : node) {
      if (!item.isTextual() || isAbsent(item)) {
        throw new DataException("%s must be a list of names but holds %s".formatted(where, item));
      }
      texts.add(item.asText());
    }
    return texts;
  }

  private static Optional<String> choice(
      String where, String key, JsonNode settings, List<String> known) {
    JsonNode node = settings.path(key);
    if (node.isMissingNode()) {
      return Optional.empty();
    }
    if (!known.contains(node.asText())) {
      throw new DataException(
          "%s: %s must be one of %s but is '%s'%s"
              .formatted(where, key, known, node.asText(), instead(node.asText(), known)));
    }
    return Optional.of(node.asText());
  }

  private static boolean flag(String where, String key, JsonNode settings) {
    JsonNode node = settings.path(key);
    if (node.isMissingNode()) {
      return true;
    }
    if (!FLAGS.contains(node.asText())) {
      throw new DataException("%s: %s must be true or false but is %s".formatted(where, key, node));
    }
    return node.asText().equals("true");
  }

  /** What is meant by a word that tables are described with elsewhere, or the nearest known one. */
  private static String instead(String word, List<String> known) {
    return Optional.ofNullable(MEANT.get(word.toLowerCase(Locale.ROOT)))
        .filter(meant -> known.equals(TYPES))
        .orElseGet(() -> Suggestion.question(word, known));
  }

  private static OptionalDouble number(String where, String key, JsonNode settings) {
    JsonNode node = settings.path(key);
    if (node.isMissingNode()) {
      return OptionalDouble.empty();
    }
    OptionalDouble number = DecimalText.parse(node.asText());
    if (number.isEmpty()) {
      throw new DataException(
          "%s: %s must be a finite number but is %s%s"
              .formatted(where, key, node, DecimalText.hint(node.asText())));
    }
    return number;
  }

  private static double bound(String where, String key, JsonNode settings, double otherwise) {
    double value = number(where, key, settings).orElse(otherwise);
    if (Double.isNaN(value)) {
      throw new DataException("%s needs a %s".formatted(where, key));
    }
    return value;
  }

  /**
   * The domain of a table with the given columns.
   *
   * @param columns in the table's order, without the label
   * @throws DataException if a column is not described or a described one is missing
   */
  InputDomain domain(List<String> columns) {
    Map<String, Feature> described = new HashMap<>();
    features.forEach(feature -> described.put(feature.name(), feature));
    List<InputDomain.OneHot> oneHot = new ArrayList<>();
    for (Group group : groups) {
      List<Integer> members = new ArrayList<>();
      for (String column : group.columns(columns)) {
        Feature feature =
            described.getOrDefault(
                column,
                new Feature(column, Feature.Kind.BINARY, 0, 1, 1, true, Feature.Direction.BOTH));
        described.put(
            column,
            feature
                .withMutable(feature.mutable() && group.mutable())
                .withPrice(group.price().orElse(feature.price())));
        members.add(present(column, columns));
      }
      if (members.size() < 2) {
        throw new DataException(
            "group '%s' must have at least 2 columns but the table has %d that start with '%s.'"
                .formatted(group.name(), members.size(), group.name()));
      }
      oneHot.add(new InputDomain.OneHot(group.name(), members));
    }
    features.forEach(feature -> present(feature.name(), columns));
    List<Feature> list = new ArrayList<>();
    for (String column : columns) {
      Feature feature = described.get(column);
      if (feature == null) {
        throw new DataException(
            "column '%s' is not described in the schema; add it under features or to a group"
                .formatted(column));
      }
      list.add(feature);
    }
    try {
      return InputDomain.of(
          list, oneHot, relations.stream().map(relation -> relation.over(columns)).toList());
    } catch (IllegalArgumentException e) {
      throw new DataException(DataException.firstLine(e), e);
    }
  }

  private static int present(String column, List<String> columns) {
    int index = columns.indexOf(column);
    if (index < 0) {
      throw new DataException(
          "column '%s' of the schema is missing%s"
              .formatted(column, Suggestion.question(column, columns)));
    }
    return index;
  }
}
