package io.sextant.gradients.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Follows through a graph which groups of the input's values each value is made of, and how. */
final class Reach {
  private final InferenceGraph graph;
  // Few of them are different, so that what is equal is the same.
  private final Map<Set<Long>, Terms> known = new HashMap<>();
  private final Map<Set<Terms>, Terms> sums = new HashMap<>();
  private final Map<Terms, Terms> wholes = new HashMap<>();

  Reach(InferenceGraph graph) {
    this.graph = graph;
  }

  /** A sum of functions, by what each reads; none of the sets is part of another. */
  private static final class Terms {
    private final Set<Long> sets;

    Terms(Set<Long> sets) {
      this.sets = sets;
    }
  }

  List<Summands> summands(int[] groups) {
    Set<Node> cuts = Set.copyOf(graph.cuts());
    List<Summands> found = new ArrayList<>();
    Field[] fields = new Field[graph.nodes().size()];
    for (Node node : graph.nodes()) {
      fields[node.index()] =
          node.index() == 0
              ? input(groups)
              : field(node, node.inputs().stream().map(input -> fields[input]).toList());
      if (cuts.contains(node)) {
        Terms all = sum(Arrays.asList(fields[node.index()].terms));
        found.add(new Summands(node, all.sets));
        // Nobody behind a cut reads what is in front of it.
        Arrays.fill(fields, 0, node.index(), null);
      }
    }
    return found;
  }

  private Field input(int[] groups) {
    return new Field(
        graph.input().shape(),
        Arrays.stream(groups)
            .mapToObj(group -> terms(Set.of(group < 0 ? 0 : 1L << group)))
            .toArray(Terms[]::new));
  }

  private Field field(Node node, List<Field> inputs) {
    Operation operation = node.operation();
    if (operation instanceof Operation.Affine) {
      Field input = inputs.get(0);
      int last = input.shape.rank() - 1;
      return input.mixed(last, node.shape().size(last));
    } else if (operation instanceof Operation.Convolution convolution) {
      return inputs.get(0).mixed(0, 1).slid(convolution.window()).mixed(0, node.shape().channels());
    } else if (operation instanceof Operation.Pool pool) {
      Field slid = inputs.get(0).slid(pool.window());
      return adds(pool.reduction()) ? slid : slid.whole();
    } else if (operation instanceof Operation.Reduce reduce) {
      Field reduced = inputs.get(0);
      for (int axis : reduce.axes()) {
        reduced = reduced.mixed(axis, 1);
      }
      reduced = new Field(node.shape(), reduced.terms);
      return adds(reduce.reduction()) ? reduced : reduced.whole();
    } else if (operation instanceof Operation.Combine combine) {
      Field combined = combined(inputs);
      return adds(combine.combination()) ? combined : combined.whole();
    } else if (operation instanceof Operation.Pad pad) {
      Field padded = inputs.get(0);
      for (int d = 0; d < padded.shape.rank(); d++) {
        int before = pad.before().get(d);
        int size = padded.shape.size(d);
        padded =
            padded.along(
                d,
                node.shape().size(d),
                place -> IntStream.of(place - before).filter(from -> 0 <= from && from < size));
      }
      return padded;
    } else if (operation instanceof Operation.BatchNorm
        || operation instanceof Operation.Rescale
        || operation instanceof Operation.Reshape) {
      return new Field(node.shape(), inputs.get(0).terms);
    } else if (operation instanceof Operation.Elementwise
        || operation instanceof Operation.ParametricRelu) {
      return inputs.get(0).whole();
    }
    Terms[] all = new Terms[node.shape().elements()];
    Arrays.fill(
        all, whole(sum(inputs.stream().flatMap(field -> Arrays.stream(field.terms)).toList())));
    return new Field(node.shape(), all);
  }

  private static boolean adds(Operation.Reduction reduction) {
    return reduction == Operation.Reduction.SUM || reduction == Operation.Reduction.AVERAGE;
  }

  private static boolean adds(Operation.Combination combination) {
    return combination == Operation.Combination.ADD
        || combination == Operation.Combination.SUBTRACT
        || combination == Operation.Combination.AVERAGE;
  }

  private Field combined(List<Field> inputs) {
    Field first = inputs.get(0);
    Terms[] terms = new Terms[first.terms.length];
    Arrays.setAll(terms, at -> sum(inputs.stream().map(input -> input.terms[at]).toList()));
    return new Field(first.shape, terms);
  }

  /** What the values of a node are made of. */
  private final class Field {
    private final Shape shape;
    private final Terms[] terms;

    Field(Shape shape, Terms[] terms) {
      this.shape = shape;
      this.terms = terms;
    }

    /** Each place along a dimension is a sum over places of the old one. */
    Field along(int axis, int size, IntFunction<IntStream> seen) {
      int before = shape.size(axis);
      int stride = shape.strides()[axis];
      Shape result = shape.with(axis, size);
      int[][] places =
          IntStream.range(0, size).mapToObj(p -> seen.apply(p).toArray()).toArray(int[][]::new);
      Terms[] sums = new Terms[result.elements()];
      for (int i = 0; i < sums.length; i++) {
        int outer = i / (stride * size);
        int inner = i % stride;
        List<Terms> read = new ArrayList<>();
        for (int place : places[i / stride % size]) {
          read.add(terms[(outer * before + place) * stride + inner]);
        }
        sums[i] = sum(read);
      }
      return new Field(result, sums);
    }

    /** Each place along a dimension is a sum over all places of the old one. */
    Field mixed(int axis, int size) {
      int all = shape.size(axis);
      Field sum = along(axis, 1, place -> IntStream.range(0, all));
      return size == 1 ? sum : sum.along(axis, size, place -> IntStream.of(0));
    }

    /** Each place is a sum over what a window sees of the dimensions behind the first. */
    Field slid(Window window) {
      Field slid = this;
      for (int d = 0; d < window.rank(); d++) {
        Window.Axis axis = window.axes().get(d);
        int size = shape.size(d + 1);
        slid =
            slid.along(
                d + 1,
                axis.places(size),
                place ->
                    IntStream.range(0, axis.kernel())
                        .map(tap -> place * axis.stride() - axis.before() + tap * axis.dilation())
                        .filter(from -> 0 <= from && from < size));
      }
      return slid;
    }

    /** Each value is a function of all its terms together. */
    Field whole() {
      return new Field(shape, Arrays.stream(terms).map(Reach.this::whole).toArray(Terms[]::new));
    }
  }

  private Terms terms(Set<Long> sets) {
    return known.computeIfAbsent(sets, Terms::new);
  }

  private Terms whole(Terms parts) {
    return wholes.computeIfAbsent(
        parts, p -> terms(Set.of(p.sets.stream().reduce(0L, (a, b) -> a | b))));
  }

  private Terms sum(List<Terms> many) {
    boolean alike = !many.isEmpty() && many.stream().allMatch(many.get(0)::equals);
    // Most values are made of what their neighbours are made of.
    return alike ? many.get(0) : sums.computeIfAbsent(new HashSet<>(many), this::maximal);
  }

  private Terms maximal(Set<Terms> many) {
    Set<Long> all = new HashSet<>();
    many.forEach(terms -> all.addAll(terms.sets));
    // What adds up nothing is a constant.
    all.add(0L);
    Set<Long> largest = new HashSet<>(all);
    largest.removeIf(
        set -> all.stream().anyMatch(other -> !other.equals(set) && (set & ~other) == 0));
    return terms(largest);
  }
}
