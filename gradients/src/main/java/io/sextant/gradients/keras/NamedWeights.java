package io.sextant.gradients.keras;

import io.sextant.gradients.files.Hdf5File;
import io.sextant.gradients.model.ModelFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Weights in whole-model HDF5: a group for each layer of the outermost model, with a list of the
 * arrays in it. A model inside the model has one group too, in which the names tell its layers.
 */
final class NamedWeights implements WeightStore {
  private static final int DEEPEST_GROUP = 6;

  private final String file;
  private final Hdf5File.Node group;

  /**
   * The whole file's weights.
   *
   * @param file for messages
   * @param group that has a member for each layer
   */
  NamedWeights(String file, Hdf5File.Node group) {
    this.file = file;
    this.group = group;
  }

  @Override
  public WeightStore of(LayerConfig layer, List<LayerConfig> siblings) {
    List<Entry> entries = new ArrayList<>();
    group.child(layer.name()).ifPresent(own -> collect(own, layer.name(), entries));
    return new OfLayer(List.copyOf(entries));
  }

  @Override
  public WeightStore part(String name, int index, int parts) {
    return this;
  }

  @Override
  public List<Stored> arrays() {
    return List.of();
  }

  @Override
  public List<Stored> all() {
    return List.of();
  }

  private void collect(Hdf5File.Node own, String layer, List<Entry> entries) {
    List<String> names = own.texts("weight_names");
    for (String name : names) {
      Hdf5File.Node array =
          own.child(name)
              .filter(Hdf5File.Node::isArray)
              .orElseThrow(
                  () ->
                      new ModelFileException(
                          "%s: the weights %s of layer %s are missing"
                              .formatted(
                                  file,
                                  ModelFileException.quote(name),
                                  ModelFileException.quote(layer))));
      entries.add(new Entry(layer, name, array));
    }
    if (names.isEmpty()) {
      walk(own, layer, "", DEEPEST_GROUP, entries);
    }
  }

  /** Files that list no names have the arrays alone. */
  private static void walk(
      Hdf5File.Node at, String layer, String path, int depth, List<Entry> entries) {
    for (String name : at.members()) {
      Hdf5File.Node member = at.child(name).orElseThrow();
      if (member.isArray()) {
        entries.add(new Entry(layer, path + name, member));
      } else if (depth > 0) {
        walk(member, layer, path + name + "/", depth - 1, entries);
      }
    }
  }

  /** An array with the path that its layers and fields make: {@code outer/dense/kernel:0}. */
  private record Entry(List<String> path, Stored stored) {
    Entry(String layer, String name, Hdf5File.Node array) {
      this(Arrays.asList(name.split("/", -1)), new Stored(Optional.of(field(layer, name)), array));
    }

    /** Whether the path leads through a layer, in whose name there may be separators. */
    boolean belongs(String layer) {
      List<String> parts = Arrays.asList(layer.split("/", -1));
      return Collections.indexOfSubList(path.subList(0, path.size() - 1), parts) >= 0;
    }

    /** {@code dense/kernel:0} and, in Keras 1, {@code dense_1_W} are kernel and W. */
    private static String field(String layer, String name) {
      String last = name.substring(name.lastIndexOf('/') + 1).replaceFirst(":\\d+$", "");
      String own = last.startsWith(layer + "_") ? last.substring(layer.length() + 1) : last;
      return own.replaceFirst("_\\d+$", "");
    }
  }

  /** The arrays of one group, or some of them. */
  private record OfLayer(List<Entry> entries) implements WeightStore {
    @Override
    public WeightStore of(LayerConfig layer, List<LayerConfig> siblings) {
      List<Entry> own = entries.stream().filter(entry -> entry.belongs(layer.name())).toList();
      // The names of models inside models are mostly left out.
      return own.isEmpty() && layer.inner().isPresent() ? this : new OfLayer(own);
    }

    @Override
    public WeightStore part(String name, int index, int parts) {
      int each = entries.size() / parts;
      return new OfLayer(entries.subList(index * each, (index + 1) * each));
    }

    @Override
    public List<Stored> arrays() {
      return entries.stream().map(Entry::stored).toList();
    }

    @Override
    public List<Stored> all() {
      return arrays();
    }
  }
}
