package io.sextant.gradients.dl4j;

import io.sextant.gradients.graph.Margins;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.graph.Window;
import io.sextant.gradients.model.UnsupportedLayerException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling3DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/**
 * Turns one Deeplearning4j layer into the chain of operations that it is at test time. Dropout,
 * noise and freezing leave no trace.
 */
final class LayerLowering {
  private final String name;
  private final LayerParameters parameters;
  private final boolean channelsLast;

  /**
   * Prepares one layer.
   *
   * @param parameters the layer's
   * @param channelsLast whether the network itself takes images as [height, width, channels]
   */
  LayerLowering(LayerParameters parameters, boolean channelsLast) {
    this.name = parameters.layer();
    this.parameters = parameters;
    this.channelsLast = channelsLast;
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
    } else if (layer instanceof VariationalAutoencoder encoder) {
      return encoder.getPzxActivationFn();
    } else if (layer instanceof RnnLossLayer loss) {
      return loss.getActivationFn();
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
    } else if (layer instanceof RnnLossLayer) {
      return lastStep(input);
    } else if (layer instanceof DenseLayer dense) {
      requireDense(dense.getNIn(), input);
      return dense.hasLayerNorm() ? normalized(dense) : List.of(affine(dense.hasBias()));
    } else if (layer instanceof AutoEncoder encoder) {
      requireDense(encoder.getNIn(), input);
      return List.of(affine(true)); // the encoder alone; corruption is for training
    } else if (layer instanceof VariationalAutoencoder encoder) {
      requireDense(encoder.getNIn(), input);
      return encoder(encoder);
    } else if (layer instanceof RnnOutputLayer output) {
      List<Operation> steps = new ArrayList<>(lastStep(input));
      steps.add(affine(output.hasBias()));
      return steps;
    } else if (layer instanceof BaseOutputLayer output) {
      requireDense(output.getNIn(), input);
      return List.of(affine(output.hasBias()));
    } else if (layer instanceof Deconvolution2D deconvolution) {
      return List.of(deconvolution(deconvolution, input));
    } else if (layer instanceof ConvolutionLayer convolution) {
      return convolution(convolution, input);
    } else if (layer instanceof SubsamplingLayer pooling) {
      return List.of(pool(pooling, input));
    } else if (layer instanceof Subsampling3DLayer pooling) {
      return List.of(pool(pooling, input));
    } else if (layer instanceof ZeroPadding1DLayer padding) {
      int[] ends = padding.getPadding();
      return List.of(new Operation.Pad(List.of(0, ends[0]), List.of(0, ends[1]), 0));
    } else if (layer instanceof Cropping1D cropping) {
      int[] ends = cropping.getCropping();
      return List.of(new Operation.Slice(1, ends[0], input.size(1) - ends[1]));
    } else if (layer instanceof Upsampling1D upsampling) {
      return List.of(Operation.Select.repeated(1, input.size(1), upsampling.getSize()[0]));
    } else if (layer instanceof GlobalPoolingLayer pooling) {
      return globalPool(pooling, input);
    } else if (layer instanceof BatchNormalization norm) {
      return List.of(batchNorm(norm, input));
    } else if (layer instanceof PReLULayer) {
      return List.of(new Operation.ParametricRelu(slopes(input)));
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
    if (dimensions(layer) != 2) {
      return Optional.empty();
    }
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
            new Sliding(
                layer.getKernelSize(),
                layer.getStride(),
                layer.getDilation(),
                layer.getPadding(),
                layer.getConvolutionMode()),
            dimensions(layer),
            input);
    Optional<Parameter> bias = parameters.bias(layer.hasBias());
    if (layer instanceof SeparableConvolution2D) {
      // Stored as [multiplier, channels, height, width]; the graph wants channels first.
      return List.of(
          depthwise(List.of(1, 0, 2, 3), Optional.empty(), window),
          new Operation.Convolution(parameters.parameter("pW"), bias, Window.of(1, 1)));
    }
    if (layer instanceof DepthwiseConvolution2D) {
      // Stored as [height, width, channels, multiplier].
      return List.of(depthwise(List.of(2, 3, 0, 1), bias, window));
    }
    Parameter weights =
        layer instanceof Convolution1DLayer ? parameters.overTime("W") : parameters.parameter("W");
    return List.of(new Operation.Convolution(weights, bias, window));
  }

  private static int dimensions(Layer layer) {
    if (layer instanceof Convolution1DLayer || layer instanceof Subsampling1DLayer) {
      return 1;
    }
    return layer instanceof Convolution3D ? 3 : 2;
  }

  /** As many outputs as inputs times the stride where the mode is the same size. */
  private Operation deconvolution(Deconvolution2D layer, Shape input) {
    if (channelsLast) {
      throw unsupported("a transposed convolution of images in NHWC format is not supported");
    }
    if (input.rank() != 3) {
      throw unsupported("an image [channels, height, width] is needed but the input is " + input);
    }
    List<Window.Axis> axes = new ArrayList<>();
    List<Integer> extra = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      int stride = layer.getStride()[i];
      Window.Axis bare =
          new Window.Axis(layer.getKernelSize()[i], stride, layer.getDilation()[i], 0, 0);
      int before = layer.getPadding()[i];
      int after = before;
      if (layer.getConvolutionMode() == ConvolutionMode.Same) {
        int less = Math.max(0, bare.span() - stride);
        before = less / 2;
        after = less - before;
      }
      axes.add(new Window.Axis(bare.kernel(), stride, bare.dilation(), before, after));
      extra.add(
          layer.getConvolutionMode() == ConvolutionMode.Same
              ? Math.max(0, stride - bare.span())
              : 0);
    }
    return new Operation.TransposedConvolution(
        parameters.parameter("W"), parameters.bias(layer.hasBias()), new Window(axes), extra, 1);
  }

  /**
   * A convolution with as many groups as channels.
   *
   * @param order of the stored weights that gives channels, multiplier, height, width
   */
  private Operation depthwise(List<Integer> order, Optional<Parameter> bias, Window window) {
    List<Integer> stored = parameters.shapeOf("W");
    int channels = stored.get(order.get(0));
    int multiplier = stored.get(order.get(1));
    Parameter weights =
        parameters.permuted(
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
            new Sliding(
                layer.getKernelSize(),
                layer.getStride(),
                layer.getDilation(),
                layer.getPadding(),
                layer.getConvolutionMode()),
            dimensions(layer),
            input);
    return new Operation.Pool(
        reduction(layer.getPoolingType()),
        window,
        layer.isAvgPoolIncludePadInDivisor(),
        Math.max(1, layer.getPnorm()));
  }

  private Operation pool(Subsampling3DLayer layer, Shape input) {
    Window window =
        window(
            new Sliding(
                layer.getKernelSize(),
                layer.getStride(),
                layer.getDilation(),
                layer.getPadding(),
                layer.getConvolutionMode()),
            3,
            input);
    return new Operation.Pool(reduction(layer.getPoolingType()), window, false, 2);
  }

  private List<Operation> globalPool(GlobalPoolingLayer layer, Shape input) {
    int[] dimensions = layer.getPoolingDimensions();
    if (input.rank() < 2) {
      throw unsupported("global pooling takes sequences or images but its input is " + input);
    }
    int first = channelsLast && input.rank() == 3 ? 1 : 2;
    int[] all = IntStream.range(first, first + input.rank() - 1).toArray();
    if (dimensions != null && dimensions.length > 0 && !Arrays.equals(dimensions, all)) {
      throw unsupported(
          "global pooling over dimensions %s is not supported; only over all but the channels"
              .formatted(Arrays.toString(dimensions)));
    }
    return List.of(
        new Operation.Reduce(
            reduction(layer.getPoolingType()),
            Math.max(1, layer.getPnorm()),
            IntStream.range(1, input.rank()).boxed().toList(),
            !layer.isCollapseDimensions()));
  }

  private Operation batchNorm(BatchNormalization layer, Shape input) {
    if (input.rank() == 2) {
      throw unsupported("batch normalisation of sequences, which Deeplearning4j has not either");
    }
    int channels = input.channels();
    Shape shape = Shape.of(channels);
    Parameter mean = parameters.vector("mean");
    double[] variances =
        layer.isUseLogStd()
            ? Arrays.stream(parameters.data("log10stdev"))
                .map(v -> Math.pow(Math.pow(10, v), 2))
                .toArray()
            : parameters.data("var");
    Parameter variance = parameters.parameter("var", shape, variances);
    double[] gammas;
    double[] betas;
    if (layer.isLockGammaBeta()) {
      // Deeplearning4j's own reading of locked values: they are applied only when neither is the
      // neutral one.
      boolean applied = layer.getGamma() != 1 && layer.getBeta() != 0;
      gammas = filled(channels, applied ? layer.getGamma() : 1);
      betas = filled(channels, applied ? layer.getBeta() : 0);
    } else {
      gammas = parameters.data("gamma");
      betas = parameters.data("beta");
    }
    Parameter gamma = parameters.parameter("gamma", shape, gammas);
    Parameter beta = parameters.parameter("beta", shape, betas);
    return new Operation.BatchNorm(
        mean, variance, gamma, beta, layer.getEps(), Statistics.stored());
  }

  private static double[] filled(int count, double value) {
    double[] filled = new double[count];
    Arrays.fill(filled, value);
    return filled;
  }

  private Operation affine(boolean hasBias) {
    return new Operation.Affine(parameters.parameter("W"), parameters.bias(hasBias));
  }

  /** A vector, or the vectors of a sequence's steps. */
  private void requireDense(long inputs, Shape input) {
    if (input.rank() > 2) {
      throw unsupported("a dense layer with %d inputs does not take %s".formatted(inputs, input));
    }
  }

  /** The bias comes behind the normalisation. */
  private List<Operation> normalized(DenseLayer layer) {
    return List.of(
        new Operation.Affine(parameters.parameter("W"), Optional.empty()),
        new Operation.LayerNorm(
            1, Optional.of(parameters.vector("g")), parameters.bias(layer.hasBias()), 0));
  }

  /** The mean of the code given the input. */
  private List<Operation> encoder(VariationalAutoencoder layer) {
    List<Operation> steps = new ArrayList<>();
    for (int i = 0; i < layer.getEncoderLayerSizes().length; i++) {
      steps.add(
          new Operation.Affine(
              parameters.parameter("e" + i + "W"), Optional.of(parameters.vector("e" + i + "b"))));
      steps.add(new Operation.Elementwise(Activations.function(name, layer.getActivationFn())));
    }
    steps.add(
        new Operation.Affine(
            parameters.parameter("pZXMeanW"), Optional.of(parameters.vector("pZXMeanb"))));
    return steps;
  }

  /** Of a sequence's classes those of the last step are the network's answer. */
  private List<Operation> lastStep(Shape input) {
    if (input.rank() != 2) {
      throw unsupported("a sequence [features, time] is needed but the input is " + input);
    }
    int time = input.size(1);
    return List.of(
        new Operation.Slice(1, time - 1, time), new Operation.Reshape(Shape.of(input.size(0))));
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

  /** How a layer says that its window slides; one number for each dimension, or more. */
  private record Sliding(
      int[] kernel, int[] stride, int[] dilation, int[] padding, ConvolutionMode mode) {}

  private Window window(Sliding sliding, int dimensions, Shape input) {
    if (input.rank() != dimensions + 1) {
      throw unsupported(
          dimensions == 2
              ? "an image [channels, height, width] is needed but the input is " + input
              : "channels and %d dimensions are needed but the input is %s"
                  .formatted(dimensions, input));
    }
    List<Window.Axis> axes = new ArrayList<>();
    for (int i = 0; i < dimensions; i++) {
      int stride = sliding.stride()[i];
      Window.Axis bare = new Window.Axis(sliding.kernel()[i], stride, sliding.dilation()[i], 0, 0);
      int before = sliding.padding()[i];
      int after = before;
      if (sliding.mode() == ConvolutionMode.Same) {
        int padding = same(input.size(i + 1), bare.span(), stride);
        before = padding / 2;
        after = padding - before;
      } else if (sliding.mode() == ConvolutionMode.Causal) {
        before = bare.span() - 1;
        after = 0;
      }
      axes.add(new Window.Axis(bare.kernel(), stride, bare.dilation(), before, after));
    }
    return new Window(axes);
  }

  /** Padding in all so that there are ceil(size / stride) outputs; the odd one goes to the end. */
  private static int same(int size, int span, int stride) {
    long outputs = ((long) size + stride - 1) / stride;
    return Math.toIntExact(Math.max(0, (outputs - 1) * stride + span - size));
  }

  /** The batch dimension is cut off where Deeplearning4j stores one. */
  private Parameter slopes(Shape input) {
    List<Integer> stored = parameters.shapeOf("W");
    List<Integer> own = stored.size() == input.rank() ? stored : stored.subList(1, stored.size());
    return parameters.parameter("W", LayerParameters.shape(own));
  }

  private UnsupportedLayerException unsupported(String what) {
    return new UnsupportedLayerException(name, what);
  }
}
