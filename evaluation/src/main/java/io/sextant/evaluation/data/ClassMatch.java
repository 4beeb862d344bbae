package io.sextant.evaluation.data;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which class of a model each class of the data is. Names are matched with names, numbers with
 * numbers; nothing is matched by its place in an alphabet when somebody has named the classes.
 *
 * @param names one per class of the model
 * @param places per class of the data, its class of the model; of one without rows perhaps -1
 */
record ClassMatch(List<String> names, int[] places) {

  /**
   * Matches.
   *
   * @param data with its classes
   * @param count of the model's classes
   * @param asked their names in the model's order; empty when nobody has named them
   * @throws DataException if they do not fit, with both lists
   */
  static ClassMatch of(DataSet data, int count, List<String> asked) {
    if (!asked.isEmpty() && asked.size() != count) {
      throw new DataException(
          "classes must name the model's %d classes but names %d: %s"
              .formatted(count, asked.size(), Names.listed(asked)));
    }
    if (new HashSet<>(asked).size() != asked.size()) {
      throw new DataException("class names must differ but are " + Names.listed(asked));
    }
    return switch (data.order()) {
      case OPEN -> byNumber(data, count, asked);
      case FIXED -> fixed(data, count, asked);
      case BY_NAME -> byName(data, count, asked);
    };
  }

  private static ClassMatch byNumber(DataSet data, int count, List<String> asked) {
    int[] labels = data.labels();
    int lowest = Arrays.stream(labels).min().orElse(0);
    for (int r = 0; r < labels.length; r++) {
      if (labels[r] >= count) {
        throw wrong(
            data,
            "row %d: labels must be in 0..%d, since the model has %d classes, but one was %d%s"
                .formatted(
                    data.id(r),
                    count - 1,
                    count,
                    labels[r],
                    lowest > 0
                        ? "; labels start at 0 but the smallest here is %d: subtract it, or list"
                                .formatted(lowest)
                            + " the labels of a table in order in its schema"
                        : ""));
      }
    }
    return same(asked.isEmpty() ? numbered(count) : asked);
  }

  private static ClassMatch fixed(DataSet data, int count, List<String> asked) {
    List<String> own = data.classes();
    if (own.size() != count) {
      throw wrong(
          data,
          "the classes of the data are %s but the model has %d%s"
              .formatted(
                  Names.listed(own), count, asked.isEmpty() ? "" : ": " + Names.listed(asked)));
    }
    if (!asked.isEmpty() && !own.equals(asked) && !isNumbered(own)) {
      throw wrong(
          data,
          "the labels of the data are %s but classes are %s; %s, or leave 'classes' out"
              .formatted(
                  Names.listed(own),
                  Names.listed(asked),
                  new HashSet<>(own).equals(new HashSet<>(asked))
                      ? "list them in one order, which is that of the model's outputs"
                      : "name them alike"));
    }
    return same(asked.isEmpty() ? own : asked);
  }

  private static ClassMatch byName(DataSet data, int count, List<String> asked) {
    List<String> own = data.classes();
    if (asked.containsAll(own)) {
      return new ClassMatch(asked, own.stream().mapToInt(asked::indexOf).toArray());
    }
    // Folders may be called by the numbers of the classes; then numbers without rows are gaps.
    if (isNumbered(own)) {
      boolean[] used = new boolean[own.size()];
      Arrays.stream(data.labels()).forEach(label -> used[label] = true);
      List<String> there =
          IntStream.range(0, used.length).filter(c -> used[c]).mapToObj(own::get).toList();
      return asked.containsAll(there)
          ? new ClassMatch(asked, own.stream().mapToInt(asked::indexOf).toArray())
          : byNumber(data, count, asked);
    }
    if (!asked.isEmpty()) {
      throw wrong(
          data,
          "the folders are %s but classes are %s; name them alike"
              .formatted(Names.listed(own), Names.listed(asked)));
    }
    if (own.size() != count) {
      throw wrong(
          data,
          "the folders are %s but the model has %d classes; name all of them in its order with 'classes' (--classes)"
              .formatted(Names.listed(own), count));
    }
    return same(own);
  }

  private static ClassMatch same(List<String> names) {
    return new ClassMatch(names, IntStream.range(0, names.size()).toArray());
  }

  private static DataException wrong(DataSet data, String what) {
    return new DataException("%s: %s".formatted(data.origin().description(), what));
  }

  private static List<String> numbered(int count) {
    return IntStream.range(0, count).mapToObj(String::valueOf).toList();
  }

  static boolean isNumbered(List<String> names) {
    return names.equals(numbered(names.size()));
  }
}
