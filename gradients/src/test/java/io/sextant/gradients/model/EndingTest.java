package io.sextant.gradients.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Graphs without a framework: their heads, and the judge in double precision. */
class EndingTest {
  /** x W of two inputs, with an operation after it. */
  private static FrameworkNetwork.Compiled compiled(
      double[] weights, LogitsSaid said, Operation... after) {
    InferenceGraph.Builder graph = InferenceGraph.builder(Shape.of(2));
    Parameter parameter = new Parameter("W", Shape.of(2, weights.length / 2));
    graph.weights(parameter, weights);
    Node at = graph.add("dense", new Operation.Affine(parameter, Optional.empty()), graph.input());
    for (Operation operation : after) {
      at = graph.add("after", operation, at);
    }
    return Ending.of(graph, at).compiled(graph, said);
  }

  private static final double[] THREE = {3, -1, 0.5, -2, 1, 2};
  private static final double[][] ROWS = {{1, 0}, {0, 1}, {0.5, 0.5}};
  private static final Operation SIGMOID = new Operation.Elementwise(new Function.Sigmoid());

  @Test
  void a_softmax_is_cut_off_and_the_judge_applies_it() {
    FrameworkNetwork.Compiled compiled = compiled(THREE, LogitsSaid.NOT, new Operation.Softmax(0));

    assertThat(compiled.head()).isEqualTo(Head.SOFTMAX);
    assertThat(compiled.judge().logits(ROWS)[2]).containsExactly(0.5, 0, 1.25);
    assertThat(compiled.judge().decisions(ROWS)).containsExactly(0, 2, 2);
    double sum = Math.exp(0.5) + 1 + Math.exp(1.25);
    assertThat(compiled.judge().outputs(ROWS)[2][1]).isCloseTo(1 / sum, within(1e-15));
  }

  @Test
  void a_softmax_over_the_channels_of_one_pixel_is_one_over_classes() {
    FrameworkNetwork.Compiled compiled =
        compiled(
            THREE,
            LogitsSaid.NOT,
            new Operation.Reshape(Shape.of(3, 1, 1)),
            new Operation.Softmax(0),
            new Operation.Reshape(Shape.of(3)));

    assertThat(compiled.head()).isEqualTo(Head.SOFTMAX);
    assertThat(compiled.judge().logits(ROWS)[2]).containsExactly(0.5, 0, 1.25);
  }

  @Test
  void a_softmax_within_each_of_several_groups_is_no_head() {
    FrameworkNetwork.Compiled compiled =
        compiled(
            new double[] {1, 2, 3, 4, 5, 6, 7, 8},
            LogitsSaid.NOT,
            new Operation.Reshape(Shape.of(2, 2)),
            new Operation.Softmax(0),
            new Operation.Reshape(Shape.of(4)));

    assertThat(compiled.head()).isEqualTo(Head.REGRESSION);
  }

  @Test
  void one_sigmoid_unit_has_two_classes() {
    FrameworkNetwork.Compiled compiled = compiled(new double[] {2, -4}, LogitsSaid.NOT, SIGMOID);

    assertThat(compiled.head()).isEqualTo(Head.SIGMOID);
    assertThat(compiled.judge().logits(ROWS)[0]).containsExactly(-1, 1);
    assertThat(compiled.judge().decisions(ROWS)).containsExactly(1, 0, 0);
    double[][] outputs = compiled.judge().outputs(ROWS);
    assertThat(outputs[0]).hasSize(1);
    assertThat(outputs[0][0]).isCloseTo(1 / (1 + Math.exp(-2)), within(1e-15));
  }

  @Test
  void several_sigmoid_units_are_several_answers() {
    FrameworkNetwork.Compiled compiled = compiled(THREE, LogitsSaid.NOT, SIGMOID);

    assertThat(compiled.head()).isEqualTo(Head.MULTI_LABEL);
    assertThat(compiled.judge().logits(ROWS)[2]).containsExactly(0.5, 0, 1.25);
    assertThat(compiled.judge().outputs(ROWS)[2][1]).isEqualTo(0.5);
  }

