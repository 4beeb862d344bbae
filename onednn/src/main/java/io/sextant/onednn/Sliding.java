package io.sextant.onednn;

import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.bytedeco.dnnl.dnnl_convolution_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Kernels that slide over an image, in both directions: the convolution, and what pulls its result
 * back. The latter is a convolution too, with the kernels turned around, because oneDNN's forward
 * convolutions are faster than its backward ones in this layout and can add to what is there.
 *
 * @param image the shape of what the kernels slide over, channels in front
 * @param result the shape of what they give
 * @param window kernel, stride, dilation, padding
 * @param groups into which the channels are cut; each output sees those of its own
 * @param kernels {@code [outputs, inputs per group, kernel...]}
 */
record Sliding(Shape image, Shape result, Window window, int groups, double[] kernels) {
  /** Values of a result with zeros in between, for one of the image or the result, at most. */
  private static final double MOST_STUFFED = 2;

  /**
   * Where a pass reads and writes, always channels-last.
   *
   * @param owner the stage that it is part of
   * @param from what it reads
   * @param to what it writes
   * @param onTop whether it adds to what is there
   * @param relu whether a ReLU ends it
   */
  record Pass(Stage owner, Slot from, Slot to, boolean onTop, boolean relu) {
    private Pass into(Slot other) {
      return new Pass(owner, from, other, false, relu);
    }
  }

  /** What tells one convolution of a stage from another. */
  private record Kernels(
      String role,
      double[] weights,
      double[] bias,
      long[] dims,
      long[] strides,
      long[] dilations,
      long[] before,
      long[] after) {}

  /**
   * From the image to the result.
   *
   * @param bias {@code [outputs]}, or empty
   */
  void forward(Assembly assembly, double[] bias, Pass pass) {
    convolve(
        assembly,
        new Kernels(
            "forward",
            kernels,
            bias,
            dims(result.channels(), image.channels(), along(Window.Axis::kernel)),
            along(Window.Axis::stride),
            along(axis -> axis.dilation() - 1L),
            along(Window.Axis::before),
            after()),
        image,
        result,
        pass);
  }

  private long[] along(ToLongFunction<Window.Axis> property) {
    return window.axes().stream().mapToLong(property).toArray();
  }

  /** As much padding as the last place needs; negative where pixels at the end are not seen. */
  private long[] after() {
    return IntStream.range(0, window.rank())
        .mapToLong(
            i -> {
              Window.Axis axis = window.axes().get(i);
              return (result.size(i + 1) - 1L) * axis.stride()
                  + axis.span()
                  - image.size(i + 1)
                  - axis.before();
            })
        .toArray();
  }

  /**
   * From the result to the image, as a gradient goes.
   *
   * @param bias one for each channel of the image, or empty
   */
  void back(Assembly assembly, double[] bias, Pass pass) {
    if (depthwise() && stuffs()) {
      stuffed().back(assembly, bias, stuffed(assembly, pass));
    } else {
      turn(assembly, bias, pass);
    }
  }

  /** Whether each channel has a kernel of its own. */
  private boolean depthwise() {
    return groups > 1 && groups == image.channels() && groups == result.channels();
  }

  /** Whether the window steps, and there is room for zeros between the places that it sees. */
  private boolean stuffs() {
    double wide = result.channels();
    for (int i = 0; i < window.rank(); i++) {
      wide *= (double) result.size(i + 1) * window.axes().get(i).stride();
    }
    return wide > result.elements()
        && wide <= MOST_STUFFED * ((double) image.elements() + result.elements());
  }

  /**
   * The same pullback from a result with zeros behind each of its places, so that nothing steps:
   * oneDNN is fast with a kernel for each channel, and not with several.
   */
  private Sliding stuffed() {
    int[] sizes = result.sizes();
    List<Window.Axis> axes = new ArrayList<>();
    for (Window.Axis axis : window.axes()) {
      int d = axes.size() + 1;
      sizes[d] *= axis.stride();
      axes.add(new Window.Axis(axis.kernel(), 1, axis.dilation(), axis.before(), axis.after()));
    }
    return new Sliding(image, Shape.of(sizes), new Window(axes), groups, kernels);
  }

