package io.sextant.gradients.dl4j;

import io.sextant.gradients.graph.Shape;
import java.util.Optional;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Finds out what input a network takes, where its configuration does not say so outright.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class InputShapes {
  /** The largest image side that is tried. */
  private static final int LARGEST = 512;

  private InputShapes() {}

  /**
   * The shape of one example, channels first.
   *
   * <p>Vectors are read off the first layer. Networks over images fix their size only where they
   * flatten; the smallest square image that fits all layers is taken.
   *
   * @param network a {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @return the shape, or empty when several or none fit
   */
  public static Optional<Shape> infer(Model network) {
    Layer[] layers;
    if (network instanceof MultiLayerNetwork sequential) {
      layers = layers(sequential.getLayers());
    } else if (network instanceof ComputationGraph graph) {
      layers = layers(graph.getLayers());
    } else {
      return Optional.empty();
    }
    for (Layer layer : layers) {
      if (layer instanceof FeedForwardLayer first && first.getNIn() > 0) {
        int inputs = Math.toIntExact(first.getNIn());
        if (!(layer instanceof ConvolutionLayer)) {
          return fits(network, Shape.of(inputs))
              ? Optional.of(Shape.of(inputs))
              : square(network, inputs);
        }
        return square(network, inputs);
      }
    }
    return Optional.empty();
  }

  private static Optional<Shape> square(Model network, int channels) {
    if (fits(network, Shape.of(channels, 1, 1))
        && fits(network, Shape.of(channels, LARGEST, LARGEST))) {
      return Optional.empty(); // any size fits, so the network does not tell
    }
    for (int side = 1; side <= LARGEST; side++) {
      Shape shape = Shape.of(channels, side, side);
      if (fits(network, shape)) {
        return Optional.of(shape);
      }
    }
    return Optional.empty();
  }

  private static boolean fits(Model network, Shape shape) {
    try {
      return TrainedModel.of(network, shape).inputShape().equals(shape);
    } catch (UnsupportedLayerException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Layer[] layers(org.deeplearning4j.nn.api.Layer[] layers) {
    Layer[] configured = new Layer[layers.length];
    for (int i = 0; i < layers.length; i++) {
      configured[i] = LayerLowering.unwrap(layers[i].conf().getLayer());
    }
    return configured;
  }
}
