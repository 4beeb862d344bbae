package io.sextant.onednn;

import io.sextant.gradients.graph.Operation.Reduction;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_pooling_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Maximum or average over windows of something that lies channels-last.
 *
 * @param rows how many images
 * @param image what the window slides over
 * @param result what comes of it
 * @param reduction how a window becomes one number
 * @param window the window, without dilation
 * @param countPadding whether an average divides by the whole window
 */
record Pooling(
    int rows, Shape image, Shape result, Reduction reduction, Window window, boolean countPadding) {
  /** Whether oneDNN has this reduction. Sums would be averages times a rounded size. */
  static boolean supports(Reduction reduction) {
    return reduction == Reduction.MAX || reduction == Reduction.AVERAGE;
  }

  /**
   * Whether oneDNN can be trusted with this kind of pooling: its kernels are wrong where a window
   * reaches over both ends of an image or lies mostly in the padding.
   */
  static boolean supports(Reduction reduction, Window window, Shape image) {
    return supports(reduction)
        && IntStream.range(0, window.rank())
            .allMatch(i -> fits(window.axes().get(i), image.size(i + 1)));
  }

  private static boolean fits(Window.Axis axis, int size) {
    return axis.dilation() == 1
        && axis.kernel() <= size
        && 2 * axis.before() <= axis.kernel()
        && 2 * axis.after() <= axis.kernel();
  }

  /**
   * Emits the forward.
   *
   * @return how to emit the pullback, from the gradient of y to that of x
   */
  Pullback forward(Assembly assembly, Slot x, Slot y) {
    dnnl_memory_desc_t from = Order.CHANNELS_LAST.layout(rows, image);
    dnnl_memory_desc_t to = Order.CHANNELS_LAST.layout(rows, result);
    Primitive primitive = forward(from, to, assembly.recording());
    NativeInstruction instruction =
        new NativeInstruction(primitive)
            .reads(dnnl.DNNL_ARG_SRC, x, from)
            .writes(dnnl.DNNL_ARG_DST, y, to);
    Slot winners = Slot.ofBytes(primitive.bytes(dnnl.dnnl_query_workspace_md));
    if (winners.bytes() > 0) {
      instruction.writes(
          dnnl.DNNL_ARG_WORKSPACE, winners, primitive.query(dnnl.dnnl_query_workspace_md));
    }
    assembly.emit(instruction);
    return (back, dy, dx) -> pullBack(back, primitive, winners, dy, dx);
  }

  /** Emits backward instructions. */
  @FunctionalInterface
  interface Pullback {
    void emit(Assembly assembly, Slot dy, Slot dx);
  }

  private int algorithm() {
    return switch (reduction) {
      case MAX -> dnnl.dnnl_pooling_max;
      case AVERAGE ->
          countPadding
              ? dnnl.dnnl_pooling_avg_include_padding
              : dnnl.dnnl_pooling_avg_exclude_padding;
      case SUM, PNORM -> throw new UnsupportedPrimitiveException(dnnl.dnnl_unimplemented);
    };
  }

  private long[] along(ToLongFunction<Window.Axis> property) {
    return window.axes().stream().mapToLong(property).toArray();
  }

  private long[] after() {
    return IntStream.range(0, window.rank())
        .mapToLong(
            i -> {
              Window.Axis axis = window.axes().get(i);
              return (axis.places(image.size(i + 1)) - 1L) * axis.stride()
                  + axis.kernel()
                  - image.size(i + 1)
                  - axis.before();
            })
        .toArray();
  }

  private Primitive forward(dnnl_memory_desc_t from, dnnl_memory_desc_t to, boolean recording) {
    dnnl_pooling_desc_t operation = new dnnl_pooling_desc_t();
    UnsupportedPrimitiveException.check(
        dnnl.dnnl_pooling_forward_desc_init(
            operation,
            recording ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference,
            algorithm(),
            from,
            to,
            along(Window.Axis::stride),
            along(Window.Axis::kernel),
            along(Window.Axis::before),
            after()));
    return Primitive.of(operation, new Primitive.PostOps());
  }

  private void pullBack(Assembly assembly, Primitive forward, Slot winners, Slot dy, Slot dx) {
    dnnl_memory_desc_t from = Order.CHANNELS_LAST.layout(rows, image);
    dnnl_memory_desc_t to = Order.CHANNELS_LAST.layout(rows, result);
    dnnl_pooling_desc_t operation = new dnnl_pooling_desc_t();
    UnsupportedPrimitiveException.check(
        dnnl.dnnl_pooling_backward_desc_init(
            operation,
            algorithm(),
            from,
            to,
            along(Window.Axis::stride),
            along(Window.Axis::kernel),
            along(Window.Axis::before),
            after()));
    NativeInstruction instruction =
        new NativeInstruction(Primitive.backward(operation, forward))
            .reads(dnnl.DNNL_ARG_DIFF_DST, dy, to)
            .writes(dnnl.DNNL_ARG_DIFF_SRC, dx, from);
    if (winners.bytes() > 0) {
      instruction.reads(
          dnnl.DNNL_ARG_WORKSPACE, winners, forward.query(dnnl.dnnl_query_workspace_md));
    }
    assembly.emit(instruction);
  }
}
