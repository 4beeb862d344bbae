package io.sextant.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.Objective;
import io.sextant.gradients.RandomKey;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LossTest {
  private static double[] cotangent(Objective objective, double... logits) {
    double[] cotangent = new double[logits.length];
    objective.evaluate(logits, cotangent);
    return cotangent;
  }

  private static double value(Objective objective, double... logits) {
    return objective.evaluate(logits, new double[logits.length]);
  }

  /** The losses by their definitions; the scale of the scaled one is that at {@code at}. */
  private static double defined(Loss loss, double[] z, double[] at, int label, int target) {
    boolean aims = target >= 0;
    int own = aims ? target : label;
    double[] p = softmax(z);
    double[] down = DoubleStream.of(z).map(v -> -v).sorted().map(v -> -v).toArray();
    double sign = aims ? -1 : 1;
    return switch (loss) {
      case CROSS_ENTROPY -> sign * crossEntropy(z, own);
      case MARGIN -> sign * (most(z, own) - z[own]);
      case PROBABILITY_MARGIN -> sign * (most(p, own) - p[own]);
      case SCALED_CROSS_ENTROPY -> {
        double[] sorted = DoubleStream.of(at).sorted().toArray();
        double lead = sorted[z.length - 1] - sorted[z.length - 2];
        yield sign * crossEntropy(DoubleStream.of(z).map(v -> 10 * v / lead).toArray(), own);
      }
      case DLR ->
          z.length < 4
              ? sign * (most(z, own) - z[own])
              : aims
                  ? (z[target] - z[label]) / (down[0] - (down[2] + down[3]) / 2)
                  : (most(z, label) - z[label]) / (down[0] - down[2]);
    };
  }

  private static double crossEntropy(double[] z, int own) {
    double largest = DoubleStream.of(z).max().orElseThrow();
    return largest + Math.log(DoubleStream.of(z).map(v -> Math.exp(v - largest)).sum()) - z[own];
  }

  private static double most(double[] values, int except) {
    return IntStream.range(0, values.length)
        .filter(i -> i != except)
        .mapToDouble(i -> values[i])
        .max()
        .orElseThrow();
  }

  private static double[] softmax(double[] z) {
    double sum = DoubleStream.of(z).map(Math::exp).sum();
    return DoubleStream.of(z).map(v -> Math.exp(v) / sum).toArray();
  }

  static Stream<Arguments> losses() {
    return Stream.of(Loss.values())
        .flatMap(loss -> Stream.of(2, 3, 4, 5, 10).map(k -> Arguments.of(loss, k)));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void values_are_their_definitions_and_directions_are_finite_differences(Loss loss, int classes) {
    RandomGenerator random = RandomKey.of(classes).random();
    for (int n = 0; n < 40; n++) {
      double[] z =
          IntStream.range(0, classes).mapToDouble(i -> random.nextGaussian() * 3).toArray();
      int label = random.nextInt(classes);
      int target = (label + 1 + random.nextInt(classes - 1)) % classes;
      for (int aim : new int[] {-1, target}) {
        Objective objective = aim < 0 ? loss.away(label) : loss.towards(label, aim);
        assertThat(value(objective, z)).isCloseTo(defined(loss, z, z, label, aim), within(1e-8));
        double[] slopes = new double[classes];
        double h = 1e-6;
        for (int i = 0; i < classes; i++) {
          double[] up = z.clone();
          double[] down = z.clone();
          up[i] += h;
          down[i] -= h;
          slopes[i] =
              (defined(loss, up, z, label, aim) - defined(loss, down, z, label, aim)) / (2 * h);
        }
        double largest = DoubleStream.of(slopes).map(Math::abs).max().orElseThrow();
        double[] expected = DoubleStream.of(slopes).map(v -> v / largest).toArray();
        if (largest < 1e-6) {
          // The untargeted ratio is 1, whatever the logits, where the label is third.
          continue;
        }
        assertThat(cotangent(objective, z)).containsExactly(expected, within(1e-4));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Loss.class)
  void a_confident_model_leaves_every_loss_a_direction(Loss loss) {
    // e^-300 is no float, and 1 - p is 0 in double.
    double[] z = {300, 0, -1, -2, -3};
    for (Objective objective : List.of(loss.away(0), loss.towards(0, 2))) {
      double[] direction = cotangent(objective, z);
      assertThat(DoubleStream.of(direction).map(Math::abs).max()).hasValue(1);
      assertThat(direction[0]).isNegative();
      assertThat(DoubleStream.of(direction).sum()).isCloseTo(0, within(1e-9));
    }
    assertThat(cotangent(loss.away(0), z)[1]).isPositive();
    assertThat(cotangent(loss.towards(0, 2), z)[2]).isPositive();
  }

  @ParameterizedTest
  @EnumSource(Loss.class)
  void equal_logits_leave_numbers_and_the_first_of_equals_is_meant(Loss loss) {
    for (double[] z :
        new double[][] {{0, 0}, {1, 1, 1}, {2, 2, 2, 2, 2}, {5, 5, 5, 5, 0}, {3, 3, 0, 0, 0}}) {
      for (Objective objective : List.of(loss.away(0), loss.towards(0, 1))) {
        double[] direction = cotangent(objective, z);
        assertThat(value(objective, z)).isFinite();
        assertThat(DoubleStream.of(direction).allMatch(Double::isFinite)).isTrue();
        assertThat(direction[0]).isNegative();
        assertThat(direction[1]).isPositive();
      }
    }
  }

  /** A ratio that is divided by the sum of logits would change with a constant. */
  @Test
  void dlr_changes_neither_with_the_scale_of_the_logits_nor_with_a_constant() {
    double[] z = {4, 1, 3, -2, 0.5};
    double[] other = DoubleStream.of(z).map(v -> 7 * v - 100).toArray();
    for (Objective objective : List.of(Loss.DLR.away(0), Loss.DLR.towards(0, 3))) {
      assertThat(value(objective, other)).isCloseTo(value(objective, z), within(1e-9));
      assertThat(cotangent(objective, other))
          .containsExactly(cotangent(objective, z), within(1e-9));
    }
    assertThat(value(Loss.DLR.away(0), z)).isCloseTo(-1 / 3.0, within(1e-9));
    assertThat(value(Loss.DLR.towards(0, 3), z)).isCloseTo(-6 / 3.25, within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void with_too_few_classes_for_it_dlr_is_the_margin(int classes) {
    double[] z = Arrays.copyOf(new double[] {2, -1, 0.5}, classes);
    assertThat(value(Loss.DLR.away(0), z)).isEqualTo(value(Loss.MARGIN.away(0), z));
    assertThat(cotangent(Loss.DLR.away(0), z)).containsExactly(cotangent(Loss.MARGIN.away(0), z));
    assertThat(cotangent(Loss.DLR.towards(0, 1), z))
        .containsExactly(cotangent(Loss.MARGIN.towards(0, 1), z));
  }

  /** Each of these was found to be without effect in a release of the method. */
  @Test
  void scaled_cross_entropy_is_scaled_untargeted_and_targeted_and_with_few_classes() {
    double[] z = {300, 0, -1, -2};
    double[] scaled = cotangent(Loss.SCALED_CROSS_ENTROPY.away(0), z);
    double[] plain = cotangent(Loss.CROSS_ENTROPY.away(0), z);
    // At a lead of 10 the other classes weigh nearly alike: e^(-10/300) instead of e^-1.
    assertThat(scaled[2] / scaled[1]).isCloseTo(Math.exp(-10 / 300.0), within(1e-9));
    assertThat(plain[2] / plain[1]).isCloseTo(Math.exp(-1), within(1e-9));
    assertThat(value(Loss.SCALED_CROSS_ENTROPY.towards(0, 1), z)).isBetween(-10.001, -10.0);
    assertThat(value(Loss.CROSS_ENTROPY.towards(0, 1), z)).isCloseTo(-300, within(1e-9));
    assertThat(value(Loss.SCALED_CROSS_ENTROPY.away(0), 40, -40))
        .isCloseTo(Math.log1p(Math.exp(-10)), within(1e-12));
  }

  @Test
  void each_is_a_setting_by_name() {
    for (Map.Entry<String, Loss> entry :
        Map.of(
                "cross-entropy", Loss.CROSS_ENTROPY,
                "margin", Loss.MARGIN,
                "dlr", Loss.DLR,
                "scaled-cross-entropy", Loss.SCALED_CROSS_ENTROPY,
                "probability-margin", Loss.PROBABILITY_MARGIN)
            .entrySet()) {
      assertThat(Attacks.of("pgd", Map.of("loss", entry.getKey())).configuration())
          .containsEntry("loss", entry.getKey());
      assertThat(Loss.FORM.read().apply(entry.getKey())).isEqualTo(entry.getValue());
    }
  }
}
