package io.sextant.benchmarks.contenders;

import io.sextant.benchmarks.networks.Checkout;
import io.sextant.benchmarks.networks.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** libtorch through DJL, one call per batch. */
final class LibtorchComputation implements Computation {
  private static final int BATCH = 128;

  private final Libtorch module;
  private final int classes;

  private LibtorchComputation(Libtorch module, int classes) {
    this.module = module;
    this.classes = classes;
  }

  static LibtorchComputation load(Checkout checkout, Network network, int threads) {
    Network.Signature signature = network.signature(checkout);
    return new LibtorchComputation(
        Libtorch.load(network.torchScript(checkout), signature.input(), threads),
        signature.classes());
  }

  @Override
  public Task task(double[][] rows, int[] labels) {
    return new ModuleTask(module, FlatRows.of(rows), labels, classes);
  }

  @Override
  public void close() {
    module.close();
  }

  private record ModuleTask(Libtorch module, float[] rows, int[] labels, int classes)
      implements Task {
    @Override
    public Object forward() {
      return module.logits(rows);
    }

    @Override
    public Object gradient() {
      try (Libtorch.Tape tape = module.record(rows)) {
        float[] cotangent = tape.logits();
        CrossEntropy.cotangent(cotangent, labels, classes);
        return tape.pullback(cotangent, true);
      }
    }

    @Override
    public Object gradientInBatches() {
      int features = rows.length / labels.length;
      List<Object> gradients = new ArrayList<>();
      for (int from = 0; from < labels.length; from += BATCH) {
        int to = Math.min(labels.length, from + BATCH);
        float[] part = Arrays.copyOfRange(rows, from * features, to * features);
        int[] own = Arrays.copyOfRange(labels, from, to);
        gradients.add(new ModuleTask(module, part, own, classes).gradient());
      }
      return gradients;
    }

    @Override
    public Object jacobian() {
      int pullbacks = Math.min(classes, MOST_PULLBACKS);
      float[][] gradients = new float[pullbacks][];
      try (Libtorch.Tape tape = module.record(rows)) {
        for (int c = 0; c < pullbacks; c++) {
          float[] cotangent = new float[labels.length * classes];
          for (int row = 0; row < labels.length; row++) {
            cotangent[row * classes + c] = 1;
          }
          gradients[c] = tape.pullback(cotangent, c == pullbacks - 1);
        }
      }
      return gradients;
    }
  }
}
