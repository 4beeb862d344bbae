package io.sextant.attacks.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.Footprint;
import io.sextant.attacks.Outcome;
import io.sextant.attacks.Sign;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PatchTest {
  private static final int CHANNELS = 2;
  private static final int SIDE = 6;
  private static final int FEATURES = CHANNELS * SIDE * SIDE;
  private static final double CLEAN = 0.5;

  /** Weights of either sign, largest around row 1, column 3. */
  private static double weight(int f) {
    int y = f / SIDE % SIDE;
    int x = f % SIDE;
    double size = 1.0 / (1 + (y - 1) * (y - 1) + (x - 3) * (x - 3));
    return f % 3 == 0 ? -size : size;
  }

  /** Logits (0, lead + w (x - clean)): class 1 until w (x - clean) falls below -lead. */
  private static GradientService service(double lead) {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(CHANNELS, SIDE, SIDE));
    Parameter w = new Parameter("w", Shape.of(FEATURES, 2));
    Parameter b = new Parameter("b", Shape.of(2));
    double[] weights = new double[2 * FEATURES];
    double bias = lead;
    for (int f = 0; f < FEATURES; f++) {
      weights[2 * f + 1] = weight(f);
      bias -= weight(f) * CLEAN;
    }
    Node flat = builder.add("flat", new Operation.Reshape(Shape.of(FEATURES)), builder.input());
    Node out = builder.add("out", new Operation.Affine(w, Optional.of(b)), flat);
    return GradientService.builder(
            builder.weights(w, weights).weights(b, new double[] {0, bias}).build(out))
        .build();
  }

  private static Examples example() {
    double[] row = new double[FEATURES];
    Arrays.fill(row, CLEAN);
    return Examples.of(new double[][] {row}, new int[] {1}, new long[] {0});
  }

  /** The largest fall of the lead by a patch at a place: half of the box for each value. */
  private static double fall(int top, int left, int side) {
    double fall = 0;
    for (int f = 0; f < FEATURES; f++) {
      int y = f / SIDE % SIDE;
      int x = f % SIDE;
      if (y >= top && y < top + side && x >= left && x < left + side) {
        fall += CLEAN * Math.abs(weight(f));
      }
    }
    return fall;
  }

  private static ExampleResult run(Patch patch, double lead, String radius) {
    try (GradientService service = service(lead)) {
      return patch.run(service, example(), ThreatModel.of(Norm.L0, radius), 7).examples().get(0);
    }
  }

  private static List<Integer> changed(ExampleResult result) {
    return IntStream.range(0, FEATURES).filter(f -> result.input()[f] != CLEAN).boxed().toList();
  }

  @Test
  void at_a_place_it_reaches_the_optimum_of_a_linear_model_and_no_more() {
    Patch fixed = Patch.DEFAULT.at(2, 1).withRestarts(1);
    double most = fall(2, 1, 2);
    assertThat(run(fixed, most * 0.999, "8").outcome()).isInstanceOf(Outcome.Broken.class);
    ExampleResult held = run(fixed, most * 1.001, "8");
    assertThat(held.outcome()).isEqualTo(new Outcome.Held());
    for (int f : changed(held)) {
      assertThat(f / SIDE % SIDE).isBetween(2, 3);
      assertThat(f % SIDE).isBetween(1, 2);
      assertThat(held.input()[f]).as("value at the end of the box").isIn(0.0, 1.0);
    }
    assertThat(changed(held)).hasSize(8);
  }

  @Test
  void the_best_of_many_places_is_where_the_weights_are_largest() {
    double best = 0;
    for (int top = 0; top <= SIDE - 2; top++) {
      for (int left = 0; left <= SIDE - 2; left++) {
        best = Math.max(best, fall(top, left, 2));
      }
    }
    Patch many = Patch.DEFAULT.withRestarts(1).withTries(500);
    assertThat(run(many, best * 0.999, "8").outcome()).isInstanceOf(Outcome.Broken.class);
    assertThat(run(many, best * 1.001, "8").outcome()).isEqualTo(new Outcome.Held());
  }

  /** Logits (0, 1 - 10 relu(sum (x - clean) - 0.1)): class 1, without a gradient around clean. */
  private static GradientService dead() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(CHANNELS, SIDE, SIDE));
    Parameter sum = new Parameter("sum", Shape.of(FEATURES, 1));
    Parameter threshold = new Parameter("threshold", Shape.of(1));
    Parameter w = new Parameter("w", Shape.of(1, 2));
    Parameter b = new Parameter("b", Shape.of(2));
    double[] ones = new double[FEATURES];
    Arrays.fill(ones, 1);
    Node flat = builder.add("flat", new Operation.Reshape(Shape.of(FEATURES)), builder.input());
    Node above = builder.add("above", new Operation.Affine(sum, Optional.of(threshold)), flat);
    Node relu = builder.add("relu", new Operation.Elementwise(new Function.Relu()), above);
    Node out = builder.add("out", new Operation.Affine(w, Optional.of(b)), relu);
    return GradientService.builder(
            builder
                .weights(sum, ones)
                .weights(threshold, new double[] {-FEATURES * CLEAN - 0.1})
                .weights(w, new double[] {0, -10})
                .weights(b, new double[] {0, 1})
                .build(out))
        .build();
  }

  @Test
  void where_the_clean_input_has_no_gradient_the_drawn_places_are_tried() {
    try (GradientService service = dead()) {
      ExampleResult result =
          Patch.DEFAULT
              .withRestarts(20)
              .run(service, example(), ThreatModel.of(Norm.L0, "8"), 7)
              .examples()
              .get(0);
      assertThat(result.outcome()).isInstanceOf(Outcome.Broken.class);
      assertThat(result.signs()).contains(Sign.ZERO_GRADIENT);
    }
  }

  @Test
  void its_side_is_what_the_radius_and_the_setting_allow() {
    Shape shape = Shape.of(CHANNELS, SIDE, SIDE);
    assertThat(Patch.DEFAULT.footprint(shape, 8)).hasValue(Footprint.anywhere(2, 2));
    assertThat(Patch.DEFAULT.footprint(shape, 17)).hasValue(Footprint.anywhere(2, 2));
    assertThat(Patch.DEFAULT.footprint(shape, 18)).hasValue(Footprint.anywhere(3, 3));
    assertThat(Patch.DEFAULT.withSide(1).footprint(shape, 18)).hasValue(Footprint.anywhere(1, 1));
    assertThat(Patch.DEFAULT.footprint(shape, 1e6)).hasValue(Footprint.anywhere(SIDE, SIDE));
    assertThat(Patch.DEFAULT.footprint(Shape.of(3, 20), 12)).hasValue(Footprint.anywhere(1, 4));
    assertThat(Patch.DEFAULT.footprint(Shape.of(20), 12)).hasValue(Footprint.anywhere(1, 12));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Patch.DEFAULT.footprint(shape, 1))
        .withMessageContaining("2 channels");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Patch.DEFAULT.at(3, -1))
        .withMessageContaining("together");
  }

  @Test
  void every_place_is_a_rectangle_of_its_own() {
    Region region = Region.of(Shape.of(CHANNELS, SIDE, SIDE), 8, 100);
    List<Integer> corners = new ArrayList<>();
    for (int place = 0; place < region.places(); place++) {
      int[] features = region.features(place);
      assertThat(features).hasSize(8).doesNotHaveDuplicates();
      corners.add(features[0]);
      int first = features[0];
      assertThat(features)
          .containsExactly(
              first,
              first + 1,
              first + SIDE,
              first + SIDE + 1,
              first + 36,
              first + 37,
              first + 36 + SIDE,
              first + 37 + SIDE);
    }
    assertThat(corners).hasSize(25).doesNotHaveDuplicates();
    assertThat(region.features(region.place(100, 100))[0]).isEqualTo(4 * SIDE + 4);
  }
}
