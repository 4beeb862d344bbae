package io.sextant.gradients.keras;

import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Operation.Reduction;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Layers that slide a window over signals, images and volumes: convolutions and pooling. */
final class Windows {
  private static final String SAME = "same";
  private static final String VALID = "valid";
  private static final String CAUSAL = "causal";
  private static final String DEPTHWISE = "depthwise_kernel";

  private Windows() {}

  /** What all of these layers have: where the channels stand, and a window. */
  private record Sliding(boolean channelsInFront, Node image) {
    static Sliding of(Step step, Value value, int rank) {
      if (value.rank() != rank + 1) {
        throw step.refusal(
            "it takes %d dimensions and channels but is given %s".formatted(rank, value.shape()));
      }
      boolean front = step.channelsInFront();
      return new Sliding(front, front ? step.ordered(value) : step.channelsFirst(value));
    }

    Value value(Node result) {
      return channelsInFront ? Value.ordered(result) : Value.channelsFirst(result);
    }

    int channels() {
      return image.shape().channels();
    }
  }

  private record Steps(int[] kernel, int[] strides, int[] dilation, String padding) {
    /** The window with the padding that an image of these sizes gets. */
    Window over(Shape image) {
      List<Window.Axis> axes = new ArrayList<>();
      for (int i = 0; i < kernel.length; i++) {
        long span = (kernel[i] - 1L) * dilation[i] + 1;
        long before = 0;
        long after = 0;
        if (padding.equals(CAUSAL)) {
          before = span - 1;
        } else if (padding.equals(SAME)) {
          int size = image.size(i + 1);
          long places = (size + (long) strides[i] - 1) / strides[i];
          long all = Math.max((places - 1) * strides[i] + span - size, 0);
          before = all / 2;
          after = all - before;
        }
        axes.add(axis(kernel[i], strides[i], dilation[i], before, after));
      }
      return new Window(axes);
    }
  }

  private static Window.Axis axis(int kernel, int stride, int dilation, long before, long after) {
    return new Window.Axis(
        kernel,
        stride,
        dilation,
        (int) Math.min(before, Integer.MAX_VALUE),
        (int) Math.min(after, Integer.MAX_VALUE));
  }

  private static String padding(Step step, String... known) {
    return step.options().text("padding", VALID, known);
  }

  private static String[] paddings(int rank) {
    return rank == 1 ? new String[] {VALID, SAME, CAUSAL} : new String[] {VALID, SAME};
  }

  private static List<String> roles(boolean bias, String... kernels) {
    List<String> roles = new ArrayList<>(List.of(kernels));
    if (bias) {
      roles.add("bias");
    }
    return roles;
  }

  private static Optional<Parameter> bias(Step step, LayerWeights weights, int size) {
    return weights.find("bias").map(bias -> step.parameter("bias", step.sized("bias", bias, size)));
  }

  private static int[] kernelShape(int[] kernel, int in, int out) {
    int[] shape = Arrays.copyOf(kernel, kernel.length + 2);
    shape[kernel.length] = in;
    shape[kernel.length + 1] = out;
    return shape;
  }

  /** From {@code [kernel..., a, b]} to {@code [b, a, kernel...]}. */
  private static Weight outputsFirst(Weight kernel) {
    int rank = kernel.sizes().length;
    return kernel.permuted(
        IntStream.concat(IntStream.of(rank - 1, rank - 2), IntStream.range(0, rank - 2)).toArray());
  }

  static Rule.Lowering convolution(int rank) {
    return (step, inputs) -> {
      Options options = step.options();
      Sliding sliding = Sliding.of(step, inputs.get(0), rank);
      int filters = options.size("filters");
      int groups = options.size("groups", 1);
      Steps steps =
          new Steps(
              options.sizes("kernel_size", rank, 1),
              options.sizes("strides", rank, 1),
              options.sizes("dilation_rate", rank, 1),
              padding(step, paddings(rank)));
      if (sliding.channels() % groups != 0 || filters % groups != 0) {
        throw step.refusal(
            "%d channels and %d filters cannot be in %d groups"
                .formatted(sliding.channels(), filters, groups));
      }
      LayerWeights weights = step.weights(roles(options.flag("use_bias", true), "kernel"));
      int in = sliding.channels() / groups;
      Weight stored = weights.get("kernel");
      Weight kernel =
          Keras1.outputsInFront(step, stored, filters)
              ? step.sized("kernel", stored, outputsFirstShape(steps.kernel(), in, filters))
              : outputsFirst(
                  step.sized("kernel", stored, kernelShape(steps.kernel(), in, filters)));
      if (step.conventions().convolves()) {
        kernel = turnedLast(kernel, rank);
      }
      Node convolved =
          step.add(
              new Operation.Convolution(
                  step.parameter("kernel", kernel),
                  bias(step, weights, filters),
                  steps.over(sliding.image().shape()),
                  groups),
              sliding.image());
      return Activations.apply(step, "activation", sliding.value(convolved));
    };
  }

