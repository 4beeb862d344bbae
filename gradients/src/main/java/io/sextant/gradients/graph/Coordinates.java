package io.sextant.gradients.graph;

import java.util.List;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Where the places of a resized dimension lie in the original one: libraries differ. For {@link
 * Operation.Interpolate}, and rounded for {@link Operation.Select}. Computed in single precision,
 * as the libraries do: where a position is nearly a whole number, its last bit decides on the
 * place.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Coordinates {
  /** (i + 1/2) / scale - 1/2: places are points in the middle of pixels. */
  HALF_PIXEL {
    @Override
    float position(int i, int size, int resized, float scale) {
      return (i + 0.5f) / scale - 0.5f;
    }
  },
  /** The same, and 0 where only one place is left. */
  PYTORCH_HALF_PIXEL {
    @Override
    float position(int i, int size, int resized, float scale) {
      return resized == 1 ? 0 : (i + 0.5f) / scale - 0.5f;
    }
  },
  /** The outermost places stay where they are. */
  ALIGN_CORNERS {
    @Override
    float position(int i, int size, int resized, float scale) {
      return resized == 1 ? 0 : i * (size - 1f) / (resized - 1);
    }
  },
  /** i / scale. */
  ASYMMETRIC {
    @Override
    float position(int i, int size, int resized, float scale) {
      return i / scale;
    }
  },
  /** (i + 1/2) / scale, which TensorFlow rounds down for the nearest. */
  PIXEL_CENTRE {
    @Override
    float position(int i, int size, int resized, float scale) {
      return (i + 0.5f) / scale;
    }
  };

  /** How a position becomes a place. */
  public enum Rounding {
    /** To the nearest, halves down. */
    HALF_DOWN,
    /** To the nearest, halves up. */
    HALF_UP,
    /** Down. */
    FLOOR,
    /** Up. */
    CEILING
  }

  abstract float position(int i, int size, int resized, float scale);

  /**
   * Positions in the original dimension.
   *
   * @param size of the original dimension, at least 1
   * @param resized the new size, at least 1
   * @param scale by which the dimension grows, above 0: mostly {@code resized / size}
   */
  public List<Double> positions(int size, int resized, float scale) {
    requireSizes(size, resized, scale);
    return IntStream.range(0, resized)
        .mapToObj(i -> (double) position(i, size, resized, scale))
        .toList();
  }

  /**
   * Places of the original dimension: positions rounded, those outside taken to the ends.
   *
   * @param size of the original dimension, at least 1
   * @param resized the new size, at least 1
   * @param scale by which the dimension grows, above 0
   * @param rounding how positions become places
   */
  public List<Integer> places(int size, int resized, float scale, Rounding rounding) {
    return positions(size, resized, scale).stream()
        .map(
            position ->
                switch (rounding) {
                  case HALF_DOWN -> Math.ceil(position - 0.5);
                  case HALF_UP -> Math.floor(position + 0.5);
                  case FLOOR -> Math.floor(position);
                  case CEILING -> Math.ceil(position);
                })
        .map(place -> (int) Math.max(0, Math.min(size - 1, place)))
        .toList();
  }

  private static void requireSizes(int size, int resized, float scale) {
    if (size < 1 || resized < 1 || resized > InferenceGraph.MOST_VALUES || !(scale > 0)) {
      throw new IllegalArgumentException(
          "sizes and scale must be above 0, and the new size at most %d, but were %d, %d and %s"
              .formatted(InferenceGraph.MOST_VALUES, size, resized, scale));
    }
  }
}
