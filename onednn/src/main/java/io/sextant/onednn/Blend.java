package io.sextant.onednn;

import io.sextant.gradients.graph.Operation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What becomes of the places along one dimension: each new one is a weighted sum of old ones.
 *
 * @param size old places
 * @param parts for each new place the old ones that it is made of, in ascending order
 */
record Blend(int size, List<List<Part>> parts) {
  /** An old place and its weight. */
  record Part(int place, float weight) {}

  Blend {
    parts = parts.stream().map(List::copyOf).toList();
  }

  static Blend of(Operation.Select select, int size) {
    return new Blend(
        size, select.places().stream().map(place -> List.of(new Part(place, 1))).toList());
  }

  /** Between the two nearest; beyond the ends those of the ends. */
  static Blend of(Operation.Interpolate interpolate, int size) {
    List<List<Part>> parts = new ArrayList<>();
    for (double position : interpolate.positions()) {
      double inside = Math.max(0, Math.min(size - 1, position));
      int left = (int) inside;
      double share = inside - left;
      parts.add(
          share == 0
              ? List.of(new Part(left, 1))
              : List.of(new Part(left, (float) (1 - share)), new Part(left + 1, (float) share)));
    }
    return new Blend(size, parts);
  }

  /** One place, again and again. */
  static Blend repeated(int times) {
    return new Blend(1, Collections.nCopies(times, List.of(new Part(0, 1))));
  }

  int targets() {
    return parts.size();
  }

  /** The way of gradients. */
  Blend transposed() {
    List<List<Part>> back = new ArrayList<>();
    for (int place = 0; place < size; place++) {
      back.add(new ArrayList<>());
    }
    for (int target = 0; target < parts.size(); target++) {
      for (Part part : parts.get(target)) {
        back.get(part.place()).add(new Part(target, part.weight()));
      }
    }
    return new Blend(parts.size(), back);
  }
}
