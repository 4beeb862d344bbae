package io.sextant.gradients.keras;

import io.sextant.gradients.files.Hdf5File;
import io.sextant.gradients.model.ModelFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Weights in archives of Keras 3: a group {@code vars} for each layer and part of one, at a path of
 * the fields that lead to it. Layers have their class's name there, numbered within their model,
 * and arrays are numbered in the order in which the layer made them.
 */
final class PathWeights implements WeightStore {
  private static final String VARIABLES = "vars";
  private static final List<String> CONTAINERS =
      List.of("layers", "_layer_checkpoint_dependencies");
  private static final int DEEPEST_GROUP = 64;
  private static final int MOST_GROUPS = 1 << 16;

  /** Where letters of a class's name begin a new word. */
  private static final Pattern WORD = Pattern.compile("(.)([A-Z][a-z]+)");

  private static final Pattern CAPITAL = Pattern.compile("([a-z])([A-Z])");

  private final String file;
  private final NavigableMap<String, Hdf5File.Node> groups;
  private final String path;

  private PathWeights(String file, NavigableMap<String, Hdf5File.Node> groups, String path) {
    this.file = file;
    this.groups = groups;
    this.path = path;
  }

  /** The weights of the outermost model. */
  static PathWeights of(String file, Hdf5File.Node root) {
    NavigableMap<String, Hdf5File.Node> groups = new TreeMap<>();
    new Walk(file, groups).into(root, "", DEEPEST_GROUP);
    return new PathWeights(file, groups, "");
  }

  private record Walk(String file, NavigableMap<String, Hdf5File.Node> groups) {
    void into(Hdf5File.Node at, String path, int depth) {
      if (groups.size() > MOST_GROUPS || depth == 0) {
        throw new ModelFileException(
            "%s: its weights are in more than %d groups, or deeper than %d"
                .formatted(file, MOST_GROUPS, DEEPEST_GROUP));
      }
      boolean holds = false;
      for (String name : at.members()) {
        Hdf5File.Node member = at.child(name).orElseThrow();
        if (member.isArray()) {
          holds = true;
        } else {
          // Windows wrote its own separators into names.
          into(member, path + name.replace('\\', '/') + "/", depth - 1);
        }
      }
      if (holds) {
        groups.put(path, at);
      }
    }
  }

  private boolean holds(String prefix) {
    String first = groups.ceilingKey(prefix);
    return first != null && first.startsWith(prefix);
  }

  @Override
  public WeightStore of(LayerConfig layer, List<LayerConfig> siblings) {
    String word = words(layer.kind());
    if (!layer.weighted()) {
      return new PathWeights(file, groups, path + word + "/none/");
    }
    List<LayerConfig> alike =
        siblings.stream()
            .filter(other -> words(other.kind()).equals(word) && other.weighted())
            .toList();
    for (String container : CONTAINERS) {
      List<String> found = numbered(path + container + "/", word);
      int index = alike.indexOf(layer);
      if (index >= 0 && found.size() == alike.size()) {
        return new PathWeights(file, groups, found.get(index));
      }
      if (!found.isEmpty()) {
        throw new ModelFileException(
            "%s: it has %d layers of class %s with weights, but weights for %d"
                .formatted(
                    file, alike.size(), ModelFileException.quote(layer.kind()), found.size()));
      }
    }
    return new PathWeights(file, groups, path + word + "/none/");
  }

  /** The places of this word with and without a number that hold arrays, by their numbers. */
  private List<String> numbered(String prefix, String word) {
    record Numbered(int number, String path) {}
    List<Numbered> found = new ArrayList<>();
    String last = "";
    for (String key : groups.tailMap(prefix, true).keySet()) {
      if (!key.startsWith(prefix)) {
        break;
      }
      String name = key.substring(prefix.length(), key.indexOf('/', prefix.length()));
      if (!name.equals(last) && name.matches(Pattern.quote(word) + "(_\\d{1,6})?")) {
        int number = name.equals(word) ? 0 : Integer.parseInt(name.substring(word.length() + 1));
        found.add(new Numbered(number, prefix + name + "/"));
      }
      last = name;
    }
    return found.stream()
        .sorted(Comparator.comparingInt(Numbered::number))
        .map(Numbered::path)
        .distinct()
        .toList();
  }

  @Override
  public WeightStore part(String name, int index, int parts) {
    // Fields that Keras keeps private have an underscore in front.
    String hidden = path + "_" + name + "/";
    return new PathWeights(file, groups, holds(hidden) ? hidden : path + name + "/");
  }

  @Override
  public List<Stored> arrays() {
    Hdf5File.Node own = groups.get(path + VARIABLES + "/");
    if (own == null) {
      return List.of();
    }
    List<Stored> arrays = new ArrayList<>();
    for (int i = 0; i < own.members().size(); i++) {
      int number = i;
      arrays.add(
          new Stored(
              Optional.empty(),
              own.child(Integer.toString(i))
                  .filter(Hdf5File.Node::isArray)
                  .orElseThrow(
                      () ->
                          new ModelFileException(
                              "%s: array %d of %s is missing"
                                  .formatted(file, number, ModelFileException.quote(path))))));
    }
    return arrays;
  }

  @Override
  public List<Stored> all() {
    return groups.tailMap(path, true).entrySet().stream()
        .takeWhile(entry -> entry.getKey().startsWith(path))
        .flatMap(entry -> arrays(entry.getValue()))
        .toList();
  }

  private static Stream<Stored> arrays(Hdf5File.Node group) {
    return group.members().stream()
        .map(name -> group.child(name).orElseThrow())
        .filter(Hdf5File.Node::isArray)
        .map(array -> new Stored(Optional.empty(), array));
  }

  /** {@code BatchNormalization} is {@code batch_normalization}, and {@code Conv2D conv2d}. */
  static String words(String kind) {
    String parted = WORD.matcher(kind.replaceAll("\\W+", "")).replaceAll("$1_$2");
    return CAPITAL.matcher(parted).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
  }
}
