package io.sextant.benchmarks.timing;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.benchmarks.contenders.Computation;
import io.sextant.benchmarks.contenders.Contender;
import io.sextant.benchmarks.contenders.Task;
import io.sextant.benchmarks.networks.Checkout;
import io.sextant.benchmarks.networks.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Computes gradients and reads the process's memory. */
public final class MemoryProcess {
  private static final int READINGS = 10;

  private MemoryProcess() {}

  /**
   * Measures.
   *
   * @param arguments the JSON file to write, the root folder, the library, the network, the batch
   *     and the number of gradient calls
   */
  public static void main(String[] arguments) throws IOException {
    Checkout checkout = new Checkout(Path.of(arguments[1]));
    Contender contender = Contender.of(arguments[2]);
    Network network = Network.of(arguments[3]);
    int batch = Integer.parseInt(arguments[4]);
    long calls = Math.max(READINGS, Long.parseLong(arguments[5]));
    Network.Signature signature = network.signature(checkout);
    double[][] rows = network.inputs(checkout, batch, signature.input().elements());
    int[] labels = IntStream.range(0, batch).map(i -> i % signature.classes()).toArray();
    List<Long> resident = new ArrayList<>();
    try (Computation computation = contender.open(checkout, network, 0)) {
      Task task = computation.task(rows, labels);
      for (long call = 1; call <= calls; call++) {
        task.gradient();
        if (call * READINGS / calls > resident.size()) {
          resident.add(ResidentMemory.now());
        }
      }
    }
    new ObjectMapper()
        .writeValue(
            Path.of(arguments[0]).toFile(),
            new MemoryReading(calls, ResidentMemory.peak(), resident));
    System.exit(0);
  }
}
