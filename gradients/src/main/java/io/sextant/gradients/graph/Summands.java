package io.sextant.gradients.graph;

import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * A layer as a sum of functions of parts of the input: each value of the layer is a sum of terms,
 * and each term reads no more of the input than one of these sets of groups.
 *
 * <p>Windows see neighbours, and what is linear adds up what it reads. So a convolution reads
 * little of an image at each place, and a dense layer behind it is a sum of functions of little
 * each, although it reads all of the image.
 *
 * @param layer one of the graph's {@link InferenceGraph#cuts()}
 * @param groups the sets, none of which is part of another, at least one; a group is a bit
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Summands(Node layer, Set<Long> groups) {
  /** Groups are bits of a whole number. */
  private static final int MOST_GROUPS = Long.SIZE;

  public Summands {
    groups = Set.copyOf(groups);
  }

  /**
   * The cuts of a graph as sums. The sets follow from the operations alone, whatever the weights
   * are; an operation of which nothing else is known reads all that it is given.
   *
   * @param graph whose rows are independent
   * @param groups the group of each value of the input, from 0 to below 64; below 0 for values that
   *     are always the same
   * @return one per cut, in the graph's order
   * @throws IllegalArgumentException when there are not as many groups as values, or one is too
   *     large
   */
  public static List<Summands> of(InferenceGraph graph, int... groups) {
    if (groups.length != graph.input().shape().elements()) {
      throw new IllegalArgumentException(
          "there must be a group for each of the %d input values but there were %d"
              .formatted(graph.input().shape().elements(), groups.length));
    }
    for (int group : groups) {
      if (group >= MOST_GROUPS) {
        throw new IllegalArgumentException(
            "groups must be below %d but one was %d".formatted(MOST_GROUPS, group));
      }
    }
    return new Reach(graph).summands(groups);
  }
}
