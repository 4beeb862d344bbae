package io.sextant.onnx.lowering;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import io.sextant.onnx.file.Operator;
import io.sextant.onnx.lowering.Value.Moving;
import io.sextant.onnx.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Convolutions and pooling over one, two or three dimensions. */
final class Windows {
  private Windows() {}

  static Map<String, Rule> rules() {
    return Map.of(
        "Conv", Windows::convolution,
        "ConvTranspose", Windows::transposed,
        "MaxPool", step -> pool(step, Operation.Reduction.MAX),
        "AveragePool", step -> pool(step, Operation.Reduction.AVERAGE),
        "LpPool", step -> pool(step, Operation.Reduction.PNORM),
        "GlobalAveragePool", step -> global(step, Operation.Reduction.AVERAGE),
        "GlobalMaxPool", step -> global(step, Operation.Reduction.MAX),
        "GlobalLpPool", step -> global(step, Operation.Reduction.PNORM));
  }

  private static Shape spatial(Step step, Moving x) {
    Shape shape = x.node().shape();
    if (shape.rank() < 2 || shape.rank() > 4 || x.layout().rank() != shape.rank() + 1) {
      throw step.unsupported(
          "channels and one to three dimensions are needed but the input is %s".formatted(shape));
    }
    return shape;
  }

  private static List<Value> convolution(Step step) {
    Moving x = step.batchFirst(0);
    Shape shape = spatial(step, x);
    Tensor weights = step.constant(1);
    int[] kernel = kernel(step, weights, shape);
    Window window = new Window(axes(step, shape, kernel, false));
    Operation convolution =
        new Operation.Convolution(
            step.parameter("weights", weights),
            bias(step, weights.size(0)),
            window,
            step.operator().index("group", 1));
    return laid(step, convolution, x);
  }

  private static List<Value> laid(Step step, Operation operation, Moving x) {
    io.sextant.gradients.graph.Node node = step.add(operation, x.node());
    return step.result(node, Layout.batchFirst(node.shape()));
  }

  private static int[] kernel(Step step, Tensor weights, Shape shape) {
    if (weights.rank() != shape.rank() + 1) {
      throw step.unsupported(
          "weights of shape %s do not fit an input of shape %s".formatted(weights, shape));
    }
    int[] kernel = Arrays.copyOfRange(weights.sizes(), 2, weights.rank());
    step.operator()
        .integers("kernel_shape")
        .filter(said -> !Arrays.equals(said, Arrays.stream(kernel).asLongStream().toArray()))
        .ifPresent(
            said -> {
              throw step.unsupported(
                  "kernel_shape %s does not fit weights of shape %s"
                      .formatted(Arrays.toString(said), weights));
            });
    return kernel;
  }

  private static Optional<Parameter> bias(Step step, int outputs) {
    return step.optional(2)
        .map(
            bias -> {
              if (bias.count() != outputs) {
                throw step.unsupported(
                    "a bias of shape %s does not fit %d channels".formatted(bias, outputs));
              }
              return step.parameter("bias", Shape.of(outputs), bias.values());
            });
  }

  private static int[] sizes(Operator operator, String name, int rank, int otherwise) {
    long[] given =
        operator
            .integers(name)
            .orElseGet(() -> IntStream.range(0, rank).mapToLong(i -> otherwise).toArray());
    if (given.length != rank
        || Arrays.stream(given).anyMatch(value -> value != (int) value || value < 0)) {
      throw operator.unsupported(
          "%s %s do not fit %d dimensions".formatted(name, Arrays.toString(given), rank));
    }
    return Arrays.stream(given).mapToInt(value -> (int) value).toArray();
  }