  private Pass stuffed(Assembly assembly, Pass pass) {
    Shape wide = stuffed().result();
    Slot zeros = assembly.slot(wide);
    assembly.emit(new ZeroInstruction(zeros));
    int rows = assembly.rows();
    long[] strides = Order.CHANNELS_LAST.strides(rows, wide);
    for (int i = 0; i < window.rank(); i++) {
      strides[i + 2] *= window.axes().get(i).stride();
    }
    assembly.reorder(
        pass.from(),
        Order.CHANNELS_LAST.layout(rows, result),
        zeros,
        Descriptors.strided(result.batched(rows), strides),
        false);
    return new Pass(pass.owner(), zeros, pass.to(), pass.onTop(), pass.relu());
  }

  private void turn(Assembly assembly, double[] bias, Pass pass) {
    Turned turned = Turned.of(image, result, window, groups);
    Shape blocks = turned.blocks();
    boolean direct = turned.pixelsPerBlock() == 1;
    Kernels kernels =
        new Kernels(
            "turned",
            turned.weights(this.kernels),
            turned.bias(bias),
            dims(blocks.channels(), result.channels(), turned.along(TurnedAxis::taps)),
            turned.along(TurnedAxis::step),
            turned.along(axis -> axis.tapDistance() - 1L),
            turned.along(TurnedAxis::before),
            turned.along(TurnedAxis::after));
    if (direct) {
      convolve(assembly, kernels, result, blocks, pass);
    } else {
      Slot laid = assembly.slot(blocks);
      convolve(assembly, kernels, result, blocks, pass.into(laid));
      turned.unblock(assembly, laid, pass.to(), pass.onTop());
    }
  }

  private long[] dims(int outputs, int inputs, long[] kernel) {
    long[] channels =
        groups == 1
            ? new long[] {outputs, inputs}
            : new long[] {groups, outputs / groups, inputs / groups};
    return IntStream.range(0, channels.length + kernel.length)
        .mapToLong(i -> i < channels.length ? channels[i] : kernel[i - channels.length])
        .toArray();
  }

  private static void convolve(
      Assembly assembly, Kernels kernels, Shape from, Shape to, Pass pass) {
    dnnl_memory_desc_t fromLayout = Order.CHANNELS_LAST.layout(assembly.rows(), from);
    dnnl_memory_desc_t toLayout = Order.CHANNELS_LAST.layout(assembly.rows(), to);
    long[] biasDims = {kernels.bias().length};
    dnnl_memory_desc_t biasLayout =
        kernels.bias().length == 0 ? null : Descriptors.rowMajor(biasDims);
    dnnl_convolution_desc_t operation = new dnnl_convolution_desc_t();
    UnsupportedPrimitiveException.check(
        dnnl.dnnl_dilated_convolution_forward_desc_init(
            operation,
            dnnl.dnnl_forward_inference,
            dnnl.dnnl_convolution_direct,
            fromLayout,
            Descriptors.any(kernels.dims()),
            biasLayout,
            toLayout,
            kernels.strides(),
            kernels.dilations(),
            kernels.before(),
            kernels.after()));
    Primitive.PostOps postOps = new Primitive.PostOps();
    if (pass.onTop()) {
      postOps.sum();
    }
    if (pass.relu()) {
      postOps.relu();
    }
    Primitive primitive = Primitive.of(operation, postOps);
    Constants constants = assembly.constants();
    NativeInstruction instruction =
        new NativeInstruction(primitive)
            .reads(dnnl.DNNL_ARG_SRC, pass.from(), fromLayout)
            .reads(
                dnnl.DNNL_ARG_WEIGHTS,
                constants.get(
                    pass.owner(),
                    kernels.role(),
                    kernels.weights(),
                    kernels.dims(),
                    primitive.query(dnnl.dnnl_query_weights_md)));
    if (biasLayout != null) {
      instruction.reads(
          dnnl.DNNL_ARG_BIAS,
          constants.get(
              pass.owner(), kernels.role() + " bias", kernels.bias(), biasDims, biasLayout));
    }
    assembly.emit(
        pass.onTop()
            ? instruction.updates(dnnl.DNNL_ARG_DST, pass.to(), toLayout)
            : instruction.writes(dnnl.DNNL_ARG_DST, pass.to(), toLayout));
    if (primitive.reference()) {
      throw new UnsupportedPrimitiveException(dnnl.dnnl_unimplemented);
    }
  }
}
