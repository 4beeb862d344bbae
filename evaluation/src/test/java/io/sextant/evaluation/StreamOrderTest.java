package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.RandomKey;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StreamOrderTest {
  private static final int[] LABELS = IntStream.range(0, 500).map(i -> i * 7 % 10).toArray();

  static StreamOrder[] orders() {
    return new StreamOrder[] {
      new StreamOrder.First(),
      new StreamOrder.Shuffled(),
      new StreamOrder.LabelSorted(),
      new StreamOrder.Runs(0.1),
      new StreamOrder.Runs(0.001),
      new StreamOrder.Runs(1000)
    };
  }

  @ParameterizedTest
  @MethodSource("orders")
  void every_example_comes_once_and_a_key_gives_one_order(StreamOrder order) {
    int[] places = order.of(LABELS, RandomKey.of(3));
    assertThat(IntStream.of(places).sorted().toArray())
        .containsExactly(IntStream.range(0, 500).toArray());
    assertThat(order.of(LABELS, RandomKey.of(3))).containsExactly(places);
    assertThat(order.of(new int[0], RandomKey.of(3))).isEmpty();
  }

  @Test
  void sorted_ones_are_sorted_and_keep_their_order_within() {
    int[] places = new StreamOrder.LabelSorted().of(LABELS, RandomKey.of(3));
    for (int i = 1; i < places.length; i++) {
      assertThat(LABELS[places[i]]).isGreaterThanOrEqualTo(LABELS[places[i - 1]]);
      if (LABELS[places[i]] == LABELS[places[i - 1]]) {
        assertThat(places[i]).isGreaterThan(places[i - 1]);
      }
    }
  }

  @Test
  void runs_are_longer_the_smaller_the_concentration() {
    double shuffled = changes(new StreamOrder.Shuffled());
    double long01 = changes(new StreamOrder.Runs(0.1));
    double longer = changes(new StreamOrder.Runs(0.01));
    assertThat(shuffled).isBetween(430.0, 470.0);
    assertThat(long01).isLessThan(60);
    assertThat(longer).isLessThan(long01);
    // With every class in one part, runs are as few as classes or parts allow.
    assertThat(changes(new StreamOrder.Runs(0.0001))).isLessThan(20);
    // A flat draw has every class in every part.
    assertThat(changes(new StreamOrder.Runs(1000))).isBetween(80.0, 100.0);
  }

  /** Mean number of times that the label changes, over ten keys. */
  private static double changes(StreamOrder order) {
    int changes = 0;
    for (int key = 0; key < 10; key++) {
      int[] places = order.of(LABELS, RandomKey.of(key));
      for (int i = 1; i < places.length; i++) {
        changes += LABELS[places[i]] == LABELS[places[i - 1]] ? 0 : 1;
      }
    }
    return changes / 10.0;
  }

  @Test
  void a_concentration_of_nothing_is_refused() {
    assertThatThrownBy(() -> new StreamOrder.Runs(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("above 0 but was 0");
  }
}
