package io.sextant.evaluation;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.Pixels;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * Inputs as a person sees them: each channel from the least to the largest value that it can have.
 *
 * @param domain of the inputs
 * @param shape {@code [channels, height, width]} with 1 or 3 channels; an input of any other shape
 *     is a picture one pixel high
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record InputPicture(InputDomain domain, Shape shape) {
  /** Whether inputs are images. */
  public boolean isImage() {
    return shape.rank() == 3 && (shape.channels() == 1 || shape.channels() == 3);
  }

  /**
   * The picture of an input.
   *
   * @param row values in the order of the shape
   */
  public Pixels of(double[] row) {
    boolean square = shape.rank() == 3;
    int channels = square ? shape.channels() : 1;
    double[] minima = new double[channels];
    double[] maxima = new double[channels];
    Arrays.fill(minima, Double.POSITIVE_INFINITY);
    Arrays.fill(maxima, Double.NEGATIVE_INFINITY);
    int plane = shape.elements() / channels;
    for (int i = 0; i < shape.elements(); i++) {
      Feature pixel = domain.feature(i);
      minima[i / plane] = Math.min(minima[i / plane], pixel.minimum());
      maxima[i / plane] = Math.max(maxima[i / plane], pixel.maximum());
    }
    return Pixels.of(
        Rows.narrow(row),
        square ? shape.size(1) : 1,
        square ? shape.size(2) : shape.elements(),
        minima,
        maxima);
  }
}
