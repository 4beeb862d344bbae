package io.sextant.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CourseTest {
  private static Course of(DoubleStream... runs) {
    Course course = new Course();
    for (int run = 0; run < runs.length; run++) {
      int number = run;
      runs[run].forEach(margin -> course.add(number, margin));
    }
    return course;
  }

  /** As the authors have it: scaled to [0, 1], made monotone, the last ten compared. */
  private static boolean asInThePaper(double[] margins) {
    double least = DoubleStream.of(margins).min().orElseThrow();
    double most = DoubleStream.of(margins).max().orElseThrow();
    double[] loss = DoubleStream.of(margins).map(m -> (most - m) / (most - least)).toArray();
    for (int i = 1; i < loss.length; i++) {
      loss[i] = Math.min(loss[i], loss[i - 1]);
    }
    double[] last = Arrays.copyOfRange(loss, loss.length - 10, loss.length);
    return DoubleStream.of(last).max().orElseThrow() - DoubleStream.of(last).min().orElseThrow()
        > 0.05;
  }

  @ParameterizedTest
  @CsvSource({"40, 0.0", "40, 0.5", "40, 0.9", "40, 0.99", "11, 0.3", "25, 0.7", "100, 0.95"})
  void it_is_the_indicator_of_the_paper(int steps, double decay) {
    double[] margins =
        IntStream.range(0, steps)
            .mapToDouble(t -> -Math.pow(decay, t) - (t % 3 == 1 ? 0.02 : 0))
            .toArray();
    assertThat(of(DoubleStream.of(margins)).unfinished()).isEqualTo(asInThePaper(margins));
  }

  @Test
  void a_search_that_rises_to_the_end_is_unfinished() {
    assertThat(of(IntStream.range(0, 40).asDoubleStream()).unfinished()).isTrue();
    assertThat(of(IntStream.range(0, 40).mapToDouble(t -> Math.min(t, 29))).unfinished()).isFalse();
    assertThat(of(IntStream.range(0, 40).mapToDouble(t -> Math.min(t, 32))).unfinished()).isTrue();
  }

  @Test
  void what_counts_is_the_run_that_came_nearest() {
    DoubleStream[] runs = {
      IntStream.range(0, 40).asDoubleStream(), DoubleStream.generate(() -> 50).limit(20)
    };
    assertThat(of(runs).unfinished()).isFalse();
    assertThat(
            of(DoubleStream.generate(() -> 5).limit(20), IntStream.range(0, 40).asDoubleStream())
                .unfinished())
        .isTrue();
  }

  @Test
  void a_part_that_came_nearer_counts() {
    Course whole = of(DoubleStream.generate(() -> -1).limit(20));
    whole.took(of(IntStream.range(-40, 0).mapToDouble(t -> t / 100.0)));
    assertThat(whole.unfinished()).isTrue();
    whole.took(of(DoubleStream.generate(() -> -2).limit(20)));
    assertThat(whole.unfinished()).isTrue();
  }

  @Test
  void short_runs_and_decisions_say_nothing() {
    assertThat(of(IntStream.range(0, 10).asDoubleStream()).unfinished()).isFalse();
    assertThat(of(DoubleStream.generate(() -> Double.NEGATIVE_INFINITY).limit(40)).unfinished())
        .isFalse();
    assertThat(of().unfinished()).isFalse();
  }
}
