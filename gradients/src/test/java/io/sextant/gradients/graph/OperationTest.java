package io.sextant.gradients.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What operations refuse, before anything is allocated for them. */
class OperationTest {
  private static Parameter parameter(int... sizes) {
    return new Parameter("p", Shape.of(sizes));
  }

  private static Window window(int kernel, int stride) {
    return new Window(List.of(new Window.Axis(kernel, stride, 1, 0, 0)));
  }

  private static void refused(ThrowingCallable act, String... words) {
    assertThatThrownBy(act)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(words);
  }

  private static void refused(Operation operation, Shape input, String... words) {
    refused(() -> operation.outputShape(List.of(input)), words);
  }

  @Test
  void a_bias_has_a_value_for_each_output() {
    Optional<Parameter> two = Optional.of(parameter(2));
    String[] words = {"bias of 3 outputs", "p has shape [2]"};
    refused(new Operation.Affine(parameter(4, 3), two), Shape.of(4), words);
    refused(
        new Operation.Convolution(parameter(3, 1, 2), two, window(2, 1)), Shape.of(1, 5), words);
    refused(
        new Operation.TransposedConvolution(parameter(1, 3, 2), two, window(2, 1), List.of(0), 1),
        Shape.of(1, 5),
        words);
  }

  @Test
  void a_batch_normalisation_has_four_values_for_each_channel() {
    Parameter three = parameter(3);
    Parameter two = new Parameter("two", Shape.of(2));
    Statistics stored = Statistics.stored();
    Shape image = Shape.of(3, 4, 4);
    List<Operation> wrong =
        List.of(
            new Operation.BatchNorm(two, three, three, three, 1e-3, stored),
            new Operation.BatchNorm(three, two, three, three, 1e-3, stored),
            new Operation.BatchNorm(three, three, two, three, 1e-3, stored),
            new Operation.BatchNorm(three, three, three, two, 1e-3, stored));
    wrong.forEach(norm -> refused(norm, image, "two of shape [2]", "[3, 4, 4]"));
    refused(() -> new Operation.BatchNorm(three, three, three, three, -1, stored), "epsilon", "-1");
  }

  @Test
  void a_norm_has_an_exponent_of_at_least_one() {
    Operation.Reduction norm = Operation.Reduction.PNORM;
    refused(() -> new Operation.Pool(norm, window(2, 1), true, 0.5), "exponent", "0.5");
    refused(() -> new Operation.Reduce(norm, Double.NaN, List.of(0), true), "exponent", "NaN");
    assertThat(new Operation.Reduce(Operation.Reduction.SUM, 0, List.of(0), false).p()).isZero();
  }

  @Test
  void no_more_places_are_selected_than_a_value_may_have() {
    refused(() -> Operation.Select.repeated(0, 2, 2_000_000_000), "67108864", "4000000000");
    refused(() -> Operation.Select.edge(0, 2, 2_000_000_000, 2_000_000_000), "4000000002");
    refused(() -> Operation.Select.reflected(0, 2, 0, 2_000_000_000), "2000000002");
    assertThat(Operation.Select.repeated(0, 2, 2).places()).containsExactly(0, 0, 1, 1);
  }

  @Test
  void windows_slide_over_what_a_value_may_have_and_not_over_more() {
    Operation second =
        new Operation.Convolution(parameter(1, 1, 100_000), Optional.empty(), window(100_000, 1));
    assertThat(second.outputShape(List.of(Shape.of(1, 1 << 20))))
        .isEqualTo(Shape.of(1, (1 << 20) - 100_000 + 1));
    refused(() -> window((1 << 26) + 1, 1), "67108864", "67108865");
    refused(() -> window(1, (1 << 26) + 1), "stride", "67108865");
    refused(() -> new Window.Axis(1, 1, (1 << 26) + 1, 0, 0), "dilation", "67108865");
    refused(
        new Operation.Pool(Operation.Reduction.MAX, window(2, 1), true, 2),
        Shape.of(4, 1 << 25),
        "at most 67108864 values");
    refused(
        new Operation.TransposedConvolution(
            parameter(1, 1, 1), Optional.empty(), window(1, 1 << 20), List.of(0), 1),
        Shape.of(1, 1 << 20),
        "may spread over at most 67108864");
  }
}
