package io.sextant.benchmarks.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.benchmarks.contenders.Contender;
import io.sextant.benchmarks.networks.Checkout;
import io.sextant.benchmarks.networks.Network;
import io.sextant.gradients.Examples;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class WorkloadsTest {
  private static final Checkout CHECKOUT = new Checkout(Path.of(".."));

  @Test
  void plain_loops_over_libtorch_explain_as_the_toolkit_does() {
    Examples few = Network.demoData(CHECKOUT).examples().slice(0, 2);
    Jobs jobs = new Jobs(few, few);
    try (Workload own = EndToEnd.load(CHECKOUT, Network.REFERENCE_CNN, Contender.ONEDNN, jobs);
        Workload loop = EndToEnd.load(CHECKOUT, Network.REFERENCE_CNN, Contender.LIBTORCH, jobs)) {
      same(Workload::integratedGradients, own, loop);
      same(Workload::gradCam, own, loop);
      same(Workload::deepLift, own, loop);
      same(Workload::occlusion, own, loop);
    }
  }

  private static void same(Function<Workload, double[][]> job, Workload own, Workload loop) {
    double[][] expected = job.apply(own);
    double[][] actual = job.apply(loop);
    assertThat(actual).hasDimensions(expected.length, expected[0].length);
    for (int example = 0; example < expected.length; example++) {
      double largest = 0;
      for (double value : expected[example]) {
        largest = Math.max(largest, Math.abs(value));
      }
      assertThat(largest).isPositive();
      assertThat(actual[example]).containsExactly(expected[example], within(1e-4 * largest));
    }
  }
}
