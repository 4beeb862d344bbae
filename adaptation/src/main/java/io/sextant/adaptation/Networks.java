package io.sextant.adaptation;

import io.sextant.gradients.BatchQuery;
import io.sextant.gradients.BatchReply;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.graph.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A trained network, and the same with other statistics: what all streams of a model share. */
final class Networks implements AutoCloseable {
  private final GradientService trained;
  private final List<Parameter> adaptable;
  private final int[] layers;
  private final Parameters scales;
  private final Optional<Head> head;
  private final Map<Asked, GradientService> open = new HashMap<>();
  private final Map<String, Object> made = new HashMap<>();

  /**
   * A network that is open.
   *
   * @param single whether batches have one row
   */
  private record Asked(Statistics statistics, boolean single) {
    /** The layers that have statistics: a batch of one has none of a single value. */
    InferenceGraph of(InferenceGraph graph) {
      boolean replaced = statistics instanceof Statistics.OfBatch batch && batch.share().of(1) == 1;
      return graph.withStatistics(
          statistics,
          graph.batchNorms().stream()
              .filter(
                  node ->
                      !(single && replaced && node.shape().elements() == node.shape().channels()))
              .map(Node::name)
              .toList());
    }
  }

  Networks(GradientService trained) {
    this.trained = trained;
    InferenceGraph graph = trained.graph();
    this.adaptable = List.copyOf(graph.differentiable());
    this.scales = Parameters.at(values(graph));
    this.layers = layers(graph);
    this.head = Head.of(graph);
  }

  private double[] values(InferenceGraph graph) {
    return adaptable.stream()
        .flatMapToDouble(parameter -> Arrays.stream(graph.weights().values(parameter)))
        .toArray();
  }

  private int[] layers(InferenceGraph graph) {
    List<Integer> all = new ArrayList<>();
    List<Node> norms = graph.batchNorms();
    for (Parameter parameter : adaptable) {
      int layer = 0;
      while (!reads(norms.get(layer), parameter)) {
        layer++;
      }
      for (int i = 0; i < parameter.shape().elements(); i++) {
        all.add(layer);
      }
    }
    return all.stream().mapToInt(layer -> layer).toArray();
  }

  private static boolean reads(Node node, Parameter parameter) {
    Operation.BatchNorm norm = (Operation.BatchNorm) node.operation();
    return norm.gamma().equals(parameter) || norm.beta().equals(parameter);
  }

  GradientService trained() {
    return trained;
  }

  Parameters scales() {
    return scales;
  }

  int layerOf(int place) {
    return layers[place];
  }

  boolean has(Need need) {
    return switch (need) {
      case BATCH_NORM -> scales.size() > 0;
      case HEAD -> head.isPresent();
      case SOURCE_DATA -> true;
    };
  }

  Head head() {
    return head.orElseThrow();
  }

  String featureLayer() {
    return head().features();
  }

  /**
   * Whether it is the trained network itself that is asked: its own service gives the same bits.
   */
  boolean isAsTrained(Statistics statistics, Parameters other) {
    return statistics.equals(Statistics.stored()) && Arrays.equals(other.values(), scales.values());
  }

  Weights bound(Parameters values) {
    Weights bound = Weights.empty();
    int from = 0;
    for (Parameter parameter : adaptable) {
      int to = from + parameter.shape().elements();
      bound = bound.with(parameter, Arrays.copyOfRange(values.values(), from, to));
      from = to;
    }
    return bound;
  }

  double[] gradient(BatchReply reply) {
    return adaptable.stream()
        .flatMapToDouble(parameter -> Arrays.stream(reply.gradient(parameter)))
        .toArray();
  }

  BatchReply answer(Statistics statistics, BatchQuery query) {
    int rows = query.rows().length;
    return service(new Asked(statistics, rows == 1), rows).answer(query);
  }

  private GradientService service(Asked asked, int rows) {
    GradientService service = open.get(asked);
    if (service != null && service.batchSize() >= rows) {
      return service;
    }
    GradientService larger =
        trained.alike(asked.of(trained.graph())).threads(1).batchSize(rows).build();
    open.put(asked, larger);
    if (service != null) {
      service.close();
    }
    return larger;
  }

  @SuppressWarnings("unchecked")
  <T> T once(String name, Supplier<T> maker) {
    Object known = made.get(name);
    if (known == null) {
      known = maker.get();
      made.put(name, known);
    }
    return (T) known;
  }

  /** Closes what was opened here; the trained network's service is its owner's. */
  @Override
  public void close() {
    open.values().forEach(GradientService::close);
    open.clear();
  }
}
