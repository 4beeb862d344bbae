package io.sextant.cli;

import io.sextant.evaluation.SpecSources;
import io.sextant.evaluation.data.Box;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.Draw;
import io.sextant.spec.DataSpec;

/** Reads the examples that options ask for. */
final class Inputs {
  private Inputs() {}

  static DataSet read(DataSpec spec, long seed) {
    return drawn(spec, all(spec), seed);
  }

  /** All examples, whatever is drawn of them. */
  static DataSet all(DataSpec spec) {
    return SpecSources.data(spec.source(), new Box(spec.minimum(), spec.maximum()));
  }

  static DataSet drawn(DataSpec spec, DataSet all, long seed) {
    return Draw.of(spec.sampling(), all, spec.samples(), seed);
  }
}
