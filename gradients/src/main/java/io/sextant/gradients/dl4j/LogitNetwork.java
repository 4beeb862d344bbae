package io.sextant.gradients.dl4j;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/**
 * Makes copies of networks that answer with logits: Deeplearning4j itself then says what the
 * compiled graph should compute.
 */
final class LogitNetwork {
  private LogitNetwork() {}

  /**
   * A copy whose output activation is the identity.
   *
   * @param network not modified
   * @param output which output, for graphs with several
   */
  static Model of(Model network, Optional<String> output) {
    if (network instanceof MultiLayerNetwork sequential) {
      MultiLayerNetwork copy = copy(sequential);
      Deque<Layer> layers = new ArrayDeque<>();
      for (Layer layer : copy.getLayers()) {
        layers.push(layer);
      }
      while (cutsNothing(inside(layers.peek())) && layers.size() > 1) {
        layers.pop();
      }
      cut(inside(layers.peek()));
      return copy;
    }
    ComputationGraph copy = copy((ComputationGraph) network);
    String name = output.orElseGet(() -> copy.getConfiguration().getNetworkOutputs().get(0));
    while (cutsNothing(inside(copy.getLayer(name)))) {
      String before =
          copy.getConfiguration().getVertexInputs().getOrDefault(name, List.of()).get(0);
      if (copy.getLayer(before) == null) {
        break;
      }
      name = before;
    }
    cut(inside(copy.getLayer(name)));
    return copy;
  }

  // Through JSON, because Deeplearning4j's own clone() forgets the axis of merge vertices.

  private static MultiLayerNetwork copy(MultiLayerNetwork network) {
    String json = network.getLayerWiseConfigurations().toJson();
    MultiLayerNetwork copy = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(json));
    copy.init(network.params(), true);
    return copy;
  }

  private static ComputationGraph copy(ComputationGraph network) {
    String json = network.getConfiguration().toJson();
    ComputationGraph copy = new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
    copy.init(network.params(), true);
    return copy;
  }

  private static Layer inside(Layer layer) {
    if (layer instanceof FrozenLayer frozen) {
      return inside(frozen.getInsideLayer());
    }
    if (layer instanceof FrozenLayerWithBackprop frozen) {
      return inside(frozen.getUnderlying());
    }
    return layer;
  }

  /** True for a layer that only passes its input on, so the activation to cut stands before it. */
  private static boolean cutsNothing(Layer layer) {
    org.deeplearning4j.nn.conf.layers.Layer configured = layer.conf().getLayer();
    boolean bare =
        configured instanceof LossLayer
            || configured instanceof CnnLossLayer
            || configured instanceof DropoutLayer
            || configured instanceof ActivationLayer;
    return bare && LayerLowering.activation(configured) instanceof ActivationIdentity;
  }

  private static void cut(Layer layer) {
    IActivation identity = new ActivationIdentity();
    org.deeplearning4j.nn.conf.layers.Layer configured = layer.conf().getLayer();
    if (configured instanceof BaseLayer base) {
      base.setActivationFn(identity);
    } else if (configured instanceof ActivationLayer activation) {
      activation.setActivationFn(identity);
    }
  }
}
