package io.sextant.explainers.players;

import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Step;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * Shapley values as the weighted least squares fit of a linear game to coalitions:
 *
 * <pre>
 * least sum over S of w(|S|) (v(S) - v(none) - sum over i in S of share_i)^2,
 * w(s) = (m - 1) / (C(m, s) s (m - s)),   sum of all share_i = f(x) - f(baseline)
 * </pre>
 *
 * <p>The sum is kept exactly, not by a large weight. Coalitions of the sizes that weigh most are
 * all asked about as far as the samples allow, from the smallest and largest inwards; those of the
 * other sizes are drawn, each with its complement, until the largest standard error is small
 * enough. When all fit into the samples the shares are exact.
 *
 * <p>Lundberg, Lee, "A Unified Approach to Interpreting Model Predictions", NeurIPS 2017,
 * arXiv:1705.07874. Pairs of complements: Covert, Lee, "Improving KernelSHAP: Practical Shapley
 * Value Estimation via Linear Regression", AISTATS 2021, arXiv:2012.01536. No player is left out of
 * the fit by an L1 penalty.
 *
 * @param play who plays, and against what
 * @param draws how long coalitions are drawn
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record KernelShap(Play play, Draws draws) implements Sampled {
  private static final Declaration<KernelShap> DECLARATION =
      Declaration.of("kernel-shap", Kind.ATTRIBUTION, KernelShap.class)
          .summary("Shapley values by weighted least squares over coalitions")
          .source(
              "Lundberg, Lee, \"A Unified Approach to Interpreting Model Predictions\", NeurIPS"
                  + " 2017, arXiv:1705.07874")
          .access(Access.LOGITS)
          .settings(Play.DRAWN)
          .settings(Draws.SETTINGS)
          .made(KernelShap::new, values -> new KernelShap(Play.drawn(values), Draws.of(values)));

  /** What suits the inputs, to a standard error of 0.01 with at most 4,096 coalitions. */
  public static final KernelShap DEFAULT = new KernelShap();

  /** Coalitions that are drawn at least where not all are asked about. */
  private static final int LEAST_DRAWN = 16;

  private static final long KEPT_BYTES = 64L << 20;

  public KernelShap {
    Objects.requireNonNull(play, "play");
    Objects.requireNonNull(draws, "draws");
  }

  /** The {@link #DEFAULT}. */
  public KernelShap() {
    this(Play.DEFAULT, Draws.DEFAULT);
  }

  @Override
  public Declaration<KernelShap> declaration() {
    return DECLARATION;
  }

  @Override
  public KernelShap with(Play newPlay) {
    return new KernelShap(newPlay, draws);
  }

  /** The same with other draws. */
  public KernelShap with(Draws newDraws) {
    return new KernelShap(play, newDraws);
  }

  @Override
  public long coalitions(int players) {
    return draws.samples();
  }

  @Override
  public void require(int players) {
    if (players > LeastSquares.MOST) {
      throw new IllegalArgumentException(
          ("kernel-shap must have at most %d players but has %d; join some of them"
                  + " (players=patches:HxW, groups or a mask), or take permutation-shapley")
              .formatted(LeastSquares.MOST, players));
    }
    int least = 2 * players + LEAST_DRAWN;
    if (draws.samples() < least && draws.samples() < Coalitions.all(players)) {
      throw new IllegalArgumentException(
          ("samples must be at least two per player and %d more (%d for %d players) but were %d;"
                  + " raise them or join players")
              .formatted(LEAST_DRAWN, least, players, draws.samples()));
    }
  }

  @Override
  public int atOnce(int features) {
    long players = Math.min(LeastSquares.MOST, features);
    // Three matrices, and the coalitions that were drawn.
    long bytes = 3 * Double.BYTES * players * players + draws.samples() * (64L + players / 8);
    return (int) Math.max(1, KEPT_BYTES / bytes);
  }

  @Override
  public Step<Shares> divide(Game game, double all, double none) {
    Coalitions plan = Coalitions.within(game.size(), draws.samples(), LEAST_DRAWN);
    KernelRegression regression = new KernelRegression(game, plan, all - none, none);
    List<Coalitions.Weighted> listed = new ArrayList<>(plan.listed());
    return Step.all(
            listed.size(),
            listed.size(),
            at -> game.value(listed.get(at).members()),
            (at, value) -> regression.add(listed.get(at), value),
            () -> plan)
        .then(
            done ->
                plan.mostPairs() == 0
                    ? Step.done(regression.shares())
                    : draw(regression, game, plan, 0, draws.first(plan.mostPairs())));
  }

  /** Pairs from one number to before another, and more of them while that is worth it. */
  private Step<Shares> draw(
      KernelRegression regression, Game game, Coalitions plan, int from, int to) {
    RandomKey key = RandomKey.of(play.seed()).with(DECLARATION.name()).with(game.x().id());
    return Step.all(
            to - from,
            to - from,
            at -> pair(game, plan.drawn(key.with(from + (long) at).random())),
            (int at, KernelRegression.Pair pair) -> regression.add(pair),
            regression::shares)
        .then(
            shares -> {
              int next = draws.next(to, shares.largestError(), plan.mostPairs());
              return next == to ? Step.done(shares) : draw(regression, game, plan, to, next);
            });
  }

  private static Step<KernelRegression.Pair> pair(Game game, BitSet members) {
    BitSet others = game.others(members);
    double[] values = new double[2];
    return Step.all(
        2,
        2,
        at -> game.value(at == 0 ? members : others),
        (at, value) -> values[at] = value,
        () -> new KernelRegression.Pair(members, others, values[0], values[1]));
  }
}
