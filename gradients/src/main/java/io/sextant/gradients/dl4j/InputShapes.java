package io.sextant.gradients.dl4j;

import io.sextant.gradients.graph.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling3DLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what inputs a network takes. Deeplearning4j does not store it, but its layers know what
 * each of them needs.
 */
final class InputShapes {
  /** The largest height or width that is tried. */
  private static final int LIMIT = 1024;

  private static final String INPUT = "<input>";

  private InputShapes() {}

  /**
   * The shape of one example, channels first.
   *
   * <p>An image's size is one that leads to the size that the first dense layer was built for.
   * Rounding in strides can leave several; of these the one that halves most often is taken. A
   * network that takes images of any size does not tell.
   *
   * @param network a {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @return the shape, or empty when the network does not tell
   */
  static Optional<Shape> infer(Model network) {
    try {
      if (network instanceof MultiLayerNetwork sequential) {
        return infer(sequence(sequential));
      }
      if (network instanceof ComputationGraph graph
          && graph.getConfiguration().getNetworkInputs().size() == 1) {
        return infer(graph(graph));
      }
      return Optional.empty();
    } catch (ArithmeticException e) {
      return Optional.empty(); // sizes beyond any array
    }
  }

  /** One layer (or vertex) on the way from the input, with what stands before it. */
  private record Step(
      String name,
      List<String> inputs,
      @Nullable InputPreProcessor preprocessor,
      @Nullable Layer layer,
      @Nullable GraphVertex vertex) {}

