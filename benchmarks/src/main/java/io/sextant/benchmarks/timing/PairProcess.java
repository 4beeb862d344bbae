package io.sextant.benchmarks.timing;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.benchmarks.contenders.Computation;
import io.sextant.benchmarks.contenders.Contender;
import io.sextant.benchmarks.contenders.Task;
import io.sextant.benchmarks.networks.Checkout;
import io.sextant.benchmarks.networks.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Times forward + input gradient of one network from two files in turns, in one process and one
 * library: what differs is what the files were made into, and nothing else.
 */
public final class PairProcess {
  private static final int WARM_CALLS = 50;
  private static final int CALLS = 200;

  private PairProcess() {}

  /**
   * Measures.
   *
   * @param arguments the JSON file to write, the root folder, the library, the batch, and the two
   *     networks
   */
  public static void main(String[] arguments) throws IOException {
    Checkout checkout = new Checkout(Path.of(arguments[1]));
    Contender contender = Contender.of(arguments[2]);
    int batch = Integer.parseInt(arguments[3]);
    List<Network> networks = Stream.of(arguments[4], arguments[5]).map(Network::of).toList();
    Network.Signature signature = networks.get(0).signature(checkout);
    double[][] rows = networks.get(0).inputs(checkout, batch, signature.input().elements());
    int[] labels = IntStream.range(0, batch).map(i -> i % signature.classes()).toArray();
    long[][] nanos = new long[2][CALLS];
    try (Computation first = contender.open(checkout, networks.get(0), 0);
        Computation second = contender.open(checkout, networks.get(1), 0)) {
      List<Task> tasks = List.of(first.task(rows, labels), second.task(rows, labels));
      for (int call = -WARM_CALLS; call < CALLS; call++) {
        for (int turn = 0; turn < 2; turn++) {
          // Neither is always the one that finds the caches as the other left them.
          int which = (call & 1) == 0 ? turn : 1 - turn;
          long start = System.nanoTime();
          tasks.get(which).gradient();
          nanos[which][Math.max(call, 0)] = System.nanoTime() - start;
        }
      }
    }
    new ObjectMapper()
        .writeValue(
            Path.of(arguments[0]).toFile(), new double[] {millis(nanos[0]), millis(nanos[1])});
    System.exit(0);
  }

  private static double millis(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2] / 1e6;
  }
}
