package io.sextant.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.contract.Soak;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("slow")
class NativeMemorySoakTest {
  private static final int CALLS = 100_000;

  @ParameterizedTest
  @EnumSource
  void native_memory_is_flat_over_a_hundred_thousand_gradient_calls(Soak.Subject network)
      throws IOException, InterruptedException {
    Soak.Residence residence = new Soak("onednn", network, Soak.Asked.POINTS, CALLS).run();
    assertThat(residence.growth()).as("growth of %s", residence).isLessThan(0.05);
    assertThat(residence.growthPerCall()).as("growth per call of %s", residence).isLessThan(32);
  }

  @Test
  void native_memory_is_flat_over_batches_with_parameters_of_their_own()
      throws IOException, InterruptedException {
    Soak.Residence residence =
        new Soak("onednn", Soak.Subject.RESIDUAL, Soak.Asked.BATCHES, CALLS / 5).run();
    assertThat(residence.growth()).as("growth of %s", residence).isLessThan(0.05);
    assertThat(residence.growthPerCall()).as("growth per call of %s", residence).isLessThan(32);
  }
}
