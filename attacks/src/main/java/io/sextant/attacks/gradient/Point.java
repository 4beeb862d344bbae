package io.sextant.attacks.gradient;

import io.sextant.attacks.Iterate;
import io.sextant.attacks.Trial;

/** An iterate with what was found there. */
record Point(Iterate x, Trial.Seen seen) {
  double loss() {
    return seen.loss();
  }

  double[] gradient() {
    return seen.gradient();
  }

  /** The one of higher loss; this one where they are equal. */
  Point or(Point other) {
    return other.loss() > loss() ? other : this;
  }
}
