package io.sextant.corruptions;

import io.sextant.methods.Method;
import io.sextant.methods.Passes;
import org.apiguardian.api.API;

/**
 * A corruption with its parameters.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Corruption extends Method {
  /** The corruption of this kind at a strength, whatever this one's own parameters are. */
  Corruption at(Strength strength);

  /** One decision on each corrupted example. */
  @Override
  default Passes passes(int classes, int features) {
    return new Passes(1, 0);
  }
}
