package io.sextant.benchmarks.contenders;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.GradientServiceBuilder;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Tape;
import io.sextant.gradients.graph.InferenceGraph;
import java.util.Arrays;

/** The gradient service, used as the documentation tells users to. */
final class SextantComputation implements Computation {
  private final GradientService service;

  private SextantComputation(GradientService service) {
    this.service = service;
  }

  static SextantComputation of(InferenceGraph graph, String engine, int threads) {
    GradientServiceBuilder builder = GradientService.builder(graph).engine(engine);
    return new SextantComputation((threads == 0 ? builder : builder.threads(threads)).build());
  }

  @Override
  public Task task(double[][] rows, int[] labels) {
    return new ServiceTask(service, rows, labels);
  }

  @Override
  public void close() {
    service.close();
  }

  private record ServiceTask(GradientService service, double[][] rows, int[] labels)
      implements Task {
    @Override
    public Object forward() {
      return service.logits(rows);
    }

    @Override
    public Object gradient() {
      return service.query(rows, labels, Objective::crossEntropy);
    }

    @Override
    public Object jacobian() {
      int classes = Math.min(service.classes(), MOST_PULLBACKS);
      double[][][] gradients = new double[classes][rows.length][];
      for (int from = 0; from < rows.length; from += service.batchSize()) {
        int to = Math.min(rows.length, from + service.batchSize());
        try (Tape tape = service.record(Arrays.copyOfRange(rows, from, to))) {
          for (int c = 0; c < classes; c++) {
            double[][] cotangent = new double[to - from][];
            double[] one = new double[service.classes()];
            one[c] = 1;
            Arrays.fill(cotangent, one);
            System.arraycopy(tape.pullback(cotangent), 0, gradients[c], from, to - from);
          }
        }
      }
      return gradients;
    }
  }
}
