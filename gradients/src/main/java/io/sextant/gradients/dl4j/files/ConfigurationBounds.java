package io.sextant.gradients.dl4j.files;

import io.sextant.gradients.model.ModelFileException;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.Pooling1D;
import org.deeplearning4j.nn.conf.layers.Pooling2D;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
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
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Checks the numbers in a network's configuration before Deeplearning4j builds the network: it
 * multiplies them without looking for overflow, and hands them to native code.
 *
 * <p>What is bounded here holds for every input. Sizes that depend on the input's are bounded when
 * the inference graph is built.
 */
@SuppressWarnings("deprecation") // networks hold layers that Deeplearning4j has deprecated
final class ConfigurationBounds {
  /** Most layers or vertices. */
  static final int MOST_LAYERS = 4096;

  /** How deep wrappers may stand in wrappers. */
  private static final int DEEPEST = 16;

  /** Largest kernel, stride, dilation, padding or repetition, in pixels. */
  private static final long WINDOW = 8192;

  /** Largest number of channels or features, and largest size of a dimension. */
  private static final long SIZE = 1L << 29;

  /** Parameters are counted in 64 bits, a few products of a layer's sizes together. */
  private static final long LARGEST_PRODUCT = 1L << 58;

  private static final List<Class<?>> CONVOLUTIONS =
      List.of(
          ConvolutionLayer.class,
          Convolution2D.class,
          DepthwiseConvolution2D.class,
          SeparableConvolution2D.class,
          Deconvolution2D.class);
  private static final List<Class<?>> CONVOLUTIONS_1D =
      List.of(Convolution1DLayer.class, Convolution1D.class);
  private static final List<Class<?>> POOLS_1D = List.of(Subsampling1DLayer.class, Pooling1D.class);
  private static final List<Class<?>> VOLUMES =
      List.of(Convolution3D.class, Subsampling3DLayer.class);
  private static final List<Class<?>> POOLS = List.of(SubsamplingLayer.class, Pooling2D.class);
  private static final List<Class<?>> MULTIPLIED =
      List.of(DepthwiseConvolution2D.class, SeparableConvolution2D.class);
  private static final List<Class<?>> WEIGHTED =
      List.of(
          ConvolutionLayer.class,
          Convolution2D.class,
          DepthwiseConvolution2D.class,
          SeparableConvolution2D.class,
          DenseLayer.class,
          AutoEncoder.class,
          OutputLayer.class,
          CenterLossOutputLayer.class,
          BatchNormalization.class,
          Deconvolution2D.class,
          Convolution1DLayer.class,
          Convolution1D.class,
          Convolution3D.class,
          LSTM.class,
          GravesLSTM.class,
          GravesBidirectionalLSTM.class,
          SimpleRnn.class,
          RnnOutputLayer.class,
          SelfAttentionLayer.class,
          VariationalAutoencoder.class);

  /**
   * What a field may hold.
   *
   * @param classes the classes that it belongs to; not their subclasses
   * @param field its name
   * @param fewest fewest numbers in it; 0 when it may be missing
   * @param most most numbers in it; 1 for a field that is a number
   * @param least smallest number
   * @param largest largest number
   */
  private record Bound(
      List<Class<?>> classes, String field, int fewest, int most, long least, long largest) {}

