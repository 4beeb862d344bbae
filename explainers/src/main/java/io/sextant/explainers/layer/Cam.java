package io.sextant.explainers.layer;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Form;
import io.sextant.methods.Setting;
import io.sextant.methods.Values;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Which feature maps a class activation map adds up, and what is done with the sum.
 *
 * @param layer whose feature maps
 * @param relu whether what speaks against the class is set to 0; else the map is raw and signed
 * @param resize whether the map is brought to the input's height and width, by {@link Bilinear}
 *     interpolation and after the ReLU; else it has the layer's
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Cam(LayerChoice layer, boolean relu, boolean resize) {
  /** The last feature maps, with ReLU, in the input's height and width. */
  public static final Cam DEFAULT = new Cam(LayerChoice.AUTO, true, true);

  private static final Setting<ClassActivationMap, LayerChoice> LAYER =
      LayerChoice.settingOfMaps(m -> m.cam().layer());
  private static final Setting<ClassActivationMap, Boolean> RELU =
      Setting.of(
          "relu",
          Form.flag(),
          "sets what speaks against the class to 0; false leaves the map raw and signed",
          m -> m.cam().relu());
  private static final Setting<ClassActivationMap, Boolean> RESIZE =
      Setting.of(
          "resize",
          Form.flag(),
          "brings the map to the input's height and width; false leaves it at the layer's",
          m -> m.cam().resize());

  /** The settings of every class activation map. */
  static final List<Setting<ClassActivationMap, ?>> SETTINGS = List.of(LAYER, RELU, RESIZE);

  static Cam of(Values<? extends ClassActivationMap> values) {
    return new Cam(values.of(LAYER), values.of(RELU), values.of(RESIZE));
  }

  public Cam {
    Objects.requireNonNull(layer, "layer");
  }

  /** The same of another layer. */
  public Cam withLayer(LayerChoice newLayer) {
    return new Cam(newLayer, relu, resize);
  }

  /** The same with or without the ReLU. */
  public Cam withRelu(boolean newRelu) {
    return new Cam(layer, newRelu, resize);
  }

  /** The same in the input's height and width, or the layer's. */
  public Cam withResize(boolean newResize) {
    return new Cam(layer, relu, newResize);
  }

  /**
   * The feature maps and the size of the map in a network.
   *
   * @param asking what asks, for messages
   * @throws IllegalArgumentException when there are no such feature maps, or the input has no
   *     height and width that a map could be brought to
   */
  CamFrame in(InferenceGraph graph, String asking) {
    Node maps = layer.mapIn(graph, asking);
    Shape own = Shape.of(maps.shape().size(1), maps.shape().size(2));
    return new CamFrame(maps, resize ? picture(graph) : own, relu);
  }

  /** The height and width of the input, also where a network makes an image of a vector. */
  private static Shape picture(InferenceGraph graph) {
    Shape input = graph.input().shape();
    Optional<Shape> image =
        input.rank() == 3
            ? Optional.of(input)
            : graph.nodes().stream()
                .filter(node -> node.operation() instanceof Operation.Reshape)
                .map(Node::shape)
                .filter(shape -> shape.rank() == 3 && shape.elements() == input.elements())
                .findFirst();
    return image
        .map(shape -> Shape.of(shape.size(1), shape.size(2)))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    ("a map can be brought to the size of an image alone, but the input has shape"
                            + " %s; set resize to false")
                        .formatted(input)));
  }
}
