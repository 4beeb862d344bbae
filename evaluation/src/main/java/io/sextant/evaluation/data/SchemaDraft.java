package io.sextant.evaluation.data;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.results.internal.Text;
import io.sextant.spec.YamlText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * A schema that the values of a table suggest, for people to correct. Columns of 0 and 1 are
 * binary, columns of whole numbers integers, all others real, between the smallest and the largest
 * value in the data. Columns of 0 and 1 that share the name before the first dot are a one-hot
 * group where exactly one of them is 1 in every row.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class SchemaDraft {
  private final String table;
  private final List<String> columns;
  private final List<Feature> features;
  private final List<Schema.Group> groups;
  private final Set<String> labels;

  private SchemaDraft(
      String table,
      List<String> columns,
      List<Feature> features,
      List<Schema.Group> groups,
      Set<String> labels) {
    this.table = table;
    this.columns = columns;
    this.features = features;
    this.groups = groups;
    this.labels = labels;
  }

  static SchemaDraft of(CsvTable table) {
    List<String> columns = table.columns();
    List<Feature> features = new ArrayList<>();
    Map<String, List<Integer>> prefixes = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      Feature.Kind kind = kind(table, i);
      features.add(
          kind == Feature.Kind.BINARY
              ? new Feature(columns.get(i), kind, 0, 1, 1, true, Feature.Direction.BOTH)
              : table.range(i).feature(columns.get(i), kind));
      int dot = columns.get(i).indexOf('.');
      if (kind == Feature.Kind.BINARY && dot > 0) {
        prefixes
            .computeIfAbsent(columns.get(i).substring(0, dot), prefix -> new ArrayList<>())
            .add(i);
      }
    }
    List<Schema.Group> groups = new ArrayList<>();
    List<Feature> grouped = new ArrayList<>();
    prefixes.forEach(
        (prefix, members) -> {
          if (members.size() > 1 && isOneHot(table, members)) {
            members.forEach(member -> grouped.add(features.get(member)));
            groups.add(
                new Schema.Group(
                    prefix,
                    members.stream().map(columns::get).toList(),
                    true,
                    OptionalDouble.empty()));
          }
        });
    features.removeAll(new HashSet<>(grouped));
    return new SchemaDraft(table.name(), columns, features, groups, table.labels());
  }

  private static Feature.Kind kind(CsvTable table, int feature) {
    boolean binary = true;
    for (int r = 0; r < table.size(); r++) {
      double value = table.value(r, feature);
      if (value != Math.rint(value)) {
        return Feature.Kind.REAL;
      }
      binary &= value == 0 || value == 1;
    }
    return binary ? Feature.Kind.BINARY : Feature.Kind.INTEGER;
  }

  private static boolean isOneHot(CsvTable table, List<Integer> members) {
    return IntStream.range(0, table.size())
        .allMatch(r -> members.stream().filter(m -> table.value(r, m) == 1).count() == 1);
  }

  /**
   * The order of the labels, where they are not the numbers of the classes: that of the numbers
   * that they are, or of the alphabet.
   *
   * @param classes how many the model has
   * @param asked their names, if somebody has named them in order
   * @throws DataException if there are more different labels than classes
   */
  private List<String> order(int classes, List<String> asked) {
    if (!asked.isEmpty() && asked.containsAll(labels)) {
      return asked;
    }
    boolean numbers = labels.stream().allMatch(DecimalText::isNumber);
    List<String> sorted =
        labels.stream()
            .sorted(
                numbers ? Comparator.comparing(Double::valueOf) : Comparator.<String>naturalOrder())
            .toList();
    List<String> known = IntStream.range(0, classes).mapToObj(String::valueOf).toList();
    if (known.containsAll(sorted)) {
      return List.of();
    }
    if (sorted.size() != classes) {
      throw new DataException(
          "%s: the label column has %d different values %s but the model has %d classes; name another column, or list all labels in a schema"
              .formatted(table, sorted.size(), Names.listed(sorted), classes));
    }
    return sorted;
  }

  /** The domain of the columns, which needs no labels. */
  public InputDomain domain() {
    return new Schema(features, groups, List.of(), List.of()).domain(columns);
  }

  /**
   * The schema as a file says it.
   *
   * @param classes how many the model has
   * @param names of the classes in the model's order; empty when nobody has named them
   * @throws DataException if the labels cannot be its classes
   */
  public String text(int classes, List<String> names) {
    StringBuilder text =
        new StringBuilder(
            """
            # Drafted from the values of %s: read it and correct it before you trust a figure.
            # Bounds are the smallest and the largest value in the data; say which values can exist.
            # More keys of a feature: scale, one unit of distance (default maximum - minimum);
            # mutable: false, where an attacker cannot change it; monotone: increase or decrease.
            """
                .formatted(Text.line(table)));
    text.append(features.isEmpty() ? "" : "features:\n");
    for (Feature feature : features) {
      text.append("  ").append(YamlText.quote(feature.name()));
      text.append(
          feature.kind() == Feature.Kind.BINARY
              ? ": {type: binary}\n"
              : ": {type: %s, minimum: %s, maximum: %s}%n"
                  .formatted(
                      feature.kind().name().toLowerCase(Locale.ROOT),
                      DecimalText.of(feature.minimum()),
                      DecimalText.of(feature.maximum())));
    }
    if (!groups.isEmpty()) {
      text.append("# Exactly one column of a group is 1 in every row.\ngroups:\n");
      for (Schema.Group group : groups) {
        text.append(
            "  %s: [%s]%n".formatted(YamlText.quote(group.name()), quoted(group.members())));
      }
    }
    List<String> order = order(classes, names);
    if (!order.isEmpty()) {
      text.append(
          names.isEmpty()
              ? "# In the order of the model's outputs, which the data does not tell: check it.\n"
              : "# In the order of the model's outputs.\n");
      text.append("labels: [%s]%n".formatted(quoted(order)));
    }
    return text.toString().replace("\r\n", "\n");
  }

  private static String quoted(List<String> names) {
    return String.join(", ", names.stream().map(YamlText::quote).toList());
  }

  /** What was found, in a few words. */
  public String summary() {
    List<String> parts = new ArrayList<>();
    for (Feature.Kind kind : Feature.Kind.values()) {
      long count = features.stream().filter(feature -> feature.kind() == kind).count();
      if (count > 0) {
        parts.add("%d %s".formatted(count, kind.name().toLowerCase(Locale.ROOT)));
      }
    }
    if (!groups.isEmpty()) {
      parts.add("%d one-hot group%s".formatted(groups.size(), groups.size() == 1 ? "" : "s"));
    }
    return String.join(", ", parts);
  }

  /** Whether nothing of it can move, since all of it is binary or one-hot. */
  public boolean isFrozen() {
    return features.stream().allMatch(feature -> feature.kind() == Feature.Kind.BINARY);
  }
}
