package io.sextant.explainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.RandomKey;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseTest {
  private static final RandomKey KEY = RandomKey.of(1).with("noise");
  private static final NormalDistribution NORMAL = new NormalDistribution();

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 10, 16})
  void in_each_value_a_unit_has_a_pair_from_each_range_of_size(int perUnit) {
    Noise noise = new Noise(KEY, 20, perUnit);
    for (int unit = 0; unit < 3; unit++) {
      for (int i = 0; i < 20; i++) {
        double[] column = new double[perUnit];
        for (int k = 0; k < perUnit; k++) {
          column[k] = noise.draw(unit * perUnit + k)[i];
        }
        Arrays.sort(column);
        for (int k = 0; k < perUnit / 2; k++) {
          assertThat(column[k]).isEqualTo(-column[perUnit - 1 - k]);
          // Of the negative half the largest size comes first.
          assertThat(NORMAL.cumulativeProbability(column[k]) * perUnit)
              .isBetween(k - 1e-9, k + 1 + 1e-9);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void each_draw_by_itself_is_plain_noise(int perUnit) {
    int units = 4000;
    Noise noise = new Noise(KEY, 3, perUnit);
    for (int k = 0; k < perUnit; k++) {
      double[][] draws = new double[units][];
      for (int unit = 0; unit < units; unit++) {
        draws[unit] = noise.draw(unit * perUnit + k);
      }
      for (int i = 0; i < 3; i++) {
        int value = i;
        double[] column = Arrays.stream(draws).mapToDouble(draw -> draw[value]).toArray();
        assertThat(new KolmogorovSmirnovTest().kolmogorovSmirnovTest(NORMAL, column))
            .as("draw %d, value %d", k, i)
            .isGreaterThan(1e-4);
      }
      // Values are independent, in themselves and in their size.
      assertThat(mean(draws, draw -> draw[0] * draw[1])).isCloseTo(0, within(0.08));
      assertThat(mean(draws, draw -> draw[0] * draw[0] * draw[2] * draw[2]))
          .isCloseTo(1, within(0.25));
    }
  }

  private static double mean(double[][] draws, ToDoubleFunction<double[]> of) {
    return Arrays.stream(draws).mapToDouble(of).average().orElseThrow();
  }

  @Test
  void a_unit_of_two_is_a_pair_and_others_are_in_an_order_of_each_value() {
    Noise pairs = new Noise(KEY, 50, 2);
    double[] first = pairs.draw(6);
    double[] second = pairs.draw(7);
    assertThat(IntStream.range(0, 50)).allMatch(i -> first[i] == -second[i]);
    Noise fours = new Noise(KEY, 50, 4);
    double[][] unit = IntStream.range(0, 4).mapToObj(fours::draw).toArray(double[][]::new);
    for (int k = 1; k < 4; k++) {
      double[] other = unit[k];
      assertThat(IntStream.range(0, 50).filter(i -> unit[0][i] == -other[i]).count())
          .isBetween(5L, 30L);
    }
  }

  @Test
  void a_draw_has_its_number_alone_and_is_the_callers() {
    Noise noise = new Noise(KEY, 5, 4);
    double[] draw = noise.draw(2);
    double[] kept = draw.clone();
    Arrays.fill(draw, 0);
    noise.draw(9);
    assertThat(noise.draw(2)).isEqualTo(kept);
    assertThat(new Noise(KEY, 5, 4).draw(2)).isEqualTo(kept);
    assertThat(noise.draw(6)).isNotEqualTo(kept);
  }
}
