package io.sextant.benchmarks.timing;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.benchmarks.contenders.Contender;
import io.sextant.benchmarks.networks.Checkout;
import io.sextant.benchmarks.networks.Network;
import java.io.IOException;
import java.nio.file.Path;

/** Attacks images with PGD and ends: what one writes as a small program, in one library. */
public final class LoopProcess {
  private LoopProcess() {}

  /**
   * Attacks.
   *
   * @param arguments the JSON file to write, the root folder, the library, the network, how many
   *     images and how often
   */
  public static void main(String[] arguments) throws IOException {
    Checkout checkout = new Checkout(Path.of(arguments[1]));
    int images = Integer.parseInt(arguments[4]);
    int repetitions = Integer.parseInt(arguments[5]);
    Jobs jobs = Jobs.of(Network.demoData(checkout).examples(), images);
    LoopReading reading = new LoopReading(0, 0);
    try (Workload workload =
        EndToEnd.load(checkout, Network.of(arguments[3]), Contender.of(arguments[2]), jobs)) {
      for (int repetition = 0; repetition < repetitions; repetition++) {
        long start = System.nanoTime();
        int broken = workload.attack();
        reading = new LoopReading(broken, (System.nanoTime() - start) / 1e6);
      }
    }
    new ObjectMapper().writeValue(Path.of(arguments[0]).toFile(), reading);
    // Libraries keep pools of threads.
    System.exit(0);
  }
}