  private static int[] outputsFirstShape(int[] kernel, int in, int out) {
    return IntStream.concat(IntStream.of(out, in), IntStream.of(kernel)).toArray();
  }

  /** Turned round in the dimensions of the kernel, which stand last. */
  private static Weight turnedLast(Weight kernel, int rank) {
    int[] kernelFirst =
        IntStream.concat(IntStream.range(2, rank + 2), IntStream.of(0, 1)).toArray();
    int[] back = IntStream.concat(IntStream.of(rank, rank + 1), IntStream.range(0, rank)).toArray();
    return kernel.permuted(kernelFirst).turned(rank).permuted(back);
  }

  static Rule.Lowering depthwise(int rank) {
    return (step, inputs) -> {
      Options options = step.options();
      Sliding sliding = Sliding.of(step, inputs.get(0), rank);
      LayerWeights weights = step.weights(roles(options.flag("use_bias", true), DEPTHWISE));
      int multiplier = options.size("depth_multiplier", 1);
      Node convolved =
          depthwise(
              step,
              sliding,
              rank,
              multiplier,
              weights.get(DEPTHWISE),
              bias(step, weights, sliding.channels() * multiplier));
      return Activations.apply(step, "activation", sliding.value(convolved));
    };
  }

  private static Node depthwise(
      Step step,
      Sliding sliding,
      int rank,
      int multiplier,
      Weight stored,
      Optional<Parameter> bias) {
    Options options = step.options();
    options.mustBe("groups", 1);
    Steps steps =
        new Steps(
            options.sizes("kernel_size", rank, 1),
            options.sizes("strides", rank, 1),
            options.sizes("dilation_rate", rank, 1),
            padding(step, paddings(rank)));
    int channels = sliding.channels();
    Weight kernel =
        step.sized("depthwise kernel", stored, kernelShape(steps.kernel(), channels, multiplier));
    // [kernel..., channels, multiplier] to [channels, multiplier, kernel...], of which the first
    // two are the outputs of as many groups as there are channels.
    Weight own =
        kernel.permuted(
            IntStream.concat(IntStream.of(rank, rank + 1), IntStream.range(0, rank)).toArray());
    Weight grouped = own.as(outputsFirstShape(steps.kernel(), 1, channels * multiplier));
    return step.add(
        new Operation.Convolution(
            step.parameter(DEPTHWISE, grouped),
            bias,
            steps.over(sliding.image().shape()),
            channels),
        sliding.image());
  }

  static Rule.Lowering separable(int rank) {
    return (step, inputs) -> {
      Options options = step.options();
      Sliding sliding = Sliding.of(step, inputs.get(0), rank);
      int filters = options.size("filters");
      int multiplier = options.size("depth_multiplier", 1);
      LayerWeights weights =
          step.weights(roles(options.flag("use_bias", true), DEPTHWISE, "pointwise_kernel"));
      Node deep =
          depthwise(step, sliding, rank, multiplier, weights.get(DEPTHWISE), Optional.empty());
      int[] point = new int[rank];
      Arrays.fill(point, 1);
      Weight pointwise =
          step.sized(
              "pointwise kernel",
              weights.get("pointwise_kernel"),
              kernelShape(point, sliding.channels() * multiplier, filters));
      Node mixed =
          step.add(
              new Operation.Convolution(
                  step.parameter("pointwise_kernel", outputsFirst(pointwise)),
                  bias(step, weights, filters),
                  new Steps(point, point, point, VALID).over(deep.shape())),
              deep);
      return Activations.apply(step, "activation", sliding.value(mixed));
    };
  }

