package io.sextant.gradients.dl4j;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Margins;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.graph.Window;
import io.sextant.gradients.model.UnsupportedLayerException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Turns one Deeplearning4j layer into the chain of operations that it is at test time. Dropout,
 * noise and freezing leave no trace.
 */
final class LayerLowering {
  private final String name;
  private final Map<String, INDArray> values;
  private final boolean channelsLast;
  private final InferenceGraph.Builder builder;

  /**
   * Prepares one layer.
   *
   * @param name the layer's name in the graph
   * @param values the layer's parameters, as Deeplearning4j stores them
   * @param channelsLast whether the network itself takes images as [height, width, channels]
   * @param builder takes the values of the parameters that are made
   */
  LayerLowering(
      String name,
      Map<String, INDArray> values,
      boolean channelsLast,
      InferenceGraph.Builder builder) {
    this.name = name;
    this.values = values;
    this.channelsLast = channelsLast;
    this.builder = builder;
  }

  /** The layer that a wrapper without effect at test time is around. */
  static Layer unwrap(Layer layer) {
    if (layer instanceof FrozenLayer frozen) {
      return unwrap(frozen.getLayer());
    }
    if (layer instanceof FrozenLayerWithBackprop frozen) {
      return unwrap(frozen.getUnderlying());
    }
    return layer;
  }

  /** The activation that Deeplearning4j really applies after a layer. */
  static IActivation activation(Layer layer) {
    // Batch normalisation and PReLU inherit the setting but never apply it.
    if (layer instanceof DenseLayer dense) {
      return dense.getActivationFn();
    } else if (layer instanceof AutoEncoder encoder) {
      return encoder.getActivationFn();
    } else if (layer instanceof BaseOutputLayer output) {
      return output.getActivationFn();
    } else if (layer instanceof ConvolutionLayer convolution) {
      return convolution.getActivationFn();
    } else if (layer instanceof ActivationLayer activation) {
      return activation.getActivationFn();
    } else if (layer instanceof LossLayer loss) {
      return loss.getActivationFn();
    } else if (layer instanceof CnnLossLayer loss) {
      return loss.getActivationFn();
    }
    return new ActivationIdentity();
  }

  /** The layer's operations without its activation. */
  List<Operation> linear(Layer layer, Shape input) {
    OptionTable.check(name, layer);
    if (layer instanceof BaseLayer base && base.getWeightNoise() != null) {
      OptionTable.check(name, base.getWeightNoise());
    }
    requireFormat(layer, input);
    if (layer instanceof DropoutLayer
        || layer instanceof ActivationLayer
        || layer instanceof LossLayer
        || layer instanceof CnnLossLayer) {
      return List.of();
    } else if (layer instanceof DenseLayer dense) {
      return List.of(affine(dense.hasBias()));
    } else if (layer instanceof AutoEncoder) {
      return List.of(affine(true)); // the encoder alone; corruption is for training
    } else if (layer instanceof BaseOutputLayer output) {
      return List.of(affine(output.hasBias()));
    } else if (layer instanceof ConvolutionLayer convolution) {
      return convolution(convolution, input);
    } else if (layer instanceof SubsamplingLayer pooling) {
      return List.of(pool(pooling, input));
    } else if (layer instanceof GlobalPoolingLayer pooling) {
      return globalPool(pooling, input);
    } else if (layer instanceof BatchNormalization norm) {
      return List.of(batchNorm(norm, input));
    } else if (layer instanceof PReLULayer) {
      Parameter slopes = parameter("W", shapeOf("W").subList(1, shapeOf("W").size()), input);
      return List.of(new Operation.ParametricRelu(slopes));
    } else if (layer instanceof ZeroPaddingLayer padding) {
      return List.of(new Operation.Pad(margins(padding.getPadding())));
    } else if (layer instanceof Cropping2D cropping) {
      return List.of(new Operation.Crop(margins(cropping.getCropping())));
    } else if (layer instanceof Upsampling2D upsampling) {
      int[] size = upsampling.getSize();
      return List.of(new Operation.Upsample(size[0], size[size.length - 1]));
    } else if (layer instanceof LocalResponseNormalization norm) {
      return List.of(
          new Operation.LocalResponseNorm(
              norm.getK(), (int) norm.getN() / 2, norm.getAlpha(), norm.getBeta()));
    }
    throw new IllegalStateException("a supported layer without operations: " + layer);
  }

