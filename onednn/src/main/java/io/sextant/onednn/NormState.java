package io.sextant.onednn;

import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.graph.Statistics.Estimator;
import io.sextant.gradients.nd4j.ChannelNorm;
import io.sextant.gradients.nd4j.Medians;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * A batch normalisation at work in one session's memory, in plain loops: oneDNN's own neither mixes
 * statistics nor knows medians. Values are gone through in pieces that fit the processor's nearest
 * cache, a whole number of channels long, so that the loops over them have no branch and no
 * division.
 */
final class NormState {
  private static final int PIECE = 512;

  /** Pieces whose sums are gathered in single precision before they are added up in double. */
  private static final int GATHERED = 256;

  private final NormStage stage;
  private final ChannelNorm norm;
  private final int rows;
  private final int total;
  private final int count;
  private final boolean last;
  // The channel of each value of a piece.
  private final int[] channel;
  private final float[] x;
  private final float[] dy;
  private final float[] factor;
  private final float[] offset;
  private final float[] centre;
  private final float[] tilt;
  private final float[] first;
  private final float[] second;
  // Of the last forward: deviations from the centre, summed; the values that are medians.
  private final double[] deviations;
  private final double[] squares;
  private final int[] middle;
  private final int[] spread;
  // Of the last backward: dy, and dy times the deviation from the mean, summed.
  private final double[] sums;
  private final double[] centred;

  NormState(NormStage stage, Order order, int rows) {
    Shape shape = stage.shape();
    int channels = shape.channels();
    this.stage = stage;
    this.norm =
        new ChannelNorm(stage.name(), stage.operation(), stage.weights(), value -> (float) value);
    this.rows = rows;
    this.total = rows * shape.elements();
    this.count = rows * shape.positions();
    this.last = order == Order.CHANNELS_LAST || shape.positions() == 1;
    int period = last ? channels : shape.elements();
    int piece = Math.min(total, period * Math.max(1, PIECE / period));
    this.channel = new int[piece];
    Arrays.setAll(channel, i -> last ? i % channels : i / shape.positions() % channels);
    this.x = new float[piece];
    this.dy = new float[piece];
    this.factor = new float[piece];
    this.offset = new float[piece];
    this.centre = new float[piece];
    this.tilt = new float[piece];
    this.first = new float[piece];
    this.second = new float[piece];
    this.deviations = new double[channels];
    this.squares = new double[channels];
    this.middle = new int[channels];
    this.spread = new int[channels];
    this.sums = new double[channels];
    this.centred = new double[channels];
  }

  ChannelNorm norm() {
    return norm;
  }

  private int piece(int from) {
    return Math.min(channel.length, total - from);
  }

  private void spread(double[] byChannel, float[] over) {
    for (int i = 0; i < over.length; i++) {
      over[i] = (float) byChannel[channel[i]];
    }
  }

  /** Adds what was gathered to the sums by channel, and starts anew. */
  private void add(float[] gathered, double[] byChannel) {
    for (int i = 0; i < gathered.length; i++) {
      byChannel[channel[i]] += gathered[i];
    }
    Arrays.fill(gathered, 0);
  }

  void forward(FloatBuffer source, FloatBuffer target) {
    if (stage.operation().statistics() instanceof Statistics.OfBatch batch) {
      norm.requireVariance(rows, stage.shape().positions());
      estimate(source, batch.estimator());
      norm.useBatch(rows);
    }
    spread(norm.factors(), factor);
    spread(norm.offsets(), offset);
    for (int from = 0; from < total; from += x.length) {
      int n = piece(from);
      source.get(from, x, 0, n);
      if (stage.relu()) {
        scaleAboveZero(x, factor, offset, n);
      } else {
        scale(x, factor, offset, n);
      }
      target.put(from, x, 0, n);
    }
  }

