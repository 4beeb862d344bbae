package io.sextant.onnx.constants;

import io.sextant.onnx.file.Operator;
import io.sextant.onnx.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What operators on shapes ask for, as sizes and places: the same for constants and for values that
 * are only known when the model runs.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Shapes {
  private Shapes() {}

  /**
   * Places along one axis.
   *
   * @param axis the axis
   * @param start the first place
   * @param step between places, not 0
   * @param count how many
   */
  public record Range(int axis, int start, int step, int count) {
    /** The places themselves. */
    public List<Integer> places() {
      return IntStream.range(0, count).map(i -> start + i * step).boxed().toList();
    }
  }

  /** An axis counted from the front. */
  public static int axis(Operator operator, long axis, int rank) {
    long positive = axis < 0 ? axis + rank : axis;
    if (positive < 0 || positive >= rank) {
      throw operator.unsupported(
          "axis %d does not exist in a value of %d dimensions".formatted(axis, rank));
    }
    return (int) positive;
  }

  /**
   * The axes of an operator, which newer operator sets take as an input.
   *
   * @param input the constant input that holds them, when there is one
   * @param rank of what the axes are of
   * @return each once, ascending; empty when none are given
   */
  public static Optional<int[]> axes(Operator operator, @Nullable Tensor input, int rank) {
    Optional<long[]> given =
        operator.integers("axes").or(() -> Optional.ofNullable(input).map(Tensor::longs));
    return given.map(
        axes -> {
          Set<Integer> distinct = new TreeSet<>();
          for (long axis : axes) {
            if (!distinct.add(axis(operator, axis, rank))) {
              throw operator.unsupported("axis %d is given twice".formatted(axis));
            }
          }
          return distinct.stream().mapToInt(Integer::intValue).toArray();
        });
  }

  /**
   * The places that an Unsqueeze gives new dimensions.
   *
   * @param input the constant input that holds them, when there is one
   * @param rank of what is given more dimensions
   */
  public static int[] inserted(Operator operator, @Nullable Tensor input, int rank) {
    int more =
        operator
            .integers("axes")
            .map(axes -> axes.length)
            .orElseGet(() -> input == null ? 0 : input.count());
    Tensor.requireRank(Math.addExact(rank, more));
    return axes(operator, input, rank + more)
        .orElseThrow(() -> operator.unsupported("axes are missing"));
  }

  /**
   * The sizes that a tensor holds.
   *
   * @throws IllegalArgumentException when they are none, or of too many values
   */
  public static int[] asked(Tensor shape) {
    long[] sizes = shape.longs();
    Tensor.count(sizes);
    return Arrays.stream(sizes).mapToInt(size -> (int) size).toArray();
  }

  /** A Dropout leaves values as they are, unless the model is in training mode. */
  public static void requireInference(Operator operator, @Nullable Tensor training) {
    operator.ignore("ratio", "seed");
    if (training != null && training.value(0) != 0) {
      throw operator.unsupported("the model is in training mode; export it for inference");
    }
  }

  /** The sizes that a Reshape asks for: 0 keeps a size, and -1 is what is left. */
  public static int[] reshaped(Operator operator, int[] from, long[] to) {
    Tensor.requireRank(to.length);
    boolean zeroIsZero = operator.flag("allowzero");
    long known = 1;
    int open = -1;
    long[] sizes = new long[to.length];
    for (int i = 0; i < to.length; i++) {
      sizes[i] = to[i];
      if (to[i] == 0 && !zeroIsZero) {
        if (i >= from.length) {
          throw operator.unsupported(
              "a size of %s cannot be kept in %s"
                  .formatted(Arrays.toString(from), Arrays.toString(to)));
        }
        sizes[i] = from[i];
      }
      if (sizes[i] == -1 && open < 0) {
        open = i;
      } else if (sizes[i] < 0 || sizes[i] > Tensor.MOST_VALUES) {
        throw operator.unsupported("the shape %s is not one".formatted(Arrays.toString(to)));
      } else {
        known = Math.min(known * sizes[i], Long.MAX_VALUE / Tensor.MOST_VALUES - 1);
      }
    }
    long count = Tensor.count(from);
    if (open >= 0 && known > 0 && count % known == 0) {
      sizes[open] = count / known;
      known = count;
    }
    if (known != count || Arrays.stream(sizes).anyMatch(size -> size < 0)) {
      throw operator.unsupported(
          "%s cannot become %s".formatted(Arrays.toString(from), Arrays.toString(to)));
    }
    return Arrays.stream(sizes).mapToInt(size -> (int) size).toArray();
  }

  /** Two dimensions: everything in front of the axis, and the rest. */
  public static int[] flattened(Operator operator, int[] from) {
    long axis = operator.integer("axis", 1);
    int at = axis == from.length ? from.length : axis(operator, axis, from.length);
    return new int[] {
      Tensor.count(Arrays.copyOf(from, at)), Tensor.count(Arrays.copyOfRange(from, at, from.length))
    };
  }

  /** Without dimensions of size 1: all of them, or those that are named. */
  public static int[] squeezed(Operator operator, int[] from, Optional<int[]> axes) {
    List<Integer> sizes = new ArrayList<>();
    for (int d = 0; d < from.length; d++) {
      int axis = d;
      boolean goes =
          axes.map(named -> Arrays.stream(named).anyMatch(a -> a == axis)).orElse(from[d] == 1);
      if (!goes) {
        sizes.add(from[d]);
      } else if (from[d] != 1) {
        throw operator.unsupported(
            "dimension %d of %s has not size 1".formatted(d, Arrays.toString(from)));
      }
    }
    return sizes.stream().mapToInt(Integer::intValue).toArray();
  }

  /** With dimensions of size 1 at these places of the result. */
  public static int[] unsqueezed(int[] from, int[] axes) {
    int[] sizes = new int[from.length + axes.length];
    int next = 0;
    for (int d = 0; d < sizes.length; d++) {
      int axis = d;
      sizes[d] = Arrays.stream(axes).anyMatch(a -> a == axis) ? 1 : from[next++];
    }
    return sizes;
  }

  /** The order of a Transpose: reversed when it is not said. */
  public static int[] order(Operator operator, int rank) {
    int[] order =
        operator
            .integers("perm")
            .map(perm -> Arrays.stream(perm).mapToInt(d -> axis(operator, d, rank)).toArray())
            .orElseGet(() -> IntStream.range(0, rank).map(d -> rank - 1 - d).toArray());
    if (order.length != rank || Arrays.stream(order).distinct().count() != rank) {
      throw operator.unsupported(
          "%d dimensions cannot be ordered as %s".formatted(rank, Arrays.toString(order)));
    }
    return order;
  }

  /**
   * What a Slice keeps.
   *
   * @param inputs starts, ends, axes and steps, where the operator takes them as inputs
   */
  public static List<Range> slices(Operator operator, int[] sizes, List<@Nullable Tensor> inputs) {
    long[] starts = numbers(operator, "starts", inputs, 1);
    long[] ends = numbers(operator, "ends", inputs, 2);
    long[] axes = optional(operator, "axes", inputs, 3, starts.length, false);
    long[] steps = optional(operator, "steps", inputs, 4, starts.length, true);
    if (ends.length != starts.length
        || axes.length != starts.length
        || steps.length != starts.length) {
      throw operator.unsupported("starts, ends, axes and steps must be equally many");
    }
    List<Range> ranges = new ArrayList<>();
    for (int i = 0; i < starts.length; i++) {
      int axis = axis(operator, axes[i], sizes.length);
      int size = sizes[axis];
      long step = steps[i];
      if (step == 0 || step != (int) step) {
        throw operator.unsupported("a slice cannot go in steps of %d".formatted(step));
      }
      long start = starts[i] < 0 ? starts[i] + size : starts[i];
      long end = ends[i] < 0 ? ends[i] + size : ends[i];
      if (step > 0) {
        start = Math.max(0, Math.min(size, start));
        end = Math.max(0, Math.min(size, end));
      } else {
        start = Math.max(0, Math.min(size - 1L, start));
        end = Math.max(-1, Math.min(size - 1L, end));
      }
      long distance = step > 0 ? end - start : start - end;
      long count =
          size == 0 || distance <= 0 ? 0 : (distance + Math.abs(step) - 1) / Math.abs(step);
      ranges.add(new Range(axis, count == 0 ? 0 : (int) start, (int) step, (int) count));
    }
    return ranges;
  }

  private static long[] numbers(
      Operator operator, String name, List<@Nullable Tensor> inputs, int index) {
    return operator
        .integers(name)
        .or(() -> at(inputs, index).map(Tensor::longs))
        .orElseThrow(() -> operator.unsupported("%s are missing".formatted(name)));
  }

  private static long[] optional(
      Operator operator,
      String name,
      List<@Nullable Tensor> inputs,
      int index,
      int count,
      boolean ones) {
    return operator
        .integers(name)
        .or(() -> at(inputs, index).map(Tensor::longs))
        .orElseGet(() -> IntStream.range(0, count).mapToLong(i -> ones ? 1 : i).toArray());
  }

  /** An input, when there is one. */
  public static Optional<Tensor> at(List<@Nullable Tensor> inputs, int index) {
    return index < inputs.size() ? Optional.ofNullable(inputs.get(index)) : Optional.empty();
  }

  /**
   * The sizes of the parts of a Split.
   *
   * @param size of what is split
   * @param given as an input, when it is
   * @param outputs how many there are
   */
  public static int[] parts(Operator operator, int size, @Nullable Tensor given, int outputs) {
    Optional<long[]> sizes =
        operator.integers("split").or(() -> Optional.ofNullable(given).map(Tensor::longs));
    int[] parts;
    if (sizes.isPresent()) {
      parts =
          Arrays.stream(sizes.get())
              .mapToInt(part -> (int) Math.max(-1, Math.min(part, Integer.MAX_VALUE)))
              .toArray();
    } else {
      int count = operator.index("num_outputs", outputs);
      int each = (size + Math.max(1, count) - 1) / Math.max(1, count);
      parts =
          IntStream.range(0, Math.max(0, Math.min(count, outputs)))
              .map(i -> Math.min(each, size - i * each))
              .toArray();
    }
    if (parts.length != outputs
        || Arrays.stream(parts).anyMatch(part -> part < 0)
        || Arrays.stream(parts).asLongStream().sum() != size) {
      throw operator.unsupported(
          "%d values cannot be split into %s".formatted(size, Arrays.toString(parts)));
    }
    return parts;
  }
}
