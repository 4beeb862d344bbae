package io.sextant.benchmarks.timing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.benchmarks.contenders.Contender;
import java.io.IOException;
import java.nio.file.Path;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Measures the machine's peak at multiplying matrices, in one library. */
public final class PeakProcess {
  private static final int SIZE = 1024;
  private static final int RUNS = 200;

  private PeakProcess() {}

  /**
   * Measures.
   *
   * @param arguments the JSON file to write and the library, {@code nd4j} or {@code libtorch}
   */
  public static void main(String[] arguments) throws IOException {
    boolean libtorch = Contender.of(arguments[1]) == Contender.LIBTORCH;
    Peak peak =
        libtorch
            ? new Peak("libtorch (MKL)", libtorch())
            : new Peak("OpenBLAS through ND4J", nd4j());
    new ObjectMapper().writeValue(Path.of(arguments[0]).toFile(), peak);
    System.exit(0);
  }

  private static double nd4j() {
    INDArray a = Nd4j.rand('c', SIZE, SIZE);
    INDArray b = Nd4j.rand('c', SIZE, SIZE);
    INDArray c = Nd4j.create(new int[] {SIZE, SIZE}, 'f');
    return best(() -> Nd4j.gemm(a, b, c, false, false, 1, 0));
  }

  private static double libtorch() {
    try (NDManager memory = NDManager.newBaseManager("PyTorch")) {
      NDArray a = memory.randomUniform(0, 1, new Shape(SIZE, SIZE));
      NDArray b = memory.randomUniform(0, 1, new Shape(SIZE, SIZE));
      return best(() -> a.matMul(b).close());
    }
  }

  private static double best(Runnable multiplication) {
    long least = Long.MAX_VALUE;
    for (int run = 0; run < RUNS; run++) {
      long start = System.nanoTime();
      multiplication.run();
      least = Math.min(least, System.nanoTime() - start);
    }
    return 2.0 * SIZE * SIZE * SIZE / least * 1e9;
  }
}
