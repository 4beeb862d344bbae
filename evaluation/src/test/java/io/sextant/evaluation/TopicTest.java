package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.Norm;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TopicTest {
  @Test
  void what_was_measured_is_not_listed() {
    assertThat(Topic.notTested(Set.of(Topic.bounded(Norm.LINF), Topic.CORRUPTIONS), false))
        .containsExactly(
            "perturbations bounded in L2",
            "perturbations bounded in L1",
            "perturbations bounded in L0",
            "black-box attacks, and attacks through transfer from other models",
            "natural corruptions and shifts of the data beside those that are listed",
            "poisoning of training data, and attacks on privacy");
  }

  @Test
  void a_black_box_attack_leaves_transfer_open() {
    assertThat(Topic.notTested(Set.of(Topic.BLACK_BOX), false))
        .contains("attacks through transfer from other models")
        .noneMatch(line -> line.contains("black-box"));
  }

  @Test
  void categories_are_asked_for_in_tables_only() {
    String line = "changes of categories and binary features, which were frozen";
    assertThat(Topic.notTested(Set.of(), false)).doesNotContain(line);
    assertThat(Topic.notTested(Set.of(), true)).contains(line);
    assertThat(Topic.notTested(Set.of(Topic.CATEGORIES), true)).doesNotContain(line);
  }
}
