package io.sextant.results.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sextant.results.Limit;
import io.sextant.results.Proportion;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final BigDecimal LEVEL = new BigDecimal("0.05");

  private static Comparison lost(int lost, int gained) {
    return new Comparison(
        new Proportion(60, 100),
        new Proportion(60 - lost + gained, 100),
        IntStream.range(0, lost).boxed().toList(),
        IntStream.range(50, 50 + gained).boxed().toList());
  }

  @Test
  void a_fall_must_be_larger_than_tolerated() {
    assertThat(lost(5, 0).isRegression(Limit.parse("4.999%"), LEVEL)).isTrue();
    assertThat(lost(5, 0).isRegression(Limit.parse("5%"), LEVEL)).isFalse();
    assertThat(lost(0, 0).isRegression(Limit.parse("0"), new BigDecimal("0.9999"))).isFalse();
  }

  @Test
  void a_fall_must_be_significant() {
    assertThat(lost(4, 0).isRegression(Limit.parse("0"), LEVEL)).isFalse();
    assertThat(lost(9, 2).isRegression(Limit.parse("0"), LEVEL)).isTrue();
    assertThat(lost(9, 4).isRegression(Limit.parse("0"), LEVEL)).isFalse();
  }

  @Test
  void more_good_examples_are_an_improvement() {
    assertThat(lost(1, 2).isImprovement()).isTrue();
    assertThat(lost(2, 2).isImprovement()).isFalse();
    assertThat(lost(2, 1).isImprovement()).isFalse();
  }

  @Test
  void counts_must_add_up() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Comparison(new Proportion(5, 10), new Proportion(5, 11), List.of(), List.of()))
        .withMessage("before and after must have the same n but had 10 and 11");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Comparison(new Proportion(5, 10), new Proportion(5, 10), List.of(1), List.of()))
        .withMessage("5 good examples less 1 lost plus 0 gained must give the 5 of now");
  }
}
