package io.sextant.gradients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("slow")
class NativeMemorySoakTest {
  private static final int CALLS = 10_000;

  @ParameterizedTest
  @EnumSource
  void native_memory_is_flat_over_ten_thousand_gradient_calls(Soak.Subject network)
      throws IOException, InterruptedException {
    Soak.Residence residence = new Soak("nd4j", network, Soak.Asked.POINTS, CALLS).run();
    assertThat(residence.growth()).as("growth of %s", residence).isLessThan(0.05);
    assertThat(residence.growthPerCall()).as("growth per call of %s", residence).isLessThan(128);
  }

  @Test
  void a_leak_of_a_kilobyte_a_call_is_noticed() throws IOException, InterruptedException {
    Soak.Residence residence =
        new Soak("nd4j", Soak.Subject.CONVOLUTIONAL, Soak.Asked.POINTS, CALLS, 1024).run();
    assertThat(residence.growthPerCall())
        .as("growth per call of %s", residence)
        .isBetween(768.0, 1536.0);
  }

  @Test
  void native_memory_is_flat_over_batches_with_parameters_of_their_own()
      throws IOException, InterruptedException {
    Soak.Residence residence =
        new Soak("nd4j", Soak.Subject.RESIDUAL, Soak.Asked.BATCHES, CALLS).run();
    assertThat(residence.growth()).as("growth of %s", residence).isLessThan(0.05);
    assertThat(residence.growthPerCall()).as("growth per call of %s", residence).isLessThan(128);
  }
}
