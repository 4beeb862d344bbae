package io.sextant.explainers.quality;

import org.apiguardian.api.API;

/**
 * An output of the model against how much of an input is replaced, the most supporting sites first:
 * a pixel with its channels, a one-hot group, or a value is a site.
 *
 * @param counts of sites that are replaced, rising from 0
 * @param sites that the input has
 * @param outputs one per count
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record RemovalCurve(int[] counts, int sites, double[] outputs) {
  public RemovalCurve {
    if (counts.length < 2 || counts.length != outputs.length || counts[0] != 0) {
      throw new IllegalArgumentException(
          "a curve must begin at 0 and have at least 2 points with an output each but had %d counts and %d outputs"
              .formatted(counts.length, outputs.length));
    }
  }

  /** The mean height, by the trapezoid rule. */
  public double area() {
    double area = 0;
    for (int k = 1; k < counts.length; k++) {
      area += (outputs[k] + outputs[k - 1]) / 2 * (counts[k] - counts[k - 1]);
    }
    return area / counts[counts.length - 1];
  }

  /** How far the output lies below its beginning, in the mean over the points after it. */
  public double drop() {
    double drop = 0;
    for (int k = 1; k < outputs.length; k++) {
      drop += outputs[0] - outputs[k];
    }
    return drop / (outputs.length - 1);
  }
}
