package io.sextant.gradients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.rules.BackwardRule;
import io.sextant.gradients.rules.Change;
import io.sextant.gradients.rules.Composite;
import io.sextant.gradients.rules.NodePass;
import io.sextant.gradients.rules.Site;
import io.sextant.methods.Access;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RuledTest {
  private static final Parameter FIRST = new Parameter("first/W", Shape.of(2, 3));
  private static final Parameter SECOND = new Parameter("second/W", Shape.of(3, 2));

  /** first, relu and second, with columns (1, 2), (3, -1), (-1, 1) and (1, -2, 5), (0, 1, 0). */
  private static InferenceGraph network() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(2));
    Node first =
        builder.add("first", new Operation.Affine(FIRST, Optional.empty()), builder.input());
    Node relu = builder.add("relu", new Operation.Elementwise(new Function.Relu()), first);
    Node second = builder.add("second", new Operation.Affine(SECOND, Optional.empty()), relu);
    return builder
        .weights(FIRST, new double[] {1, 3, -1, 2, -1, 1})
        .weights(SECOND, new double[] {1, 0, -2, 1, 5, 0})
        .build(second);
  }

  private static GradientServiceBuilder exact(InferenceGraph graph) {
    return GradientService.builder(graph).precision(Precision.DOUBLE);
  }

  private static Query.Ruled about(Composite composite, double... row) {
    return new Query.Ruled(row, Objective.logit(0), composite);
  }

  private static final Composite GRADIENT = site -> BackwardRule.GRADIENT;

  /** Weights without a sign. */
  private record Sizes() implements Change {
    @Override
    public double weight(double weight) {
      return Math.abs(weight);
    }

    @Override
    public double bias(double bias) {
      return 0;
    }
  }

  private record BySize() implements BackwardRule {
    @Override
    public List<double[][]> back(NodePass node, double[][] flow) {
      return node.run(new Sizes(), node.inputs()).pullback(flow);
    }
  }

  @Test
  void a_rule_takes_the_place_of_the_derivative_where_the_composite_says_so() {
    try (GradientService service = exact(network()).build()) {
      List<Reply.Ruled> replies =
          service.answer(
              List.of(
                  about(GRADIENT, 1, 1),
                  about(GRADIENT.with("relu", BackwardRule.PASS), 1, 1),
                  about(GRADIENT.with("second", new BySize()), 1, 1),
                  about(
                      GRADIENT.with("second", new BySize()).with("relu", BackwardRule.PASS),
                      1,
                      1)));
      // Units at (1, 1) are 3, 2 and 0, so the third is off.
      assertThat(replies.get(0).flow()).containsExactly(1 - 6, 2 + 2);
      assertThat(replies.get(1).flow()).containsExactly(1 - 6 - 5, 2 + 2 + 5);
      assertThat(replies.get(2).flow()).containsExactly(1 + 6, 2 - 2);
      assertThat(replies.get(3).flow()).containsExactly(1 + 6 - 5, 2 - 2 + 5);
      assertThat(replies).allSatisfy(reply -> assertThat(reply.logits()).containsExactly(3 - 4, 2));
    }
  }

  @Test
  void composites_see_where_a_node_stands() {
    List<Site> seen = new ArrayList<>();
    Composite looking =
        site -> {
          seen.add(site);
          return BackwardRule.GRADIENT;
        };
    try (GradientService service = exact(network()).build()) {
      service.answer(List.of(about(looking, 1, 1)));
    }
    assertThat(seen)
        .extracting(site -> site.node().name())
        .containsExactly("first", "relu", "second");
    assertThat(seen).extracting(Site::first).containsExactly(true, false, false);
    assertThat(seen).extracting(Site::last).containsExactly(false, false, true);
    assertThat(seen.get(0).inputs()).containsExactly(Shape.of(2));
    assertThat(seen.get(0).varying()).containsExactly(true);
  }

  /** What a reference is at each node. */
  private record Differences() implements BackwardRule {
    @Override
    public List<double[][]> back(NodePass node, double[][] flow) {
      double[][] sent = new double[flow.length][];
      for (int row = 0; row < flow.length; row++) {
        sent[row] = new double[node.inputs().get(0)[row].length];
        for (int i = 0; i < sent[row].length; i++) {
          sent[row][i] = node.inputs().get(0)[row][i] - node.inputs(1).get(0)[row][i];
        }
        assertThat(node.output(0)[row]).isNotEqualTo(node.output(1)[row]);
      }
      return Collections.singletonList(sent);
    }
  }

  private record Comparing() implements Composite {
    @Override
    public BackwardRule rule(Site site) {
      return new Differences();
    }

    @Override
    public int references() {
      return 2;
    }
  }

  @Test
  void rules_see_values_at_references() {
    List<double[]> references = List.of(new double[] {5, 5}, new double[] {0.5, 2});
    List<List<double[]>> logits = new ArrayList<>();
    try (GradientService service = exact(network()).build()) {
      Reply.Ruled reply =
          service
              .answer(
                  List.of(
                      new Query.Ruled(
                          new double[] {1, 1},
                          references,
                          (at, there) -> {
                            logits.add(there);
                            return at;
                          },
                          new Comparing())))
              .get(0);
      assertThat(reply.flow()).containsExactly(0.5, -1);
      assertThat(reply.references())
          .usingRecursiveComparison()
          .isEqualTo(
              List.of(
                  service.logits(new double[][] {{5, 5}})[0],
                  service.logits(new double[][] {{0.5, 2}})[0]));
      assertThat(logits).hasSize(1);
      assertThat(reply.forwards()).isEqualTo(3);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> about(new Comparing(), 1, 1))
        .withMessageContaining("2 references but was given 0");
  }

  @Test
  void nodes_that_are_run_again_count_by_their_share_of_the_work() {
    try (GradientService service = exact(network()).build()) {
      service.as("plain").answer(List.of(about(GRADIENT, 1, 1), about(GRADIENT, 1, 2)));
      service.as("all").answer(List.of(about(site -> new Twice(), 1, 1)));
      service.as("little").answer(List.of(about(GRADIENT.with("relu", new Twice()), 1, 1)));
      assertThat(service.meter().counts())
          .containsEntry("plain", new Meter.Count(2, 2))
          .containsEntry("all", new Meter.Count(1 + 2, 2))
          .containsEntry("little", new Meter.Count(1, 1));
    }
  }

  /** Half of the derivative, twice. */
  private record Twice() implements BackwardRule {
    @Override
    public List<double[][]> back(NodePass node, double[][] flow) {
      node.run(Change.NONE, node.inputs()).pullback(flow);
      return node.run(Change.NONE, node.inputs()).pullback(flow);
    }
  }

  @Test
  void rows_are_answered_alike_alone_in_batches_and_on_many_threads() {
    RandomGenerator random = RandomKey.of(1).random();
    Composite composite = GRADIENT.with("second", new BySize());
    List<Query.Ruled> queries =
        IntStream.range(0, 70)
            .mapToObj(i -> about(composite, random.nextGaussian(), random.nextGaussian()))
            .toList();
    try (GradientService one = GradientService.builder(network()).threads(1).build();
        GradientService many = GradientService.builder(network()).threads(4).batchSize(8).build()) {
      List<double[]> expected =
          queries.stream().map(query -> one.answer(List.of(query)).get(0).flow()).toList();
      assertThat(one.answer(queries))
          .extracting(Reply.Ruled::flow)
          .usingRecursiveComparison()
          .isEqualTo(expected);
      assertThat(many.answer(queries))
          .extracting(Reply.Ruled::flow)
          .usingRecursiveComparison()
          .isEqualTo(expected);
    }
  }

  @Test
  void behind_a_layer_rules_work_as_before_it() {
    try (GradientService service = exact(network()).build()) {
      double[] flow =
          service
              .answer(List.of(new Query.Behind<>("first", about(GRADIENT, 3, 2, -1))))
              .get(0)
              .flow();
      assertThat(flow).containsExactly(1, -2, 0);
    }
  }

  /** References that several rows share are run once, and each row still sees its own. */
  @Test
  void rows_that_share_references_are_answered_as_they_are_alone() {
    RandomGenerator random = RandomKey.of(2).random();
    List<double[]> shared =
        List.of(new double[] {5, 5}, new double[] {0.5, 2}, new double[] {1, -2});
    List<Query.Ruled> queries =
        IntStream.range(0, 40)
            .mapToObj(
                i ->
                    new Query.Ruled(
                        new double[] {random.nextGaussian(), random.nextGaussian()},
                        List.of(shared.get(2), shared.get(i % 2).clone()),
                        (at, there) -> new double[] {at[0] - there.get(0)[1], there.get(1)[0]},
                        new Comparing()))
            .toList();
    try (GradientService service = exact(network()).batchSize(16).build()) {
      List<Reply.Ruled> together = service.answer(queries);
      for (int i = 0; i < queries.size(); i++) {
        Reply.Ruled alone = service.answer(List.of(queries.get(i))).get(0);
        assertThat(together.get(i).flow()).containsExactly(alone.flow());
        assertThat(together.get(i).references())
            .usingRecursiveComparison()
            .isEqualTo(alone.references());
      }
    }
  }

  /** Composites that are kept are few; those that went are prepared anew. */
  @Test
  void any_number_of_composites_can_ask() {
    try (GradientService service = exact(network()).build()) {
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 20; i++) {
          int factor = 1 + i;
          Composite composite = GRADIENT.with("relu", new Scaled(factor));
          assertThat(service.answer(List.of(about(composite, 1, 1))).get(0).flow())
              .containsExactly(-10.0 * factor, 9.0 * factor);
        }
      }
    }
  }

  private record Scaled(double factor) implements BackwardRule {
    @Override
    public List<double[][]> back(NodePass node, double[][] flow) {
      double[][] sent = new double[flow.length][];
      for (int row = 0; row < flow.length; row++) {
        sent[row] = Arrays.stream(flow[row]).map(v -> factor * v).toArray();
      }
      return Collections.singletonList(sent);
    }
  }

  @Test
  void constants_are_values_that_nothing_is_sent_to() {
    Parameter offset = new Parameter("offset", Shape.of(2));
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(2));
    Node constant = builder.add("constant", new Operation.Constant(offset));
    Node twice = builder.add("twice", Operation.Rescale.all(2, 0), constant);
    Node sum =
        builder.add(
            "product",
            new Operation.Combine(Operation.Combination.PRODUCT),
            builder.input(),
            twice);
    InferenceGraph graph = builder.weights(offset, new double[] {3, 4}).build(sum);
    try (GradientService service = exact(graph).build()) {
      Reply.Ruled reply = service.answer(List.of(about(GRADIENT, 5, 7))).get(0);
      assertThat(reply.logits()).containsExactly(new double[] {30, 56}, within(1e-12));
      assertThat(reply.flow()).containsExactly(6, 0);
    }
    InferenceGraph.Builder fixed = InferenceGraph.builder(Shape.of(2));
    InferenceGraph nothing =
        fixed
            .weights(offset, new double[] {3, 4})
            .build(fixed.add("constant", new Operation.Constant(offset)));
    try (GradientService service = exact(nothing).build()) {
      Reply.Ruled reply = service.answer(List.of(about(GRADIENT, 5, 7))).get(0);
      assertThat(reply.logits()).containsExactly(3, 4);
      assertThat(reply.flow()).containsExactly(0, 0);
    }
  }

  @Test
  void what_cannot_be_done_is_refused_by_name() {
    try (GradientService service = exact(network()).build()) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> service.answer(List.of(about(GRADIENT.with("third", BackwardRule.PASS), 1, 1))))
          .withMessageContaining("third")
          .withMessageContaining("second");
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> service.answer(List.of(about(GRADIENT.with("relu", new BySize()), 1, 1))))
          .withMessageContaining("relu");
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  service.answer(
                      List.of(
                          about(
                              site -> {
                                throw new IllegalArgumentException(
                                    "no rule for layer " + site.node().name());
                              },
                              1,
                              1))))
          .withMessageContaining("no rule for layer first");
      // Whatever was refused, the service goes on.
      assertThat(service.answer(List.of(about(GRADIENT, 1, 1))).get(0).flow())
          .containsExactly(-5, 4);
    }
  }

  @Test
  void a_closed_service_refuses() {
    GradientService closed;
    try (GradientService service = exact(network()).build()) {
      service.answer(List.of(about(GRADIENT, 1, 1)));
      closed = service;
    }
    assertThatThrownBy(() -> closed.answer(List.of(about(GRADIENT, 1, 1))))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void models_without_gradients_and_rows_that_are_coupled_are_refused() {
    InferenceGraph.Builder answering = InferenceGraph.builder(Shape.of(2));
    InferenceGraph predictor =
        answering.build(
            answering.add(
                "model",
                new Operation.Prediction(2, Access.LOGITS, rows -> new double[rows.length][2]),
                answering.input()));
    try (GradientService service = GradientService.builder(predictor).build()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> service.answer(List.of(about(GRADIENT, 1, 1))))
          .withMessageContaining("answers by itself");
    }
    Parameter one = new Parameter("one", Shape.of(2));
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(2));
    Node norm =
        builder.add(
            "norm",
            new Operation.BatchNorm(one, one, one, one, 1e-3, Statistics.replaced()),
            builder.input());
    InferenceGraph coupled = builder.weights(one, new double[] {1, 1}).build(norm);
    try (GradientService service = GradientService.builder(coupled).build()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> service.answer(List.of(about(GRADIENT, 1, 1))))
          .withMessageContaining("norm");
    }
  }
}
