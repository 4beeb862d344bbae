package io.sextant.evaluation;

import io.sextant.explainers.layer.Bilinear;
import io.sextant.gradients.graph.Shape;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Attributions as they are shown on an input. Those of its shape are shown as they are. Maps {@code
 * [height, width]} are brought to an image's size, and so is the sum over the channels of a layer
 * {@code [channels, height, width]}; there is no picture of any other layer.
 *
 * @param input the shape of the input
 * @param attribution the shape of an attribution
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record AttributionPicture(Shape input, Shape attribution) {
  /** One number per value of the input, or one per pixel; empty where there is no picture. */
  public Optional<double[]> of(double[] values) {
    if (attribution.equals(input)) {
      return Optional.of(values);
    }
    if (!isPossible()) {
      return Optional.empty();
    }
    int rank = attribution.rank();
    int height = attribution.size(rank - 2);
    int width = attribution.size(rank - 1);
    double[] map = new double[height * width];
    for (int i = 0; i < values.length; i++) {
      map[i % map.length] += values[i];
    }
    return Optional.of(new Bilinear(height, width, input.size(1), input.size(2)).apply(map));
  }

  private boolean isPossible() {
    return input.rank() == 3 && (attribution.rank() == 2 || attribution.rank() == 3);
  }

  /** What a person must know of the picture; empty where it is the attribution itself. */
  public Optional<String> remark() {
    boolean asItIs =
        attribution.equals(input)
            || isPossible()
                && attribution.rank() == 2
                && attribution.size(0) == input.size(1)
                && attribution.size(1) == input.size(2);
    if (asItIs) {
      return Optional.empty();
    }
    return Optional.of(
        isPossible()
            ? ("attributions have a layer's shape %s; pictures show their sum over channels,"
                    + " brought to the input's size bilinearly")
                .formatted(attribution)
            : "attributions have a layer's shape %s, so there is no picture of them on an input of shape %s"
                .formatted(attribution, input));
  }
}
