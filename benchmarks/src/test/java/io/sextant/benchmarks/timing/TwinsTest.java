package io.sextant.benchmarks.timing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.benchmarks.contenders.Contender;
import io.sextant.benchmarks.networks.Checkout;
import io.sextant.benchmarks.networks.Network;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TwinsTest {
  private static final Checkout CHECKOUT = new Checkout(Path.of(".."));

  @ParameterizedTest
  @EnumSource(Network.class)
  void libtorch_computes_what_the_toolkit_computes(Network network) {
    Agreement agreement = AgreementProcess.compare(CHECKOUT, network, Contender.LIBTORCH);
    assertThat(agreement.logits()).isLessThan(1e-5);
    assertThat(agreement.gradients()).isLessThan(1e-5);
  }

  @Test
  void a_distance_above_the_tolerance_does_not_pass() {
    Agreement agreement = new Agreement("libtorch", "demo-cnn", 1e-6, 2e-4, "");
    assertThat(agreement.holds()).isFalse();
    assertThat(new Agreement("libtorch", "demo-cnn", 2e-4, 1e-6, "").holds()).isFalse();
    assertThat(new Agreement("libtorch", "demo-cnn", 1e-6, 1e-6, "").holds()).isTrue();
  }
}
