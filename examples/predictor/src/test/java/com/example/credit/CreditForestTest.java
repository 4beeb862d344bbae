package com.example.credit;

import static io.sextant.junit.SextantAssertions.assertThatAudit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.predictor.Predictor;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The gate of this project, as a test. */
class CreditForestTest {
  @Test
  void small_changes_to_an_application_turn_few_answers() {
    assertThatAudit(Path.of("audit.yaml")).passes();
  }

  @Test
  void the_same_forest_is_trained_each_time() {
    double[][] rows = new double[1][61];
    Arrays.fill(rows[0], 0.5);
    Predictor forest = new CreditForest().get();
    double[] answer = forest.predict(rows)[0];
    assertThat(Arrays.stream(answer).sum()).isCloseTo(1, within(1e-9));
    assertThat(new CreditForest().get().predict(rows)[0]).isEqualTo(answer);
  }
}
