package io.sextant.gradients.nd4j;

import io.sextant.gradients.graph.Moments;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Statistics;
import io.sextant.gradients.graph.Weights;
import java.util.function.DoubleUnaryOperator;
import org.apiguardian.api.API;

/**
 * What a batch normalisation computes once per channel, whatever the layout of the values: engines
 * go through the values, and leave the rest to this. For one session, whose parameters it holds.
 *
 * <p>y = factor x + offset with factor = gamma / sqrt(variance + epsilon).
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ChannelNorm {
  private final String layer;
  private final Operation.BatchNorm operation;
  private final Weights own;
  private final DoubleUnaryOperator rounding;
  private final double[] factors;
  private final double[] offsets;
  private final double[] batchMean;
  private final double[] batchVariance;
  private final double[] mean;
  private final double[] variance;
  private double[] storedMean;
  private double[] storedVariance;
  private double[] gamma;
  private double[] beta;
  private double share;

  /**
   * A normalisation with its own parameters.
   *
   * @param layer its name
   * @param operation what it computes
   * @param own values of its parameters
   * @param rounding to the engine's precision
   */
  public ChannelNorm(
      String layer, Operation.BatchNorm operation, Weights own, DoubleUnaryOperator rounding) {
    int channels = operation.mean().shape().elements();
    this.layer = layer;
    this.operation = operation;
    this.own = own;
    this.rounding = rounding;
    this.factors = new double[channels];
    this.offsets = new double[channels];
    this.batchMean = new double[channels];
    this.batchVariance = new double[channels];
    this.mean = new double[channels];
    this.variance = new double[channels];
    this.storedMean = rounded(own, operation.mean());
    this.storedVariance = rounded(own, operation.variance());
    this.gamma = rounded(own, operation.gamma());
    this.beta = rounded(own, operation.beta());
    useStored();
  }

  /** Takes the values that are there in place of its own, and its own for the others. */
  public void bind(Weights values) {
    storedMean = bound(values, operation.mean());
    storedVariance = bound(values, operation.variance());
    gamma = bound(values, operation.gamma());
    beta = bound(values, operation.beta());
    useStored();
  }

  private double[] bound(Weights values, Parameter parameter) {
    return rounded(values.has(parameter) ? values : own, parameter);
  }

  private double[] rounded(Weights values, Parameter parameter) {
    double[] copy = values.values(parameter);
    for (int i = 0; i < copy.length; i++) {
      copy[i] = rounding.applyAsDouble(copy[i]);
    }
    return copy;
  }

  /** What it computes. */
  public Operation.BatchNorm operation() {
    return operation;
  }

  /** Number of channels. */
  public int channels() {
    return factors.length;
  }

  /** True when the statistics are the batch's. */
  public boolean ofBatch() {
    return operation.statistics() instanceof Statistics.OfBatch;
  }

  /** Where the batch's mean is to be written, for {@link #useBatch}. */
  public double[] batchMean() {
    return batchMean;
  }

  /** Where the batch's variance is to be written, for {@link #useBatch}. */
  public double[] batchVariance() {
    return batchVariance;
  }

  /** The batch's statistics of the last forward. */
  public Moments moments() {
    return new Moments(batchMean.clone(), batchVariance.clone());
  }

  /**
   * Refuses a batch whose variance is 0 because it is one value.
   *
   * @param rows of the batch
   * @param positions values of a row in each channel
   */
  public void requireVariance(int rows, int positions) {
    if (operation.statistics() instanceof Statistics.OfBatch batch
        && rows == 1
        && positions == 1
        && batch.share().of(1) == 1) {
      throw new IllegalArgumentException(
          ("layer %s: the variance of a batch of 1 row is 0 where a channel has 1 value;"
                  + " ask at least 2 rows at a time, or mix the batch's statistics with the stored ones")
              .formatted(layer));
    }
  }

  private void useStored() {
    share = 0;
    System.arraycopy(storedMean, 0, mean, 0, mean.length);
    System.arraycopy(storedVariance, 0, variance, 0, variance.length);
    scale();
  }

  /** Mixes the batch's statistics with the stored ones. */
  public void useBatch(int rows) {
    share = ((Statistics.OfBatch) operation.statistics()).share().of(rows);
    for (int c = 0; c < mean.length; c++) {
      mean[c] = (1 - share) * storedMean[c] + share * batchMean[c];
      variance[c] = (1 - share) * storedVariance[c] + share * batchVariance[c];
    }
    scale();
  }

  private void scale() {
    for (int c = 0; c < factors.length; c++) {
      factors[c] = gamma[c] / Math.sqrt(variance[c] + operation.epsilon());
      offsets[c] = beta[c] - mean[c] * factors[c];
    }
  }

  /** What each channel is multiplied by; of the last forward. */
  public double[] factors() {
    return factors;
  }

  /** What is added to each channel then. */
  public double[] offsets() {
    return offsets;
  }

  /** The mean that is subtracted: stored, the batch's or mixed. */
  public double[] mean() {
    return mean;
  }

  /**
   * The derivative by gamma.
   *
   * @param centred sum of dy (x - mean) over the channel's values
   */
  public double gammaGradient(int channel, double centred) {
    return centred / Math.sqrt(variance[channel] + operation.epsilon());
  }

  /**
   * The derivative by the batch's mean, its share counted.
   *
   * @param sum of dy over the channel's values
   */
  public double meanGradient(int channel, double sum) {
    return -share * factors[channel] * sum;
  }

  /**
   * The derivative by the batch's variance, its share counted.
   *
   * @param centred sum of dy (x - mean) over the channel's values
   */
  public double varianceGradient(int channel, double centred) {
    return -share * factors[channel] * centred / (2 * (variance[channel] + operation.epsilon()));
  }
}
