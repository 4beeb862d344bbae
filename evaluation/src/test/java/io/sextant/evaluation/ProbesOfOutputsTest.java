package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.QueryCount;
import io.sextant.results.ValidityCheck;
import io.sextant.results.ValidityCheck.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProbesOfOutputsTest {
  private static final int PIXELS = 40;
  private final List<QueryCount> queries = new ArrayList<>();

  /** Logits (0, c + sum of a triangle wave of each pixel, or of the pixel itself). */
  private static GradientService service(double offset, int folds) {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(PIXELS));
    Node node = builder.input();
    for (int k = 0; k < folds; k++) {
      // 1 - |2x - 1| = 1 - relu(2x - 1) - relu(1 - 2x)
      Node up = half(builder, node, 2, -1, k + "up");
      Node down = half(builder, node, -2, 1, k + "down");
      Node sum = builder.add(k + "sum", new Operation.Combine(Operation.Combination.ADD), up, down);
      node = builder.add(k + "fold", new Operation.Rescale(List.of(-1.0), List.of(1.0)), sum);
    }
    Parameter w = new Parameter("w", Shape.of(PIXELS, 2));
    Parameter b = new Parameter("b", Shape.of(2));
    double[] weights = new double[2 * PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      weights[2 * i + 1] = i % 2 == 0 ? 1 : -0.5;
    }
    Node out = builder.add("out", new Operation.Affine(w, Optional.of(b)), node);
    return GradientService.builder(
            builder.weights(w, weights).weights(b, new double[] {0, offset}).build(out))
        .build();
  }

  private static Node half(
      InferenceGraph.Builder builder, Node node, double factor, double offset, String name) {
    Node scaled =
        builder.add(name + "-line", new Operation.Rescale(List.of(factor), List.of(offset)), node);
    return builder.add(name, new Operation.Elementwise(new Function.Relu()), scaled);
  }

  private static Examples examples(int count) {
    double[][] rows = new double[count][PIXELS];
    for (int r = 0; r < count; r++) {
      for (int i = 0; i < PIXELS; i++) {
        rows[r][i] = (float) (0.5 + 0.4 * Math.sin(3 * r + 7 * i));
      }
    }
    int[] labels = new int[count];
    Arrays.fill(labels, 1);
    return Examples.of(rows, labels, java.util.stream.LongStream.range(0, count).toArray());
  }

  private ValidityCheck agreement(GradientService service, Examples examples) {
    return AgreementProbe.run(service, examples, 5, queries);
  }

  private ValidityCheck stability(GradientService service, Examples examples) {
    return StabilityProbe.run(service, examples, 5, queries);
  }

  @Test
  void gradients_of_a_linear_model_agree_and_those_of_a_folded_one_do_not() {
    try (GradientService linear = service(100, 0);
        GradientService folded = service(100, 9)) {
      ValidityCheck sound = agreement(linear, examples(20));
      assertThat(sound.status()).isEqualTo(Status.PASS);
      assertThat(sound.measured().orElseThrow()).isCloseTo(1, within(1e-6));
      ValidityCheck shattered = agreement(folded, examples(20));
      assertThat(shattered.status()).isEqualTo(Status.FAIL);
      assertThat(shattered.measured().orElseThrow()).isCloseTo(0, within(0.2));
      assertThat(shattered.exceptions()).isNotEmpty();
    }
  }

  @Test
  void a_margin_that_hardly_moves_is_stable_and_one_that_is_all_wave_is_not() {
    try (GradientService far = service(100, 9);
        GradientService near = service(0.05 - 0.25 * PIXELS / 2, 9)) {
      assertThat(stability(far, examples(20)).status()).isEqualTo(Status.PASS);
      ValidityCheck unstable = stability(near, examples(20));
      assertThat(unstable.status()).isEqualTo(Status.FAIL);
      assertThat(unstable.measured().orElseThrow()).isBetween(0.5, 1.0);
    }
  }

  @Test
  void it_is_the_mean_relative_change_in_a_cube_of_side_8_255() {
    try (GradientService linear = service(0, 0)) {
      Examples one = examples(1);
      double margin = linear.logits(one.rows())[0][1];
      // The change is a sum of PIXELS uniform terms, nearly normal: its mean size is sd sqrt(2/pi).
      double squares = PIXELS / 2.0 * (1 + 0.25);
      double mean = 8.0 / 255 * Math.sqrt(squares / 12) * Math.sqrt(2 / Math.PI) / Math.abs(margin);
      assertThat(stability(linear, one).measured().orElseThrow())
          .isCloseTo(mean, within(0.35 * mean));
    }
  }

  @Test
  void work_is_counted_and_nothing_to_ask_is_said() {
    try (GradientService linear = service(100, 0)) {
      agreement(linear, examples(3));
      stability(linear, examples(3));
      assertThat(queries)
          .containsExactly(
              new QueryCount("shattered-gradients", 15, 15),
              new QueryCount("unstable-predictions", 63, 0));
      Examples none = examples(0);
      assertThat(agreement(linear, none).status()).isEqualTo(Status.SKIPPED);
      assertThat(stability(linear, none).status()).isEqualTo(Status.SKIPPED);
    }
  }
}
