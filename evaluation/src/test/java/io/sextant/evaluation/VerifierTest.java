package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class VerifierTest {
  @Test
  void an_untargeted_threat_wants_any_class_but_the_right_one() {
    assertThat(Verifier.fooled(OptionalInt.empty(), 2, 3)).isTrue();
    assertThat(Verifier.fooled(OptionalInt.empty(), 2, 2)).isFalse();
    assertThat(Verifier.fooled(OptionalInt.empty(), 2, -1)).as("not finite").isFalse();
  }

  @Test
  void a_targeted_threat_wants_its_target_unless_that_is_right() {
    OptionalInt six = OptionalInt.of(6);
    assertThat(Verifier.fooled(six, 2, 6)).isTrue();
    assertThat(Verifier.fooled(six, 2, 3)).isFalse();
    assertThat(Verifier.fooled(six, 6, 6)).as("the right class").isFalse();
    assertThat(Verifier.fooled(OptionalInt.of(-1), 6, -1)).as("not finite").isFalse();
  }
}
