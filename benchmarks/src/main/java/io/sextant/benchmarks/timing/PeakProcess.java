package io.sextant.benchmarks.timing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.benchmarks.contenders.Contender;
import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;
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
   * @param arguments the JSON file to write and the library, {@code onednn}, {@code nd4j} or {@code
   *     libtorch}
   */
  public static void main(String[] arguments) throws IOException {
    Peak peak =
        switch (Contender.of(arguments[1])) {
          case ONEDNN -> new Peak("oneDNN", onednn());
          case LIBTORCH -> new Peak("libtorch (MKL)", libtorch());
          default -> new Peak("OpenBLAS through ND4J", nd4j());
        };
    new ObjectMapper().writeValue(Path.of(arguments[0]).toFile(), peak);
    System.exit(0);
  }

  private static double onednn() {
    // ND4J brings the OpenMP library, and its number of threads.
    Nd4j.getExecutioner();
    long values = (long) SIZE * SIZE;
    try (FloatPointer a = new FloatPointer(values);
        FloatPointer b = new FloatPointer(values);
        FloatPointer c = new FloatPointer(values)) {
      for (long i = 0; i < values; i++) {
        a.put(i, 0.5f);
        b.put(i, 0.25f);
      }
      byte plain = (byte) 'N';
      return best(
          () -> dnnl.dnnl_sgemm(plain, plain, SIZE, SIZE, SIZE, 1, a, SIZE, b, SIZE, 0, c, SIZE));
    }
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