  /** The data format that a layer was configured with, when it has one. */
  static Optional<CNN2DFormat> format(Layer layer) {
    CNN2DFormat format = null;
    if (layer instanceof ConvolutionLayer convolution) {
      format = convolution.getCnn2dDataFormat();
    } else if (layer instanceof SubsamplingLayer pooling) {
      format = pooling.getCnn2dDataFormat();
    } else if (layer instanceof ZeroPaddingLayer padding) {
      format = padding.getDataFormat();
    } else if (layer instanceof Cropping2D cropping) {
      format = cropping.getDataFormat();
    } else if (layer instanceof Upsampling2D upsampling) {
      format = upsampling.getFormat();
    }
    return Optional.ofNullable(format);
  }

  /**
   * Layers that do not set a network's format can still have one of their own, and take images of
   * another for what they are not.
   */
  private void requireFormat(Layer layer, Shape input) {
    CNN2DFormat format = null;
    if (layer instanceof BatchNormalization norm) {
      format = norm.getCnn2DFormat();
    } else if (layer instanceof LocalResponseNormalization norm) {
      format = norm.getDataFormat();
    } else if (layer instanceof CnnLossLayer loss) {
      format = loss.getFormat();
    }
    CNN2DFormat expected = channelsLast ? CNN2DFormat.NHWC : CNN2DFormat.NCHW;
    if (format != null && format != expected && input.rank() == 3) {
      throw unsupported(
          "its images are in %s format but the network's are in %s".formatted(format, expected));
    }
  }

  private List<Operation> convolution(ConvolutionLayer layer, Shape input) {
    Window window =
        window(
            layer.getKernelSize(),
            layer.getStride(),
            layer.getDilation(),
            layer.getPadding(),
            layer.getConvolutionMode(),
            input);
    Optional<Parameter> bias =
        layer.hasBias() ? Optional.of(parameter("b", flat("b"))) : Optional.empty();
    if (layer instanceof SeparableConvolution2D) {
      // Stored as [multiplier, channels, height, width]; the graph wants channels first.
      Parameter pointwise = parameter("pW", shapeOf("pW"));
      return List.of(
          depthwise(List.of(1, 0, 2, 3), Optional.empty(), window),
          new Operation.Convolution(pointwise, bias, Window.of(1, 1)));
    }
    if (layer instanceof DepthwiseConvolution2D) {
      // Stored as [height, width, channels, multiplier].
      return List.of(depthwise(List.of(2, 3, 0, 1), bias, window));
    }
    return List.of(new Operation.Convolution(parameter("W", shapeOf("W")), bias, window));
  }

  /**
   * A convolution with as many groups as channels.
   *
   * @param order of the stored weights that gives channels, multiplier, height, width
   */
  private Operation depthwise(List<Integer> order, Optional<Parameter> bias, Window window) {
    List<Integer> stored = shapeOf("W");
    int channels = stored.get(order.get(0));
    int multiplier = stored.get(order.get(1));
    Parameter weights =
        permuted(
            "W",
            order,
            Shape.of(
                Math.multiplyExact(channels, multiplier),
                1,
                window.kernelHeight(),
                window.kernelWidth()));
    return new Operation.Convolution(weights, bias, window, channels);
  }

  private Operation pool(SubsamplingLayer layer, Shape input) {
    Window window =
        window(
            layer.getKernelSize(),
            layer.getStride(),
            layer.getDilation(),
            layer.getPadding(),
            layer.getConvolutionMode(),
            input);
    return new Operation.Pool(
        reduction(layer.getPoolingType()),
        window,
        layer.isAvgPoolIncludePadInDivisor(),
        Math.max(1, layer.getPnorm()));
  }

  private List<Operation> globalPool(GlobalPoolingLayer layer, Shape input) {
    int[] dimensions = layer.getPoolingDimensions();
    if (input.rank() != 3) {
      throw unsupported("global pooling takes images here but its input is " + input);
    }
    int first = channelsLast ? 1 : 2;
    if (dimensions != null
        && dimensions.length > 0
        && !Arrays.equals(dimensions, new int[] {first, first + 1})) {
      throw unsupported(
          "global pooling over dimensions %s is not supported; only over height and width"
              .formatted(Arrays.toString(dimensions)));
    }
    return List.of(
        new Operation.Reduce(
            reduction(layer.getPoolingType()),
            Math.max(1, layer.getPnorm()),
            List.of(1, 2),
            !layer.isCollapseDimensions()));
  }

