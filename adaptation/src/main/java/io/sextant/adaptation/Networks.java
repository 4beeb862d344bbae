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
  private final boolean flat;
  private final Optional<Head> head;
  private final Map<Statistics, GradientService> open = new HashMap<>();
  private final Map<String, Object> made = new HashMap<>();

  Networks(GradientService trained) {
    this.trained = trained;
    InferenceGraph graph = trained.graph();
    this.adaptable = List.copyOf(graph.differentiable());
    this.scales = Parameters.at(values(graph));
    this.layers = layers(graph);
    this.flat = graph.batchNorms().stream().anyMatch(node -> node.shape().rank() == 1);
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

  /** Whether it is the trained network itself that is asked: its own service gives the same bits. */
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

  BatchReply answer(Statistics wanted, BatchQuery query) {
    // A single value has no statistics.
    Statistics statistics = flat && query.rows().length == 1 ? Statistics.stored() : wanted;
    return service(statistics, query.rows().length).answer(query);
  }

  private GradientService service(Statistics statistics, int rows) {
    GradientService service = open.get(statistics);
    if (service != null && service.batchSize() >= rows) {
      return service;
    }
    GradientService larger =
        GradientService.builder(trained.graph().withStatistics(statistics))
            .engine("nd4j")
            .precision(trained.precision())
            .threads(1)
            .batchSize(rows)
            .domain(trained.domain())
            .build();
    open.put(statistics, larger);
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
