package io.sextant.explainers.players;

import io.sextant.gradients.Step;
import java.util.OptionalDouble;

/** What explainers share that draw coalitions until they know enough. */
interface Sampled extends Shapley {
  /** How long coalitions are drawn. */
  Draws draws();

  /**
   * Divides.
   *
   * @param game of at least two players
   * @param all what all of them get
   * @param none what nobody gets
   */
  Step<Shares> divide(Game game, double all, double none);

  @Override
  default Step<Division> divide(Game game, double all) {
    return game.empty(
        none ->
            // One player gets everything; of none there is nothing to get.
            (game.size() < 2
                    ? Step.done(Shares.exact(all - none, game.size()))
                    : divide(game, all, none))
                .then(shares -> Step.done(new Division(none, shares))));
  }

  @Override
  default OptionalDouble tolerance() {
    return OptionalDouble.of(draws().tolerance());
  }
}