  private static List<Step> sequence(MultiLayerNetwork network) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < network.getnLayers(); i++) {
      steps.add(
          new Step(
              Integer.toString(i),
              List.of(i == 0 ? INPUT : Integer.toString(i - 1)),
              network.getLayerWiseConfigurations().getInputPreProcess(i),
              LayerLowering.unwrap(network.getLayerWiseConfigurations().getConf(i).getLayer()),
              null));
    }
    return steps;
  }

  private static List<Step> graph(ComputationGraph network) {
    // A copy, because asking a merge vertex for its output can change its axis.
    ComputationGraphConfiguration copy =
        ComputationGraphConfiguration.fromJson(network.getConfiguration().toJson());
    List<Step> steps = new ArrayList<>();
    for (String name : network.getConfiguration().getTopologicalOrderStr()) {
      GraphVertex vertex = copy.getVertices().get(name);
      List<String> inputs =
          copy.getVertexInputs().getOrDefault(name, List.of()).stream()
              .map(from -> copy.getNetworkInputs().contains(from) ? INPUT : from)
              .toList();
      if (vertex instanceof FrozenVertex frozen) {
        vertex = frozen.getUnderlying();
      }
      if (vertex instanceof LayerVertex layer) {
        Layer configured = LayerLowering.unwrap(layer.getLayerConf().getLayer());
        steps.add(new Step(name, inputs, layer.getPreProcessor(), configured, null));
      } else if (vertex instanceof PreprocessorVertex bare) {
        steps.add(new Step(name, inputs, bare.getPreProcessor(), null, null));
      } else if (vertex != null) {
        steps.add(new Step(name, inputs, null, null, vertex));
      }
    }
    return steps;
  }

  private static Optional<Shape> infer(List<Step> steps) {
    int channels = 0;
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (step.preprocessor() instanceof FeedForwardToCnnPreProcessor unflatten
          && step.inputs().contains(INPUT)) {
        return image(
            unflatten.getNumChannels(), unflatten.getInputHeight(), unflatten.getInputWidth());
      }
      if (step.preprocessor() instanceof CnnToFeedForwardPreProcessor flatten) {
        // Without a convolution on the way nothing changed the number of channels.
        int depth = channels > 0 ? channels : Math.toIntExact(flatten.getNumChannels());
        return images(steps.subList(0, i), step.inputs().get(0), depth, flatten);
      }
      if (step.layer() != null && overTime(step.layer())) {
        return Optional.empty(); // sequences of any length
      }
      if (channels == 0 && step.layer() instanceof ConvolutionLayer convolution) {
        channels = Math.toIntExact(convolution.getNIn());
      }
      if (channels == 0 && step.layer() instanceof DenseLayer dense) {
        return vector(dense.getNIn());
      }
      if (channels == 0 && step.layer() instanceof BaseOutputLayer output) {
        return vector(output.getNIn());
      }
    }
    return Optional.empty();
  }

  private static boolean overTime(Layer layer) {
    return SequenceLowering.lowers(layer)
        || layer instanceof RnnOutputLayer
        || layer instanceof Convolution1DLayer
        || layer instanceof Convolution3D
        || layer instanceof Subsampling3DLayer
        || layer instanceof Subsampling1DLayer;
  }

  private static Optional<Shape> images(
      List<Step> steps, String end, int channels, CnnToFeedForwardPreProcessor flatten) {
    CNN2DFormat format =
        steps.stream()
            .flatMap(step -> Stream.ofNullable(step.layer()))
            .flatMap(layer -> LayerLowering.format(layer).stream())
            .findFirst()
            .orElse(flatten.getFormat());
    // Height and width never influence each other, so each is searched with the other one large.
    OptionalInt height =
        likeliest(
            size ->
                at(steps, end, InputType.convolutional(size, LIMIT, channels, format))
                    .filter(arrived -> arrived.getHeight() == flatten.getInputHeight())
                    .isPresent());
    OptionalInt width =
        likeliest(
            size ->
                at(steps, end, InputType.convolutional(LIMIT, size, channels, format))
                    .filter(arrived -> arrived.getWidth() == flatten.getInputWidth())
                    .isPresent());
    return height.isPresent() && width.isPresent()
        ? image(channels, height.getAsInt(), width.getAsInt())
        : Optional.empty();
  }

  /**
   * Strides round, so a run of neighbouring sizes fits. Of these the one that halves most often is
   * taken, as images mostly do: 28 rather than 25.
   */
  private static OptionalInt likeliest(IntPredicate fits) {
    int best = 0;
    for (int size = 1; size <= LIMIT; size++) {
      if (fits.test(size)) {
        boolean rounder = Integer.numberOfTrailingZeros(size) > Integer.numberOfTrailingZeros(best);
        best = best == 0 || rounder ? size : best;
      } else if (best > 0) {
        break;
      }
    }
    return best == 0 ? OptionalInt.empty() : OptionalInt.of(best);
  }

  /** What arrives at a step for an input of this type, if it gets that far. */
  private static Optional<InputType.InputTypeConvolutional> at(
      List<Step> steps, String end, InputType input) {
    Map<String, InputType> types = new HashMap<>(Map.of(INPUT, input));
    try {
      for (int i = 0; i < steps.size(); i++) {
        Step step = steps.get(i);
        InputType[] taken = step.inputs().stream().map(types::get).toArray(InputType[]::new);
        types.put(step.name(), output(step, i, taken));
      }
    } catch (RuntimeException tooSmall) {
      // Deeplearning4j says so with several kinds of exception.
      return Optional.empty();
    }
    return types.get(end) instanceof InputType.InputTypeConvolutional image
        ? Optional.of(image)
        : Optional.empty();
  }

  private static InputType output(Step step, int index, InputType... taken) {
    if (step.vertex() != null) {
      return step.vertex().getOutputType(index, taken);
    }
    InputType type = taken[0];
    if (step.preprocessor() != null) {
      type = step.preprocessor().getOutputType(type);
    }
    return step.layer() == null ? type : step.layer().getOutputType(index, type);
  }

  private static Optional<Shape> vector(long size) {
    return size < 1 ? Optional.empty() : Optional.of(Shape.of(Math.toIntExact(size)));
  }

  private static Optional<Shape> image(long channels, long height, long width) {
    return channels < 1 || height < 1 || width < 1
        ? Optional.empty()
        : Optional.of(
            Shape.of(Math.toIntExact(channels), Math.toIntExact(height), Math.toIntExact(width)));
  }
}
