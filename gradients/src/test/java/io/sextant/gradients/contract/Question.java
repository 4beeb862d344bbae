package io.sextant.gradients.contract;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.GradientServiceBuilder;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Tape;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * What an engine is asked about a graph.
 *
 * @param graph the graph
 * @param rows {@code [rows][features]}
 * @param cotangent {@code [rows][classes]}
 * @param tap the node whose value and gradient are asked
 */
record Question(InferenceGraph graph, double[][] rows, double[][] cotangent, Node tap) {
  private static final int MOST_ROWS = 40;

  /** A random network with 1 to {@value #MOST_ROWS} rows, mostly few. */
  static Question random(Values values, RandomKey key) {
    return about(Sketch.draw(values, key.with("graph")), values, key);
  }

  static Question about(InferenceGraph graph, Values values, RandomKey key) {
    RandomGenerator random = key.with("question").random();
    int rows = random.nextInt(1, random.nextInt(3) == 0 ? MOST_ROWS + 1 : 9);
    Node tap = graph.nodes().get(random.nextInt(graph.nodes().size()));
    return new Question(
        graph,
        draw(values, random, rows, graph.input().shape().elements()),
        draw(values, random, rows, graph.output().shape().elements()),
        tap);
  }

  private static double[][] draw(Values values, RandomGenerator random, int rows, int width) {
    return Stream.generate(
            () -> {
              double[] row = new double[width];
              Arrays.setAll(row, i -> values.input(random));
              return row;
            })
        .limit(rows)
        .toArray(double[][]::new);
  }

  /** The same about another graph with nodes of the same names. */
  Question about(InferenceGraph other) {
    return new Question(other, rows, cotangent, other.node(tap.name()).orElseThrow());
  }

  /** The rows from one to before another. */
  Question part(int from, int to) {
    return new Question(
        graph, Arrays.copyOfRange(rows, from, to), Arrays.copyOfRange(cotangent, from, to), tap);
  }

  Answers ask(GradientService service) {
    double[][] forward = service.logits(rows);
    try (Tape tape = service.record(rows)) {
      return new Answers(
          forward,
          tape.logits(),
          tape.activation(tap.name()),
          tape.pullback(cotangent, tap.name()),
          tape.pullback(cotangent));
    }
  }

  Answers ask(GradientServiceBuilder builder) {
    try (GradientService service = builder.batchSize(rows.length).build()) {
      return ask(service);
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(rows.length).append(" rows, tap at ").append(tap.name());
    for (Node node : graph.nodes()) {
      text.append("%n  %2d %s %s".formatted(node.index(), node.name(), node.shape()));
      if (node.index() > 0) {
        text.append(" <- ").append(node.inputs()).append(' ').append(node.operation());
      }
    }
    return text.toString();
  }
}
