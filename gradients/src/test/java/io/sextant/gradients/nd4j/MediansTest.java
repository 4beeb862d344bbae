package io.sextant.gradients.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.RandomKey;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class MediansTest {
  @Test
  void median_is_where_sorting_puts_it_and_the_first_of_equals() {
    for (int seed = 0; seed < 300; seed++) {
      RandomGenerator random = RandomKey.of(seed).random();
      // Few values, so that ties abound, and values that are no numbers.
      double[] values = {-0.0, 0.0, 1, 2, 3, Double.NaN, Double.NEGATIVE_INFINITY};
      double[] numbers = new double[random.nextInt(1, 60)];
      boolean ties = random.nextBoolean();
      Arrays.setAll(
          numbers, i -> ties ? values[random.nextInt(values.length)] : random.nextGaussian());
      double[] given = numbers.clone();
      double[] sorted = numbers.clone();
      Arrays.sort(sorted);
      int place = Medians.lower(numbers);
      assertThat(numbers).isEqualTo(given);
      assertThat(Double.compare(numbers[place], sorted[(sorted.length - 1) / 2])).isZero();
      for (int i = 0; i < place; i++) {
        assertThat(Double.compare(numbers[i], numbers[place])).isNotZero();
      }
    }
  }

  @Test
  void long_runs_in_any_order_have_their_median() {
    double[] numbers = new double[100_001];
    Arrays.setAll(numbers, i -> i);
    assertThat(Medians.lower(numbers)).isEqualTo(50_000);
    Arrays.setAll(numbers, i -> -i);
    assertThat(Medians.lower(numbers)).isEqualTo(50_000);
    Arrays.setAll(numbers, i -> i % 2 == 0 ? i : -i);
    assertThat(numbers[Medians.lower(numbers)]).isEqualTo(0);
    Arrays.setAll(numbers, i -> 7);
    assertThat(Medians.lower(numbers)).isZero();
  }
}