  private static final List<Bound> BOUNDS =
      List.of(
          new Bound(CONVOLUTIONS, "kernelSize", 2, 2, 1, WINDOW),
          new Bound(CONVOLUTIONS, "stride", 2, 2, 1, WINDOW),
          new Bound(CONVOLUTIONS, "dilation", 2, 2, 1, WINDOW),
          new Bound(CONVOLUTIONS, "padding", 2, 2, 0, WINDOW),
          // Over time one number is meant, and older versions wrote two.
          new Bound(CONVOLUTIONS_1D, "kernelSize", 1, 2, 1, WINDOW),
          new Bound(CONVOLUTIONS_1D, "stride", 1, 2, 1, WINDOW),
          new Bound(CONVOLUTIONS_1D, "dilation", 1, 2, 1, WINDOW),
          new Bound(CONVOLUTIONS_1D, "padding", 1, 2, 0, WINDOW),
          new Bound(POOLS_1D, "kernelSize", 1, 2, 1, WINDOW),
          new Bound(POOLS_1D, "stride", 1, 2, 1, WINDOW),
          new Bound(POOLS_1D, "dilation", 1, 2, 1, WINDOW),
          new Bound(POOLS_1D, "padding", 1, 2, 0, WINDOW),
          new Bound(POOLS_1D, "pnorm", 1, 1, 0, WINDOW),
          new Bound(VOLUMES, "kernelSize", 3, 3, 1, WINDOW),
          new Bound(VOLUMES, "stride", 3, 3, 1, WINDOW),
          new Bound(VOLUMES, "dilation", 3, 3, 1, WINDOW),
          new Bound(VOLUMES, "padding", 3, 3, 0, WINDOW),
          new Bound(List.of(ZeroPadding1DLayer.class), "padding", 2, 2, 0, WINDOW),
          new Bound(List.of(Cropping1D.class), "cropping", 2, 2, 0, WINDOW),
          new Bound(List.of(Upsampling1D.class), "size", 1, 2, 1, WINDOW),
          new Bound(List.of(RepeatVector.class), "n", 1, 1, 1, SIZE),
          new Bound(List.of(SelfAttentionLayer.class), "nHeads", 1, 1, 1, SIZE),
          new Bound(List.of(SelfAttentionLayer.class), "headSize", 1, 1, 0, SIZE),
          new Bound(
              List.of(VariationalAutoencoder.class), "encoderLayerSizes", 1, MOST_LAYERS, 1, SIZE),
          new Bound(
              List.of(VariationalAutoencoder.class), "decoderLayerSizes", 1, MOST_LAYERS, 1, SIZE),
          new Bound(MULTIPLIED, "depthMultiplier", 1, 1, 1, SIZE),
          new Bound(WEIGHTED, "nIn", 1, 1, 1, SIZE),
          new Bound(WEIGHTED, "nOut", 1, 1, 1, SIZE),
          new Bound(POOLS, "kernelSize", 2, 2, 1, WINDOW),
          new Bound(POOLS, "stride", 2, 2, 1, WINDOW),
          new Bound(POOLS, "dilation", 2, 2, 1, WINDOW),
          new Bound(POOLS, "padding", 2, 2, 0, WINDOW),
          new Bound(POOLS, "pnorm", 1, 1, 0, WINDOW),
          new Bound(List.of(GlobalPoolingLayer.class), "pnorm", 1, 1, 0, WINDOW),
          new Bound(List.of(GlobalPoolingLayer.class), "poolingDimensions", 0, 4, -4, 4),
          new Bound(List.of(PReLULayer.class), "inputShape", 1, 4, 1, SIZE),
          new Bound(List.of(PReLULayer.class), "sharedAxes", 0, 4, 1, 4),
          new Bound(List.of(ZeroPaddingLayer.class), "padding", 4, 4, 0, WINDOW),
          new Bound(List.of(Cropping2D.class), "cropping", 4, 4, 0, WINDOW),
          new Bound(List.of(Upsampling2D.class), "size", 1, 2, 1, WINDOW),
          new Bound(List.of(LocalResponseNormalization.class), "n", 1, 1, 0, WINDOW),
          new Bound(List.of(MergeVertex.class), "mergeAxis", 1, 1, -4, 4),
          new Bound(List.of(SubsetVertex.class), "from", 1, 1, 0, SIZE),
          new Bound(List.of(SubsetVertex.class), "to", 1, 1, 0, SIZE),
          new Bound(List.of(UnstackVertex.class), "from", 1, 1, 0, MOST_LAYERS),
          new Bound(List.of(UnstackVertex.class), "stackSize", 1, 1, 1, MOST_LAYERS),
          new Bound(List.of(ReshapeVertex.class), "newShape", 2, 5, -1, SIZE),
          new Bound(List.of(FeedForwardToCnnPreProcessor.class), "inputHeight", 1, 1, 1, SIZE),
          new Bound(List.of(FeedForwardToCnnPreProcessor.class), "inputWidth", 1, 1, 1, SIZE),
          new Bound(List.of(FeedForwardToCnnPreProcessor.class), "numChannels", 1, 1, 1, SIZE),
          new Bound(List.of(CnnToFeedForwardPreProcessor.class), "inputHeight", 1, 1, 0, SIZE),
          new Bound(List.of(CnnToFeedForwardPreProcessor.class), "inputWidth", 1, 1, 0, SIZE),
          new Bound(List.of(CnnToFeedForwardPreProcessor.class), "numChannels", 1, 1, 0, SIZE));

