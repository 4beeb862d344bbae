package io.sextant.evaluation.data;

import org.apiguardian.api.API;

/**
 * What becomes of a row of a file.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@FunctionalInterface
public interface RowChange {
  /**
   * The new row.
   *
   * @param id 0-based row of the data
   * @param row in the units of the inputs, floats
   * @return as many values, floats
   */
  float[] of(long id, double[] row);
}
