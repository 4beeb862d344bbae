package io.sextant.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TraceTest {
  private static final double[] CLEAN = {0};

  private static List<Double> points(Trace trace, double end) {
    ExampleResult result =
        new ExampleResult(
            0, 0, 0, new Outcome.Held(), new double[] {end}, 0, 0, Set.of(), List.of());
    return trace.way(result).points().stream().map(point -> point[0]).toList();
  }

  private static void judge(Trace trace, int run, double row, boolean stands) {
    trace.judged(run, new double[] {row}, stands);
  }

  @Test
  void the_way_ends_at_what_stands_and_leaves_out_what_came_after() {
    Trace trace = new Trace(CLEAN, 10);
    judge(trace, 0, 1, true);
    judge(trace, 0, 2, false);
    judge(trace, 0, 3, true);
    judge(trace, 0, 4, false);
    assertThat(points(trace, 3)).containsExactly(0.0, 1.0, 2.0, 3.0);
  }

  @Test
  void a_run_that_found_nothing_better_is_no_part_of_it() {
    Trace trace = new Trace(CLEAN, 10);
    judge(trace, 0, 1, true);
    judge(trace, 0, 2, true);
    judge(trace, 1, 7, false);
    assertThat(points(trace, 2)).containsExactly(0.0, 1.0, 2.0);
    judge(trace, 1, 8, true);
    assertThat(points(trace, 8)).containsExactly(0.0, 7.0, 8.0);
  }

  @Test
  void of_a_long_run_every_second_iterate_is_kept_and_the_last_one() {
    Trace trace = new Trace(CLEAN, 4);
    IntStream.rangeClosed(1, 6).forEach(i -> judge(trace, 0, i, false));
    judge(trace, 0, 6.5, true);
    assertThat(points(trace, 6.5)).containsExactly(0.0, 1.0, 3.0, 5.0, 6.5);
    IntStream.rangeClosed(8, 999).forEach(i -> judge(trace, 0, i, false));
    judge(trace, 0, 1000, true);
    // 1, 257, 513, 769 are left of steps of 256.
    assertThat(points(trace, 1000)).containsExactly(0.0, 1.0, 257.0, 513.0, 769.0, 1000.0);
  }

  @Test
  void an_odd_number_keeps_its_bound_too() {
    Trace trace = new Trace(CLEAN, 3);
    IntStream.rangeClosed(1, 99).forEach(i -> judge(trace, 0, i, false));
    judge(trace, 0, 100, true);
    assertThat(points(trace, 100)).hasSizeLessThanOrEqualTo(5).startsWith(0.0, 1.0).endsWith(100.0);
    assertThat(points(trace, 100)).isSorted();
  }

  @Test
  void points_that_repeat_are_one_and_where_the_clean_input_stands_there_is_no_way() {
    Trace trace = new Trace(CLEAN, 10);
    judge(trace, 0, 0, false);
    judge(trace, 0, 1, false);
    judge(trace, 0, 1, true);
    assertThat(points(trace, 1)).containsExactly(0.0, 1.0);
    assertThat(points(trace, 0)).containsExactly(0.0);
  }

  @Test
  void what_a_part_found_has_the_part_s_way() {
    Trace trace = new Trace(CLEAN, 10);
    judge(trace, 0, 1, true);
    Trace part = trace.part();
    judge(part, 0, 5, true);
    trace.took(part);
    assertThat(points(trace, 5)).containsExactly(0.0, 5.0);
  }

  @Test
  void a_way_needs_two_iterates() {
    assertThatThrownBy(() -> new Trace(CLEAN, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 2 iterates must be kept but were 1");
  }
}