  private final String file;

  private ConfigurationBounds(String file) {
    this.file = file;
  }

  /**
   * Checks a sequence of layers.
   *
   * @param file for messages
   * @throws ModelFileException naming the layer and the number
   */
  static void check(String file, MultiLayerConfiguration configuration) {
    ConfigurationBounds bounds = new ConfigurationBounds(file);
    List<@Nullable NeuralNetConfiguration> layers = configuration.getConfs();
    bounds.count(layers == null ? 0 : layers.size());
    for (int i = 0; layers != null && i < layers.size(); i++) {
      bounds.checkLayer("layer" + i, layers.get(i));
    }
    if (configuration.getInputPreProcessors() != null) {
      configuration
          .getInputPreProcessors()
          .forEach((layer, preprocessor) -> bounds.checkParts("layer" + layer, preprocessor));
    }
  }

  /**
   * Checks a graph of vertices.
   *
   * @param file for messages
   * @throws ModelFileException naming the vertex and the number
   */
  static void check(String file, ComputationGraphConfiguration configuration) {
    ConfigurationBounds bounds = new ConfigurationBounds(file);
    Map<String, @Nullable GraphVertex> vertices = configuration.getVertices();
    bounds.count(vertices == null ? 0 : vertices.size());
    if (vertices != null) {
      vertices.forEach(bounds::checkVertex);
    }
    if (empty(configuration.getNetworkInputs()) || empty(configuration.getNetworkOutputs())) {
      throw new ModelFileException(
          file + ": the network configuration names no inputs or no outputs");
    }
  }

  private static boolean empty(@Nullable List<String> names) {
    return names == null || names.isEmpty();
  }

  private void count(int layers) {
    if (layers < 1 || layers > MOST_LAYERS) {
      throw new ModelFileException(
          "%s: a network must have 1 to %d layers but its configuration has %d"
              .formatted(file, MOST_LAYERS, layers));
    }
  }

  private void checkVertex(String name, @Nullable GraphVertex vertex) {
    if (vertex instanceof FrozenVertex frozen) {
      checkVertex(name, frozen.getUnderlying());
    } else if (vertex instanceof LayerVertex layer) {
      checkParts(name, layer.getPreProcessor());
      checkLayer(name, layer.getLayerConf());
    } else if (vertex instanceof PreprocessorVertex preprocessor) {
      checkParts(name, required(name, preprocessor.getPreProcessor()));
    } else {
      checkNumbers(name, required(name, vertex));
    }
  }

  private void checkLayer(String name, @Nullable NeuralNetConfiguration configuration) {
    checkLayer(name, required(name, configuration).getLayer(), DEEPEST);
  }

  /** A layer, and those that it is around. */
  private void checkLayer(String name, @Nullable Layer layer, int depth) {
    if (depth == 0) {
      throw new ModelFileException(
          "%s: layer %s: wrappers may stand in wrappers %d deep but are deeper"
              .formatted(file, ModelFileException.quote(name), DEEPEST));
    }
    if (layer instanceof FrozenLayer frozen) {
      checkLayer(name, frozen.getLayer(), depth - 1);
    } else if (layer instanceof BaseWrapperLayer wrapper) {
      checkLayer(name, wrapper.getUnderlying(), depth - 1);
    } else if (layer instanceof Bidirectional both) {
      checkLayer(name, both.getFwd(), depth - 1);
      checkLayer(name, both.getBwd(), depth - 1);
    } else {
      Layer own = required(name, layer);
      checkNumbers(name, own);
      checkProduct(name, own);
    }
  }

