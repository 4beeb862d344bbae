package io.sextant.explainers.players;

import io.sextant.explainers.Attribution;
import io.sextant.explainers.Baseline;
import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Reference;
import io.sextant.gradients.Step;
import io.sextant.methods.Passes;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What explainers share that divide f(x) - f(baseline) among players by their Shapley values: they
 * differ in which coalitions they ask about.
 */
interface Shapley extends Absence {
  /** Who plays, and against what. */
  Play play();

  /** The same of another game. */
  Shapley with(Play play);

  /**
   * The most coalitions that are asked about, beside none and all.
   *
   * @param players how many there are, at least 1
   */
  long coalitions(int players);

  /**
   * Refuses what this cannot divide.
   *
   * @param players how many there are
   * @throws IllegalArgumentException when they are too many
   */
  void require(int players);

  /**
   * Divides.
   *
   * @param game of any number of players
   * @param all what all of them get
   */
  Step<Division> divide(Game game, double all);

  @Override
  default Players players() {
    return play().players();
  }

  @Override
  default Baseline baseline() {
    return play().baseline();
  }

  @Override
  default Passes passes(int classes, int features) {
    return new Passes(1, 0).plus(new Passes(1 + coalitions(features), 0).times(baseline().count()));
  }

  @Override
  default Explainer fitted(Reference reference) {
    Play fitted = play().fitted(reference);
    require(fitted.players().partition(reference.shape(), reference.domain()).players());
    return with(fitted);
  }

  @Override
  default Step<Attribution> attribute(Explained x) {
    Partition partition = players().partition(x.shape(), x.domain());
    require(partition.players());
    Game game = Game.of(x, partition, baseline().rows(x));
    return x.atInput(
        all -> divide(game, all).then(division -> Step.done(attribution(game, division, all))));
  }

  private Attribution attribution(Game game, Division division, double all) {
    Shares shares = division.shares();
    double none = division.none();
    double[] players = game.ofAll(shares.values());
    double[] errors = game.partition().spread(game.ofAll(shares.standardErrors()));
    Certificate certificate =
        game.x()
            .certificate(
                0,
                all,
                OptionalDouble.of(none),
                OptionalDouble.of(Arrays.stream(players).sum() - (all - none)),
                shares.reached(tolerance()));
    boolean drawn = tolerance().isPresent();
    return new Attribution(
        game.partition().spread(players),
        drawn
            ? certificate.withStandardError(Arrays.stream(errors).average().orElse(0))
            : certificate,
        drawn ? Optional.of(errors) : Optional.empty(),
        Optional.of(players),
        remarks(game.partition(), game.x().domain(), game.baselines()));
  }

  /** The standard error at which sampling stops; absent where nothing is sampled. */
  default OptionalDouble tolerance() {
    return OptionalDouble.empty();
  }

  /**
   * What was divided, and how.
   *
   * @param none what nobody gets
   * @param shares of what all get beyond that
   */
  record Division(double none, Shares shares) {}

  /**
   * What each player got.
   *
   * @param values one per player
   * @param standardErrors one per player
   * @param units drawn, from whose spread the standard errors are
   */
  record Shares(double[] values, double[] standardErrors, long units) {
    /** Without chance. */
    static Shares exact(double... values) {
      return new Shares(values, new double[values.length], Long.MAX_VALUE);
    }

    /** Everything for the only player, if there is one. */
    static Shares exact(double everything, int players) {
      return exact(players == 0 ? new double[0] : new double[] {everything});
    }

    double largestError() {
      return Arrays.stream(standardErrors).max().orElse(0);
    }

    Optional<Boolean> reached(OptionalDouble tolerance) {
      return tolerance.isEmpty()
          ? Optional.empty()
          // Few units may agree by chance: two can be the same.
          : Optional.of(units >= Draws.FIRST && largestError() <= tolerance.getAsDouble());
    }
  }
}
