package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class MapChangeTest {
  private static final List<Integer> FOUR = List.of(4);

  private static MapChange change(double[] before, double[] after) {
    return MapChange.between(before, after, FOUR);
  }

  @Test
  void the_share_that_moved_is_half_the_distance_of_maps_of_sum_one() {
    // Of 1/2, 1/4, 1/4, 0 a quarter went from the first value to the last.
    MapChange quarter = change(new double[] {4, 2, 2, 0}, new double[] {1, 1, 1, 1});
    assertThat(quarter.moved()).isEqualTo(0.25);
    assertThat(quarter.distance()).hasValue((3 + 1 + 1 + 1) / 8.0);
  }

  @Test
  void a_change_of_scale_alone_moves_nothing_but_has_a_distance() {
    MapChange doubled = change(new double[] {1, -2, 3, 0}, new double[] {2, -4, 6, 0});
    assertThat(doubled.moved()).isZero();
    assertThat(doubled.cosine().orElseThrow()).isCloseTo(1, within(1e-12));
    assertThat(doubled.spearman().orElseThrow()).isCloseTo(1, within(1e-12));
    assertThat(doubled.distance()).hasValue(1);
  }

  @Test
  void everything_moved_where_signs_or_places_are_other_ones() {
    double[] map = {1, -2, 3, 0};
    assertThat(change(map, new double[] {-1, 2, -3, 0}).moved()).isEqualTo(1);
    assertThat(change(map, new double[] {-1, 2, -3, 0}).cosine().orElseThrow())
        .isCloseTo(-1, within(1e-12));
    assertThat(change(map, new double[] {0, 0, 0, 9}).moved()).isEqualTo(1);
  }

  @Test
  void maps_of_zeros_are_like_each_other_and_unlike_any_other() {
    double[] nothing = new double[4];
    assertThat(change(nothing, nothing).moved()).isZero();
    assertThat(change(nothing, nothing).distance()).isEmpty();
    assertThat(change(nothing, new double[] {1, 0, 0, 0}).moved()).isEqualTo(1);
    assertThat(change(new double[] {1, 0, 0, 0}, nothing).moved()).isEqualTo(1);
    assertThat(change(new double[] {1, 0, 0, 0}, nothing).distance()).hasValue(1);
  }

  @Test
  void maps_are_compared_by_top_values_order_angle_and_centre() {
    List<Integer> image = List.of(1, 2, 5);
    double[] map = {0, 0, 0, 0, 0, 0, 0, 0, 0, 4};
    double[] moved = {0, 0, 0, 0, 4, 0, 0, 0, 0, 0};
    MapChange same = MapChange.between(map, map, image);
    assertThat(same.overlap()).isEqualTo(1);
    assertThat(same.cosine()).hasValue(1);
    assertThat(same.spearman().orElseThrow()).isCloseTo(1, within(1e-12));
    assertThat(same.centreShift()).hasValue(0);
    MapChange other = MapChange.between(map, moved, image);
    assertThat(other.overlap()).isZero();
    assertThat(other.cosine()).hasValue(0);
    assertThat(other.centreShift()).hasValue(1);
    // Zeros are no top values, whatever their places.
    double[] elsewhere = {0, 0, 0, 0, 0, 0, 0, 1, 0, 0};
    assertThat(MapChange.between(map, elsewhere, image).overlap()).isZero();
    assertThat(MapChange.between(new double[10], new double[10], image).overlap()).isEqualTo(1);
    assertThat(MapChange.between(map, new double[10], image).cosine()).isEmpty();
    assertThat(MapChange.between(map, moved, List.of(10)).centreShift()).isEmpty();
    assertThatThrownBy(() -> MapChange.between(map, new double[3], image))
        .hasMessageContaining("10 values");
  }
}
