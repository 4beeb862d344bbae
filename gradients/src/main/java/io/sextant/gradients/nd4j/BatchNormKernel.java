package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Moments;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.graph.Weights;
import java.util.Arrays;
import java.util.Map;

/** Batch normalisation with stored statistics or the batch's, and its derivatives by everything. */
final class BatchNormKernel implements Kernel {
  private final ChannelNorm norm;
  private final Shape shape;
  private final Block x;
  private final Block y;
  // Runs of values that lie together: a channel of an image, a whole vector.
  private final int run;
  private final int step;
  private final double[] values;
  private final double[] gradients;
  private final double[] sums;
  private final double[] centred;
  // Of the median estimators: the value that is the median, and the one whose square is.
  private final int[] middle;
  private final int[] spread;
  private double[] channel = {};

  BatchNormKernel(ChannelNorm norm, Shape shape, Block x, Block y) {
    this.norm = norm;
    this.shape = shape;
    this.x = x;
    this.y = y;
    this.step = shape.positions() == 1 ? 1 : 0;
    this.run = step == 1 ? shape.elements() : shape.positions();
    this.values = new double[run];
    this.gradients = new double[run];
    this.sums = new double[shape.channels()];
    this.centred = new double[shape.channels()];
    this.middle = new int[shape.channels()];
    this.spread = new int[shape.channels()];
  }

  @Override
  public void bind(Weights bound) {
    norm.bind(bound);
  }

  @Override
  public Moments moments() {
    return norm.moments();
  }

  /** The channel of the first value of a run; the others are of the same, or of the next ones. */
  private int first(int from) {
    return step == 1 ? 0 : from / run % shape.channels();
  }

  @Override
  public void forward(int rows) {
    if (norm.operation().statistics() instanceof Statistics.OfBatch batch) {
      norm.requireVariance(rows, shape.positions());
      if (batch.estimator() == Statistics.Estimator.MEAN) {
        means(rows);
      } else {
        medians(rows, batch.estimator());
      }
      norm.useBatch(rows);
    }
    double[] factors = norm.factors();
    double[] offsets = norm.offsets();
    for (int from = 0; from < rows * shape.elements(); from += run) {
      x.get(from, values, run);
      int c = first(from);
      for (int i = 0; i < run; i++, c += step) {
        values[i] = factors[c] * values[i] + offsets[c];
      }
      y.put(from, values, run);
    }
  }

  private int count(int rows) {
    return rows * shape.positions();
  }

  private void means(int rows) {
    double[] mean = norm.batchMean();
    double[] variance = norm.batchVariance();
    Arrays.fill(mean, 0);
    for (int from = 0; from < rows * shape.elements(); from += run) {
      x.get(from, values, run);
      int c = first(from);
      for (int i = 0; i < run; i++, c += step) {
        mean[c] += values[i];
      }
    }
    for (int c = 0; c < mean.length; c++) {
      mean[c] /= count(rows);
    }
    squares(rows, mean, variance);
  }

  /** The mean of the squared deviations. */
  private void squares(int rows, double[] mean, double[] variance) {
    Arrays.fill(variance, 0);
    for (int from = 0; from < rows * shape.elements(); from += run) {
      x.get(from, values, run);
      int c = first(from);
      for (int i = 0; i < run; i++, c += step) {
        double deviation = values[i] - mean[c];
        variance[c] += deviation * deviation;
      }
    }
    for (int c = 0; c < variance.length; c++) {
      variance[c] /= count(rows);
    }
  }

  private void medians(int rows, Statistics.Estimator estimator) {
    int count = count(rows);
    if (channel.length != count) {
      channel = new double[count];
    }
    for (int c = 0; c < shape.channels(); c++) {
      for (int i = 0; i < count; i++) {
        channel[i] = x.get(place(c, i));
      }
      middle[c] = Medians.lower(channel);
      double median = channel[middle[c]];
      norm.batchMean()[c] = median;
      for (int i = 0; i < count; i++) {
        channel[i] = (channel[i] - median) * (channel[i] - median);
      }
      spread[c] = Medians.lower(channel);
      norm.batchVariance()[c] = channel[spread[c]];
    }
    if (estimator == Statistics.Estimator.MEDIAN) {
      squares(rows, norm.batchMean(), norm.batchVariance());
    }
  }

