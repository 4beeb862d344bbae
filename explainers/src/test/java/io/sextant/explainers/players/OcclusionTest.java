package io.sextant.explainers.players;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explainers;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.Target;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.Shape;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OcclusionTest {
  private static final Shape IMAGE = Shape.of(2, 5, 7);

  private static double linear(double[] row) {
    double sum = 0.5;
    for (int i = 0; i < row.length; i++) {
      sum += weight(i) * row[i];
    }
    return sum;
  }

  private static double weight(int i) {
    return (i * 37 % 11 - 5) / 4.0;
  }

  private static Occlusion of(String window, String stride) {
    return Occlusion.DEFAULT
        .withWindow(Extent.parse(window))
        .withStride(Extent.parse(stride))
        .withBaseline(new Baseline.Constant(0.5));
  }

  /** The mean over all windows that cover a value of the sum of w delta in the window, slowly. */
  private static double expected(
      double[] row, int value, int height, int width, int down, int right) {
    int y = value / 7 % 5;
    int x = value % 7;
    double sum = 0;
    int windows = 0;
    for (int top = 0; ; top = Math.min(top + down, 5 - height)) {
      for (int left = 0; ; left = Math.min(left + right, 7 - width)) {
        if (y >= top && y < top + height && x >= left && x < left + width) {
          windows++;
          for (int i = 0; i < row.length; i++) {
            int inY = i / 7 % 5;
            int inX = i % 7;
            boolean in = inY >= top && inY < top + height && inX >= left && inX < left + width;
            sum += in ? weight(i) * (row[i] - 0.5) : 0;
          }
        }
        if (left == 7 - width) {
          break;
        }
      }
      if (top == 5 - height) {
        break;
      }
    }
    return sum / windows;
  }

  @Test
  void of_a_linear_model_it_is_the_mean_over_windows_of_what_they_hold() {
    double[] row = Games.row(70, 1);
    for (int[] s :
        new int[][] {{2, 3, 1, 1}, {2, 3, 2, 3}, {3, 2, 2, 2}, {5, 7, 5, 7}, {1, 1, 1, 1}}) {
      Occlusion occlusion = of(s[0] + "x" + s[1], s[2] + "x" + s[3]);
      double[] found =
          Games.explain(occlusion, IMAGE, OcclusionTest::linear, row).attributions()[0];
      for (int i = 0; i < row.length; i++) {
        assertThat(found[i])
            .as("value %d, %s", i, occlusion.configuration())
            .isCloseTo(expected(row, i, s[0], s[1], s[2], s[3]), within(1e-9));
      }
    }
  }

  @Test
  void one_pixel_after_another_is_w_delta() {
    double[] row = Games.row(6, 2);
    double[] found =
        Games.explain(Occlusion.DEFAULT, Shape.of(6), OcclusionTest::linear, row).attributions()[0];
    for (int i = 0; i < row.length; i++) {
      assertThat(found[i]).isCloseTo(weight(i) * row[i], within(1e-9));
    }
  }

  @Test
  void it_asks_once_for_each_window_that_differs_and_once_for_the_input() {
    double[] row = Games.row(70, 3);
    Arrays.fill(row, 0, 35, 0.5);
    Arrays.fill(row, 35, 35 + 14, 0.5);
    try (GradientService service = Games.service(IMAGE, OcclusionTest::linear)) {
      // Rows 0 and 1 are the baseline in both channels: of 3 x 3 windows one row of three is.
      Explanations found =
          of("2x3", "2x3").explain(service, Games.examples(row), Target.predicted());
      assertThat(found.certificates().get(0).forwards()).isEqualTo(1 + 6);
      assertThat(service.meter().total()).isEqualTo(7);
      assertThat(found.players().orElseThrow()[0]).hasSize(9).startsWith(0, 0, 0);
      assertThat(found.certificates().get(0).backwards()).isZero();
    }
  }

  @Test
  void what_replaces_values_has_the_units_of_the_input() {
    // A grey square of 127.5 whatever the scale is a defect of the field.
    InputDomain bytes = InputDomain.box(4, 0, 255);
    try (GradientService service = Games.service(Shape.of(1, 2, 2), bytes, row -> row[0])) {
      Explanations found =
          Occlusion.DEFAULT
              .withBaseline(new Baseline.Center())
              .explain(service, Games.examples(new double[] {255, 255, 255, 255}), Target.label());
      assertThat(found.attributions()[0]).containsExactly(127.5, 0, 0, 0);
    }
    try (GradientService service =
        Games.service(Shape.of(1, 2, 2), InputDomain.box(4, 0, 1), row -> row[0])) {
      Explanations found =
          Occlusion.DEFAULT
              .withBaseline(new Baseline.Center())
              .explain(service, Games.examples(new double[] {1, 1, 1, 1}), Target.label());
      assertThat(found.attributions()[0]).containsExactly(0.5, 0, 0, 0);
    }
  }

  @Test
  void usual_windows_are_a_seventh_a_step_or_a_value() {
    assertThat(windows(Shape.of(1, 28, 28))).isEqualTo(13 * 13);
    assertThat(windows(Shape.of(3, 32, 32))).isEqualTo(15 * 15);
    assertThat(windows(Shape.of(6, 4))).isEqualTo(6);
    assertThat(windows(Shape.of(5))).isEqualTo(5);
    assertThat(windows(Shape.of(1, 1, 1))).isEqualTo(1);
  }

  private static int windows(Shape shape) {
    return Games.explain(Occlusion.DEFAULT, shape, row -> row[0], Games.row(shape.elements(), 4))
        .players()
        .orElseThrow()[0]
        .length;
  }

  @Test
  void windows_that_do_not_fit_are_refused() {
    double[] row = Games.row(70, 5);
    assertThatThrownBy(() -> Games.explain(of("6x2", "1x1"), IMAGE, OcclusionTest::linear, row))
        .hasMessageContaining("at most as large as the input (5x7) but was 6x2");
    assertThatThrownBy(() -> Games.explain(of("2x2", "2x3"), IMAGE, OcclusionTest::linear, row))
        .hasMessageContaining("stride must be at most the window (2x2)")
        .hasMessageContaining("was 2x3");
    assertThatThrownBy(() -> Explainers.create("occlusion", Map.of("window", "3")))
        .hasMessageContaining("window must be auto or HxW but was '3'");
  }
}
