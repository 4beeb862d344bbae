package io.sextant.benchmarks.networks;

import io.sextant.gradients.RandomKey;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;
import org.deeplearning4j.nn.api.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Gives a network parameters of the size that training leaves behind: He-scaled weights, small
 * biases, and batch normalisations whose statistics and scales differ between channels. They depend
 * on the seed and the layers' names alone.
 *
 * <p>He et al., "Delving Deep into Rectifiers", ICCV 2015, arXiv:1502.01852 (weights).
 */
final class TrainedLooking {
  private final RandomKey key;

  TrainedLooking(long seed) {
    this.key = RandomKey.of(seed);
  }

  /**
   * Overwrites all parameters of a layer.
   *
   * @param layer initialised
   * @param gain multiplies the scale of a batch normalisation; below 1 it keeps a sum of residuals
   *     from growing
   */
  void fill(Layer layer, double gain) {
    String name = layer.conf().getLayer().getLayerName();
    Map<String, INDArray> table = new TreeMap<>(layer.paramTable());
    for (Map.Entry<String, INDArray> entry : table.entrySet()) {
      INDArray parameter = entry.getValue();
      RandomGenerator random = key.with(name).with(entry.getKey()).random();
      DoubleSupplier draw = draw(entry.getKey(), parameter, gain, random);
      // Row-major order, whatever the order in memory.
      float[] values = new float[(int) parameter.length()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) draw.getAsDouble();
      }
      parameter.assign(
          org.nd4j.linalg.factory.Nd4j.create(values, parameter.shape(), 'c')
              .castTo(parameter.dataType()));
    }
  }

  private static DoubleSupplier draw(
      String name, INDArray parameter, double gain, RandomGenerator random) {
    return switch (name) {
      case "W" -> {
        double deviation = Math.sqrt(2.0 / fanIn(parameter));
        yield () -> deviation * random.nextGaussian();
      }
      case "gamma" -> () -> gain * (0.8 + 0.4 * random.nextDouble());
      case "var" -> () -> 0.5 + random.nextDouble();
      case "log10stdev" -> () -> 0.5 * Math.log10(0.5 + random.nextDouble());
      case "b", "beta", "mean" -> () -> 0.1 * random.nextGaussian();
      default -> throw new IllegalArgumentException("there is no rule for parameter " + name);
    };
  }

  /** Dense weights are [inputs, outputs], those of convolutions [outputs, inputs, h, w]. */
  private static long fanIn(INDArray weights) {
    return weights.rank() == 2 ? weights.size(0) : weights.length() / weights.size(0);
  }
}
