package io.sextant.gradients.nd4j;

import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Weights;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Binds each operation to its kernel. */
final class KernelFactory {
  private final InferenceGraph graph;
  private final Map<Parameter, Block> weights;
  private final List<Block> values;
  private final Precision precision;
  private final int capacity;

  KernelFactory(
      InferenceGraph graph,
      Map<Parameter, Block> weights,
      List<Block> values,
      Precision precision,
      int capacity) {
    this.graph = graph;
    this.weights = weights;
    this.values = values;
    this.precision = precision;
    this.capacity = capacity;
  }

  Kernel kernel(Node node) {
    Block y = values.get(node.index());
    Shape out = node.shape();
    Operation operation = node.operation();
    if (operation instanceof Operation.Input) {
      return new InputKernel();
    }
    if (operation instanceof Operation.Constant constant) {
      return new ConstantKernel(weight(constant.value()), capacity, y);
    }
    List<Block> xs = node.inputs().stream().map(values::get).toList();
    List<Shape> shapes = node.inputs().stream().map(i -> graph.nodes().get(i).shape()).toList();
    Block x = xs.get(0);
    Shape in = shapes.get(0);
    if (operation instanceof Operation.Affine affine) {
      return new AffineKernel(affine, in, weight(affine.weights()), weight(affine.bias()), x, y);
    }
    if (operation instanceof Operation.MatrixProduct product) {
      return new MatrixProductKernel(product, shapes, out, xs, y);
    }
    if (operation instanceof Operation.Convolution convolution) {
      return convolution(convolution, in, out, x, y);
    }
    if (operation instanceof Operation.TransposedConvolution transposed) {
      return SlidingKernel.transposed(
          transposed, in, out, weight(transposed.weights()), weight(transposed.bias()), x, y);
    }
    if (operation instanceof Operation.Elementwise elementwise) {
      return new ElementwiseKernel(elementwise.function(), in.elements(), x, y);
    }
    if (operation instanceof Operation.ParametricRelu prelu) {
      return new ParametricReluKernel(prelu, in, weight(prelu.slopes()), x, y);
    }
    if (operation instanceof Operation.Softmax softmax) {
      return new SoftmaxKernel(softmax.axis(), in, x, y);
    }
    if (operation instanceof Operation.Pool pool) {
      return new PoolKernel(pool, in, out, x, y);
    }
    if (operation instanceof Operation.Reduce reduce) {
      return new ReduceKernel(reduce, in, x, y);
    }
    if (operation instanceof Operation.BatchNorm norm) {
      return new BatchNormKernel(
          new ChannelNorm(node.name(), norm, own(norm), precision::round), in, x, y);
    }
    if (operation instanceof Operation.LayerNorm norm) {
      return new LayerNormKernel(norm, in, weight(norm.gamma()), weight(norm.beta()), x, y);
    }
    if (operation instanceof Operation.Recurrent recurrent) {
      return new RecurrentKernel(recurrent, in.size(0), this::weight, xs, y, precision, capacity);
    }
    if (operation instanceof Operation.Rescale rescale) {
      return ScaleKernel.rescale(rescale, in, x, y);
    }
    if (operation instanceof Operation.Interpolate interpolate) {
      return new InterpolateKernel(interpolate, in, out, x, y);
    }
    if (operation instanceof Operation.LocalResponseNorm norm) {
      return new LocalResponseNormKernel(norm, in, x, y);
    }
    if (operation instanceof Operation.Reshape) {
      return new ReshapeKernel(in.elements(), x, y);
    }
    if (operation instanceof Operation.Concat concat) {
      return new ConcatKernel(concat.axis(), shapes, xs, out, y);
    }
    if (operation instanceof Operation.Combine combine) {
      return new CombineKernel(combine.combination(), out.elements(), xs, y);
    }
    if (operation instanceof Operation.L2Normalize normalize) {
      return new L2NormalizeKernel(normalize.epsilon(), in.elements(), x, y);
    }
    return move(operation, in, out, x, y)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "layer %s: the nd4j engine does not run %s".formatted(node.name(), operation)));
  }

  /** Operations that take values from other places. */
  private static Optional<Kernel> move(Operation operation, Shape in, Shape out, Block x, Block y) {
    Kernel kernel = null;
    if (operation instanceof Operation.Permute permute) {
      kernel = GatherKernel.permute(permute, in, out, x, y);
    } else if (operation instanceof Operation.Slice slice) {
      kernel = GatherKernel.slice(slice, in, out, x, y);
    } else if (operation instanceof Operation.Select select) {
      kernel = GatherKernel.select(select, in, out, x, y);
    } else if (operation instanceof Operation.Pad pad) {
      kernel = GatherKernel.pad(pad, in, out, x, y);
    } else if (operation instanceof Operation.Crop crop) {
      kernel = GatherKernel.crop(crop.margins(), in, out, x, y);
    } else if (operation instanceof Operation.Upsample upsample) {
      kernel = GatherKernel.upsample(upsample, in, out, x, y);
    } else if (operation instanceof Operation.Expand) {
      kernel = GatherKernel.expand(in, out, x, y);
    }
    return Optional.ofNullable(kernel);
  }

  private Kernel convolution(
      Operation.Convolution convolution, Shape in, Shape out, Block x, Block y) {
    Block weights = weight(convolution.weights());
    Block bias = weight(convolution.bias());
    return ConvolutionKernel.suits(convolution, in, out)
        ? new ConvolutionKernel(convolution, in, out, weights, bias, x, y, precision, capacity)
        : SlidingKernel.convolution(convolution, in, out, weights, bias, x, y);
  }

  private Weights own(Operation.BatchNorm norm) {
    Weights own = Weights.empty();
    for (Parameter parameter : norm.parameters()) {
      Block block = weight(parameter);
      double[] values = new double[block.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = block.get(i);
      }
      own = own.with(parameter, values);
    }
    return own;
  }

  private Block weight(Parameter parameter) {
    Block block = weights.get(parameter);
    if (block == null) {
      throw new IllegalArgumentException("parameter " + parameter.name() + " is not bound");
    }
    return block;
  }

  private @Nullable Block weight(Optional<Parameter> parameter) {
    return parameter.isPresent() ? weight(parameter.get()) : null;
  }

  /** The input's value is written by the session. */
  private record InputKernel() implements Kernel {
    @Override
    public void forward(int rows) {}

    @Override
    public void pullback(int rows, int slot, Block output, Block input) {
      throw new IllegalStateException("the input has no inputs");
    }
  }
}
