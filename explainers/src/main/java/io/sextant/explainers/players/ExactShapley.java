package io.sextant.explainers.players;

import io.sextant.gradients.Step;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Shapley values of few players, by all of their coalitions:
 *
 * <pre>
 * share_i = sum over S without i of |S|! (m - |S| - 1)! / m! (v(S + i) - v(S))
 * </pre>
 *
 * with v(S) the output when the m players outside S have the values of the baseline. No other
 * division adds up to f(x) - f(baseline), treats players that do the same alike, gives nothing to
 * those that change nothing, and is linear in f.
 *
 * <p>Shapley, "A Value for n-Person Games", Contributions to the Theory of Games II, 1953.
 *
 * @param play who plays, and against what
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ExactShapley(Play play) implements Shapley {
  /** A million coalitions. */
  private static final int MOST = 20;

  /** For each coalition two values, a reference and a part of what is kept of a layer. */
  private static final int BYTES_EACH = 4 * Double.BYTES;

  private static final long KEPT_BYTES = 64L << 20;

  /** Coalitions of different baselines that are asked about side by side: a batch or so. */
  private static final int AT_ONCE = 1 << 10;

  private static final Declaration<ExactShapley> DECLARATION =
      Declaration.of("exact-shapley", Kind.ATTRIBUTION, ExactShapley.class)
          .summary("Shapley values of at most %d players, by all coalitions".formatted(MOST))
          .source(
              "Shapley, \"A Value for n-Person Games\", Contributions to the Theory of Games II,"
                  + " 1953")
          .access(Access.LOGITS)
          .settings(Play.SETTINGS)
          .made(ExactShapley::new, values -> new ExactShapley(Play.of(values)));

  /** What suits the inputs. */
  public static final ExactShapley DEFAULT = new ExactShapley();

  public ExactShapley {
    Objects.requireNonNull(play, "play");
  }

  /** The {@link #DEFAULT}. */
  public ExactShapley() {
    this(Play.DEFAULT);
  }

  @Override
  public Declaration<ExactShapley> declaration() {
    return DECLARATION;
  }

  @Override
  public ExactShapley with(Play newPlay) {
    return new ExactShapley(newPlay);
  }

  @Override
  public long coalitions(int players) {
    return (1L << Math.min(MOST, players)) - 2;
  }

  @Override
  public void require(int players) {
    if (players > MOST) {
      throw new IllegalArgumentException(
          ("exact-shapley asks about 2^players coalitions and must have at most %d players but has"
                  + " %d; join some of them (players=patches:HxW, groups or a mask), or take"
                  + " kernel-shap")
              .formatted(MOST, players));
    }
  }

  @Override
  public int atOnce(int features) {
    return (int) ((KEPT_BYTES / BYTES_EACH) >> Math.min(MOST, features));
  }

  @Override
  public Step<Division> divide(Game game, double all) {
    int players = game.size();
    Optional<Front> front = Front.of(game);
    List<double[]> baselines = game.baselines();
    // What each coalition gets, by the bits of its members, on average over the baselines.
    double[] mean = new double[1 << players];
    return Step.all(
        baselines.size(),
        Math.max(1, AT_ONCE >> players),
        row -> new EveryCoalition(game, baselines.get(row), front).values(all),
        (row, values) -> Arrays.setAll(mean, c -> mean[c] + (values[c] - mean[c]) / (row + 1)),
        () -> new Division(mean[0], Shares.exact(shares(mean, players))));
  }

  private static double[] shares(double[] v, int players) {
    // |S|! (m - |S| - 1)! / m! by |S|.
    double[] weights = new double[players];
    for (int size = 0; size < players; size++) {
      weights[size] = size == 0 ? 1.0 / players : weights[size - 1] * size / (players - size);
    }
    double[] shares = new double[players];
    for (int coalition = 0; coalition < v.length - 1; coalition++) {
      double weight = weights[Integer.bitCount(coalition)];
      for (int i = 0; i < players; i++) {
        int with = coalition | 1 << i;
        if (with != coalition) {
          shares[i] += weight * (v[with] - v[coalition]);
        }
      }
    }
    return shares;
  }
}
