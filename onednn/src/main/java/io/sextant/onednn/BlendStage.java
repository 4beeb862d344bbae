package io.sextant.onednn;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Places along dimensions chosen, repeated, interpolated, in whatever order the values lie.
 *
 * @param input the node it reads
 * @param output the node whose value it computes
 * @param from the input's shape, of the result's rank
 * @param widened whether the input itself has fewer dimensions
 * @param result the output's shape
 * @param steps one dimension after the other
 */
record BlendStage(
    int input, int output, Shape from, boolean widened, Shape result, List<Step> steps)
    implements Stage {
  private static final int MOST_PLACES = 1 << 16;

  /** A dimension, the batch not counted, and what becomes of it. */
  private record Step(int axis, Blend blend) {}

  BlendStage {
    steps = List.copyOf(steps);
  }

  /** The stage of an operation that only blends, if it does. */
  static Optional<Stage> of(Operation operation, int input, int output, Shape from, Shape result) {
    List<Step> steps = new ArrayList<>();
    if (operation instanceof Operation.Select select) {
      steps.add(new Step(select.axis(), Blend.of(select, from.size(select.axis()))));
    } else if (operation instanceof Operation.Interpolate interpolate) {
      int axis = interpolate.axis();
      steps.add(new Step(axis, Blend.of(interpolate, from.size(axis))));
    } else if (operation instanceof Operation.Expand) {
      // The last dimensions first, so that what is copied most lies together.
      Shape whole = ranked(from, result.rank());
      for (int axis = result.rank() - 1; axis >= 0; axis--) {
        if (whole.size(axis) != result.size(axis)) {
          steps.add(new Step(axis, Blend.repeated(result.size(axis))));
        }
      }
      return Optional.of(
          new BlendStage(input, output, whole, whole.rank() > from.rank(), result, steps));
    } else {
      return Optional.empty();
    }
    return Optional.of(new BlendStage(input, output, from, false, result, steps));
  }

  /** With dimensions of size 1 in front. */
  private static Shape ranked(Shape shape, int rank) {
    int[] sizes = new int[rank];
    Arrays.fill(sizes, 1);
    System.arraycopy(shape.sizes(), 0, sizes, rank - shape.rank(), shape.rank());
    return Shape.of(sizes);
  }

  /** Whether it only blends, and so few places that what each is made of can be listed. */
  static boolean supports(Operation operation, Shape from, Shape result) {
    boolean blends =
        operation instanceof Operation.Select
            || operation instanceof Operation.Interpolate
            || operation instanceof Operation.Expand;
    return blends
        && IntStream.concat(Arrays.stream(from.sizes()), Arrays.stream(result.sizes()))
            .allMatch(size -> size <= MOST_PLACES);
  }

  /** What is repeated is mostly to be combined with something larger. */
  @Override
  public boolean settled() {
    return result.elements() <= from.elements();
  }

  @Override
  public Emitted emit(Assembly assembly) {
    Order order = order(assembly);
    Slot value = assembly.value(input, read(order));
    assembly.read(input);
    Shape shape = from;
    for (Step step : steps) {
      value = blended(assembly, value, shape, step.axis(), step.blend(), order);
      shape = shape.with(step.axis(), step.blend().targets());
    }
    return new Emitted(value, order, (back, gradient) -> pullBack(back, gradient, order));
  }

  /** The input's own, unless it lies alike in both, as it does with new dimensions in front. */
  private Order order(Assembly assembly) {
    if (Order.ROW_MAJOR.same(Order.CHANNELS_LAST, from)) {
      return Order.natural(result);
    }
    return assembly.order(input);
  }

  /** In which order the input is read; what lies alike in both may have fewer dimensions. */
  private Order read(Order order) {
    return widened ? Order.ROW_MAJOR : order;
  }

  private Slot blended(
      Assembly assembly, Slot value, Shape shape, int axis, Blend blend, Order order) {
    long[] strides = order.strides(1, shape);
    int inner = Math.toIntExact(strides[axis + 1]);
    long outer = assembly.rows() * (long) shape.elements() / ((long) inner * shape.size(axis));
    Slot blended = assembly.slot(shape.with(axis, blend.targets()));
    assembly.emit(new BlendInstruction(value, blended, Math.toIntExact(outer), blend, inner));
    return blended;
  }

  private void pullBack(Assembly assembly, Slot gradient, Order order) {
    Slot value = gradient;
    Shape shape = result;
    for (int i = steps.size() - 1; i >= 0; i--) {
      Step step = steps.get(i);
      value = blended(assembly, value, shape, step.axis(), step.blend().transposed(), order);
      shape = shape.with(step.axis(), step.blend().size());
    }
    assembly.share(input, read(order), value);
  }
}