  /** Where the i-th value of a channel lies, over all rows. */
  private int place(int c, int i) {
    int positions = shape.positions();
    return i / positions * shape.elements() + c * positions + i % positions;
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    double[] factors = norm.factors();
    for (int from = 0; from < rows * shape.elements(); from += run) {
      output.get(from, values, run);
      int c = first(from);
      for (int i = 0; i < run; i++, c += step) {
        values[i] *= factors[c];
      }
      input.put(from, values, run);
    }
    if (norm.operation().statistics() instanceof Statistics.OfBatch batch) {
      sum(rows, output);
      switch (batch.estimator()) {
        case MEAN -> throughMean(rows, input);
        case MEDIAN -> throughMedian(rows, input);
        case MEDIAN_OF_SQUARES -> throughMedianOfSquares(input);
      }
    }
  }

  /** The sums of dy, and of dy times what x is beside the mean. */
  private void sum(int rows, Block output) {
    double[] mean = norm.mean();
    Arrays.fill(sums, 0);
    Arrays.fill(centred, 0);
    for (int from = 0; from < rows * shape.elements(); from += run) {
      x.get(from, values, run);
      output.get(from, gradients, run);
      int c = first(from);
      for (int i = 0; i < run; i++, c += step) {
        sums[c] += gradients[i];
        centred[c] += gradients[i] * (values[i] - mean[c]);
      }
    }
  }

  private void throughMean(int rows, Block input) {
    for (int from = 0; from < rows * shape.elements(); from += run) {
      x.get(from, values, run);
      input.get(from, gradients, run);
      int c = first(from);
      for (int i = 0; i < run; i++, c += step) {
        double deviation = values[i] - norm.batchMean()[c];
        gradients[i] +=
            (norm.meanGradient(c, sums[c]) + 2 * deviation * norm.varianceGradient(c, centred[c]))
                / count(rows);
      }
      input.put(from, gradients, run);
    }
  }

  private void throughMedian(int rows, Block input) {
    double[] deviations = new double[shape.channels()];
    for (int from = 0; from < rows * shape.elements(); from += run) {
      x.get(from, values, run);
      input.get(from, gradients, run);
      int c = first(from);
      for (int i = 0; i < run; i++, c += step) {
        double deviation = values[i] - norm.batchMean()[c];
        deviations[c] += deviation;
        gradients[i] += 2 * deviation * norm.varianceGradient(c, centred[c]) / count(rows);
      }
      input.put(from, gradients, run);
    }
    for (int c = 0; c < deviations.length; c++) {
      // The median is one of the values, and each square is about it.
      input.add(
          place(c, middle[c]),
          norm.meanGradient(c, sums[c])
              - 2 * deviations[c] * norm.varianceGradient(c, centred[c]) / count(rows));
    }
  }

  private void throughMedianOfSquares(Block input) {
    for (int c = 0; c < shape.channels(); c++) {
      double deviation = x.get(place(c, spread[c])) - norm.batchMean()[c];
      double bySquare = 2 * deviation * norm.varianceGradient(c, centred[c]);
      input.add(place(c, middle[c]), norm.meanGradient(c, sums[c]) - bySquare);
      input.add(place(c, spread[c]), bySquare);
    }
  }

  @Override
  public void addGradients(int rows, Block output, Map<Parameter, double[]> into) {
    sum(rows, output);
    double[] gamma = into.get(norm.operation().gamma());
    double[] beta = into.get(norm.operation().beta());
    for (int c = 0; c < shape.channels(); c++) {
      if (gamma != null) {
        gamma[c] += norm.gammaGradient(c, centred[c]);
      }
      if (beta != null) {
        beta[c] += sums[c];
      }
    }
  }
}
