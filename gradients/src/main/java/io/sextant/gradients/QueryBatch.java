package io.sextant.gradients;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.rules.Composite;
import io.sextant.methods.Access;
import io.sextant.methods.Passes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/** Questions of any kinds, sorted so that those of one kind share engine calls. */
final class QueryBatch<R extends Reply> {
  private final List<? extends Query<? extends R>> queries;
  private final List<Group> groups;
  private final Reply[] replies;
  private final Optional<Memory> memory;
  private final LongAdder remembered = new LongAdder();
  private final LongAdder rememberedPullbacks = new LongAdder();

  /**
   * A batch.
   *
   * @param queries what is asked
   * @param core who answers
   * @param memory of calls that need not be made again
   */
  QueryBatch(
      List<? extends Query<? extends R>> queries, ServiceCore core, Optional<Memory> memory) {
    this.queries = queries;
    this.memory = memory;
    this.replies = new Reply[queries.size()];
    Map<Kind, List<Integer>> kinds = new LinkedHashMap<>();
    for (int i = 0; i < queries.size(); i++) {
      Query<?> query = queries.get(i);
      ServiceCore asked =
          query instanceof Query.Behind<?> behind ? core.behind(behind.layer()) : core;
      asked.requireFits(query.point());
      kinds.computeIfAbsent(kind(asked, asked(query)), kind -> new ArrayList<>()).add(i);
    }
    this.groups =
        kinds.entrySet().stream().map(kind -> new Group(kind.getKey(), kind.getValue())).toList();
  }

  /** Questions that share engine calls. Layers are read one at a time. */
  private record Kind(
      ServiceCore core, Class<?> type, Optional<String> layer, Optional<Composite> composite) {}

  private static Kind kind(ServiceCore core, Query<?> query) {
    if (query instanceof Query.Jacobian jacobian) {
      requireClasses(jacobian, core.graph());
    }
    Optional<String> layer = layer(query);
    layer.ifPresent(core.graph()::index);
    Optional<Composite> composite = Optional.empty();
    if (query instanceof Query.Ruled ruled) {
      ruled.references().forEach(core::requireFits);
      requireGradients(core.graph());
      composite = Optional.of(ruled.composite());
    }
    return new Kind(core, query.getClass(), layer, composite);
  }

  /** What is asked, of whatever part of the network. */
  private static Query<?> asked(Query<?> query) {
    return query instanceof Query.Behind<?> behind ? behind.query() : query;
  }

  private static Optional<String> layer(Query<?> query) {
    if (query instanceof Query.Layer layer) {
      return Optional.of(layer.layer());
    }
    return query instanceof Query.Activation activation
        ? Optional.of(activation.layer())
        : Optional.empty();
  }

  /** Input and output, of which one part would have nothing to do, are left out. */
  private static boolean isCut(InferenceGraph graph, String layer) {
    int index = graph.index(layer);
    return index > 0
        && index < graph.output().index()
        && graph.cuts().stream().anyMatch(node -> node.index() == index);
  }

  private static void requireGradients(InferenceGraph graph) {
    if (graph.access() != Access.GRADIENTS) {
      throw new IllegalArgumentException(
          "a model that answers by itself has no layers that rules could be for; take a method that"
              + " asks for answers alone");
    }
  }

  private static void requireClasses(Query.Jacobian jacobian, InferenceGraph graph) {
    int classes = graph.output().shape().elements();
    for (int wanted : jacobian.classes()) {
      if (wanted < 0 || wanted >= classes) {
        throw new IllegalArgumentException(
            "classes of a Jacobian must be in 0..%d but one was %d".formatted(classes - 1, wanted));
      }
    }
  }

  /** The questions by kind. */
  List<Group> groups() {
    return groups;
  }

  /** What the replies count as. */
  Passes passes() {
    Passes all = new Passes(0, 0);
    for (int i = 0; i < replies.length; i++) {
      all =
          all.plus(
              replies[i] instanceof Reply.Ruled ruled
                  ? new Passes(ruled.forwards(), ruled.backwards())
                  : new Passes(1, queries.get(i).pullbacks()));
    }
    return all;
  }

  /** How many of the questions were not computed. */
  long remembered() {
    return remembered.sum();
  }

  /** How many of the pullbacks were not computed. */
  long rememberedPullbacks() {
    return rememberedPullbacks.sum();
  }

  /** One reply per question, in the order asked, once all groups are answered. */
  @SuppressWarnings("unchecked")
  List<R> replies() {
    return (List<R>) (List<?>) Arrays.asList(replies);
  }

  /** Questions of one kind. */
  final class Group {
    private final Kind kind;
    private final ServiceCore core;
    private final InferenceGraph graph;
    private final int[] places;
    private final double[][] points;
    private final double[][] logits;
    private final double[][] gradients;
    // Whether all paths lead through the layer that is asked about.
    private final boolean cut;

    private Group(Kind kind, List<Integer> places) {
      this.kind = kind;
      this.core = kind.core();
      this.graph = core.graph();
      this.places = places.stream().mapToInt(i -> i).toArray();
      this.points = places.stream().map(i -> queries.get(i).point()).toArray(double[][]::new);
      this.logits = new double[points.length][];
      this.gradients = new double[points.length][];
      this.cut = kind.layer().map(layer -> isCut(graph, layer)).orElse(false);
    }

    /** Answers the group, in parts and on any threads. */
    void answer() {
      if (query(0) instanceof Query.Ruled first) {
        core.overRuled(first.composite(), points.length, this::answer);
        return;
      }
      core.requireOneCall(points.length);
      core.overPieces(core.pieces(points.length), (i, piece) -> answer(piece));
    }

