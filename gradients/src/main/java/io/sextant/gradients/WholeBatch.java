package io.sextant.gradients;

import io.sextant.gradients.engine.Binding;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Moments;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.graph.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The work on one {@link BatchQuery}. Where rows depend on one another there is one piece, the
 * batch; elsewhere the pieces are those of any question, and their parameter gradients are added in
 * order.
 */
final class WholeBatch {
  private final ServiceCore core;
  private final InferenceGraph graph;
  private final BatchQuery query;
  private final List<ServiceCore.Piece> pieces;
  private final Binding binding;
  private final List<Lane> lanes = new ArrayList<>();
  private final double[][] logits;
  private final double[][] cotangents;

  WholeBatch(ServiceCore core, BatchQuery query) {
    this.core = core;
    this.graph = core.graph();
    this.query = query;
    query.layers().forEach(graph::index);
    Binding asked = new Binding(query.bound(), query.parameters());
    asked.requireFits(graph);
    this.binding = new Binding(changed(query.bound()), query.parameters());
    core.requireOneCall(query.rows().length);
    this.pieces = core.pieces(query.rows().length);
    this.logits = new double[query.rows().length][];
    this.cotangents = new double[query.rows().length][graph.output().shape().elements()];
  }

  /** Values that are the graph's own bind nothing: they are run as if nobody had named them. */
  private Weights changed(Weights bound) {
    Weights changed = Weights.empty();
    for (Parameter parameter : graph.bindable()) {
      if (bound.has(parameter)
          && !Arrays.equals(bound.values(parameter), graph.weights().values(parameter))) {
        changed = changed.with(parameter, bound.values(parameter));
      }
    }
    return changed;
  }

  /** Rows whose cotangents were pulled back. */
  long backwards() {
    return query.gradients() ? Arrays.stream(cotangents).filter(WholeBatch::counts).count() : 0;
  }

  private static boolean counts(double[] cotangent) {
    return Arrays.stream(cotangent).anyMatch(value -> value != 0);
  }

  BatchReply answer() {
    boolean tape = query.gradients() || !query.layers().isEmpty() || query.moments();
    try {
      pieces.forEach(piece -> lanes.add(core.lease()));
      over(
          (lane, piece) -> {
            lane.bind(binding);
            if (tape) {
              lane.record(query.rows(), piece.from(), piece.to());
            } else {
              lane.forward(query.rows(), piece.from(), piece.to());
            }
            lane.readLogits(logits, piece.from(), piece.to());
          });
      double[] values = values();
      Map<String, double[][]> layers = new LinkedHashMap<>();
      query.layers().forEach(name -> layers.put(name, activation(graph.index(name))));
      Map<String, Moments> moments = query.moments() ? moments() : Map.of();
      double[][] inputGradients = new double[query.inputGradients() ? logits.length : 0][];
      Map<Parameter, double[]> gradients = gradients(inputGradients);
      return new BatchReply(logits, values, gradients, inputGradients, layers, moments);
    } finally {
      lanes.forEach(core::giveBack);
    }
  }

  private double[] values() {
    if (query.objective().isEmpty()) {
      return new double[0];
    }
    double[] values = query.objective().get().evaluate(logits, cotangents);
    if (values.length != logits.length) {
      throw new IllegalArgumentException(
          "the objective must give one value per row but gave %d for %d rows"
              .formatted(values.length, logits.length));
    }
    return values;
  }

  private Map<Parameter, double[]> gradients(double[][] inputGradients) {
    Map<Parameter, double[]> sums = new LinkedHashMap<>();
    query.parameters().forEach(p -> sums.put(p, new double[p.shape().elements()]));
    if (!query.gradients()) {
      return sums;
    }
    List<Map<Parameter, double[]>> parts = new ArrayList<>();
    pieces.forEach(piece -> parts.add(new LinkedHashMap<>()));
    over(
        (lane, piece) -> {
          if (Arrays.stream(cotangents, piece.from(), piece.to()).anyMatch(WholeBatch::counts)) {
            lane.writeCotangent(cotangents, piece.from(), piece.to());
            parts
                .get(pieces.indexOf(piece))
                .putAll(lane.pullbackToParameters(inputGradients, piece.from(), piece.to()));
          } else if (query.inputGradients()) {
            for (int row = piece.from(); row < piece.to(); row++) {
              inputGradients[row] = new double[graph.input().shape().elements()];
            }
          }
        });
    parts.forEach(
        part ->
            part.forEach(
                (parameter, gradient) -> sums.merge(parameter, gradient, WholeBatch::plus)));
    return sums;
  }

  private static double[] plus(double[] sum, double[] more) {
    double[] both = sum.clone();
    Arrays.setAll(both, i -> sum[i] + more[i]);
    return both;
  }

  private Map<String, Moments> moments() {
    Map<String, Moments> moments = new LinkedHashMap<>();
    for (Node node : graph.batchNorms()) {
      Operation.BatchNorm norm = (Operation.BatchNorm) node.operation();
      moments.put(
          node.name(),
          norm.statistics() instanceof Statistics.Stored
              ? Moments.of(activation(node.inputs().get(0)), node.shape().channels())
              : lanes.get(0).moments(node.index()));
    }
    return moments;
  }

  private double[][] activation(int node) {
    double[][] into = new double[logits.length][];
    over((lane, piece) -> lane.activation(node, into, piece.from(), piece.to()));
    return into;
  }

  private void over(PieceOfLane work) {
    core.overPieces(pieces, (i, piece) -> work.run(lanes.get(i), piece));
  }

  @FunctionalInterface
  private interface PieceOfLane {
    void run(Lane lane, ServiceCore.Piece piece);
  }
}