  private Operation batchNorm(BatchNormalization layer, Shape input) {
    int channels = input.channels();
    Parameter mean = parameter("mean", flat("mean"));
    Parameter variance = new Parameter(name + "/var", Shape.of(channels));
    if (layer.isUseLogStd()) {
      double[] log10 = data("log10stdev");
      builder.weights(
          variance, Arrays.stream(log10).map(v -> Math.pow(Math.pow(10, v), 2)).toArray());
    } else {
      builder.weights(variance, data("var"));
    }
    Parameter gamma = new Parameter(name + "/gamma", Shape.of(channels));
    Parameter beta = new Parameter(name + "/beta", Shape.of(channels));
    if (layer.isLockGammaBeta()) {
      // Deeplearning4j's own reading of locked values: they are applied only when neither is the
      // neutral one.
      boolean applied = layer.getGamma() != 1 && layer.getBeta() != 0;
      builder.weights(gamma, filled(channels, applied ? layer.getGamma() : 1));
      builder.weights(beta, filled(channels, applied ? layer.getBeta() : 0));
    } else {
      builder.weights(gamma, data("gamma"));
      builder.weights(beta, data("beta"));
    }
    return new Operation.BatchNorm(
        mean, variance, gamma, beta, layer.getEps(), Statistics.stored());
  }

  private static double[] filled(int count, double value) {
    double[] filled = new double[count];
    Arrays.fill(filled, value);
    return filled;
  }

  private Operation affine(boolean hasBias) {
    return new Operation.Affine(
        parameter("W", shapeOf("W")),
        hasBias ? Optional.of(parameter("b", flat("b"))) : Optional.empty());
  }

  private static Operation.Reduction reduction(PoolingType type) {
    return switch (type) {
      case MAX -> Operation.Reduction.MAX;
      case AVG -> Operation.Reduction.AVERAGE;
      case SUM -> Operation.Reduction.SUM;
      case PNORM -> Operation.Reduction.PNORM;
    };
  }

  private static Margins margins(int[] sides) {
    return new Margins(sides[0], sides[1], sides[2], sides[3]);
  }

  private Window window(
      int[] kernel,
      int[] stride,
      int[] dilation,
      int[] padding,
      ConvolutionMode mode,
      Shape input) {
    if (input.rank() != 3) {
      throw unsupported("an image [channels, height, width] is needed but the input is " + input);
    }
    Window unpadded =
        new Window(
            kernel[0], kernel[1], stride[0], stride[1], dilation[0], dilation[1], Margins.NONE);
    Margins margins;
    if (mode == ConvolutionMode.Same) {
      int vertical = same(input.size(1), unpadded.spanHeight(), stride[0]);
      int horizontal = same(input.size(2), unpadded.spanWidth(), stride[1]);
      margins =
          new Margins(
              vertical / 2, vertical - vertical / 2, horizontal / 2, horizontal - horizontal / 2);
    } else {
      margins = new Margins(padding[0], padding[0], padding[1], padding[1]);
    }
    return new Window(
        kernel[0], kernel[1], stride[0], stride[1], dilation[0], dilation[1], margins);
  }

  /** Padding in all so that there are ceil(size / stride) outputs; the odd one goes to the end. */
  private static int same(int size, int span, int stride) {
    long outputs = ((long) size + stride - 1) / stride;
    return Math.toIntExact(Math.max(0, (outputs - 1) * stride + span - size));
  }

  private Parameter parameter(String key, List<Integer> shape) {
    Parameter parameter = new Parameter(name + "/" + key, shape(shape));
    builder.weights(parameter, data(key));
    return parameter;
  }

  /** PReLU slopes: the batch dimension was cut off where Deeplearning4j stores one. */
  private Parameter parameter(String key, List<Integer> withoutFirst, Shape input) {
    List<Integer> stored = shapeOf(key);
    return parameter(key, stored.size() == input.rank() ? stored : withoutFirst);
  }

  private Parameter permuted(String key, List<Integer> order, Shape shape) {
    Parameter parameter = new Parameter(name + "/" + key, shape);
    INDArray array = array(key);
    try (INDArray turned =
        array
            .permute(order.stream().mapToInt(Integer::intValue).toArray())
            .dup('c')
            .castTo(DataType.DOUBLE)) {
      builder.weights(parameter, flat(turned));
    }
    return parameter;
  }

  private static Shape shape(List<Integer> sizes) {
    return Shape.of(sizes.stream().mapToInt(Integer::intValue).toArray());
  }

  private List<Integer> shapeOf(String key) {
    return Arrays.stream(array(key).shape()).mapToInt(Math::toIntExact).boxed().toList();
  }

  private List<Integer> flat(String key) {
    return List.of(Math.toIntExact(array(key).length()));
  }

  private double[] data(String key) {
    INDArray array = array(key);
    return flat(array);
  }

  private static double[] flat(INDArray array) {
    return array
        .castTo(DataType.DOUBLE)
        .dup('c')
        .reshape('c', new long[] {array.length()})
        .toDoubleVector();
  }

  private INDArray array(String key) {
    INDArray array = values.get(key);
    if (array == null) {
      throw unsupported(
          "parameter %s is missing; the layer has %s".formatted(key, values.keySet()));
    }
    return array;
  }

  private UnsupportedLayerException unsupported(String what) {
    return new UnsupportedLayerException(name, what);
  }
}
