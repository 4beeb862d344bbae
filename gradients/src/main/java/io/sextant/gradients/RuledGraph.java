package io.sextant.gradients;

import io.sextant.gradients.engine.Engine;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.rules.BackwardRule;
import io.sextant.gradients.rules.Composite;
import io.sextant.gradients.rules.Site;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A graph whose nodes have rules: a list of stations, run from the first to the last and sent back
 * through from the last to the first.
 */
final class RuledGraph implements AutoCloseable {
  /** What the values of the rows of one piece may take. */
  private static final long MOST_BYTES = 64L << 20;

  private final InferenceGraph graph;
  private final Composite composite;
  private final Precision precision;
  private final List<Station> stations = new ArrayList<>();
  private final long work;

  // The only reader of a node's value, by its number.
  private static final int NONE = -1;
  private static final int MANY = -2;

  /**
   * @throws IllegalArgumentException when a node has no rule, by name
   */
  RuledGraph(InferenceGraph whole, Composite composite, Engine engine, Precision precision) {
    this.graph = composite.prepared(whole);
    this.composite = composite;
    this.precision = precision;
    boolean[] varies = varies();
    BackwardRule[] rules = rules(varies);
    int[] readers = readers();
    // What is infinite inside a network, as masks have it, is an input of a station, and fast
    // engines are made for finite inputs.
    Engine suited = isFinite() ? engine : Engines.reference(precision);
    boolean[] joined = new boolean[graph.nodes().size()];
    for (Node node : graph.nodes()) {
      if (node.inputs().isEmpty() || joined[node.index()]) {
        continue;
      }
      List<Node> run = new ArrayList<>(List.of(node));
      for (int next = readers[node.index()];
          next >= 0 && joins(rules, run.get(run.size() - 1), graph.nodes().get(next));
          next = readers[next]) {
        joined[next] = true;
        run.add(graph.nodes().get(next));
      }
      stations.add(
          new Station(
              List.copyOf(run),
              shapes(node),
              varying(node, varies),
              rules[node.index()],
              graph.weights(),
              suited,
              precision));
    }
    this.work = stations.stream().mapToLong(Station::work).sum();
  }

  private boolean isFinite() {
    return graph.nodes().stream()
        .map(Node::operation)
        .allMatch(
            operation ->
                operation instanceof Operation.Constant constant
                    ? Arrays.stream(graph.weights().values(constant.value()))
                        .allMatch(Double::isFinite)
                    : !(operation instanceof Operation.Rescale rescale)
                        || rescale.offsets().stream().allMatch(Double::isFinite));
  }

  private List<Shape> shapes(Node node) {
    return node.inputs().stream().map(input -> graph.nodes().get(input).shape()).toList();
  }

  private static List<Boolean> varying(Node node, boolean[] varies) {
    return node.inputs().stream().map(input -> varies[input]).toList();
  }

  /** Which nodes depend on the input. */
  private boolean[] varies() {
    boolean[] varies = new boolean[graph.nodes().size()];
    varies[0] = true;
    for (Node node : graph.nodes()) {
      node.inputs().forEach(input -> varies[node.index()] |= varies[input]);
    }
    return varies;
  }

  private BackwardRule[] rules(boolean[] varies) {
    int count = graph.nodes().size();
    boolean[] weighedBefore = new boolean[count];
    boolean[] weighedBehind = new boolean[count];
    for (Node node : graph.nodes()) {
      for (int input : node.inputs()) {
        weighedBefore[node.index()] |= weighedBefore[input] || hasWeights(graph.nodes().get(input));
      }
    }
    for (int i = count - 1; i > 0; i--) {
      Node node = graph.nodes().get(i);
      for (int input : node.inputs()) {
        weighedBehind[input] |= weighedBehind[i] || hasWeights(node);
      }
    }
    BackwardRule[] rules = new BackwardRule[count];
    Arrays.fill(rules, BackwardRule.GRADIENT);
    for (Node node : graph.nodes().subList(1, count)) {
      int i = node.index();
      if (varies[i]) {
        rules[i] =
            composite.rule(
                new Site(
                    node,
                    shapes(node),
                    varying(node, varies),
                    !weighedBefore[i],
                    !weighedBehind[i]));
      }
    }
    return rules;
  }

  private static boolean hasWeights(Node node) {
    return node.operation() instanceof Operation.Affine
        || node.operation() instanceof Operation.Convolution
        || node.operation() instanceof Operation.TransposedConvolution
        || node.operation() instanceof Operation.Recurrent;
  }

  private int[] readers() {
    int[] readers = new int[graph.nodes().size()];
    Arrays.fill(readers, NONE);
    for (Node node : graph.nodes()) {
      for (int input : node.inputs()) {
        readers[input] = readers[input] == NONE ? node.index() : MANY;
      }
    }
    return readers;
  }

  /** Whether a node's only reader is run together with it. */
  private static boolean joins(BackwardRule[] rules, Node node, Node reader) {
    return rules[node.index()].equals(BackwardRule.GRADIENT)
        && rules[reader.index()].equals(BackwardRule.GRADIENT)
        && reader.inputs().size() == 1;
  }

  InferenceGraph graph() {
    return graph;
  }

  Composite composite() {
    return composite;
  }

  Precision precision() {
    return precision;
  }

  List<Station> stations() {
    return stations;
  }

  /** The work of all stations, each run once. */
  long work() {
    return work;
  }

  /** How many rows fit one piece. */
  int mostRows() {
    long values = (2L + composite.references()) * graph.elementsPerExample();
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, MOST_BYTES / (Double.BYTES * values)));
  }

  @Override
  public void close() {
    stations.forEach(Station::close);
  }
}
