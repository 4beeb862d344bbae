package io.sextant.explainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuadratureTest {
  static Stream<Quadrature.Fixed> rules() {
    return IntStream.of(1, 2, 3, 5, 8, 10, 50, 64, 257, 1000)
        .boxed()
        .flatMap(
            n ->
                n == 1
                    ? Stream.of(new Quadrature.GaussLegendre(n), new Quadrature.Midpoint(n))
                    : Stream.of(
                        new Quadrature.GaussLegendre(n),
                        new Quadrature.Midpoint(n),
                        new Quadrature.Trapezoid(n)));
  }

  private static double integral(Quadrature.Fixed rule, int power) {
    double[] nodes = rule.nodes();
    double[] weights = rule.weights();
    return IntStream.range(0, nodes.length)
        .mapToDouble(i -> weights[i] * Math.pow(nodes[i], power))
        .sum();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void weights_are_positive_and_add_up_to_one_over_rising_nodes(Quadrature.Fixed rule) {
    double[] nodes = rule.nodes();
    assertThat(nodes).hasSize(rule.count());
    assertThat(rule.weights()).hasSize(rule.count());
    assertThat(Arrays.stream(rule.weights()).sum()).isCloseTo(1, within(1e-13));
    assertThat(Arrays.stream(rule.weights()).min().orElseThrow()).isPositive();
    assertThat(nodes).isSorted().doesNotHaveDuplicates();
    assertThat(nodes[0]).isNotNegative();
    assertThat(nodes[nodes.length - 1]).isLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void every_rule_is_exact_on_straight_lines_and_mirrors(Quadrature.Fixed rule) {
    assertThat(integral(rule, 1)).isCloseTo(0.5, within(1e-13));
    double[] nodes = rule.nodes();
    double[] weights = rule.weights();
    for (int i = 0; i < nodes.length; i++) {
      assertThat(nodes[i] + nodes[nodes.length - 1 - i]).isCloseTo(1, within(1e-13));
      assertThat(weights[i]).isCloseTo(weights[nodes.length - 1 - i], within(1e-13));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 10, 15})
  void gauss_legendre_is_exact_up_to_its_degree_and_not_beyond(int n) {
    Quadrature.Fixed rule = new Quadrature.GaussLegendre(n);
    for (int power = 0; power <= 2 * n - 1; power++) {
      assertThat(integral(rule, power)).isCloseTo(1.0 / (power + 1), within(1e-14));
    }
    if (n <= 5) {
      assertThat(Math.abs(integral(rule, 2 * n) - 1.0 / (2 * n + 1))).isGreaterThan(1e-7);
    }
  }

  @Test
  void gauss_legendre_with_three_nodes_is_the_textbook_rule() {
    Quadrature.Fixed rule = new Quadrature.GaussLegendre(3);
    double offset = Math.sqrt(0.6) / 2;
    assertThat(rule.nodes())
        .containsExactly(new double[] {0.5 - offset, 0.5, 0.5 + offset}, within(1e-14));
    assertThat(rule.weights())
        .containsExactly(new double[] {5 / 18.0, 8 / 18.0, 5 / 18.0}, within(1e-14));
  }

  @Test
  void trapezoid_and_midpoint_have_their_known_error_on_squares() {
    // The error on x^2 is h^2/6 for the trapezoid rule and -h^2/12 for the midpoint rule.
    assertThat(integral(new Quadrature.Trapezoid(11), 2) - 1 / 3.0)
        .isCloseTo(0.01 / 6, within(1e-14));
    assertThat(integral(new Quadrature.Midpoint(10), 2) - 1 / 3.0)
        .isCloseTo(-0.01 / 12, within(1e-14));
  }

  @Test
  void impossible_rules_are_refused_with_the_limit() {
    assertThatThrownBy(() -> new Quadrature.GaussLegendre(0))
        .hasMessageContaining("1 to 10000")
        .hasMessageContaining("0");
    assertThatThrownBy(() -> new Quadrature.Midpoint(10_001)).hasMessageContaining("10001");
    assertThatThrownBy(() -> new Quadrature.Trapezoid(1)).hasMessageContaining("2 to 10000");
    assertThatThrownBy(() -> new Quadrature.Adaptive(0, 256)).hasMessageContaining("above 0");
    assertThatThrownBy(() -> new Quadrature.Adaptive(Double.NaN, 256)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> new Quadrature.Adaptive(0.01, 4)).hasMessageContaining("5 to");
  }
}
