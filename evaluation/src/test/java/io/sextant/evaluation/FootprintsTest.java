package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.attacks.Footprint;
import io.sextant.gradients.graph.Shape;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FootprintsTest {
  private static final Shape IMAGE = Shape.of(2, 4, 5);

  private static Optional<String> changed(Footprint footprint, int... features) {
    double[] clean = new double[40];
    double[] input = new double[40];
    for (int feature : features) {
      input[feature] = 1;
    }
    return Footprints.violation(footprint, IMAGE, clean, input);
  }

  private static int at(int channel, int row, int column) {
    return (channel * 4 + row) * 5 + column;
  }

  @ParameterizedTest
  @CsvSource({
    // Two changed places: row and column each.
    "0, 0, 1, 1, true",
    "2, 3, 3, 4, true",
    "1, 1, 1, 1, true",
    "0, 0, 0, 2, false",
    "0, 0, 2, 0, false",
    "0, 0, 3, 4, false"
  })
  void what_changed_must_fit_into_one_rectangle(int r, int c, int row, int column, boolean fits) {
    Footprint square = Footprint.anywhere(2, 2);
    assertThat(changed(square, at(0, r, c), at(1, row, column)).isEmpty()).isEqualTo(fits);
  }

  @Test
  void at_a_fixed_place_it_must_lie_there() {
    Footprint fixed = Footprint.at(2, 2, 1, 2);
    assertThat(changed(fixed, at(0, 1, 2), at(1, 2, 3))).isEmpty();
    assertThat(changed(fixed, at(0, 0, 2)))
        .hasValueSatisfying(m -> assertThat(m).contains("row 0"));
    assertThat(changed(fixed, at(1, 1, 4))).isPresent();
    // A corner that reaches out is moved in.
    assertThat(changed(Footprint.at(2, 2, 9, 9), at(0, 2, 3), at(0, 3, 4))).isEmpty();
  }

  @Test
  void no_change_is_allowed_anywhere() {
    assertThat(changed(Footprint.at(1, 1, 0, 0))).isEmpty();
  }
}
