package io.sextant.maven.classpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.maven.evaluation.EvaluationException;
import java.util.List;
import org.junit.jupiter.api.Test;

class OneDeeplearningTest {
  private static final Coordinates OTHER = new Coordinates("demo", "nd4j-api", "7");

  @Test
  void accepts_its_own_version_and_does_not_mind_others() {
    assertThatCode(
            () ->
                OneDeeplearning.require(
                    List.of(OTHER, new Coordinates("org.nd4j", "nd4j-api", "1.0.0-M2.1")),
                    "1.0.0-M2.1"))
        .doesNotThrowAnyException();
  }

  @Test
  void names_both_versions() {
    for (String group : List.of("org.nd4j", "org.deeplearning4j")) {
      assertThatThrownBy(
              () ->
                  OneDeeplearning.require(
                      List.of(OTHER, new Coordinates(group, "x", "1.0.0-beta7")), "1.0.0-M2.1"))
          .isInstanceOf(EvaluationException.class)
          .hasMessageContaining(group + ":x:1.0.0-beta7")
          .hasMessageContaining(group + " 1.0.0-M2.1");
    }
  }

  @Test
  void knows_the_version_that_the_worker_brings() {
    assertThat(Toolkit.of("1.2-SNAPSHOT").dl4j()).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(Toolkit.of("1.2-SNAPSHOT").isSnapshot()).isTrue();
    assertThat(Toolkit.of("1.2").isSnapshot()).isFalse();
  }
}
