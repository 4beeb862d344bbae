package io.sextant.gradients.model;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * What was done to raw inputs before a network was trained on them: an affine map per feature.
 *
 * <p>The maps are those of Deeplearning4j's {@code NormalizerStandardize}, {@code
 * NormalizerMinMaxScaler} and {@code ImagePreProcessingScaler}, their rounding of zero spreads up
 * to 1e-5 included.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Normalizer {
  /** Deeplearning4j's smallest divisor. */
  double SMALLEST_SPREAD = 1e-5;

  /** How many deviations from the mean fitted values are taken to lie. */
  double DEVIATIONS = 3;

  /**
   * The map for inputs of one shape.
   *
   * @param shape shape of one example; statistics per feature must be as many as its elements, or,
   *     for images, as its channels
   * @return the map from raw inputs to the network's inputs
   * @throws IllegalArgumentException if the statistics do not fit the shape
   */
  Affine affine(Shape shape);

  /**
   * About how large the values were that this was fitted to: over the features that vary, the
   * median of their largest; empty when no feature varies.
   */
  Optional<Double> largestFitted();

  /** What it is, in a few words. */
  String description();

  /**
   * The values that this was fitted to, as a domain: from the smallest to the largest, or three
   * deviations around the mean.
   *
   * @param shape shape of one example
   */
  InputDomain fitted(Shape shape);

  private static Optional<Double> median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    return sorted.length == 0 ? Optional.empty() : Optional.of(sorted[sorted.length / 2]);
  }

  /**
   * A map per feature: {@code factor * x + offset}.
   *
   * @param factors one per feature, row-major
   * @param offsets one per feature, row-major
   */
  record Affine(double[] factors, double[] offsets) {
    public Affine {
      if (factors.length != offsets.length) {
        throw new IllegalArgumentException(
            "factors and offsets must be equally many but were %d and %d"
                .formatted(factors.length, offsets.length));
      }
      factors = factors.clone();
      offsets = offsets.clone();
    }

    /** A copy. */
    @Override
    public double[] factors() {
      return factors.clone();
    }

    /** A copy. */
    @Override
    public double[] offsets() {
      return offsets.clone();
    }

    /**
     * This map for inputs that are stored divided by a number: image bytes are kept as byte / 255,
     * and normalizers are fitted to bytes.
     *
     * @param scale what stored inputs are multiplied with to get raw ones, such as 255
     */
    public Affine afterScale(double scale) {
      return new Affine(Arrays.stream(factors).map(f -> f * scale).toArray(), offsets);
    }

    /**
     * Maps one row.
     *
     * @param row one value per feature, not modified
     */
    public double[] apply(double[] row) {
      double[] mapped = new double[row.length];
      for (int i = 0; i < row.length; i++) {
        mapped[i] = factors[i] * row[i] + offsets[i];
      }
      return mapped;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Affine that
          && Arrays.equals(factors, that.factors)
          && Arrays.equals(offsets, that.offsets);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(factors) + Arrays.hashCode(offsets);
    }

    @Override
    public String toString() {
      return "Affine[features=" + factors.length + "]";
    }

    /** The inputs that become values between two. */
    private InputDomain behind(double low, double high) {
      List<Feature> features = new ArrayList<>();
      for (int i = 0; i < factors.length; i++) {
        features.add(
            factors[i] == 0
                ? Feature.real("x" + i, 0, 1)
                : Feature.real(
                    "x" + i, (low - offsets[i]) / factors[i], (high - offsets[i]) / factors[i]));
      }
      return InputDomain.of(features, List.of());
    }

    private static Affine spread(double[] factors, double[] offsets, Shape shape) {
      int elements = shape.elements();
      int repeat = factors.length == elements ? 1 : shape.positions();
      if (factors.length * (long) repeat != elements) {
        throw new IllegalArgumentException(
            "the normalizer has statistics for %d features but the model's input has shape %s"
                .formatted(factors.length, shape));
      }
      double[] allFactors = new double[elements];
      double[] allOffsets = new double[elements];
      for (int i = 0; i < elements; i++) {
        allFactors[i] = factors[i / repeat];
        allOffsets[i] = offsets[i / repeat];
      }
      return new Affine(allFactors, allOffsets);
    }
  }

  /**
   * Zero mean and unit variance: (x - mean) / deviation.
   *
   * @param means one per feature or channel
   * @param deviations as many, at least 0
   */
  record Standardize(double[] means, double[] deviations) implements Normalizer {
    public Standardize {
      if (means.length != deviations.length) {
        throw new IllegalArgumentException(
            "means and deviations must be equally many but were %d and %d"
                .formatted(means.length, deviations.length));
      }
      means = means.clone();
      deviations = deviations.clone();
    }

    @Override
    public double[] means() {
      return means.clone();
    }

    @Override
    public double[] deviations() {
      return deviations.clone();
    }

    @Override
    public Optional<Double> largestFitted() {
      return median(
          IntStream.range(0, means.length)
              .filter(i -> deviations[i] > SMALLEST_SPREAD)
              .mapToDouble(i -> means[i] + DEVIATIONS * deviations[i]));
    }

    @Override
    public InputDomain fitted(Shape shape) {
      return affine(shape).behind(-DEVIATIONS, DEVIATIONS);
    }

    @Override
    public String description() {
      return "standardise, statistics for %d features".formatted(means.length);
    }

    @Override
    public Affine affine(Shape shape) {
      double[] factors = new double[means.length];
      double[] offsets = new double[means.length];
      for (int i = 0; i < factors.length; i++) {
        factors[i] = 1 / Math.max(deviations[i], SMALLEST_SPREAD);
        offsets[i] = -means[i] * factors[i];
      }
      return Affine.spread(factors, offsets, shape);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Standardize that
          && Arrays.equals(means, that.means)
          && Arrays.equals(deviations, that.deviations);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(means) + Arrays.hashCode(deviations);
    }

    @Override
    public String toString() {
      return "Standardize[features=" + means.length + "]";
    }
  }

  /**
   * From the data's range to a target range.
   *
   * @param lows smallest value per feature or channel
   * @param highs largest value per feature or channel
   * @param targetLow what the smallest value becomes
   * @param targetHigh what the largest value becomes
   */
  record MinMax(double[] lows, double[] highs, double targetLow, double targetHigh)
      implements Normalizer {
    public MinMax {
      if (lows.length != highs.length) {
        throw new IllegalArgumentException(
            "lows and highs must be equally many but were %d and %d"
                .formatted(lows.length, highs.length));
      }
      if (!Double.isFinite(targetLow) || !Double.isFinite(targetHigh)) {
        throw new IllegalArgumentException(
            "the target range must be finite but was %s to %s".formatted(targetLow, targetHigh));
      }
      lows = lows.clone();
      highs = highs.clone();
    }

    @Override
    public double[] lows() {
      return lows.clone();
    }

    @Override
    public double[] highs() {
      return highs.clone();
    }

    @Override
    public Optional<Double> largestFitted() {
      return median(
          IntStream.range(0, highs.length)
              .filter(i -> highs[i] - lows[i] > SMALLEST_SPREAD)
              .mapToDouble(i -> highs[i]));
    }

    @Override
    public InputDomain fitted(Shape shape) {
      return affine(shape).behind(targetLow, Math.max(targetHigh, targetLow + SMALLEST_SPREAD));
    }

    @Override
    public String description() {
      return "min-max to [%s, %s], statistics for %d features"
          .formatted(targetLow, targetHigh, highs.length);
    }

    @Override
    public Affine affine(Shape shape) {
      double span = Math.max(targetHigh, targetLow + SMALLEST_SPREAD) - targetLow;
      double[] factors = new double[lows.length];
      double[] offsets = new double[lows.length];
      for (int i = 0; i < factors.length; i++) {
        factors[i] = span / Math.max(highs[i] - lows[i], SMALLEST_SPREAD);
        offsets[i] = targetLow - lows[i] * factors[i];
      }
      return Affine.spread(factors, offsets, shape);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof MinMax that
          && Arrays.equals(lows, that.lows)
          && Arrays.equals(highs, that.highs)
          && targetLow == that.targetLow
          && targetHigh == that.targetHigh;
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(lows) + Arrays.hashCode(highs);
    }

    @Override
    public String toString() {
      return "MinMax[features=%d, target=%s..%s]".formatted(lows.length, targetLow, targetHigh);
    }
  }

  /**
   * From pixel values to a range: x / maximum * (high - low) + low.
   *
   * @param targetLow what pixel 0 becomes
   * @param targetHigh what the largest pixel becomes
   * @param largestPixel above 0, usually 255
   */
  record ImageScaler(double targetLow, double targetHigh, double largestPixel)
      implements Normalizer {
    public ImageScaler {
      if (!(largestPixel > 0)
          || !Double.isFinite(largestPixel)
          || !Double.isFinite(targetLow)
          || !Double.isFinite(targetHigh)) {
        throw new IllegalArgumentException(
            "an image scaler must have finite ranges and a largest pixel above 0 but had %s, %s, %s"
                .formatted(targetLow, targetHigh, largestPixel));
      }
    }

    @Override
    public Optional<Double> largestFitted() {
      return Optional.of(largestPixel);
    }

    @Override
    public InputDomain fitted(Shape shape) {
      return affine(shape).behind(targetLow, targetHigh);
    }

    @Override
    public String description() {
      return "image scaler from [0, %s] to [%s, %s]".formatted(largestPixel, targetLow, targetHigh);
    }

    @Override
    public Affine affine(Shape shape) {
      double[] factors = new double[shape.elements()];
      double[] offsets = new double[shape.elements()];
      Arrays.fill(factors, (targetHigh - targetLow) / largestPixel);
      Arrays.fill(offsets, targetLow);
      return new Affine(factors, offsets);
    }
  }
}