  @ParameterizedTest
  @CsvSource({
    "6, NOT, REGRESSION, 3",
    "6, BY_FILE, IDENTITY, 3",
    "6, BY_USER, IDENTITY, 3",
    "2, NOT, REGRESSION, 1",
    "2, BY_FILE, LOGIT, 2"
  })
  void values_without_an_activation_are_what_is_said_of_them(
      int weights, LogitsSaid said, Head head, int logits) {
    FrameworkNetwork.Compiled compiled = compiled(Arrays.copyOf(THREE, weights), said);

    assertThat(compiled.head()).isEqualTo(head);
    assertThat(compiled.judge().logits(ROWS)[0]).hasSize(logits);
    assertThat(compiled.judge().outputs(ROWS)[0][0]).isEqualTo(3);
    assertThat(compiled.judge().outputs(ROWS)[0]).hasSize(weights / 2);
  }

  @Test
  void log_probabilities_are_a_softmax_too() {
    InferenceGraph.Builder graph = InferenceGraph.builder(Shape.of(3));
    FrameworkNetwork.Compiled compiled =
        new Ending(graph.input(), Ending.Activation.LOG_SOFTMAX).compiled(graph, LogitsSaid.NOT);

    assertThat(compiled.head()).isEqualTo(Head.SOFTMAX);
    assertThat(compiled.judge().outputs(new double[][] {{0, 0, 0}})[0])
        .containsOnly(new double[] {-Math.log(3)}, within(1e-15));
  }

  @Test
  void an_image_is_pixelwise_and_keeps_its_activation() {
    InferenceGraph.Builder graph = InferenceGraph.builder(Shape.of(2, 1, 2));
    Node answer = graph.add("softmax", new Operation.Softmax(0), graph.input());
    FrameworkNetwork.Compiled compiled = Ending.of(graph, answer).compiled(graph, LogitsSaid.NOT);

    assertThat(compiled.head()).isEqualTo(Head.PIXELWISE);
    assertThat(compiled.judge().outputs(new double[][] {{7, 1, 7, 1}})[0]).containsOnly(0.5);
  }

  @Test
  void what_is_not_finite_is_no_decision() {
    FrameworkNetwork.Compiled compiled =
        compiled(new double[] {1e300, -1e300, 1, 1}, LogitsSaid.NOT, new Operation.Softmax(0));

    assertThat(compiled.judge().decisions(new double[][] {{1e300, 0}, {1, 0}}))
        .containsExactly(-1, 0);
  }

  @Test
  void the_judge_computes_in_double_precision() {
    FrameworkNetwork.Compiled compiled =
        compiled(new double[] {1, 1 + 1e-12, 0, 0}, LogitsSaid.NOT, new Operation.Softmax(0));

    assertThat(compiled.judge().decisions(new double[][] {{1, 0}, {-1, 0}})).containsExactly(1, 0);
  }

  @Test
  void many_rows_and_many_askers_get_the_answers_of_one() {
    FrameworkNetwork.Compiled compiled = compiled(THREE, LogitsSaid.NOT, new Operation.Softmax(0));
    double[][] rows = new double[700][2];
    for (int r = 0; r < rows.length; r++) {
      rows[r] = new double[] {Math.sin(r), Math.cos(3 * r)};
    }
    double[][] alone =
        Arrays.stream(rows)
            .map(row -> compiled.judge().outputs(new double[][] {row})[0])
            .toArray(double[][]::new);

    List<double[][]> answers =
        IntStream.range(0, 6).parallel().mapToObj(i -> compiled.judge().outputs(rows)).toList();

    for (double[][] answer : answers) {
      for (int r = 0; r < rows.length; r++) {
        assertThat(answer[r]).containsExactly(alone[r], within(1e-15));
      }
    }
    assertThat(compiled.judge().decisions(new double[0][])).isEmpty();
  }
}
