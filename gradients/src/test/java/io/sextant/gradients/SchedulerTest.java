package io.sextant.gradients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulerTest {
  /** A network whose only logit is the cube of its only input. */
  private static GradientService cube() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(1));
    Node out = builder.add("cube", new Operation.Elementwise(new Function.Cube()), builder.input());
    return GradientService.builder(builder.build(out))
        .precision(Precision.DOUBLE)
        .batchSize(8)
        .threads(1)
        .build();
  }

  private static Query.Gradient at(double x) {
    return new Query.Gradient(new double[] {x}, Objective.logit(0));
  }

  /** Newton's iteration for the root of x^3 = c: each step needs the reply to the one before. */
  private static Step<Double> root(double c, double x, int steps) {
    return steps == 0
        ? Step.done(x)
        : Step.ask(
            at(x), reply -> root(c, x - (reply.value() - c) / reply.gradient()[0], steps - 1));
  }

  @Test
  void fewer_questions_wait_where_a_layer_is_much_larger_than_the_input() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(1, 1));
    Node wide =
        builder.add("wide", new Operation.Expand(Shape.of(1 << 10, 1 << 10)), builder.input());
    Node out =
        builder.add(
            "sum",
            new Operation.Reduce(Operation.Reduction.SUM, 2, List.of(0), false),
            builder.add(
                "rows", new Operation.Reduce(Operation.Reduction.SUM, 2, List.of(1), true), wide));
    try (GradientService service = GradientService.builder(builder.build(out)).threads(1).build()) {
      Set<Integer> open = new HashSet<>();
      int[] most = {0};
      new Scheduler(service)
          .run(
              5,
              5,
              i -> {
                open.add(i);
                most[0] = Math.max(most[0], open.size());
                return Step.answer(
                    new Query.Activation(new double[] {i}, "wide"), reply -> reply.activation()[7]);
              },
              (int i, Double seen) -> {
                open.remove(i);
                assertThat(seen).isEqualTo(i);
              });
      // One array of a million values is what may wait.
      assertThat(most[0]).isLessThanOrEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 10_000})
  void each_example_goes_its_own_way_and_few_are_under_way_at_a_time(int atOnce) {
    try (GradientService service = cube()) {
      Set<Integer> open = new HashSet<>();
      int[] most = {0};
      Map<Integer, Double> roots = new TreeMap<>();
      new Scheduler(service)
          .run(
              1500,
              atOnce,
              i -> {
                open.add(i);
                most[0] = Math.max(most[0], open.size());
                return root(i, 1 + i / 100.0, i % 40 == 0 ? 0 : 60 + i % 7);
              },
              (i, root) -> {
                open.remove(i);
                roots.put(i, root);
              });
      assertThat(roots).hasSize(1500);
      roots.forEach(
          (i, root) ->
              assertThat(root).isCloseTo(i % 40 == 0 ? 1 + i / 100.0 : Math.cbrt(i), within(1e-9)));
      // 1024 rows are asked about at a time.
      assertThat(most[0]).isEqualTo(Math.min(atOnce, 1024));
      long questions = IntStream.range(0, 1500).filter(i -> i % 40 != 0).map(i -> 60 + i % 7).sum();
      assertThat(service.meter().counts())
          .containsExactly(Map.entry("direct", new Meter.Count(questions, questions)));
    }
  }

  @Test
  void parts_are_taken_in_order_whatever_the_order_in_which_they_end() {
    try (GradientService service = cube()) {
      for (int atOnce : new int[] {1, 4, 1000}) {
        List<Double> taken = new ArrayList<>();
        Set<Integer> open = new HashSet<>();
        int[] most = {0};
        List<Integer> sizes = new ArrayList<>();
        new Scheduler(service)
            .run(
                1,
                1,
                number ->
                    Step.all(
                        500,
                        atOnce,
                        i -> {
                          open.add(i);
                          most[0] = Math.max(most[0], open.size());
                          return root(i, 2, (i * 7) % 5)
                              .then(
                                  x -> {
                                    open.remove(i);
                                    return Step.answer(at(i), reply -> reply.value());
                                  });
                        },
                        (i, cube) -> {
                          assertThat(i).isEqualTo(taken.size());
                          taken.add(cube);
                        },
                        taken::size),
                (number, size) -> sizes.add(size));
        assertThat(sizes).containsExactly(500);
        for (int i = 0; i < 500; i++) {
          assertThat(taken.get(i)).isEqualTo((double) i * i * i);
        }
        assertThat(most[0]).isLessThanOrEqualTo(atOnce).isGreaterThanOrEqualTo(1);
        assertThat(most[0] > 1).isEqualTo(atOnce > 1);
      }
    }
  }

  @Test
  void parts_have_parts_and_nothing_is_asked_for_none() {
    try (GradientService service = cube()) {
      List<Double> sums = new ArrayList<>();
      new Scheduler(service)
          .run(
              3,
              3,
              example -> {
                double[] sum = {0};
                return Step.all(
                        example,
                        2,
                        i ->
                            Step.all(
                                i,
                                10,
                                j -> Step.answer(at(j), reply -> reply.value()),
                                (j, cube) -> sum[0] += cube,
                                () -> 1),
                        (i, one) -> sum[0] += 100 * one,
                        () -> sum[0])
                    .then(total -> Step.answer(at(total), reply -> reply.value()));
              },
              (example, total) -> sums.add(total));
      assertThat(sums).containsExactlyInAnyOrder(0.0, 1e6, 8e6);
    }
  }

  @Test
  void a_chain_of_thousands_of_steps_does_not_fill_the_stack() {
    try (GradientService service = cube()) {
      List<Double> ends = new ArrayList<>();
      new Scheduler(service).run(1, 1, i -> count(0), (i, end) -> ends.add(end));
      assertThat(ends).containsExactly(20_000.0);
    }
  }

  private static Step<Double> count(int n) {
    return n == 20_000
        ? Step.done((double) n)
        : Step.answer(at(n), reply -> n + 1).then(SchedulerTest::count);
  }

  @Test
  void what_fails_in_a_step_reaches_the_caller() {
    try (GradientService service = cube()) {
      Scheduler scheduler = new Scheduler(service);
      assertThatThrownBy(
              () ->
                  scheduler.run(
                      2,
                      2,
                      i ->
                          Step.ask(
                              at(i),
                              reply -> {
                                throw new UnsupportedOperationException("no step");
                              }),
                      (i, end) -> {}))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void an_interrupted_run_ends_and_the_thread_stays_marked() {
    try (GradientService service = cube()) {
      assertThatThrownBy(
              () ->
                  new Scheduler(service)
                      .run(
                          10,
                          1,
                          i -> root(i, 1, 2),
                          (i, end) -> Thread.currentThread().interrupt()))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void what_is_no_step_and_no_room_are_refused() {
    try (GradientService service = cube()) {
      Scheduler scheduler = new Scheduler(service);
      assertThatThrownBy(() -> scheduler.run(1, 0, i -> root(1, 1, 1), (i, end) -> {}))
          .hasMessageContaining("at least 1 example");
      assertThatThrownBy(() -> scheduler.<Double>run(1, 1, SchedulerTest::nothing, (i, end) -> {}))
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("must return a step");
    }
  }

  @SuppressWarnings("NullAway") // what a method outside may do
  private static Step<Double> nothing(int example) {
    return null;
  }
}
