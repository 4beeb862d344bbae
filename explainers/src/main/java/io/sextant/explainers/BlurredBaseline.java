package io.sextant.explainers;

import io.sextant.gradients.graph.Shape;
import java.util.List;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * The input itself, blurred: fine structure is what is explained, and no colour stands for
 * "nothing". A Gaussian along every axis but the channels; at the edges its weights within the
 * input add up to 1, so that a constant input stays as it is.
 *
 * <p>Fong, Vedaldi, "Interpretable Explanations of Black Boxes by Meaningful Perturbation", ICCV
 * 2017, arXiv:1704.03296; Sturmfels, Lundberg, Lee, "Visualizing the Impact of Feature Attribution
 * Baselines", Distill, 2020. Papers do not agree on a width; here it grows with the image.
 *
 * @param sigma standard deviation in pixels, above 0; a tenth of the longest side where it is not
 *     given
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record BlurredBaseline(OptionalDouble sigma) implements Baseline {
  static final String NAME = "blur";
  private static final double PART_OF_SIDE = 0.1;
  // Weights beyond are below 4e-4 of the largest.
  private static final double RADIUS_PER_SIGMA = 4;

  public BlurredBaseline {
    if (sigma.isPresent() && !(sigma.getAsDouble() > 0 && Double.isFinite(sigma.getAsDouble()))) {
      throw new IllegalArgumentException(
          "sigma of a blur must be a finite number above 0 but was " + sigma.getAsDouble());
    }
  }

  @Override
  public String text() {
    return sigma.isPresent() ? NAME + ":" + sigma.getAsDouble() : NAME;
  }

  @Override
  public List<double[]> rows(Explained x) {
    Shape shape = x.shape();
    if (shape.rank() < 2) {
      throw new IllegalArgumentException(
          ("baseline blur needs inputs with a side to blur along, such as images [channels,"
                  + " height, width], but the model takes vectors of %d values; choose another,"
                  + " such as mean")
              .formatted(shape.elements()));
    }
    int longest = 1;
    for (int axis = 1; axis < shape.rank(); axis++) {
      longest = Math.max(longest, shape.size(axis));
    }
    double[] kernel = kernel(sigma.orElse(PART_OF_SIDE * longest), longest);
    double[] blurred = x.input();
    int stride = 1;
    for (int axis = shape.rank() - 1; axis > 0; axis--) {
      blurred = along(blurred, shape.size(axis), stride, kernel);
      stride *= shape.size(axis);
    }
    return List.of(blurred);
  }

  /** One side of the Gaussian, no longer than an axis. */
  private static double[] kernel(double sigma, int longest) {
    double[] kernel = new double[(int) Math.min(longest, Math.ceil(RADIUS_PER_SIGMA * sigma) + 1)];
    for (int d = 0; d < kernel.length; d++) {
      double distance = d / sigma;
      kernel[d] = Math.exp(-distance * distance / 2);
    }
    return kernel;
  }

  private static double[] along(double[] values, int size, int stride, double[] kernel) {
    double[] blurred = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      int at = i / stride % size;
      int from = Math.max(0, at - kernel.length + 1);
      int to = Math.min(size - 1, at + kernel.length - 1);
      double sum = 0;
      double weights = 0;
      for (int k = from; k <= to; k++) {
        double weight = kernel[Math.abs(k - at)];
        sum += weight * values[i + (k - at) * stride];
        weights += weight;
      }
      blurred[i] = sum / weights;
    }
    return blurred;
  }
}
