package io.sextant.explainers.layer;

import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * Enlarges or shrinks a map by bilinear interpolation with half-pixel centres: the value at a place
 * is the mean, by distance, of the up to four values around it, and beyond the outermost centres it
 * stays as there.
 *
 * <p>A value is read as a height, not as a mass: weights at a place add up to 1, so a constant map
 * stays constant and no value leaves the range of the map's, but the sum of a map is not kept. A
 * map that shrinks is sampled, not averaged.
 *
 * @param height of the map, at least 1
 * @param width of the map, at least 1
 * @param newHeight of what comes out, at least 1
 * @param newWidth of what comes out, at least 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Bilinear(int height, int width, int newHeight, int newWidth) {
  public Bilinear {
    if (Math.min(Math.min(height, width), Math.min(newHeight, newWidth)) < 1) {
      throw new IllegalArgumentException(
          "heights and widths must be at least 1 but were %d x %d and %d x %d"
              .formatted(height, width, newHeight, newWidth));
    }
  }

  /**
   * The map at its new size.
   *
   * @param map {@code [height, width]}; not modified
   * @return {@code [new height, new width]}
   * @throws IllegalArgumentException when the map has another number of values
   */
  public double[] apply(double[] map) {
    if (map.length != height * width) {
      throw new IllegalArgumentException(
          "a map of %d x %d must have %d values but had %d"
              .formatted(height, width, height * width, map.length));
    }
    Place[] rows = places(height, newHeight);
    Place[] columns = places(width, newWidth);
    double[] resized = new double[Math.multiplyExact(newHeight, newWidth)];
    for (int y = 0; y < newHeight; y++) {
      Place row = rows[y];
      for (int x = 0; x < newWidth; x++) {
        Place column = columns[x];
        double above = column.between(map, row.low() * width);
        double below = column.between(map, row.high() * width);
        resized[y * newWidth + x] = above + row.share() * (below - above);
      }
    }
    return resized;
  }

  /**
   * Where a new place lies among the old ones.
   *
   * @param share of the higher one, from 0 to 1
   */
  private record Place(int low, int high, double share) {
    double between(double[] map, int offset) {
      return map[offset + low] + share * (map[offset + high] - map[offset + low]);
    }
  }

  private static Place[] places(int size, int newSize) {
    Place[] places = new Place[newSize];
    Arrays.setAll(
        places,
        i -> {
          double at = (i + 0.5) * size / newSize - 0.5;
          double inside = Math.max(0, Math.min(size - 1, at));
          int low = (int) inside;
          return new Place(low, Math.min(size - 1, low + 1), inside - low);
        });
    return places;
  }
}
