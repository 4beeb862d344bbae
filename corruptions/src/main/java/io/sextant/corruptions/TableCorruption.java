package io.sextant.corruptions;

import io.sextant.gradients.RandomKey;
import org.apiguardian.api.API;

/**
 * A corruption of rows of a table. Types, bounds and one-hot groups are kept; relations between
 * columns are not, as mistakes in data keep none.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface TableCorruption extends Corruption {
  /**
   * A corrupted row.
   *
   * @param row one value for each column, left as it is
   * @param columns what is known of them
   * @param key of all random numbers of this row
   */
  double[] corrupt(double[] row, Columns columns, RandomKey key);

  @Override
  TableCorruption at(Strength strength);

  /** Whether it can change rows with such columns at all. */
  boolean applies(Columns columns);
}