    /** Answers a part of the group from memory or in one engine call. */
    private void answer(ServiceCore.Piece piece) {
      Optional<Memory.Call> call =
          memory.flatMap(
              m ->
                  m.call(
                      kind,
                      IntStream.range(piece.from(), piece.to())
                          .<Query<?>>mapToObj(this::query)
                          .iterator()));
      Optional<Reply[]> known = call.flatMap(c -> memory.orElseThrow().replies(c));
      if (known.isPresent()) {
        for (int i = piece.from(); i < piece.to(); i++) {
          replies[places[i]] = known.get()[i - piece.from()];
          rememberedPullbacks.add(query(i).pullbacks());
        }
        remembered.add(piece.to() - piece.from());
        return;
      }
      if (query(piece.from()) instanceof Query.Activation activation && cut) {
        activations(activation.layer(), piece);
      } else {
        core.onLane(lane -> answer(lane, piece.from(), piece.to()));
      }
      call.ifPresent(
          c ->
              memory
                  .orElseThrow()
                  .keep(
                      c,
                      IntStream.range(piece.from(), piece.to())
                          .mapToObj(i -> replies[places[i]])
                          .toArray(Reply[]::new)));
    }

    /** Up to the layer and then behind it: a tape would keep more than is asked for. */
    private void activations(String layer, ServiceCore.Piece piece) {
      double[][] activations = new double[points.length][];
      core.upTo(layer).forward(points, activations, piece);
      core.behind(layer).forward(activations, logits, piece);
      for (int i = piece.from(); i < piece.to(); i++) {
        replies[places[i]] = new Reply.Activation(logits[i], activations[i]);
      }
    }

    /** Sends a part of the group back by rules. */
    private void answer(RuledPass pass, int from, int to) {
      List<Query.Ruled> asked = new ArrayList<>();
      for (int i = from; i < to; i++) {
        asked.add((Query.Ruled) query(i));
      }
      double[][] outputs = pass.forward(0, Arrays.copyOfRange(points, from, to));
      List<double[][]> compared = new ArrayList<>();
      for (int k = 0; k < asked.get(0).references().size(); k++) {
        int number = k;
        double[][] references =
            asked.stream().map(query -> query.references().get(number)).toArray(double[][]::new);
        compared.add(pass.forward(1 + k, references));
      }
      double[][] flows = pass.backward(asked.stream().map(Query.Ruled::start).toList());
      for (int i = from; i < to; i++) {
        int row = i - from;
        replies[places[i]] =
            new Reply.Ruled(
                outputs[row].clone(),
                compared.stream().map(logits -> logits[row].clone()).toList(),
                flows[row].clone(),
                1 + compared.size() + pass.extraForwards(),
                pass.backwards());
      }
    }

    private Query<?> query(int i) {
      return asked(queries.get(places[i]));
    }

    /** Answers a part of the group in one engine call. */
    private void answer(Lane lane, int from, int to) {
      if (query(from) instanceof Query.Logits) {
        lane.forward(points, from, to);
        lane.readLogits(logits, from, to);
        for (int i = from; i < to; i++) {
          replies[places[i]] = new Reply.Logits(logits[i]);
        }
        return;
      }
      lane.record(points, from, to);
      lane.readLogits(logits, from, to);
      if (query(from) instanceof Query.Jacobian) {
        jacobians(lane, from, to);
      } else if (query(from) instanceof Query.Activation activation) {
        double[][] activations = new double[points.length][];
        lane.activation(graph.index(activation.layer()), activations, from, to);
        for (int i = from; i < to; i++) {
          replies[places[i]] = new Reply.Activation(logits[i], activations[i]);
        }
      } else {
        objectives(lane, from, to);
      }
    }

    private void objectives(Lane lane, int from, int to) {
      double[] values = new double[to - from];
      double[] cotangent = new double[graph.output().shape().elements()];
      for (int i = from; i < to; i++) {
        values[i - from] = objective(i).evaluate(logits[i], cotangent);
        lane.cotangent().write(i - from, cotangent);
      }
      if (query(from) instanceof Query.Layer layer) {
        int node = graph.index(layer.layer());
        double[][] activations = new double[points.length][];
        lane.activation(node, activations, from, to);
        lane.pullback(node, gradients, from, to);
        for (int i = from; i < to; i++) {
          replies[places[i]] =
              new Reply.Layer(logits[i], values[i - from], activations[i], gradients[i]);
        }
        return;
      }
      lane.pullback(0, gradients, from, to);
      for (int i = from; i < to; i++) {
        replies[places[i]] = new Reply.Gradient(logits[i], values[i - from], gradients[i]);
      }
    }

    private Objective objective(int i) {
      return query(i) instanceof Query.Layer layer
          ? layer.objective()
          : ((Query.Gradient) query(i)).objective();
    }

    /** One pullback for the first class of all rows, one for the second, and so on. */
    private void jacobians(Lane lane, int from, int to) {
      int most = 0;
      for (int i = from; i < to; i++) {
        int count = query(i).pullbacks();
        most = Math.max(most, count);
        replies[places[i]] = new Reply.Jacobian(logits[i], new double[count][]);
      }
      double[] cotangent = new double[graph.output().shape().elements()];
      for (int k = 0; k < most; k++) {
        for (int i = from; i < to; i++) {
          Arrays.fill(cotangent, 0);
          if (k < query(i).pullbacks()) {
            cotangent[((Query.Jacobian) query(i)).classes()[k]] = 1;
          }
          lane.cotangent().write(i - from, cotangent);
        }
        lane.pullback(0, gradients, from, to);
        for (int i = from; i < to; i++) {
          if (k < query(i).pullbacks()) {
            ((Reply.Jacobian) replies[places[i]]).gradients()[k] = gradients[i];
          }
        }
      }
    }
  }
}
