package io.sextant.explainers.players;

import io.sextant.explainers.Moments;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The fit of KernelSHAP, and its standard errors.
 *
 * <p>Pairs are drawn independently, so what they pull the fit by, taken to first order around it,
 * has a variance that their own spread estimates; coalitions that are listed add none.
 */
final class KernelRegression {
  private final LeastSquares listed;
  private final LeastSquares drawn;
  private final List<Pair> pairs = new ArrayList<>();
  private final int players;
  private final double unlistedWeight;
  private final double total;
  private final double none;

  /**
   * Nothing seen yet.
   *
   * @param total what all players get together
   * @param none what nobody gets
   */
  KernelRegression(Game game, Coalitions plan, double total, double none) {
    this.players = game.size();
    this.listed = new LeastSquares(players);
    this.drawn = new LeastSquares(players);
    this.unlistedWeight = plan.unlistedWeight();
    this.total = total;
    this.none = none;
  }

  /**
   * A coalition, its complement, and what they get.
   *
   * @param members of the one
   * @param others of the other
   * @param value of the one
   * @param otherValue of the other
   */
  record Pair(BitSet members, BitSet others, double value, double otherValue) {}

  void add(Coalitions.Weighted coalition, double value) {
    listed.add(coalition.members(), value - none, coalition.weight());
  }

  void add(Pair pair) {
    drawn.add(pair.members(), pair.value() - none, 1);
    drawn.add(pair.others(), pair.otherValue() - none, 1);
    pairs.add(pair);
  }

  /** What each player gets, as far as is known. */
  Shapley.Shares shares() {
    if (pairs.isEmpty()) {
      return Shapley.Shares.exact(listed.solve(OptionalDouble.of(total)).coefficients());
    }
    // A coalition that was drawn stands for its part of all that are not listed.
    double each = unlistedWeight / (2.0 * pairs.size());
    LeastSquares.Fit fit = listed.plus(drawn, each).solve(OptionalDouble.of(total));
    Moments pulls = new Moments(players);
    for (Pair pair : pairs) {
      double[] pull = new double[players];
      addPull(pull, fit, pair.members(), pair.value() - none, each);
      addPull(pull, fit, pair.others(), pair.otherValue() - none, each);
      pulls.add(fit.moved(pull));
    }
    return new Shapley.Shares(fit.coefficients(), pulls.standardErrors(), pairs.size());
  }

  /** Half of what the drawn part of the moments would be if this coalition stood for all of it. */
  private void addPull(
      double[] pull, LeastSquares.Fit fit, BitSet members, double value, double each) {
    double residual = fit.residual(members, value, each);
    members.stream().forEach(i -> pull[i] += unlistedWeight / 2 * residual);
  }
}
