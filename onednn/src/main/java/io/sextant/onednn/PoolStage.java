package io.sextant.onednn;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_pooling_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Maximum or average over windows or whole channels.
 *
 * @param input the node it reads
 * @param output the node whose value it computes
 * @param image the input's shape
 * @param result the output's shape, a vector when whole channels are reduced
 * @param reduction how a window becomes one number
 * @param window the window, without dilation
 * @param countPadding whether an average divides by the whole window
 */
record PoolStage(
    int input,
    int output,
    Shape image,
    Shape result,
    Operation.Reduction reduction,
    Window window,
    boolean countPadding)
    implements Stage {
  /**
   * Whether oneDNN can be trusted with this kind of pooling: its kernels are wrong where a window
   * reaches over both ends of an image or lies mostly in the padding.
   */
  static boolean supports(Operation.Reduction reduction, Window window, Shape image) {
    return supports(reduction)
        && window.dilationHeight() == 1
        && window.dilationWidth() == 1
        && fits(
            window.kernelHeight(), image.size(1), window.padding().top(), window.padding().bottom())
        && fits(
            window.kernelWidth(), image.size(2), window.padding().left(), window.padding().right());
  }

  /** Whether oneDNN has this reduction. Sums would be averages times a rounded size. */
  static boolean supports(Operation.Reduction reduction) {
    return reduction == Operation.Reduction.MAX || reduction == Operation.Reduction.AVERAGE;
  }

  private static boolean fits(int kernel, int size, int before, int after) {
    return kernel <= size && 2 * before <= kernel && 2 * after <= kernel;
  }

  @Override
  public Emitted emit(Assembly assembly) {
    dnnl_memory_desc_t from = Descriptors.of(assembly.rows(), image);
    dnnl_memory_desc_t to = pooled(assembly.rows());
    Primitive primitive = forward(from, to, assembly.recording());
    Slot y = assembly.slot(result);
    NativeInstruction instruction =
        new NativeInstruction(primitive)
            .reads(dnnl.DNNL_ARG_SRC, assembly.value(input), from)
            .writes(dnnl.DNNL_ARG_DST, y, to);
    long winners = primitive.bytes(dnnl.dnnl_query_workspace_md);
    Slot workspace = Slot.ofBytes(winners);
    if (winners > 0) {
      instruction.writes(
          dnnl.DNNL_ARG_WORKSPACE, workspace, primitive.query(dnnl.dnnl_query_workspace_md));
    }
    assembly.emit(instruction);
    assembly.read(input);
    return new Emitted(y, (back, gradient) -> pullBack(back, gradient, y, workspace, primitive));
  }

  private dnnl_memory_desc_t pooled(int rows) {
    return Descriptors.of(rows, result.rank() == 3 ? result : Shape.of(result.channels(), 1, 1));
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

  private long[] strides() {
    return new long[] {window.strideHeight(), window.strideWidth()};
  }

  private long[] kernel() {
    return new long[] {window.kernelHeight(), window.kernelWidth()};
  }

  private long[] before() {
    return new long[] {window.padding().top(), window.padding().left()};
  }

  private long[] after() {
    return new long[] {
      (window.outputHeight(image.size(1)) - 1L) * window.strideHeight()
          + window.kernelHeight()
          - image.size(1)
          - window.padding().top(),
      (window.outputWidth(image.size(2)) - 1L) * window.strideWidth()
          + window.kernelWidth()
          - image.size(2)
          - window.padding().left()
    };
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
            strides(),
            kernel(),
            before(),
            after()));
    return Primitive.of(operation, new Primitive.PostOps());
  }

  private void pullBack(
      Assembly assembly, Slot gradient, Slot y, Slot workspace, Primitive forward) {
    dnnl_memory_desc_t from = Descriptors.of(assembly.rows(), image);
    dnnl_memory_desc_t to = pooled(assembly.rows());
    Slot dy = gradient;
    // A ReLU before a maximum passes the gradient where the maximum is above 0: told here, there
    // are far fewer places to look at.
    if (reduction == Operation.Reduction.MAX && assembly.takeOverMask(input)) {
      dy = assembly.masked(gradient, y, to);
    }
    dnnl_pooling_desc_t operation = new dnnl_pooling_desc_t();
    UnsupportedPrimitiveException.check(
        dnnl.dnnl_pooling_backward_desc_init(
            operation, algorithm(), from, to, strides(), kernel(), before(), after()));
    Slot masked = dy;
    assembly.contribute(
        input,
        image,
        dx -> {
          NativeInstruction instruction =
              new NativeInstruction(Primitive.backward(operation, forward))
                  .reads(dnnl.DNNL_ARG_DIFF_DST, masked, to)
                  .writes(dnnl.DNNL_ARG_DIFF_SRC, dx, from);
          if (workspace.bytes() > 0) {
            instruction.reads(
                dnnl.DNNL_ARG_WORKSPACE, workspace, forward.query(dnnl.dnnl_query_workspace_md));
          }
          assembly.emit(instruction);
        });
  }
}
