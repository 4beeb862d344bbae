package io.sextant.gradients.keras;

import io.sextant.gradients.files.Hdf5File;
import io.sextant.gradients.model.ModelFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
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
  private static final int LONGEST_PATH = 4096;

  /** Where letters of a class's name begin a new word. */
  private static final Pattern WORD = Pattern.compile("(.)([A-Z][a-z]+)");

  private static final Pattern NUMBER = Pattern.compile("(.*)_(\\d{1,6})");

  private static final Pattern CAPITAL = Pattern.compile("([a-z])([A-Z])");

  private final String file;
  private final NavigableMap<String, Hdf5File.Node> groups;
  private final String path;
  // By the layers' names, once it was asked for one.
  private final Map<String, String> places = new HashMap<>();

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
      if (groups.size() > MOST_GROUPS || depth == 0 || path.length() > LONGEST_PATH) {
        throw new ModelFileException(
            "%s: its weights are in more than %d groups, or deeper than %d, or at a path of more than %d letters"
                .formatted(file, MOST_GROUPS, DEEPEST_GROUP, LONGEST_PATH));
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
    if (places.isEmpty()) {
      assign(siblings);
    }
    return new PathWeights(
        file, groups, places.getOrDefault(layer.name(), path + "none/" + layer.name() + "/"));
  }

  /** Gives the places of each class to its layers, in their order. */
  private void assign(List<LayerConfig> siblings) {
    Map<String, List<LayerConfig>> byWord = new HashMap<>();
    for (LayerConfig layer : siblings) {
      byWord.computeIfAbsent(words(layer.kind()), word -> new ArrayList<>()).add(layer);
    }
    for (String container : CONTAINERS) {
      Map<String, NavigableMap<Integer, String>> found = numbered(path + container + "/");
      for (Map.Entry<String, NavigableMap<Integer, String>> places : found.entrySet()) {
        List<LayerConfig> all = byWord.getOrDefault(places.getKey(), List.of());
        List<LayerConfig> weighted = all.stream().filter(Weighted::has).toList();
        if (weighted.isEmpty()) {
          continue; // states of random layers
        }
        // Layers without weights may have such states, too.
        List<LayerConfig> layers = all.size() == places.getValue().size() ? all : weighted;
        if (layers.size() != places.getValue().size()) {
          throw new ModelFileException(
              "%s: it has %d layers of the class %s with weights, but weights for %d"
                  .formatted(
                      file,
                      layers.size(),
                      ModelFileException.quote(places.getKey()),
                      places.getValue().size()));
        }
        Iterator<String> next = places.getValue().values().iterator();
        layers.forEach(layer -> this.places.put(layer.name(), next.next()));
      }
    }
  }

  /** What holds arrays, by its word without its number and then by its number. */
  private Map<String, NavigableMap<Integer, String>> numbered(String prefix) {
    Map<String, NavigableMap<Integer, String>> found = new HashMap<>();
    String last = "";
    for (String key : groups.tailMap(prefix, true).keySet()) {
      if (!key.startsWith(prefix)) {
        break;
      }
      String name = key.substring(prefix.length(), key.indexOf('/', prefix.length()));
      if (!name.equals(last)) {
        Matcher number = NUMBER.matcher(name);
        boolean numbered = number.matches();
        found
            .computeIfAbsent(numbered ? number.group(1) : name, word -> new TreeMap<>())
            .put(numbered ? Integer.parseInt(number.group(2)) : 0, prefix + name + "/");
      }
      last = name;
    }
    return found;
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
