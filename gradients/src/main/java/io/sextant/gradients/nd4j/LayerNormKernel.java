package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Normalisation by an example's own mean and variance. With n = (x - mean) / deviation and g = dy
 * gamma, dx = (g - mean g - n mean(g n)) / deviation.
 */
final class LayerNormKernel implements Kernel {
  private final double epsilon;
  private final int count;
  private final int groups;
  private final double @Nullable [] gamma;
  private final double @Nullable [] beta;
  private final double[] values;
  private final double[] gradients;
  private final Block x;
  private final Block y;

  LayerNormKernel(
      Operation.LayerNorm operation,
      Shape shape,
      @Nullable Block gamma,
      @Nullable Block beta,
      Block x,
      Block y) {
    this.epsilon = operation.epsilon();
    int run = 1;
    for (int d = shape.rank() - operation.dimensions(); d < shape.rank(); d++) {
      run *= shape.size(d);
    }
    this.count = run;
    this.groups = shape.elements() / run;
    this.gamma = gamma == null ? null : gamma.values();
    this.beta = beta == null ? null : beta.values();
    this.values = new double[count];
    this.gradients = new double[count];
    this.x = x;
    this.y = y;
  }

  @Override
  public void forward(int rows) {
    for (int group = 0; group < rows * groups; group++) {
      x.get(group * count, values, count);
      normalize();
      for (int i = 0; i < count; i++) {
        double scaled = gamma == null ? values[i] : gamma[i] * values[i];
        values[i] = beta == null ? scaled : scaled + beta[i];
      }
      y.put(group * count, values, count);
    }
  }

  /** Puts n in the place of x; gives the deviation. */
  private double normalize() {
    double mean = mean(values);
    double variance = 0;
    for (double value : values) {
      variance += (value - mean) * (value - mean);
    }
    double deviation = Math.sqrt(variance / count + epsilon);
    for (int i = 0; i < count; i++) {
      values[i] = (values[i] - mean) / deviation;
    }
    return deviation;
  }

  private double mean(double[] numbers) {
    double sum = 0;
    for (double number : numbers) {
      sum += number;
    }
    return sum / count;
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    for (int group = 0; group < rows * groups; group++) {
      x.get(group * count, values, count);
      output.get(group * count, gradients, count);
      double deviation = normalize();
      double along = 0;
      for (int i = 0; i < count; i++) {
        gradients[i] *= gamma == null ? 1 : gamma[i];
        along += gradients[i] * values[i];
      }
      double mean = mean(gradients);
      for (int i = 0; i < count; i++) {
        gradients[i] = (gradients[i] - mean - values[i] * along / count) / deviation;
      }
      input.put(group * count, gradients, count);
    }
  }
}