  /** The window with its padding; with more at the end where the last place may overlap it. */
  private static List<Window.Axis> axes(Step step, Shape shape, int[] kernel, boolean ceiling) {
    Operator operator = step.operator();
    int rank = kernel.length;
    int[] strides = sizes(operator, "strides", rank, 1);
    int[] dilations = sizes(operator, "dilations", rank, 1);
    String automatic = operator.text("auto_pad", "NOTSET");
    int[] pads = sizes(operator, "pads", 2 * rank, 0);
    List<Window.Axis> axes = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      int size = shape.size(i + 1);
      Window.Axis bare = new Window.Axis(kernel[i], strides[i], dilations[i], 0, 0);
      int before = pads[i];
      int after = pads[rank + i];
      switch (automatic) {
        case "NOTSET" -> {}
        case "VALID" -> {
          before = 0;
          after = 0;
        }
        case "SAME_UPPER", "SAME_LOWER" -> {
          int places = (size + strides[i] - 1) / strides[i];
          int all = Math.max(0, (places - 1) * strides[i] + bare.span() - size);
          before = automatic.equals("SAME_UPPER") ? all / 2 : all - all / 2;
          after = all - before;
        }
        default -> throw step.unsupported("auto_pad %s is not known".formatted(automatic));
      }
      if (ceiling && automatic.equals("NOTSET")) {
        after += overhang(size, bare.span(), strides[i], before, after);
      }
      axes.add(new Window.Axis(kernel[i], strides[i], dilations[i], before, after));
    }
    return axes;
  }

  /** Padding that a last window needs which begins inside the input but ends behind it. */
  private static int overhang(int size, int span, int stride, int before, int after) {
    int room = size + before + after - span;
    if (room < 0 || room % stride == 0) {
      return 0;
    }
    int last = (room / stride + 1) * stride;
    return last >= size + before ? 0 : last - room;
  }

  private static List<Value> pool(Step step, Operation.Reduction reduction) {
    Operator operator = step.operator();
    operator.ignore("storage_order");
    step.requireUnread(1, "the places of the maxima");
    Moving x = step.batchFirst(0);
    Shape shape = spatial(step, x);
    if (!operator.has("kernel_shape")) {
      throw step.unsupported("kernel_shape is missing");
    }
    int[] kernel = sizes(operator, "kernel_shape", shape.rank() - 1, 1);
    boolean ceiling = operator.flag("ceil_mode");
    boolean counts = operator.flag("count_include_pad");
    List<Window.Axis> exact = axes(step, shape, kernel, false);
    List<Window.Axis> axes = axes(step, shape, kernel, ceiling);
    if (counts && !exact.equals(axes)) {
      throw step.unsupported(
          "ceil_mode together with count_include_pad is supported only where the windows fit exactly");
    }
    return laid(
        step, new Operation.Pool(reduction, new Window(axes), counts, operator.index("p", 2)), x);
  }

  private static List<Value> global(Step step, Operation.Reduction reduction) {
    Moving x = step.batchFirst(0);
    int rank = spatial(step, x).rank();
    return laid(
        step,
        new Operation.Reduce(
            reduction,
            step.operator().index("p", 2),
            IntStream.range(1, rank).boxed().toList(),
            true),
        x);
  }

  private static List<Value> transposed(Step step) {
    Operator operator = step.operator();
    Moving x = step.batchFirst(0);
    Shape shape = spatial(step, x);
    Tensor weights = step.constant(1);
    int[] kernel = kernel(step, weights, shape);
    int rank = kernel.length;
    int group = operator.index("group", 1);
    int[] strides = sizes(operator, "strides", rank, 1);
    int[] dilations = sizes(operator, "dilations", rank, 1);
    int[] extra = sizes(operator, "output_padding", rank, 0);
    int[] pads = sizes(operator, "pads", 2 * rank, 0);
    Optional<int[]> outputs =
        operator.has("output_shape")
            ? Optional.of(sizes(operator, "output_shape", rank, 0))
            : Optional.empty();
    String automatic = operator.text("auto_pad", "NOTSET");
    List<Window.Axis> axes = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      Window.Axis bare = new Window.Axis(kernel[i], strides[i], dilations[i], 0, 0);
      int whole =
          Math.addExact(
              Math.multiplyExact(shape.size(i + 1) - 1, strides[i]),
              Math.addExact(bare.span(), extra[i]));
      int before = pads[i];
      int after = pads[rank + i];
      boolean same = automatic.startsWith("SAME_");
      if (outputs.isPresent() || same) {
        int wanted =
            outputs.isPresent()
                ? outputs.get()[i]
                : Math.multiplyExact(shape.size(i + 1), strides[i]);
        int all = whole - wanted;
        if (all < 0) {
          throw step.unsupported(
              "an output of size %d is larger than the %d values that there are"
                  .formatted(wanted, whole));
        }
        before = automatic.equals("SAME_UPPER") ? all / 2 : all - all / 2;
        after = all - before;
      } else if (!automatic.equals("NOTSET") && !automatic.equals("VALID")) {
        throw step.unsupported("auto_pad %s is not known".formatted(automatic));
      }
      axes.add(new Window.Axis(kernel[i], strides[i], dilations[i], before, after));
    }
    return laid(
        step,
        new Operation.TransposedConvolution(
            step.parameter("weights", weights),
            bias(step, Math.multiplyExact(weights.size(1), group)),
            new Window(axes),
            Layout.boxed(extra),
            group),
        x);
  }
}
