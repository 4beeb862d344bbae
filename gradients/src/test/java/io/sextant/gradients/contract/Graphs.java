package io.sextant.gradients.contract;

import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;

/** Graphs made from others. */
final class Graphs {
  private static final double NOISE = 1e-6;

  private Graphs() {}

  /** The part that leads to one node, which becomes the output. */
  static InferenceGraph endingIn(InferenceGraph graph, Node last) {
    return copy(graph, last, (builder, node) -> node);
  }

  /**
   * The graph with each value off by as much as single precision may be: what differs between the
   * two hangs on rounding.
   */
  static InferenceGraph noisy(InferenceGraph graph, RandomKey key) {
    RandomGenerator random = key.random();
    return copy(
        graph,
        graph.output(),
        (builder, node) -> {
          int size = node.shape().elements();
          List<Double> factors =
              DoubleStream.generate(() -> 1 + NOISE * random.nextDouble(-1, 1))
                  .limit(size)
                  .boxed()
                  .toList();
          return builder.add(
              "noise", new Operation.Rescale(factors, Collections.nCopies(size, 0.0)), node);
        });
  }

  private static InferenceGraph copy(
      InferenceGraph graph, Node last, BiFunction<InferenceGraph.Builder, Node, Node> followedBy) {
    InferenceGraph.Builder builder = InferenceGraph.builder(graph.input().shape());
    List<Node> read = new ArrayList<>();
    Node copied = builder.input();
    for (Node node : graph.nodes().subList(0, last.index() + 1)) {
      if (node.index() > 0) {
        Node[] inputs = node.inputs().stream().map(read::get).toArray(Node[]::new);
        copied = builder.add(node.name(), node.operation(), inputs);
      }
      node.operation()
          .parameters()
          .forEach(parameter -> builder.weights(parameter, graph.weights().values(parameter)));
      read.add(followedBy.apply(builder, copied));
    }
    return builder.build(copied);
  }
}
