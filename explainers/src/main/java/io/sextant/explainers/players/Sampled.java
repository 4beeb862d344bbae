package io.sextant.explainers.players;

import java.util.OptionalDouble;

/** What explainers share that draw coalitions until they know enough. */
interface Sampled extends Shapley {
  /** How long coalitions are drawn. */
  Draws draws();

  @Override
  default OptionalDouble tolerance() {
    return OptionalDouble.of(draws().tolerance());
  }
}