  private void checkParts(String name, @Nullable InputPreProcessor preprocessor) {
    if (preprocessor instanceof ComposableInputPreProcessor composed) {
      for (InputPreProcessor part : required(name, composed.getInputPreProcessors())) {
        checkParts(name, required(name, part));
      }
    } else if (preprocessor != null) {
      checkNumbers(name, preprocessor);
    }
  }

  private <T> T required(String name, @Nullable T part) {
    if (part == null) {
      throw new ModelFileException(
          "%s: layer %s is missing a part of its configuration"
              .formatted(file, ModelFileException.quote(name)));
    }
    return part;
  }

  private void checkNumbers(String name, Object part) {
    for (Bound bound : BOUNDS) {
      if (bound.classes().contains(part.getClass())) {
        check(name, part, bound);
      }
    }
  }

  private void check(String name, Object part, Bound bound) {
    List<Double> numbers = numbers(value(part, field(part.getClass(), bound.field())));
    boolean fits = bound.fewest() <= numbers.size() && numbers.size() <= bound.most();
    for (double number : numbers) {
      fits &= bound.least() <= number && number <= bound.largest();
    }
    if (!fits) {
      throw new ModelFileException(
          "%s: layer %s: %s of %s must be %s from %d to %d but was %s"
              .formatted(
                  file,
                  ModelFileException.quote(name),
                  bound.field(),
                  part.getClass().getSimpleName(),
                  bound.most() == 1
                      ? "a number"
                      : bound.fewest() == bound.most()
                          ? bound.most() + " numbers"
                          : "%d to %d numbers".formatted(bound.fewest(), bound.most()),
                  bound.least(),
                  bound.largest(),
                  text(numbers)));
    }
  }

  private static String text(List<Double> numbers) {
    List<String> shown =
        numbers.stream()
            .limit(8)
            .map(v -> v == Math.rint(v) ? Long.toString(v.longValue()) : v.toString())
            .toList();
    return numbers.isEmpty() ? "missing" : numbers.size() == 1 ? shown.get(0) : shown.toString();
  }

  /** No product of a layer's sizes leaves 64 bits, whatever layer it is. */
  private void checkProduct(String name, Layer layer) {
    double product = 1;
    for (Class<?> at = layer.getClass(); at != null; at = at.getSuperclass()) {
      for (Field field : at.getDeclaredFields()) {
        Class<?> type =
            field.getType().isArray() ? field.getType().getComponentType() : field.getType();
        boolean whole = type == int.class || type == long.class;
        if (whole && !Modifier.isStatic(field.getModifiers())) {
          for (double number : numbers(value(layer, field))) {
            product *= Math.max(1, Math.abs(number));
          }
        }
      }
    }
    if (product > LARGEST_PRODUCT) {
      throw new ModelFileException(
          "%s: layer %s: the sizes of %s multiply to %.1e, but no more than %.1e can be computed with"
              .formatted(
                  file,
                  ModelFileException.quote(name),
                  layer.getClass().getSimpleName(),
                  product,
                  (double) LARGEST_PRODUCT));
    }
  }

  private static Field field(Class<?> type, String name) {
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      for (Field field : at.getDeclaredFields()) {
        if (field.getName().equals(name)) {
          return field;
        }
      }
    }
    throw new IllegalStateException("%s has no field %s".formatted(type, name));
  }

  private static @Nullable Object value(Object part, Field field) {
    try {
      field.setAccessible(true);
      return field.get(part);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("cannot read " + field, e);
    }
  }

  /** The numbers in a field; none when it is missing. Doubles hold every size exactly enough. */
  private static List<Double> numbers(@Nullable Object value) {
    List<Double> numbers = new ArrayList<>();
    if (value instanceof Number number) {
      numbers.add(number.doubleValue());
    } else if (value != null) {
      for (int i = 0; i < Array.getLength(value); i++) {
        numbers.add(((Number) Array.get(value, i)).doubleValue());
      }
    }
    return numbers;
  }
}
