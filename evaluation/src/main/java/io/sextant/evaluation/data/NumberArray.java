package io.sextant.evaluation.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * An array of numbers in memory, as read from an IDX or NPY file without any scaling.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class NumberArray {
  private final int[] shape;
  private final double[][] rows;
  private final Origin.Digest digest;

  private NumberArray(int[] shape, double[][] rows, Origin.Digest digest) {
    this.shape = shape;
    this.rows = rows;
    this.digest = digest;
  }

  /**
   * Reads a whole array.
   *
   * @param file IDX or NPY, plain or compressed with gzip
   * @throws DataException if the file is missing or damaged
   */
  public static NumberArray read(Path file) {
    try (ArrayFile array = ArrayFile.open(file)) {
      if (array.width() == 0) {
        throw new DataException(array.name() + ": the rows have no values");
      }
      Room.here().requireData(array.name(), array.rows(), array.width(), Double.BYTES);
      double[][] rows = new double[array.rows()][];
      for (int r = 0; r < rows.length; r++) {
        rows[r] = array.next();
      }
      return new NumberArray(array.shape(), rows, array.finish());
    } catch (IOException e) {
      throw new DataException(
          "%s: the file cannot be read: %s"
              .formatted(Digests.name(file), DataException.firstLine(e)),
          e);
    }
  }

  /** The sizes, rows first; a copy. */
  public int[] shape() {
    return shape.clone();
  }

  /** One row, flat and row-major; a copy. */
  public double[] row(int index) {
    return rows[index].clone();
  }

  /** All rows, flat and row-major; a copy. */
  public double[][] rows() {
    return Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
  }

  /** The file's name and digest. */
  public Origin.Digest digest() {
    return digest;
  }
}
