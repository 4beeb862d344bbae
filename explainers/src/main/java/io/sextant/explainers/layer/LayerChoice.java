package io.sextant.explainers.layer;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.methods.Form;
import io.sextant.methods.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.apiguardian.api.API;

/**
 * Which layer of a network is looked at: one by its name, or the one that suits.
 *
 * <p>Feature maps are values {@code [channels, height, width]} with more than one position that
 * come of convolutions, pooling and the like. What only looks like one is none: an image that a
 * dense network takes, or maps whose channels were moved to the end.
 *
 * @param name as the graph has it; empty for the one that suits
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record LayerChoice(Optional<String> name) {
  /** The last layer with feature maps; where there is none, what the last dense layer reads. */
  public static final LayerChoice AUTO = new LayerChoice(Optional.empty());

  private static final String AUTOMATIC = "auto";

  private static final Form<LayerChoice> FORM =
      new Form<>(
          "auto or the name of a layer, as sextant inspect shows it",
          LayerChoice::parse,
          LayerChoice::text);

  public LayerChoice {
    Objects.requireNonNull(name, "name");
  }

  /** The layer of a name. */
  public static LayerChoice named(String name) {
    return new LayerChoice(Optional.of(name));
  }

  private static LayerChoice parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException();
    }
    return text.equals(AUTOMATIC) ? AUTO : named(text);
  }

  /** The choice as it is written. */
  public String text() {
    return name.orElse(AUTOMATIC);
  }

  /** The setting of whatever looks at any layer. */
  static <M> Setting<M, LayerChoice> setting(Function<M, LayerChoice> choice) {
    return Setting.of(
        "layer",
        FORM,
        "whose activations are looked at; auto is the last one with feature maps, or what the last"
            + " dense layer reads",
        choice);
  }

  /** The setting of class activation maps. */
  static <M> Setting<M, LayerChoice> settingOfMaps(Function<M, LayerChoice> choice) {
    return Setting.of(
        "layer",
        FORM,
        "whose feature maps are added up; auto is the last one that has any",
        choice);
  }

  /**
   * The layer in a network.
   *
   * @throws IllegalArgumentException when there is none of this name, naming those that there are
   */
  public Node in(InferenceGraph graph) {
    return among(graph, graph.nodes());
  }

  /**
   * The layer in a network, which all paths must go through.
   *
   * @throws IllegalArgumentException when it does not exist, or paths lead past it, naming the
   *     layers that will do
   */
  public Node cutIn(InferenceGraph graph) {
    name.ifPresent(graph::behind);
    return among(graph, graph.cuts());
  }

  private Node among(InferenceGraph graph, List<Node> candidates) {
    if (name.isPresent()) {
      return graph.nodes().get(graph.index(name.get()));
    }
    List<Node> maps = new ArrayList<>(maps(graph));
    maps.retainAll(candidates);
    return maps.isEmpty() ? lastHidden(graph, candidates) : maps.get(maps.size() - 1);
  }

  /** What the last node with parameters reads: the last layer before the logits. */
  private static Node lastHidden(InferenceGraph graph, List<Node> candidates) {
    int last = 0;
    for (Node node : graph.nodes()) {
      if (!node.operation().parameters().isEmpty() && !node.inputs().isEmpty()) {
        last = node.inputs().get(0);
      }
    }
    for (int i = candidates.size() - 1; i > 0; i--) {
      if (candidates.get(i).index() <= last) {
        return candidates.get(i);
      }
    }
    return graph.input();
  }

  /**
   * The layer with feature maps in a network.
   *
   * @param asking what asks, for messages
   * @return a node of shape {@code [channels, height, width]}
   * @throws IllegalArgumentException when the network has no feature maps, or the layer has none,
   *     naming those that have
   */
  public Node mapIn(InferenceGraph graph, String asking) {
    List<Node> maps = maps(graph);
    if (maps.isEmpty()) {
      throw new IllegalArgumentException(
          ("%s needs a layer with feature maps [channels, height, width], but this network has none;"
                  + " its layers are %s; choose layer-gradient-times-activation, which takes any")
              .formatted(asking, described(graph.nodes())));
    }
    Node layer = name.isPresent() ? in(graph) : maps.get(maps.size() - 1);
    if (!maps.contains(layer)) {
      throw new IllegalArgumentException(
          "%s needs a layer with feature maps [channels, height, width], but %s has none (shape %s);"
                  .formatted(asking, layer.name(), layer.shape())
              + " choose one of "
              + described(maps));
    }
    return layer;
  }

  private static List<String> described(List<Node> nodes) {
    return nodes.stream().map(node -> node.name() + " " + node.shape()).toList();
  }

  /** The nodes whose values are feature maps, in the graph's order. */
  private static List<Node> maps(InferenceGraph graph) {
    boolean[] is = new boolean[graph.nodes().size()];
    List<Node> maps = new ArrayList<>();
    for (Node node : graph.nodes()) {
      boolean shaped = node.shape().rank() == 3 && node.shape().positions() > 1;
      boolean ofMaps = node.inputs().stream().anyMatch(input -> is[input]);
      is[node.index()] = shaped && (makesMaps(node.operation()) || ofMaps && keepsMaps(node));
      if (is[node.index()]) {
        maps.add(node);
      }
    }
    return maps;
  }

  /** Whether windows slide over it: what follows the channels is a place. */
  private static boolean makesMaps(Operation operation) {
    return operation instanceof Operation.Convolution
        || operation instanceof Operation.TransposedConvolution
        || operation instanceof Operation.Pool
        || operation instanceof Operation.Upsample
        || operation instanceof Operation.LocalResponseNorm;
  }

  /** Whether the values of maps stay at their channels and places. */
  private static boolean keepsMaps(Node node) {
    Operation operation = node.operation();
    return !(operation instanceof Operation.Permute
        || operation instanceof Operation.Reshape
        || operation instanceof Operation.Affine
        || operation instanceof Operation.MatrixProduct
        || operation instanceof Operation.Recurrent
        || operation instanceof Operation.Prediction);
  }
}
