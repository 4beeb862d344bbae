package io.sextant.cli;

import io.sextant.evaluation.Subject;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.spec.DataSpec;
import java.util.Arrays;

/** Reads the examples that options ask for. */
final class Inputs {
  private Inputs() {}

  static DataSet read(DataSpec spec, long seed) {
    DataSet all = Subject.data(spec);
    return spec.samples() >= all.size() ? all : spec.sampling().draw(all, spec.samples(), seed);
  }

  static void requireClasses(DataSet data, int classes) {
    int highest = Arrays.stream(data.labels()).max().orElse(0);
    if (highest >= classes) {
      throw new IllegalArgumentException(
          "labels must be in 0..%d, since the model has %d classes, but one was %d"
              .formatted(classes - 1, classes, highest));
    }
  }
}
