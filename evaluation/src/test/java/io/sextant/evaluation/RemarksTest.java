package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemarksTest {
  private static final List<String> TWO = List.of("Bad", "Good");

  /** Labels 0 and 1 in turn, of which the first are decided rightly. */
  private static Optional<String> two(int n, int right, boolean image) {
    int[] labels = IntStream.range(0, n).map(i -> i % 2).toArray();
    int[] predicted =
        IntStream.range(0, n).map(i -> i < right ? labels[i] : 1 - labels[i]).toArray();
    return Remarks.accuracy(labels, predicted, TWO, image);
  }

  @Test
  void decisions_within_one_standard_error_of_a_guess_are_told() {
    // 100 guesses among two: 50 and a standard error of 5.
    assertThat(Remarks.limit(100, 2)).isEqualTo(55);
    assertThat(two(100, 55, true)).isPresent();
    assertThat(two(100, 56, true)).isEmpty();
    // Among ten: 10 and 3.
    assertThat(Remarks.limit(100, 10)).isEqualTo(13);
    assertThat(two(100, 50, true).orElseThrow())
        .startsWith(
            "the model decides rightly on 50 of 100 examples (a guess among 2 classes: 50): are"
                + " the values")
        .contains("0..255 against 0..1", "normalisation")
        .doesNotContain("swapped");
    assertThat(two(100, 50, false).orElseThrow())
        .contains("are the columns and the classes in the order")
        .doesNotContain("255");
  }

  @Test
  void two_classes_in_the_wrong_order_are_recognised() {
    assertThat(two(100, 2, false).orElseThrow())
        .contains("With the two classes swapped it would be right on 98");
    // Wrong, but no better with the classes swapped than chance would be.
    assertThat(two(100, 46, false).orElseThrow()).doesNotContain("swapped");
  }

  @Test
  void one_class_for_everything_is_told_though_it_is_often_right() {
    int[] labels = new int[10];
    labels[3] = 1;
    int[] zero = new int[10];
    assertThat(Remarks.accuracy(labels, zero, TWO, false).orElseThrow())
        .contains("rightly on 9 of 10", "; every decision is 'Bad': are");
    // So few may be an accident, and data of one class leaves nothing else to decide.
    assertThat(Remarks.accuracy(new int[] {0, 0, 0, 0, 1}, new int[5], TWO, false)).isEmpty();
    assertThat(Remarks.accuracy(new int[10], zero, TWO, false)).isEmpty();
    int[] none = new int[10];
    Arrays.fill(none, -1);
    assertThat(Remarks.accuracy(labels, none, TWO, false).orElseThrow()).contains("is 'none'");
  }

  @Test
  void without_examples_or_a_choice_there_is_nothing_to_tell() {
    assertThat(Remarks.accuracy(new int[0], new int[0], TWO, true)).isEmpty();
    assertThat(Remarks.accuracy(new int[] {0}, new int[] {0}, List.of("one"), true)).isEmpty();
  }

  @ParameterizedTest
  // Four features in 0..1: 1 in the largest, 2 in the Euclidean norm, 4 in the sum.
  @CsvSource({
    "LINF, 1, 1.01, 1",
    "L2, 2, 2.01, 2",
    "L1, 4, 4.01, 4",
    "L0, 4, 5, 4",
  })
  void a_radius_beyond_the_domain_is_told(Norm norm, String within, String beyond, String most) {
    InputDomain box = InputDomain.box(4, 0, 1);
    assertThat(Remarks.radius(norm.within(Epsilon.parse(within)), box)).isEmpty();
    assertThat(Remarks.radius(norm.within(Epsilon.parse(beyond)), box).orElseThrow())
        .isEqualTo(
            "epsilon %s in %s is more than the largest distance in the domain, %s: nothing limits the attacker"
                .formatted(beyond, norm.symbol(), most));
  }

  @Test
  void a_whole_number_where_255ths_are_usual_is_asked_about() {
    InputDomain unit = InputDomain.box(4, 0, 1);
    assertThat(Remarks.radius(Norm.LINF.within(Epsilon.parse("8")), unit).orElseThrow())
        .endsWith("; is 8/255 meant?");
    assertThat(Remarks.radius(Norm.LINF.within(Epsilon.parse("8/255")), unit)).isEmpty();
    assertThat(Remarks.radius(Norm.LINF.within(Epsilon.parse("300")), unit).orElseThrow())
        .doesNotContain("meant");
    assertThat(Remarks.radius(Norm.L2.within(Epsilon.parse("8")), unit).orElseThrow())
        .doesNotContain("meant");
  }

  @Test
  void a_fraction_where_bytes_are_the_units_is_asked_about() {
    InputDomain bytes = InputDomain.box(4, 0, 255);
    assertThat(Remarks.radius(Norm.LINF.within(Epsilon.parse("8")), bytes)).isEmpty();
    assertThat(Remarks.radius(Norm.LINF.within(Epsilon.parse("1")), bytes)).isEmpty();
    assertThat(Remarks.radius(Norm.LINF.within(Epsilon.parse("8/255")), bytes))
        .contains("epsilon 8/255 in L∞ is less than one step of inputs from 0 to 255; is 8 meant?");
    assertThat(Remarks.radius(Norm.LINF.within(Epsilon.parse("0.03")), bytes).orElseThrow())
        .endsWith("; radii are in the units of the inputs");
    assertThat(Remarks.radius(Norm.L2.within(Epsilon.parse("0.5")), bytes)).isEmpty();
  }

  @Test
  void distances_are_in_units_of_the_scale_and_leave_binary_features_out() {
    Feature age =
        new Feature("age", Feature.Kind.INTEGER, 20, 80, 30, true, Feature.Direction.BOTH);
    Feature owns = new Feature("owns", Feature.Kind.BINARY, 0, 1, 1, true, Feature.Direction.BOTH);
    InputDomain table = InputDomain.of(List.of(age, owns), List.of());
    assertThat(Remarks.radius(Norm.LINF.within(Epsilon.parse("2")), table)).isEmpty();
    assertThat(Remarks.radius(Norm.L1.within(Epsilon.parse("2.5")), table).orElseThrow())
        .contains("domain, 2:");
    assertThat(
            Remarks.radius(
                Norm.LINF.within(Epsilon.parse("2")), InputDomain.of(List.of(owns), List.of())))
        .isEmpty();
  }
}
