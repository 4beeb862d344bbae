package io.sextant.attacks.minimumnorm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.RandomKey;
import io.sextant.results.Norm;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Shortest steps to a hyperplane inside a box, and proximal steps, against brute force. */
class HyperplaneTest {
  private static double length(Norm norm, double[] v) {
    return switch (norm) {
      case LINF -> Arrays.stream(v).map(Math::abs).max().orElse(0);
      case L2 -> Math.sqrt(Arrays.stream(v).map(value -> value * value).sum());
      case L1 -> Arrays.stream(v).map(Math::abs).sum();
      case L0 -> throw new IllegalArgumentException();
    };
  }

  private record Case(Hyperplane plane, double[] from, double[] low, double[] high) {
    static Case random(int size, RandomGenerator random) {
      double[] slope = new double[size];
      double[] low = new double[size];
      double[] high = new double[size];
      double[] from = new double[size];
      for (int i = 0; i < size; i++) {
        slope[i] = random.nextInt(6) == 0 ? 0 : random.nextGaussian();
        low[i] = random.nextInt(5) == 0 ? 0 : -random.nextDouble();
        high[i] = random.nextInt(5) == 0 ? 0 : random.nextDouble();
        slope[i] = low[i] < high[i] ? slope[i] : 0;
        from[i] = low[i] + random.nextDouble() * (high[i] - low[i]);
      }
      return new Case(new Hyperplane(random.nextGaussian() / 2, slope), from, low, high);
    }

    double[] step(Norm norm) {
      return plane.step(norm, from, low, high);
    }

    double value(double[] step) {
      double[] end = new double[step.length];
      Arrays.setAll(end, i -> from[i] + step[i]);
      return plane.value(end);
    }

    /** The extreme value towards the plane that the box allows. */
    double best() {
      double value = plane.value(from);
      double best = value;
      for (int i = 0; i < from.length; i++) {
        double up = plane.slope()[i] * (high[i] - from[i]);
        double down = plane.slope()[i] * (low[i] - from[i]);
        best += value < 0 ? Math.max(up, down) : Math.min(up, down);
      }
      return best;
    }

    boolean isReachable() {
      return best() * plane.value(from) <= 0;
    }
  }

  @ParameterizedTest
  @EnumSource(names = "L0", mode = EnumSource.Mode.EXCLUDE)
  void a_step_stays_in_the_box_and_ends_on_the_plane_or_as_near_as_the_box_allows(Norm norm) {
    RandomGenerator random = RandomKey.of(1).random();
    int reachable = 0;
    for (int n = 0; n < 3000; n++) {
      Case c = Case.random(1 + n % 40, random);
      double[] step = c.step(norm);
      for (int i = 0; i < step.length; i++) {
        assertThat(c.from()[i] + step[i]).isBetween(c.low()[i] - 1e-12, c.high()[i] + 1e-12);
      }
      reachable += c.isReachable() ? 1 : 0;
      assertThat(c.value(step)).isCloseTo(c.isReachable() ? 0 : c.best(), within(1e-9));
    }
    assertThat(reachable).isBetween(1000, 2999);
  }

  @ParameterizedTest
  @EnumSource(names = "L0", mode = EnumSource.Mode.EXCLUDE)
  void no_way_to_the_plane_is_shorter(Norm norm) {
    RandomGenerator random = RandomKey.of(2).random();
    int compared = 0;
    for (int n = 0; n < 400; n++) {
      Case c = Case.random(2 + n % 2, random);
      if (!c.isReachable()) {
        continue;
      }
      double own = length(norm, c.step(norm));
      int last = c.from().length - 1;
      if (c.plane().slope()[last] == 0) {
        continue;
      }
      // Any first coordinates; the last one is what the plane then asks for.
      for (int m = 0; m < 2000; m++) {
        double[] step = new double[last + 1];
        for (int i = 0; i < last; i++) {
          step[i] = c.low()[i] + random.nextDouble() * (c.high()[i] - c.low()[i]) - c.from()[i];
        }
        step[last] = -c.value(step) / c.plane().slope()[last];
        double end = c.from()[last] + step[last];
        if (end >= c.low()[last] && end <= c.high()[last]) {
          compared++;
          assertThat(own).isLessThanOrEqualTo(length(norm, step) + 1e-9);
        }
      }
    }
    assertThat(compared).isGreaterThan(10_000);
  }

  @Test
  void what_the_box_holds_back_goes_to_the_other_features() {
    Hyperplane plane = new Hyperplane(-3, new double[] {2, 1});
    double[] low = {0, 0};
    double[] high = {0.5, 9};
    assertThat(plane.step(Norm.L2, new double[2], low, high)).containsExactly(0.5, 2);
    assertThat(plane.step(Norm.LINF, new double[2], low, high)).containsExactly(0.5, 2);
    assertThat(plane.step(Norm.L1, new double[2], low, high)).containsExactly(0.5, 2);
  }

  @ParameterizedTest
  @EnumSource(names = {"LINF", "L1"})
  void no_point_is_better_than_the_proximal_one(Norm norm) {
    RandomGenerator random = RandomKey.of(3).random();
    for (int n = 0; n < 300; n++) {
      int size = 1 + n % 6;
      double[] u = random.doubles(size, -2, 2).toArray();
      double[] h = random.doubles(size, 0.1, 3).toArray();
      double weight = 3 * random.nextDouble();
      double[] d = u.clone();
      Proximal.shrink(norm, d, weight, h);
      double own = cost(norm, d, u, weight, h);
      for (int m = 0; m < 300; m++) {
        double scale = Math.pow(10, -4 * random.nextDouble());
        double[] other = d.clone();
        for (int i = 0; i < size; i++) {
          other[i] += random.nextBoolean() ? scale * random.nextGaussian() : 0;
        }
        assertThat(own).isLessThanOrEqualTo(cost(norm, other, u, weight, h) + 1e-12);
      }
    }
  }

  private static double cost(Norm norm, double[] d, double[] u, double weight, double[] h) {
    double cost = weight * length(norm, d);
    for (int i = 0; i < d.length; i++) {
      cost += h[i] * (d[i] - u[i]) * (d[i] - u[i]) / 2;
    }
    return cost;
  }
}
