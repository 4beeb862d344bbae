package io.sextant.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PassesTest {
  @Test
  void a_gradient_is_a_forward_and_a_backward_and_a_forward_alone_costs_its_share() {
    assertThat(new Passes(7, 7).gradients()).isCloseTo(7, within(1e-12));
    assertThat(new Passes(10, 0).gradients()).isCloseTo(4, within(1e-12));
    // Many pullbacks of one forward.
    assertThat(new Passes(1, 10).gradients()).isCloseTo(6.4, within(1e-12));
  }
}
