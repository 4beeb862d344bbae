package io.sextant.evaluation;

import io.sextant.evaluation.data.DataSet;
import io.sextant.spec.DataSpec;
import io.sextant.spec.ModelSpec;
import java.io.IOException;
import org.apiguardian.api.API;

/**
 * Where the models and the data of an audit come from. {@link SpecSources} follows the spec; code
 * that has a network and examples in memory hands over its own.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Sources {
  /**
   * A model, which stays as it is until the audit ends.
   *
   * @throws IllegalArgumentException if there is no such model
   * @throws IOException if it cannot be written
   */
  GivenModel model(ModelSpec spec) throws IOException;

  /**
   * The examples.
   *
   * @throws io.sextant.evaluation.data.DataException if they are missing or damaged
   */
  DataSet data(DataSpec spec);
}