  private static void scale(float[] x, float[] factor, float[] offset, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = factor[i] * x[i] + offset[i];
    }
  }

  private static void scaleAboveZero(float[] x, float[] factor, float[] offset, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = Math.max(factor[i] * x[i] + offset[i], 0);
    }
  }

  private void estimate(FloatBuffer source, Estimator estimator) {
    double[] mean = norm.batchMean();
    double[] variance = norm.batchVariance();
    if (estimator == Estimator.MEAN) {
      roughMean(source, mean);
    } else {
      medians(source, estimator == Estimator.MEDIAN_OF_SQUARES);
    }
    spread(mean, centre);
    deviate(source);
    for (int c = 0; c < mean.length; c++) {
      if (estimator == Estimator.MEAN) {
        double beside = deviations[c] / count;
        mean[c] = (float) mean[c] + beside;
        variance[c] = Math.max(0, squares[c] / count - beside * beside);
      } else if (estimator == Estimator.MEDIAN) {
        variance[c] = squares[c] / count;
      }
    }
  }

  /** A number near the mean, so that squares of deviations from it lose no digits. */
  private void roughMean(FloatBuffer source, double[] mean) {
    int n = piece(0);
    source.get(0, x, 0, n);
    Arrays.fill(mean, 0);
    for (int i = 0; i < n; i++) {
      mean[channel[i]] += x[i];
    }
    for (int c = 0; c < mean.length; c++) {
      mean[c] /= (double) n / mean.length;
    }
  }

  private void deviate(FloatBuffer source) {
    Arrays.fill(deviations, 0);
    Arrays.fill(squares, 0);
    for (int from = 0, pieces = 1; from < total; from += x.length, pieces++) {
      int n = piece(from);
      source.get(from, x, 0, n);
      deviate(x, centre, first, second, n);
      if (pieces % GATHERED == 0 || from + n == total) {
        add(first, deviations);
        add(second, squares);
      }
    }
  }

  private static void deviate(float[] x, float[] centre, float[] first, float[] second, int n) {
    for (int i = 0; i < n; i++) {
      float deviation = x[i] - centre[i];
      first[i] += deviation;
      second[i] += deviation * deviation;
    }
  }

  private void medians(FloatBuffer source, boolean ofSquares) {
    double[] values = new double[count];
    for (int c = 0; c < middle.length; c++) {
      for (int i = 0; i < count; i++) {
        values[i] = source.get(place(c, i));
      }
      middle[c] = Medians.lower(values);
      double median = values[middle[c]];
      norm.batchMean()[c] = median;
      if (!ofSquares) {
        continue;
      }
      for (int i = 0; i < count; i++) {
        values[i] = (values[i] - median) * (values[i] - median);
      }
      spread[c] = Medians.lower(values);
      norm.batchVariance()[c] = values[spread[c]];
    }
  }

  /** Where the i-th value of a channel lies. */
  private int place(int c, int i) {
    int positions = stage.shape().positions();
    return last
        ? i * middle.length + c
        : i / positions * stage.shape().elements() + c * positions + i % positions;
  }

  /** What the gradients by gamma and beta are made of, and those through the statistics. */
  void sum(FloatBuffer source, FloatBuffer gradient) {
    spread(norm.mean(), centre);
    Arrays.fill(sums, 0);
    Arrays.fill(centred, 0);
    for (int from = 0, pieces = 1; from < total; from += x.length, pieces++) {
      int n = piece(from);
      source.get(from, x, 0, n);
      gradient.get(from, dy, 0, n);
      weigh(x, dy, centre, first, second, n);
      if (pieces % GATHERED == 0 || from + n == total) {
        add(first, sums);
        add(second, centred);
      }
    }
  }

  private static void weigh(
      float[] x, float[] dy, float[] centre, float[] first, float[] second, int n) {
    for (int i = 0; i < n; i++) {
      first[i] += dy[i];
      second[i] += dy[i] * (x[i] - centre[i]);
    }
  }

  /** Whether a gradient by one of its parameters is wanted. */
  boolean isAmong(Map<Parameter, double[]> wanted) {
    return stage.operation().parameters().stream().anyMatch(wanted::containsKey);
  }

  /** Adds the gradients of the last backward to those that are wanted. */
  void addGradients(Map<Parameter, double[]> into) {
    double[] gamma = into.get(stage.operation().gamma());
    double[] beta = into.get(stage.operation().beta());
    for (int c = 0; c < sums.length; c++) {
      if (gamma != null) {
        gamma[c] += norm.gammaGradient(c, centred[c]);
      }
      if (beta != null) {
        beta[c] += sums[c];
      }
    }
  }

  void pullback(FloatBuffer source, FloatBuffer gradient, FloatBuffer target) {
    spread(norm.factors(), factor);
    if (!(stage.operation().statistics() instanceof Statistics.OfBatch batch)) {
      pull(source, gradient, target, false);
      return;
    }
    double[] byMean = new double[sums.length];
    double[] byVariance = new double[sums.length];
    for (int c = 0; c < sums.length; c++) {
      byMean[c] = norm.meanGradient(c, sums[c]);
      byVariance[c] = norm.varianceGradient(c, centred[c]);
    }
    boolean squared = batch.estimator() != Estimator.MEDIAN_OF_SQUARES;
    boolean even = batch.estimator() == Estimator.MEAN;
    if (squared) {
      spread(norm.batchMean(), centre);
      for (int i = 0; i < tilt.length; i++) {
        tilt[i] = (float) (2 * byVariance[channel[i]] / count);
        offset[i] = even ? (float) (byMean[channel[i]] / count) : 0;
      }
    }
    pull(source, gradient, target, squared);
    if (!even) {
      throughMedians(source, target, byMean, byVariance, squared);
    }
  }

  private void pull(
      FloatBuffer source, FloatBuffer gradient, FloatBuffer target, boolean throughBatch) {
    for (int from = 0; from < total; from += x.length) {
      int n = piece(from);
      gradient.get(from, dy, 0, n);
      if (throughBatch) {
        source.get(from, x, 0, n);
        pull(x, dy, factor, offset, tilt, centre, n);
      } else {
        pull(dy, factor, n);
      }
      target.put(from, dy, 0, n);
    }
  }

  private static void pull(float[] dy, float[] factor, int n) {
    for (int i = 0; i < n; i++) {
      dy[i] *= factor[i];
    }
  }

  private static void pull(
      float[] x, float[] dy, float[] factor, float[] offset, float[] tilt, float[] centre, int n) {
    for (int i = 0; i < n; i++) {
      dy[i] = factor[i] * dy[i] + offset[i] + tilt[i] * (x[i] - centre[i]);
    }
  }

  /** A median is one of the values, and squares are about it. */
  private void throughMedians(
      FloatBuffer source,
      FloatBuffer target,
      double[] byMean,
      double[] byVariance,
      boolean squared) {
    for (int c = 0; c < middle.length; c++) {
      int median = place(c, middle[c]);
      if (squared) {
        add(target, median, byMean[c] - 2 * deviations[c] * byVariance[c] / count);
      } else {
        int square = place(c, spread[c]);
        double through = 2 * (source.get(square) - norm.batchMean()[c]) * byVariance[c];
        add(target, median, byMean[c] - through);
        add(target, square, through);
      }
    }
  }

  private static void add(FloatBuffer target, int place, double value) {
    target.put(place, (float) (target.get(place) + value));
  }
}
