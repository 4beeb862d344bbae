package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AuditPlanTest {
  private static final int LARGE = 3 * 224 * 224;
  private static final long MB = 1 << 20;

  @Test
  void each_further_attack_or_radius_costs_a_row_of_floats_for_each_example() {
    long one = AuditPlan.heap(160, LARGE, 1, 2);
    assertThat(AuditPlan.heap(160, LARGE, 4, 2) - one).isEqualTo(3L * 160 * LARGE * 4);
    // Measured: an attack on 160 of these images on 2 threads runs in 288 MB.
    assertThat(one).isBetween(288 * MB, 700 * MB);
  }

  @Test
  void doubles_are_bounded_by_worker_and_not_by_examples() {
    long worker = AuditPlan.heap(160, LARGE, 1, 2) - AuditPlan.heap(160, LARGE, 1, 1);
    assertThat(AuditPlan.heap(100_000, LARGE, 1, 2) - AuditPlan.heap(100_000, LARGE, 1, 1))
        .isEqualTo(worker)
        .isEqualTo((8 * 8 + 2 * 32) * MB);
  }

  @Test
  void a_small_table_needs_little_more_than_the_command() {
    assertThat(AuditPlan.heap(200, 61, 6, 2)).isBetween(64 * MB, 67 * MB);
  }
}
