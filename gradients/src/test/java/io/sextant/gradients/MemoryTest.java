package io.sextant.gradients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryTest {
  private static final int FEATURES = 5;
  private static final int CLASSES = 3;

  private final GradientService plain = service(Precision.FLOAT);

  @AfterEach
  void close() {
    plain.close();
  }

  private static GradientService service(Precision precision) {
    Parameter in = new Parameter("in", Shape.of(FEATURES, 16));
    Parameter out = new Parameter("out", Shape.of(16, CLASSES));
    RandomGenerator random = RandomKey.of(1).random();
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(FEATURES));
    Node hidden = builder.add("in", new Operation.Affine(in, Optional.empty()), builder.input());
    Node relu = builder.add("relu", new Operation.Elementwise(new Function.Sigmoid()), hidden);
    Node end = builder.add("out", new Operation.Affine(out, Optional.empty()), relu);
    InferenceGraph graph =
        builder
            .weights(in, random.doubles(FEATURES * 16L, -1, 1).toArray())
            .weights(out, random.doubles(16L * CLASSES, -1, 1).toArray())
            .build(end);
    return GradientService.builder(graph)
        .precision(precision)
        .batchSize(8)
        .threads(2)
        .build()
        .as("asker");
  }

  private static Examples examples(int count) {
    RandomGenerator random = RandomKey.of(2).random();
    double[][] rows = new double[count][];
    Arrays.setAll(rows, i -> random.doubles(FEATURES).map(v -> (float) v).toArray());
    return Examples.of(
        rows,
        IntStream.range(0, count).map(i -> i % CLASSES).toArray(),
        LongStream.range(0, count).toArray());
  }

  /** Counts how often it is computed; equal where label and counter are the same. */
  private record Counted(int label, AtomicInteger times) implements Objective {
    @Override
    public double evaluate(double[] logits, double[] cotangent) {
      times.incrementAndGet();
      return Objective.crossEntropy(label).evaluate(logits, cotangent);
    }
  }

  private static Answer gradients(
      GradientService service, Examples examples, IntFunction<Objective> objective) {
    return service.query(examples.rows(), examples.labels(), objective);
  }

  private static Meter.Count saved(GradientService service) {
    return service.meter().saved().getOrDefault("asker", new Meter.Count(0, 0));
  }

  @Test
  void what_was_answered_is_not_computed_again_and_counted_as_saved() {
    Examples examples = examples(20);
    GradientService service = plain.remembering(examples);
    AtomicInteger times = new AtomicInteger();
    for (int time = 0; time < 3; time++) {
      gradients(service, examples, label -> new Counted(label, times));
    }
    assertThat(times).hasValue(20);
    assertThat(service.meter().counts()).containsEntry("asker", new Meter.Count(60, 60));
    assertThat(saved(service)).isEqualTo(new Meter.Count(40, 40));
    service.logits(examples.rows());
    service.as("other").logits(examples.rows());
    assertThat(saved(service)).isEqualTo(new Meter.Count(40, 40));
    assertThat(service.meter().saved()).containsEntry("other", new Meter.Count(20, 0));
  }

  @Test
  void nothing_is_remembered_where_nobody_asked_for_it() {
    Examples examples = examples(20);
    AtomicInteger times = new AtomicInteger();
    plain.remembering(examples);
    for (int time = 0; time < 2; time++) {
      gradients(plain, examples, label -> new Counted(label, times));
    }
    assertThat(times).hasValue(40);
    assertThat(plain.meter().saved()).isEmpty();
  }

  @Test
  void a_call_with_one_other_point_is_made_as_a_whole() {
    Examples examples = examples(8);
    GradientService service = plain.remembering(examples);
    AtomicInteger times = new AtomicInteger();
    gradients(service, examples, label -> new Counted(label, times));
    double[][] moved = examples.rows();
    moved[7][2] = Math.nextUp((float) moved[7][2]);
    gradients(
        service,
        Examples.of(moved, examples.labels(), examples.ids()),
        label -> new Counted(label, times));
    assertThat(times).hasValue(16);
    assertThat(service.meter().saved()).isEmpty();
  }

  @Test
  void calls_of_other_places_sizes_kinds_and_objectives_are_other_calls() {
    Examples examples = examples(8);
    GradientService service = plain.remembering(examples);
    gradients(service, examples, Objective::margin);
    gradients(service, examples.at(7, 6, 5, 4, 3, 2, 1, 0), Objective::margin);
    gradients(service, examples.slice(0, 4), Objective::margin);
    gradients(service, examples, Objective::logit);
    gradients(service, examples, label -> Objective.margin((label + 1) % CLASSES));
    gradients(service, examples, label -> Objective.margin(label).negated());
    service.logits(examples.rows());
    for (String layer : List.of("in", "relu")) {
      service.answer(
          Arrays.stream(examples.rows()).map(x -> new Query.Activation(x, layer)).toList());
      service.answer(
          Arrays.stream(examples.rows())
              .map(x -> new Query.Layer(x, Objective.margin(1), layer))
              .toList());
    }
    for (int[] classes : new int[][] {{0, 1}, {1, 0}, {0}}) {
      service.answer(
          Arrays.stream(examples.rows()).map(x -> new Query.Jacobian(x, classes)).toList());
    }
    assertThat(service.meter().saved()).isEmpty();
    gradients(service, examples, label -> Objective.margin(label).negated());
    assertThat(saved(service)).isEqualTo(new Meter.Count(8, 8));
  }

  @Test
  void lambdas_are_asked_again() {
    Examples examples = examples(8);
    GradientService service = plain.remembering(examples);
    Objective lambda = (logits, cotangent) -> Objective.logit(0).evaluate(logits, cotangent);
    gradients(service, examples, label -> lambda);
    gradients(service, examples, label -> lambda);
    gradients(service, examples, label -> lambda.negated());
    assertThat(service.meter().saved()).isEmpty();
  }

  /** Everything that can be asked about some points, those that are remembered among others. */
  private static List<Query<? extends Reply>> mixed(Examples examples, int round) {
    List<Query<? extends Reply>> queries = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      double[] x = examples.row(i);
      queries.add(new Query.Logits(x));
      queries.add(new Query.Gradient(x, Objective.crossEntropy(examples.label(i))));
      queries.add(new Query.Jacobian(x, new int[] {2, i % CLASSES}));
      queries.add(new Query.Layer(x, Objective.probability(1), "relu"));
      queries.add(new Query.Activation(x, "in"));
      if (i % 3 == 0) {
        double[] other = x.clone();
        other[0] = 0.1f * round;
        queries.add(new Query.Gradient(other, Objective.margin(0)));
      }
      queries.add(new Query.Behind<>("in", new Query.Logits(new double[16])));
    }
    return queries;
  }

  private static Object content(Reply reply) {
    if (reply instanceof Reply.Gradient gradient) {
      return List.of(
          Arrays.toString(gradient.logits()),
          gradient.value(),
          Arrays.toString(gradient.gradient()));
    }
    if (reply instanceof Reply.Layer layer) {
      return List.of(
          Arrays.toString(layer.logits()),
          layer.value(),
          Arrays.toString(layer.activation()),
          Arrays.toString(layer.gradient()));
    }
    if (reply instanceof Reply.Activation activation) {
      return List.of(
          Arrays.toString(activation.logits()), Arrays.toString(activation.activation()));
    }
    if (reply instanceof Reply.Jacobian jacobian) {
      return List.of(Arrays.toString(jacobian.logits()), Arrays.deepToString(jacobian.gradients()));
    }
    return Arrays.toString(reply.logits());
  }

  @Test
  void every_answer_has_the_bits_that_it_has_without_a_memory() {
    for (Precision precision : Precision.values()) {
      Examples examples = examples(37);
      try (GradientService forgetful = service(precision);
          GradientService asked = service(precision)) {
        GradientService service = asked.remembering(examples);
        for (int round = 0; round < 3; round++) {
          List<Query<? extends Reply>> queries = mixed(examples, round);
          List<Reply> expected = forgetful.<Reply>answer(queries);
          List<Reply> actual = service.<Reply>answer(queries);
          assertThat(actual.stream().map(MemoryTest::content).toList())
              .isEqualTo(expected.stream().map(MemoryTest::content).toList());
        }
        // Of logits, Jacobians, layers and activations all; of gradients none: others are among
        // them.
        assertThat(saved(service)).isEqualTo(new Meter.Count(2 * 37 * 4, 2 * 37 * 3));
      }
    }
  }

  @Test
  void arrays_are_the_callers() {
    Examples examples = examples(4);
    GradientService service = plain.remembering(examples);
    double[][] first = gradients(service, examples, Objective::logit).gradients();
    double[][] expected = Arrays.stream(first).map(double[]::clone).toArray(double[][]::new);
    for (int time = 0; time < 2; time++) {
      Arrays.fill(first[1], 7);
      first = gradients(service, examples, Objective::logit).gradients();
      assertThat(first).isDeepEqualTo(expected);
    }
  }

  @Test
  void the_call_asked_for_longest_ago_is_forgotten_when_there_is_no_room() {
    Examples examples = examples(4);
    Memory.Call[] calls = new Memory.Call[3];
    Memory memory = new Memory(examples, Long.MAX_VALUE);
    Reply[] replies = {new Reply.Logits(new double[CLASSES])};
    for (int i = 0; i < 3; i++) {
      calls[i] =
          memory
              .call("kind", List.<Query<?>>of(new Query.Logits(examples.row(i))).iterator())
              .orElseThrow();
    }
    memory.keep(calls[0], replies);
    long one = memory.taken();
    assertThat(one).isGreaterThan((long) CLASSES * Double.BYTES);
    Memory bounded = new Memory(examples, 2 * one);
    bounded.keep(calls[0], replies);
    bounded.keep(calls[1], replies);
    bounded.keep(calls[1], replies);
    assertThat(bounded.taken()).isEqualTo(2 * one);
    assertThat(bounded.replies(calls[0])).isPresent();
    bounded.keep(calls[2], replies);
    assertThat(bounded.taken()).isEqualTo(2 * one);
    assertThat(bounded.replies(calls[1])).isEmpty();
    assertThat(bounded.replies(calls[0])).isPresent();
    assertThat(bounded.replies(calls[2])).isPresent();
    Memory none = new Memory(examples, one - 1);
    none.keep(calls[0], replies);
    assertThat(none.replies(calls[0])).isEmpty();
    assertThat(none.taken()).isZero();
  }

  @Test
  void a_bound_below_zero_is_refused() {
    assertThatThrownBy(() -> plain.remembering(examples(1), -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 0 but were -1");
  }

  @Test
  void threads_share_it() throws Exception {
    Examples examples = examples(24);
    double[][] expected = gradients(plain, examples, Objective::margin).gradients();
    GradientService service = plain.remembering(examples).as("threads");
    ExecutorService four = Executors.newFixedThreadPool(4);
    try {
      List<Callable<double[][]>> tasks =
          IntStream.range(0, 40)
              .<Callable<double[][]>>mapToObj(
                  i -> () -> gradients(service, examples, Objective::margin).gradients())
              .toList();
      for (Future<double[][]> answer : four.invokeAll(tasks)) {
        assertThat(answer.get()).isDeepEqualTo(expected);
      }
    } finally {
      four.shutdownNow();
    }
    Meter.Count saved = Objects.requireNonNull(service.meter().saved().get("threads"));
    assertThat(service.meter().counts()).containsEntry("threads", new Meter.Count(960, 960));
    // All but the first, and those who asked before it was answered.
    assertThat(saved.forwards()).isBetween(36L * 24, 39L * 24).isEqualTo(saved.backwards());
  }
}
