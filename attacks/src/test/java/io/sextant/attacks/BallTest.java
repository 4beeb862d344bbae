package io.sextant.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.RandomKey;
import io.sextant.results.Norm;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BallTest {
  private static final double FAR = 1e6;

  private record Case(Ball ball, double[] low, double[] high, double[] v) {
    double[] projected(double[] from) {
      double[] copy = from.clone();
      ball.project(copy, low, high);
      return copy;
    }

    static Case random(Norm norm, int dimensions, RandomGenerator random) {
      double[] low = new double[dimensions];
      double[] high = new double[dimensions];
      for (int i = 0; i < dimensions; i++) {
        low[i] = random.nextInt(4) == 0 ? 0 : -random.nextDouble();
        high[i] = random.nextInt(4) == 0 ? 0 : random.nextDouble();
      }
      Ball ball = Ball.of(norm, 0.05 + random.nextDouble());
      return new Case(ball, low, high, point(dimensions, random));
    }

    static double[] point(int dimensions, RandomGenerator random) {
      return random.doubles(dimensions, -2, 2).toArray();
    }

    boolean holds(double[] p) {
      boolean inside = ball.length(p) <= ball.radius();
      for (int i = 0; i < p.length; i++) {
        inside &= low[i] <= p[i] && p[i] <= high[i];
      }
      return inside;
    }
  }

  private static double distance(double[] a, double[] b) {
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(squares);
  }

  @ParameterizedTest
  @EnumSource(names = "L0", mode = EnumSource.Mode.EXCLUDE)
  void projection_is_feasible_to_the_last_bit_and_idempotent(Norm norm) {
    RandomGenerator random = RandomKey.of(1).random();
    for (int n = 0; n < 3000; n++) {
      Case c = Case.random(norm, 1 + n % 60, random);
      double[] p = c.projected(c.v());
      assertThat(c.holds(p)).isTrue();
      assertThat(c.projected(p)).containsExactly(p);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "L0", mode = EnumSource.Mode.EXCLUDE)
  void projection_leaves_points_inside_alone(Norm norm) {
    RandomGenerator random = RandomKey.of(2).random();
    for (int n = 0; n < 500; n++) {
      Case c = Case.random(norm, 5, random);
      double[] inside = Arrays.stream(c.projected(c.v())).map(x -> 0.9 * x).toArray();
      assertThat(c.projected(inside)).containsExactly(inside);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "L0", mode = EnumSource.Mode.EXCLUDE)
  void no_feasible_point_is_nearer_than_the_projection(Norm norm) {
    RandomGenerator random = RandomKey.of(3).random();
    for (int n = 0; n < 300; n++) {
      Case c = Case.random(norm, 1 + n % 3, random);
      double[] p = c.projected(c.v());
      for (int m = 0; m < 300; m++) {
        double[] q = new double[p.length];
        for (int i = 0; i < q.length; i++) {
          q[i] = c.low()[i] + random.nextDouble() * (c.high()[i] - c.low()[i]);
        }
        double shrink = Math.min(1, c.ball().radius() / c.ball().length(q) * (1 - 1e-12));
        double inner = 0;
        for (int i = 0; i < q.length; i++) {
          inner += (c.v()[i] - p[i]) * (q[i] * shrink - p[i]);
        }
        // The angle at the nearest point of a convex set is never acute.
        assertThat(inner).isLessThan(1e-9);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = "L0", mode = EnumSource.Mode.EXCLUDE)
  void projection_brings_no_two_points_farther_apart(Norm norm) {
    RandomGenerator random = RandomKey.of(4).random();
    for (int n = 0; n < 2000; n++) {
      Case c = Case.random(norm, 1 + n % 20, random);
      double[] other = Case.point(c.v().length, random);
      assertThat(distance(c.projected(c.v()), c.projected(other)))
          .isLessThanOrEqualTo(distance(c.v(), other) + 1e-9);
    }
  }

  @Test
  void l1_projection_is_euclidean_not_a_rescaling() {
    double[] v = {3, 1};
    Ball.of(Norm.L1, 1).project(v, new double[] {-FAR, -FAR}, new double[] {FAR, FAR});
    assertThat(v).containsExactly(1, 0);
  }

  @Test
  void l2_projection_gives_what_the_box_takes_to_the_free_coordinates() {
    double[] v = {4, 3};
    Ball.of(Norm.L2, 5.0 / 3).project(v, new double[] {-1, -FAR}, new double[] {1, FAR});
    assertThat(v).containsExactly(new double[] {1, 4.0 / 3}, within(1e-12));
  }

  @ParameterizedTest
  @EnumSource(names = "L0", mode = EnumSource.Mode.EXCLUDE)
  void draws_fill_the_ball_evenly(Norm norm) {
    int dimensions = 5;
    int draws = 20_000;
    Ball ball = Ball.of(norm, 0.3);
    double[] low = {-FAR, -FAR, 0, -FAR, -FAR, -FAR};
    double[] high = {FAR, FAR, 0, FAR, FAR, FAR};
    RandomGenerator random = RandomKey.of(5).random();
    double[] volume = new double[draws];
    double[] mean = new double[6];
    int firstLargest = 0;
    for (int n = 0; n < draws; n++) {
      double[] v = new double[6];
      ball.draw(random, v, low, high);
      assertThat(v[2]).isZero();
      volume[n] = Math.pow(ball.length(v) / 0.3, dimensions);
      for (int i = 0; i < 6; i++) {
        mean[i] += v[i] / draws;
      }
      double[] sizes = Arrays.stream(v).map(Math::abs).toArray();
      firstLargest += sizes[0] == Arrays.stream(sizes).max().orElseThrow() ? 1 : 0;
    }
    Arrays.sort(volume);
    double gap = 0;
    for (int n = 0; n < draws; n++) {
      gap = Math.max(gap, Math.abs(volume[n] - (n + 0.5) / draws));
    }
    // Kolmogorov and Smirnov's bound at the level 0.001.
    assertThat(gap).isLessThan(1.95 / Math.sqrt(draws));
    assertThat(mean).containsExactly(new double[6], within(0.005));
    assertThat(firstLargest / (double) draws).isCloseTo(1.0 / dimensions, within(0.015));
  }

  @Test
  void l2_draws_in_many_dimensions_lie_near_the_surface() {
    double[] v = new double[784];
    double[] high = new double[784];
    Arrays.fill(high, 1);
    Ball ball = Ball.of(Norm.L2, 1);
    ball.draw(RandomKey.of(6).random(), v, new double[784], high);
    assertThat(ball.length(v)).isBetween(0.98, 1.0);
  }

  @Test
  void steps_have_the_norm_s_own_direction_and_length() {
    double[] g = {3, 0, -4};
    double[] low = {-FAR, -FAR, -FAR};
    double[] high = {FAR, FAR, FAR};
    double[] v = new double[3];
    Ball.of(Norm.LINF, 1).ascend(g, 0.5, v, low, high);
    assertThat(v).containsExactly(0.5, 0, -0.5);
    v = new double[3];
    Ball.of(Norm.L2, 1).ascend(g, 0.5, v, low, high);
    assertThat(v).containsExactly(new double[] {0.3, 0, -0.4}, within(1e-15));
    v = new double[3];
    Ball.of(Norm.L1, 1).ascend(g, 0.5, v, low, high);
    assertThat(v).containsExactly(0, 0, -0.5);
  }

  @Test
  void l1_steps_pass_over_what_the_box_holds_back() {
    double[] v = {0, 0, -1};
    double[] low = {-1, -1, -1};
    double[] high = {1, 1, 1};
    Ball.of(Norm.L1, 5).ascend(new double[] {3, 0, -4}, 0.5, v, low, high);
    // The held coordinate is pushed, which the projection undoes: it must not lose to the other.
    Ball.of(Norm.L1, 1.25).project(v, low, high);
    assertThat(v).containsExactly(0.25, 0, -1);
  }

  @ParameterizedTest
  @EnumSource(names = {"L2", "L1"})
  void steps_have_their_length_inside_the_box(Norm norm) {
    RandomGenerator random = RandomKey.of(7).random();
    for (int n = 0; n < 1000; n++) {
      Case c = Case.random(norm, 1 + n % 40, random);
      double[] from = c.projected(c.v());
      double[] g = Case.point(from.length, random);
      double[] most = new double[from.length];
      double[] moved = from.clone();
      c.ball().ascend(g, 0.3, moved, c.low(), c.high());
      for (int i = 0; i < g.length; i++) {
        most[i] = (g[i] > 0 ? c.high()[i] : c.low()[i]) - from[i];
        assertThat((moved[i] - from[i]) * g[i]).isGreaterThan(-1e-300);
        moved[i] = Math.max(c.low()[i], Math.min(c.high()[i], moved[i])) - from[i];
      }
      assertThat(c.ball().length(moved))
          .isCloseTo(Math.min(0.3, c.ball().length(most)), within(1e-9));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"L2", "L1"})
  void the_best_point_of_a_linear_function_stays_where_it_is(Norm norm) {
    double[] g = {8, 4, 1};
    double[] low = {-1, -1, -1};
    double[] high = {0.1, 1, 1};
    Ball ball = Ball.of(norm, 0.5);
    double[] best = new double[3];
    ball.ascend(g, 0.5, best, low, high);
    ball.project(best, low, high);
    double[] v = best.clone();
    for (int n = 0; n < 3; n++) {
      ball.ascend(g, 0.2, v, low, high);
      ball.project(v, low, high);
      assertThat(v).containsExactly(best, within(1e-12));
    }
    assertThat(v[0]).isEqualTo(0.1);
  }

  @Test
  void l1_steps_go_on_with_the_next_steep_where_the_box_leaves_no_room() {
    double[] v = {0, 0, 0};
    double[] high = {0.25, 1, 1};
    Ball.of(Norm.L1, 1).ascend(new double[] {4, 3, 1}, 1, v, new double[3], high);
    assertThat(v).containsExactly(1, 0.75, 0);
  }

  @Test
  void l1_steps_take_one_coordinate_in_a_hundred() {
    double[] v = new double[784];
    double[] g = new double[784];
    double[] low = new double[784];
    double[] high = new double[784];
    Arrays.setAll(g, i -> 1.0 + i % 98);
    Arrays.fill(low, -1);
    Arrays.fill(high, 1);
    Ball.of(Norm.L1, 1).ascend(g, 1, v, low, high);
    double[] expected = new double[784];
    for (int i = 97; i < 784; i += 98) {
      expected[i] = 0.125;
    }
    assertThat(v).containsExactly(expected, within(1e-15));
  }

  @ParameterizedTest
  @EnumSource(names = "L0", mode = EnumSource.Mode.EXCLUDE)
  void steps_are_full_however_small_the_gradient_and_nothing_without_one(Norm norm) {
    double[] low = {-FAR, -FAR};
    double[] high = {FAR, FAR};
    Ball ball = Ball.of(norm, 1);
    double[] v = new double[2];
    ball.ascend(new double[] {1e-300, 0}, 0.5, v, low, high);
    assertThat(v).containsExactly(0.5, 0);
    ball.ascend(new double[2], 0.5, v, low, high);
    assertThat(v).containsExactly(0.5, 0);
  }

  @Test
  void no_choice_of_coordinates_is_nearer_than_the_l0_projection() {
    RandomGenerator random = RandomKey.of(8).random();
    for (int n = 0; n < 1000; n++) {
      Case drawn = Case.random(Norm.L0, 1 + n % 8, random);
      int size = drawn.v().length;
      int radius = random.nextInt(size + 1);
      Case c = new Case(Ball.of(Norm.L0, radius), drawn.low(), drawn.high(), drawn.v());
      double[] p = c.projected(c.v());
      assertThat(c.holds(p)).isTrue();
      assertThat(c.projected(p)).containsExactly(p);
      double nearest = Double.POSITIVE_INFINITY;
      for (int set = 0; set < 1 << size; set++) {
        if (Integer.bitCount(set) <= radius) {
          double[] q = new double[size];
          for (int i = 0; i < size; i++) {
            q[i] = (set >> i & 1) == 0 ? 0 : Math.max(c.low()[i], Math.min(c.high()[i], c.v()[i]));
          }
          nearest = Math.min(nearest, distance(c.v(), q));
        }
      }
      assertThat(distance(c.v(), p)).isCloseTo(nearest, within(1e-12));
    }
  }

  @Test
  void l0_projection_passes_over_what_the_box_holds_back() {
    double[] v = {3, -2, 1};
    Ball.of(Norm.L0, 1).project(v, new double[] {-FAR, -FAR, -FAR}, new double[] {0.5, 1, 1});
    // Of 9 the first gains 0.5 (6 - 0.5) = 2.75 only, the second all of its 4.
    assertThat(v).containsExactly(0, -2, 0);
  }

  @Test
  void l0_projection_keeps_as_many_as_it_says_whatever_the_ties() {
    for (int radius = 0; radius <= 5; radius++) {
      double[] v = {1, 1, 1, 1, 1};
      double[] low = {-FAR, -FAR, -FAR, -FAR, -FAR};
      double[] high = {FAR, FAR, FAR, FAR, FAR};
      Ball.of(Norm.L0, radius).project(v, low, high);
      assertThat(Arrays.stream(v).sum()).isEqualTo(radius);
    }
  }

  @Test
  void l0_draws_move_any_features_that_may_move() {
    double[] low = {-1, -1, 0, -1, -1};
    double[] high = {1, 3, 0, 1, 1};
    RandomGenerator random = RandomKey.of(9).random();
    int[] moved = new int[5];
    double[] largest = new double[5];
    for (int n = 0; n < 4000; n++) {
      double[] v = new double[5];
      Ball.of(Norm.L0, 2).draw(random, v, low, high);
      assertThat(Ball.of(Norm.L0, 2).length(v)).isEqualTo(2);
      for (int i = 0; i < 5; i++) {
        moved[i] += v[i] != 0 ? 1 : 0;
        largest[i] = Math.max(largest[i], v[i]);
        assertThat(v[i]).isBetween(low[i], high[i]);
      }
    }
    assertThat(moved[2]).isZero();
    for (int i : new int[] {0, 1, 3, 4}) {
      assertThat(moved[i] / 4000.0).isCloseTo(0.5, within(0.04));
    }
    assertThat(largest[1]).isGreaterThan(2.9);
  }

  @Test
  void l0_steps_move_what_gains_most_to_its_bound() {
    double[] v = {0, 0, 0, 0};
    double[] high = {0.1, 1, 1, 1};
    Ball.of(Norm.L0, 2)
        .ascend(new double[] {5, 2, -1, 0}, 2, v, new double[] {-1, -1, -3, -1}, high);
    // Gains of 0.5, 2, 3 and nothing.
    assertThat(v).containsExactly(0, 1, -3, 0);
  }
}
