package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;

/**
 * y_c = x_c u_c^-beta with u_c = k + alpha sum of x_j^2 over the neighbours j of c; so dx_c = dy_c
 * u_c^-beta - 2 alpha beta x_c sum over j of dy_j x_j u_j^(-beta-1).
 */
record LocalResponseNormKernel(Operation.LocalResponseNorm operation, Shape image, Block x, Block y)
    implements Kernel {
  @Override
  public void forward(int rows) {
    for (int place = 0; place < rows * image.positions(); place++) {
      for (int c = 0; c < image.channels(); c++) {
        int i = index(place, c);
        y.set(i, x.get(i) * Math.pow(base(place, c), -operation.beta()));
      }
    }
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    double beta = operation.beta();
    for (int place = 0; place < rows * image.positions(); place++) {
      for (int c = 0; c < image.channels(); c++) {
        int i = index(place, c);
        double coupled = 0;
        for (int j = from(c); j < to(c); j++) {
          int n = index(place, j);
          coupled += output.get(n) * x.get(n) * Math.pow(base(place, j), -beta - 1);
        }
        input.set(
            i,
            output.get(i) * Math.pow(base(place, c), -beta)
                - 2 * operation.alpha() * beta * x.get(i) * coupled);
      }
    }
  }

  private double base(int place, int channel) {
    double sum = 0;
    for (int j = from(channel); j < to(channel); j++) {
      double value = x.get(index(place, j));
      sum += value * value;
    }
    return operation.k() + operation.alpha() * sum;
  }

  private int from(int channel) {
    return Math.max(0, channel - operation.halfDepth());
  }

  private int to(int channel) {
    return Math.min(image.channels(), channel + operation.halfDepth() + 1);
  }

  private int index(int place, int channel) {
    int positions = image.positions();
    return (place / positions * image.channels() + channel) * positions + place % positions;
  }
}
