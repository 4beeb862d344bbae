package io.sextant.onednn;

import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.OptionalInt;
import org.bytedeco.dnnl.dnnl_convolution_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * A convolution with what follows it: batch normalisation folded into the kernels, an addition, a
 * ReLU. Its pullback is a convolution too, with the kernels turned around, because oneDNN's forward
 * convolutions are faster than its backward ones in this layout and can add to what is there.
 *
 * @param input the node it reads
 * @param base the convolution itself
 * @param output the node whose value it computes
 * @param image the input's shape
 * @param result the output's shape
 * @param window kernel, stride, dilation, padding
 * @param kernels the folded weights
 * @param added a node whose value is added to the result
 * @param relu whether a ReLU ends it
 */
record ConvolutionStage(
    int input,
    int base,
    int output,
    Shape image,
    Shape result,
    Window window,
    Kernels kernels,
    OptionalInt added,
    boolean relu)
    implements Stage {

  /**
   * Weights in double precision.
   *
   * @param groups into which the channels are cut; each output sees those of its own
   * @param weights {@code [outputs, inputs per group, height, width]}
   * @param bias {@code [outputs]}
   */
  record Kernels(int groups, double[] weights, double[] bias) {}

  @Override
  public boolean endsInRelu() {
    return relu;
  }

  @Override
  public Emitted emit(Assembly assembly) {
    int rows = assembly.rows();
    dnnl_memory_desc_t layout = Descriptors.of(rows, result);
    Slot y = target(assembly, layout);
    Primitive.PostOps postOps = new Primitive.PostOps();
    if (added.isPresent()) {
      postOps.sum();
    }
    if (relu) {
      postOps.relu();
    }
    long[] dims = kernelDims(result.channels(), image.channels(), height(), width());
    convolve(
        assembly,
        new Pass(
            "forward",
            dims,
            kernels.weights(),
            kernels.bias(),
            new long[] {window.strideHeight(), window.strideWidth()},
            new long[] {window.dilationHeight() - 1, window.dilationWidth() - 1},
            new long[] {window.padding().top(), window.padding().left()},
            new long[] {
              (result.size(1) - 1L) * window.strideHeight()
                  + window.spanHeight()
                  - image.size(1)
                  - window.padding().top(),
              (result.size(2) - 1L) * window.strideWidth()
                  + window.spanWidth()
                  - image.size(2)
                  - window.padding().left()
            }),
        assembly.value(input),
        Descriptors.of(rows, image),
        y,
        layout,
        postOps,
        added.isPresent());
    assembly.read(input);
    return new Emitted(y, (back, gradient) -> pullBack(back, gradient, y));
  }

  private int height() {
    return window.kernelHeight();
  }

  private int width() {
    return window.kernelWidth();
  }

  /** The destination; holds what is added, when something is. */
  private Slot target(Assembly assembly, dnnl_memory_desc_t layout) {
    if (added.isEmpty()) {
      return assembly.slot(result);
    }
    int node = added.getAsInt();
    Slot other = assembly.value(node);
    assembly.read(node);
    if (node != input && assembly.expendable(node)) {
      return other;
    }
    Slot y = assembly.slot(result);
    assembly.emit(new CopyInstruction(other, y, dnnl.dnnl_memory_desc_get_size(layout)));
    return y;
  }

  private long[] kernelDims(int outputs, int inputs, int kernelHeight, int kernelWidth) {
    int groups = kernels.groups();
    return groups == 1
        ? new long[] {outputs, inputs, kernelHeight, kernelWidth}
        : new long[] {groups, outputs / groups, inputs / groups, kernelHeight, kernelWidth};
  }

  private void pullBack(Assembly assembly, Slot gradient, Slot y) {
    dnnl_memory_desc_t layout = Descriptors.of(assembly.rows(), result);
    Slot dy = relu ? assembly.maskedByRelu(output, gradient, y, layout) : gradient;
    Turned turned = Turned.of(image, result, window, kernels.groups());
    assembly.contribute(
        input, image, (dx, onTop) -> pullThrough(assembly, turned, dy, layout, dx, onTop));
    added.ifPresent(node -> assembly.share(node, result, dy));
  }

  private void pullThrough(
      Assembly assembly,
      Turned turned,
      Slot dy,
      dnnl_memory_desc_t dyLayout,
      Slot dx,
      boolean onTop) {
    int rows = assembly.rows();
    boolean direct = turned.pixelsPerBlock() == 1;
    Shape blocks = turned.blocks();
    Slot target = direct ? dx : assembly.slot(blocks);
    TurnedAxis h = turned.height();
    TurnedAxis w = turned.width();
    Primitive.PostOps postOps = new Primitive.PostOps();
    if (direct && onTop) {
      postOps.sum();
    }
    convolve(
        assembly,
        new Pass(
            "turned",
            kernelDims(blocks.channels(), result.channels(), h.taps(), w.taps()),
            turned.weights(kernels.weights()),
            new double[0],
            new long[] {h.step(), w.step()},
            new long[] {h.tapDistance() - 1L, w.tapDistance() - 1L},
            new long[] {h.before(), w.before()},
            new long[] {h.after(), w.after()}),
        dy,
        dyLayout,
        target,
        Descriptors.of(rows, blocks),
        postOps,
        direct && onTop);
    if (!direct) {
      turned.unblock(assembly, target, dx, onTop);
    }
  }

  /** What tells one convolution of this stage from another. */
  private record Pass(
      String role,
      long[] kernelDims,
      double[] weights,
      double[] bias,
      long[] strides,
      long[] dilations,
      long[] before,
      long[] after) {}

  private void convolve(
      Assembly assembly,
      Pass pass,
      Slot source,
      dnnl_memory_desc_t sourceLayout,
      Slot target,
      dnnl_memory_desc_t targetLayout,
      Primitive.PostOps postOps,
      boolean onTop) {
    boolean biased = pass.bias().length > 0;
    dnnl_memory_desc_t biasLayout =
        biased ? Descriptors.rowMajor(new long[] {pass.bias().length}) : null;
    dnnl_convolution_desc_t operation = new dnnl_convolution_desc_t();
    UnsupportedPrimitiveException.check(
        dnnl.dnnl_dilated_convolution_forward_desc_init(
            operation,
            dnnl.dnnl_forward_inference,
            dnnl.dnnl_convolution_direct,
            sourceLayout,
            Descriptors.any(pass.kernelDims()),
            biasLayout,
            targetLayout,
            pass.strides(),
            pass.dilations(),
            pass.before(),
            pass.after()));
    Primitive primitive = Primitive.of(operation, postOps);
    NativeInstruction instruction =
        new NativeInstruction(primitive)
            .reads(dnnl.DNNL_ARG_SRC, source, sourceLayout)
            .reads(
                dnnl.DNNL_ARG_WEIGHTS,
                assembly
                    .constants()
                    .get(
                        this,
                        pass.role(),
                        pass.weights(),
                        pass.kernelDims(),
                        primitive.query(dnnl.dnnl_query_weights_md)));
    if (biasLayout != null) {
      instruction.reads(
          dnnl.DNNL_ARG_BIAS,
          assembly
              .constants()
              .get(
                  this,
                  pass.role() + " bias",
                  pass.bias(),
                  new long[] {pass.bias().length},
                  biasLayout));
    }
    assembly.emit(
        onTop
            ? instruction.updates(dnnl.DNNL_ARG_DST, target, targetLayout)
            : instruction.writes(dnnl.DNNL_ARG_DST, target, targetLayout));
    if (primitive.reference()) {
      throw new UnsupportedPrimitiveException(dnnl.dnnl_unimplemented);
    }
  }
}
