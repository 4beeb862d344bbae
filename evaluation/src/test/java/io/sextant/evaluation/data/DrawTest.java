package io.sextant.evaluation.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.Shape;
import io.sextant.spec.Sampling;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrawTest {
  /** 100 rows, of which 50, 30 and 20 are of the classes 0, 1 and 2, mixed. */
  private static DataSet data() {
    float[][] rows = new float[100][1];
    int[] labels = new int[100];
    for (int i = 0; i < 100; i++) {
      int turn = i % 10;
      labels[i] = turn < 5 ? 0 : turn < 8 ? 1 : 2;
    }
    return DataSet.of(
        Shape.of(1),
        rows,
        labels,
        List.of("a", "b", "c"),
        InputDomain.box(1, 0, 1),
        new Origin("t", false, List.of()));
  }

  private static long[] counts(DataSet sample) {
    long[] counts = new long[3];
    Arrays.stream(sample.labels()).forEach(label -> counts[label]++);
    return counts;
  }

  @Test
  void the_first_rows_are_taken_in_order() {
    assertThat(Draw.of(Sampling.FIRST, data(), 4, 9).ids()).containsExactly(0, 1, 2, 3);
  }

  @Test
  void a_stratified_sample_has_the_datas_proportions_and_order() {
    DataSet sample = Draw.of(Sampling.STRATIFIED, data(), 20, 9);

    assertThat(counts(sample)).containsExactly(10, 6, 4);
    assertThat(sample.ids()).isSorted().doesNotHaveDuplicates();
    for (int i = 0; i < sample.size(); i++) {
      assertThat(sample.label(i)).isEqualTo(data().label((int) sample.id(i)));
    }
  }

  @Test
  void what_does_not_divide_goes_to_the_largest_remainders() {
    // Shares 3.5, 2.1, 1.4: the seventh goes to class 0.
    assertThat(counts(Draw.of(Sampling.STRATIFIED, data(), 7, 9))).containsExactly(4, 2, 1);
    assertThat(counts(Draw.of(Sampling.STRATIFIED, data(), 1, 9))).containsExactly(1, 0, 0);
  }

  @Test
  void a_sample_depends_on_the_seed_alone() {
    long[] ids = Draw.of(Sampling.STRATIFIED, data(), 20, 9).ids();

    assertThat(Draw.of(Sampling.STRATIFIED, data(), 20, 9).ids()).isEqualTo(ids);
    assertThat(Draw.of(Sampling.STRATIFIED, data(), 20, 10).ids()).isNotEqualTo(ids);
    assertThat(ids[19] - ids[0]).isGreaterThan(50);
  }

  @Test
  void the_order_of_the_data_does_not_matter() {
    DataSet data = data();
    int[] backwards = new int[100];
    Arrays.setAll(backwards, i -> 99 - i);

    long[] ids = Draw.of(Sampling.STRATIFIED, data.at(backwards), 20, 9).ids();
    Arrays.sort(ids);

    assertThat(ids).isEqualTo(Draw.of(Sampling.STRATIFIED, data, 20, 9).ids());
  }

  @Test
  void too_large_a_sample_is_all_and_none_is_an_error() {
    assertThat(Draw.of(Sampling.STRATIFIED, data(), 1000, 9).size()).isEqualTo(100);
    assertThatThrownBy(() -> Draw.of(Sampling.FIRST, data(), 0, 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1");
  }
}
