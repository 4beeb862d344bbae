package io.sextant.explainers.players;

import io.sextant.explainers.Moments;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Step;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import java.util.BitSet;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Shapley values as what players add when they come one after another, on average over orders:
 *
 * <pre>
 * share_i = mean over orders of v(those before i, and i) - v(those before i)
 * </pre>
 *
 * <p>Orders are drawn in pairs, each with its reverse, until the largest standard error is small
 * enough. Every order adds up to f(x) - f(baseline) by itself, so any number of them does; and no
 * matrix is kept, so there may be any number of players.
 *
 * <p>Castro, Gómez, Tejada, "Polynomial calculation of the Shapley value based on sampling",
 * Computers and Operations Research 36(5), 2009. Reversed orders: Mitchell, Cooper, Frank, Holmes,
 * "Sampling Permutations for Shapley Value Estimation", JMLR 23, 2022, arXiv:2104.12199.
 *
 * @param play who plays, and against what
 * @param draws how long orders are drawn; a pair of them asks about 2 (m - 1) coalitions of m
 *     players
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record PermutationShapley(Play play, Draws draws) implements Sampled {
  private static final Declaration<PermutationShapley> DECLARATION =
      Declaration.of("permutation-shapley", Kind.ATTRIBUTION, PermutationShapley.class)
          .summary("Shapley values by orders in which players come")
          .source(
              "Castro, Gómez, Tejada, \"Polynomial calculation of the Shapley value based on"
                  + " sampling\", Computers and Operations Research 36(5), 2009")
          .access(Access.LOGITS)
          .settings(Play.DRAWN)
          .settings(Draws.SETTINGS)
          .made(
              PermutationShapley::new,
              values -> new PermutationShapley(Play.drawn(values), Draws.of(values)));

  /** What suits the inputs, to a standard error of 0.01 with at most 4,096 coalitions. */
  public static final PermutationShapley DEFAULT = new PermutationShapley();

  public PermutationShapley {
    Objects.requireNonNull(play, "play");
    Objects.requireNonNull(draws, "draws");
  }

  /** The {@link #DEFAULT}. */
  public PermutationShapley() {
    this(Play.DEFAULT, Draws.DEFAULT);
  }

  @Override
  public Declaration<PermutationShapley> declaration() {
    return DECLARATION;
  }

  @Override
  public PermutationShapley with(Play newPlay) {
    return new PermutationShapley(newPlay, draws);
  }

  /** The same with other draws. */
  public PermutationShapley with(Draws newDraws) {
    return new PermutationShapley(play, newDraws);
  }

  @Override
  public long coalitions(int players) {
    return draws.samples();
  }

  @Override
  public void require(int players) {
    if (players > 2 && draws.samples() < 4L * (players - 1)) {
      throw new IllegalArgumentException(
          ("samples must be at least 4 (players - 1), for two pairs of orders and a standard error"
                  + " (%d for %d players), but were %d; raise them or join players")
              .formatted(4L * (players - 1), players, draws.samples()));
    }
  }

  @Override
  public Step<Shares> divide(Game game, double all, double none) {
    Orders orders = new Orders(game, all, none);
    if (game.size() == 2) {
      // An order and its reverse are all there are.
      return orders.walk(0, 1).then(done -> Step.done(Shares.exact(orders.moments.means())));
    }
    int most = draws.samples() / (2 * (game.size() - 1));
    return draw(orders, 0, draws.first(most), most);
  }

  private Step<Shares> draw(Orders orders, int from, int to, int most) {
    return orders
        .walk(from, to)
        .then(
            done -> {
              Shares shares = orders.shares();
              int next = draws.next(to, shares.largestError(), most);
              return next == to ? Step.done(shares) : draw(orders, to, next, most);
            });
  }

  /** The orders in which the players of one game come. */
  private final class Orders {
    private final Game game;
    private final RandomKey key;
    private final double all;
    private final double none;
    private final Moments moments;

    Orders(Game game, double all, double none) {
      this.game = game;
      this.all = all;
      this.none = none;
      this.moments = new Moments(game.size());
      this.key = RandomKey.of(play.seed()).with(DECLARATION.name()).with(game.x().id());
    }

    /** Takes pairs of orders from one number to before another. */
    Step<Orders> walk(int from, int to) {
      return Step.all(
          to - from,
          to - from,
          at -> pair(order(key.with(from + (long) at).random())),
          (int at, double[] shares) -> moments.add(shares),
          () -> this);
    }

    Shares shares() {
      return new Shares(moments.means(), moments.standardErrors(), moments.count());
    }

    private int[] order(RandomGenerator random) {
      int[] order = IntStream.range(0, game.size()).toArray();
      for (int last = order.length - 1; last > 0; last--) {
        int place = random.nextInt(last + 1);
        int player = order[place];
        order[place] = order[last];
        order[last] = player;
      }
      return order;
    }

    /** What players add in an order and in its reverse, on average. */
    private Step<double[]> pair(int[] order) {
      int between = order.length - 1;
      // What the first ones get, by their number, and what the last ones get.
      double[] firsts = new double[order.length + 1];
      double[] lasts = new double[order.length + 1];
      firsts[0] = none;
      lasts[0] = none;
      firsts[order.length] = all;
      lasts[order.length] = all;
      return Step.all(
          2 * between,
          2 * between,
          at -> game.value(at < between ? first(order, at + 1) : last(order, at - between + 1)),
          (at, value) -> (at < between ? firsts : lasts)[at % between + 1] = value,
          () -> {
            double[] shares = new double[order.length];
            for (int at = 0; at < order.length; at++) {
              double came = firsts[at + 1] - firsts[at];
              double cameBack = lasts[order.length - at] - lasts[order.length - at - 1];
              shares[order[at]] = (came + cameBack) / 2;
            }
            return shares;
          });
    }

    private BitSet first(int[] order, int count) {
      BitSet members = new BitSet(order.length);
      for (int at = 0; at < count; at++) {
        members.set(order[at]);
      }
      return members;
    }

    private BitSet last(int[] order, int count) {
      return game.others(first(order, order.length - count));
    }
  }
}
