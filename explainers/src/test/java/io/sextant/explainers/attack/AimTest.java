package io.sextant.explainers.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.MapChange;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AimTest {
  private static final Shape SHAPE = Shape.of(2, 4, 5);

  static Stream<Aim> aims() {
    double[] map = map("target");
    return Stream.of(
        new Aim.Top(),
        new Aim.Centre(),
        new Aim.Patch(1, 2, 3, 2),
        new Aim.Towards(Arrays.stream(map).boxed().toList()));
  }

  private static double[] map(String name) {
    RandomGenerator random = RandomKey.of(1).with(name).random();
    return random.doubles(SHAPE.elements(), -1, 1).toArray();
  }

  @ParameterizedTest
  @MethodSource("aims")
  void slopes_are_the_derivatives_of_values(Aim aim) {
    Aim.Goal goal = aim.goal(map("before"), SHAPE);
    double[] map = map("after");
    double[] slope = goal.slope(map);
    double h = 1e-6;
    for (int i = 0; i < map.length; i++) {
      double[] up = map.clone();
      double[] down = map.clone();
      up[i] += h;
      down[i] -= h;
      assertThat(slope[i]).isCloseTo((goal.value(up) - goal.value(down)) / (2 * h), within(1e-6));
    }
  }

  @ParameterizedTest
  @MethodSource("aims")
  void the_length_and_the_signs_of_a_map_do_not_count(Aim aim) {
    Aim.Goal goal = aim.goal(map("before"), SHAPE);
    double[] map = map("after");
    double[] other = Arrays.stream(map).map(v -> -3 * v).toArray();
    assertThat(goal.value(other)).isCloseTo(goal.value(map), within(1e-12));
  }

  @ParameterizedTest
  @MethodSource("aims")
  void aims_read_back_what_they_write(Aim aim) {
    assertThat(Aim.FORM.read().apply(aim.text())).isEqualTo(aim);
  }

  @Test
  void top_counts_first_and_mass_decides_among_equals() {
    double[] before = new double[20];
    before[3] = 2;
    before[4] = 1; // the top tenth are these two
    Aim.Goal goal = new Aim.Top().goal(before, Shape.of(20));
    double[] kept = before.clone();
    double[] half = new double[20];
    half[3] = 1;
    half[5] = 1;
    half[4] = 0.5;
    double[] gone = new double[20];
    gone[5] = 1;
    gone[6] = 1;
    gone[3] = 0.5;
    assertThat(goal.value(kept)).isEqualTo(-3);
    assertThat(goal.value(half)).isCloseTo(-1 - 1.5 / 2.5, within(1e-12));
    assertThat(goal.value(gone)).isCloseTo(-0.5 / 2.5, within(1e-12));
  }

  @Test
  void the_centre_is_measured_as_changes_of_maps_measure_it() {
    double[] before = map("before");
    double[] after = map("after");
    assertThat(new Aim.Centre().goal(before, SHAPE).value(after))
        .isCloseTo(
            MapChange.between(before, after, Arrays.stream(SHAPE.sizes()).boxed().toList())
                .centreShift()
                .getAsDouble(),
            within(1e-12));
  }

  @Test
  void a_patch_is_of_all_channels() {
    double[] map = new double[40];
    map[1 * 5 + 2] = 1;
    map[20 + 3 * 5 + 3] = -2;
    map[0] = 1;
    assertThat(new Aim.Patch(1, 2, 3, 2).goal(map, SHAPE).value(map)).isEqualTo(0.75);
  }

  @Test
  void aims_that_do_not_fit_say_so() {
    Shape row = Shape.of(6);
    assertThat(new Aim.Centre().unfit(row)).hasValueSatisfying(t -> assertThat(t).contains("[6]"));
    assertThat(new Aim.Patch(0, 0, 1, 1).unfit(row)).isPresent();
    assertThat(new Aim.Patch(2, 2, 3, 2).unfit(SHAPE))
        .hasValueSatisfying(t -> assertThat(t).contains("patch:2,2,3x2"));
    assertThat(new Aim.Patch(1, 3, 3, 2).unfit(SHAPE)).isEmpty();
    assertThat(new Aim.Towards(List.of(1.0, 0.0)).unfit(SHAPE)).isPresent();
    assertThat(new Aim.Top().unfit(row)).isEmpty();
  }

  @Test
  void what_is_no_aim_is_refused() {
    for (String text : List.of("", "tops", "patch:1,2,3", "patch:-1,0,2x2", "map:", "map:0,0")) {
      assertThatThrownBy(() -> ExplanationAttacks.create("explanation-attack", Map.of("aim", text)))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("aim");
    }
  }
}