  static Rule.Lowering transposed(int rank) {
    return (step, inputs) -> {
      Options options = step.options();
      Sliding sliding = Sliding.of(step, inputs.get(0), rank);
      int filters = options.size("filters");
      int[] kernel = options.sizes("kernel_size", rank, 1);
      int[] strides = options.sizes("strides", rank, 1);
      int[] dilation = options.sizes("dilation_rate", rank, 1);
      boolean same = padding(step, VALID, SAME).equals(SAME);
      boolean told = options.has("output_padding");
      int[] more = options.wholes("output_padding", rank, 0);
      List<Window.Axis> axes = new ArrayList<>();
      List<Integer> extra = new ArrayList<>();
      for (int i = 0; i < rank; i++) {
        long size = sliding.image().shape().size(i + 1);
        long span = (kernel[i] - 1L) * dilation[i] + 1;
        long most = (size - 1) * strides[i] + span;
        long length;
        if (told) {
          length = most + more[i] - (same ? 2 * (span / 2) : 0);
        } else {
          length = same ? size * strides[i] : size * strides[i] + Math.max(span - strides[i], 0);
        }
        // The layer goes back from a convolution over its output, padded as that would be.
        long padding =
            same
                ? Math.max(
                    (((length + strides[i] - 1) / strides[i]) - 1) * strides[i] + span - length, 0)
                : 0;
        long end = length - (most - padding);
        if (end < 0 || end > Integer.MAX_VALUE || more[i] < 0) {
          throw step.refusal(
              "output_padding %d of a stride of %d is not supported"
                  .formatted(more[i], strides[i]));
        }
        axes.add(axis(kernel[i], strides[i], dilation[i], padding / 2, padding - padding / 2));
        extra.add((int) end);
      }
      LayerWeights weights = step.weights(roles(options.flag("use_bias", true), "kernel"));
      Weight stored =
          step.sized(
              "kernel", weights.get("kernel"), kernelShape(kernel, filters, sliding.channels()));
      if (step.conventions().convolves()) {
        stored = stored.turned(rank);
      }
      Node spread =
          step.add(
              new Operation.TransposedConvolution(
                  step.parameter("kernel", outputsFirst(stored)),
                  bias(step, weights, filters),
                  new Window(axes),
                  extra,
                  1),
              sliding.image());
      return Activations.apply(step, "activation", sliding.value(spread));
    };
  }

  static Rule.Lowering pool(Reduction reduction, int rank) {
    return (step, inputs) -> {
      Options options = step.options();
      Sliding sliding = Sliding.of(step, inputs.get(0), rank);
      int[] size = options.sizes("pool_size", rank, 2);
      int[] strides = options.has("strides") ? options.sizes("strides", rank, 1) : size;
      options.any("strides");
      int[] one = new int[rank];
      Arrays.fill(one, 1);
      Steps steps = new Steps(size, strides, one, padding(step, VALID, SAME));
      return sliding.value(
          step.add(
              new Operation.Pool(reduction, steps.over(sliding.image().shape()), false, 1),
              sliding.image()));
    };
  }

  static Rule.Lowering globalPool(Reduction reduction, int rank) {
    return (step, inputs) -> {
      Value value = inputs.get(0);
      if (value.rank() != rank + 1) {
        throw step.refusal(
            "it takes %d dimensions and channels but is given %s".formatted(rank, value.shape()));
      }
      boolean front = step.channelsInFront();
      int channels = front ? 0 : rank;
      int[] reduced =
          IntStream.rangeClosed(0, rank)
              .filter(axis -> axis != channels)
              .map(value::dimension)
              .sorted()
              .toArray();
      boolean keep = step.options().flag("keepdims", false);
      if (value.mask().isPresent()) {
        if (reduction != Reduction.AVERAGE || keep || front) {
          throw step.refusal("it takes no mask");
        }
        return maskedMean(step, value);
      }
      Node pooled =
          step.add(
              keep
                  ? Operation.Reduce.keeping(reduction, reduced)
                  : Operation.Reduce.over(reduction, reduced),
              value.node());
      return keep ? value.with(pooled) : Value.ordered(pooled);
    };
  }

  /** The mean over the steps that count. */
  private static Value maskedMean(Step step, Value value) {
    Node sequence = step.ordered(value);
    Node mask = value.mask().orElseThrow();
    int time = sequence.shape().size(0);
    Node column = step.add(new Operation.Reshape(Shape.of(time, 1)), mask);
    Node counted = step.add(new Operation.Expand(sequence.shape()), column);
    Node kept = step.add(new Operation.Combine(Operation.Combination.PRODUCT), sequence, counted);
    return Value.ordered(
        step.add(
            new Operation.Combine(Operation.Combination.QUOTIENT),
            step.add(Operation.Reduce.over(Reduction.SUM, 0), kept),
            step.add(Operation.Reduce.over(Reduction.SUM, 0), counted)));
  }
}
