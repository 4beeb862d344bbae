package io.sextant.attacks.blackbox;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Iterate;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Step;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.results.Norm;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * Searches among the corners of the cube by decisions alone: blocks of signs are flipped, and a
 * flip is kept when the boundary is nearer along the new direction.
 *
 * <pre>
 * d = (1, ..., 1), r = distance to the boundary along d
 * on level l = 0, 1, ...: for each of 2^l blocks
 *   d' = d with the block flipped; where x + r d' is adversarial, d = d' and r is found by bisection
 * </pre>
 *
 * <p>Levels begin again when blocks are single features. One decision tells whether a flip helps,
 * so that most flips cost no more. While no direction reaches the boundary inside the domain, r is
 * as far as the domain goes.
 *
 * <p>Chen, Gu, "RayS: A Ray Searching Method for Hard-label Adversarial Attack", KDD 2020,
 * arXiv:2006.12792. Defaults are those of the authors' code: 10,000 queries, bisection to 0.001 (in
 * units of the features' scale). Addition: a search that has gone through all levels without one
 * flip kept has come to its end and stops, as all that follow would be the same. Cost per example:
 * the clean decision and at most {@code queries} forwards; no backwards.
 *
 * @param queries decisions in all, at least 1
 * @param tolerance how closely the boundary is found along a direction, above 0
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record RayS(int queries, double tolerance) implements Attack {
  private static final Setting<RayS, Integer> QUERIES =
      Setting.of("queries", Form.count(), "decisions in all", RayS::queries);
  private static final Setting<RayS, Double> TOLERANCE =
      Setting.of(
          "tolerance",
          Form.between(0, 1),
          "how closely the boundary is found along a direction",
          RayS::tolerance);

  private static final Declaration<RayS> DECLARATION =
      Declaration.of("rays", Kind.MINIMUM_NORM, RayS.class)
          .summary("flips blocks of signs while the boundary along them comes nearer")
          .source(
              "Chen, Gu, \"RayS: A Ray Searching Method for Hard-label Adversarial Attack\","
                  + " KDD 2020, arXiv:2006.12792")
          .norms(Set.of(Norm.LINF))
          .access(Access.DECISIONS)
          .settings(List.of(QUERIES, TOLERANCE))
          .made(RayS::new, values -> new RayS(values.of(QUERIES), values.of(TOLERANCE)));

  /** 10,000 queries, bisection to 0.001. */
  public static final RayS DEFAULT = new RayS();

  public RayS {
    QUERIES.require(queries);
    TOLERANCE.require(tolerance);
  }

  /** The {@link #DEFAULT}. */
  public RayS() {
    this(10_000, 1e-3);
  }

  /** This attack with another number of queries. */
  public RayS withQueries(int newQueries) {
    return new RayS(newQueries, tolerance);
  }

  /** This attack with another tolerance. */
  public RayS withTolerance(double newTolerance) {
    return new RayS(queries, newTolerance);
  }

  @Override
  public Declaration<RayS> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1L + queries, 0);
  }

  /**
   * A direction and how far it is to the boundary.
   *
   * @param signs one per feature that may move
   * @param r the distance
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Ray(double[] signs, double r) {
    Ray flipped(int from, int to) {
      double[] other = signs.clone();
      for (int i = from; i < to; i++) {
        other[i] = -other[i];
      }
      return new Ray(other, r);
    }

    Iterate at(Trial trial, double distance) {
      double[] v = new double[trial.clean().row().length];
      int[] movable = trial.movable();
      for (int i = 0; i < movable.length; i++) {
        v[movable[i]] = distance * signs[i];
      }
      return trial.at(v);
    }
  }

  /**
   * Where the search is.
   *
   * @param left queries that are left
   * @param level blocks are a 2^level-th of the features
   * @param block on this level
   * @param kept whether a flip was kept since the first level
   */
  private record Place(int left, int level, int block, boolean kept) {
    Place after(int asked, boolean better) {
      return new Place(left - asked, level, block, kept || better);
    }
  }

  @Override
  public Step<Trial> search(Trial trial) {
    double[] signs = new double[trial.movable().length];
    Arrays.fill(signs, 1);
    Ray first = new Ray(signs, trial.farthest());
    Place place = new Place(queries, 0, 0, false);
    return trial.runs(
        1, run -> signs.length == 0 ? trial.over() : look(trial, first, first, place));
  }

  /** Whether the boundary is nearer along a direction, and how near. */
  private Step<Trial> look(Trial trial, Ray best, Ray other, Place place) {
    return trial.decide(
        other.at(trial, best.r()),
        nearer -> {
          if (!nearer) {
            return flip(trial, best, place.after(1, false));
          }
          int halvings = Math.min(place.left() - 1, Bisection.halvings(best.r(), tolerance));
          return new Bisection(trial, r -> other.at(trial, r))
              .narrow(
                  0,
                  best.r(),
                  halvings,
                  r ->
                      flip(
                          trial,
                          new Ray(other.signs(), r),
                          place.after(1 + halvings, r < best.r())));
        });
  }

  private Step<Trial> flip(Trial trial, Ray best, Place place) {
    int features = best.signs().length;
    int blocks = (int) Math.min(features, 1L << Math.min(30, place.level()));
    int size = (features + blocks - 1) / blocks;
    int from = place.block() * size;
    if (place.left() == 0) {
      return trial.over();
    }
    if (from >= features) {
      if (size > 1) {
        return flip(trial, best, new Place(place.left(), place.level() + 1, 0, place.kept()));
      }
      return place.kept() ? flip(trial, best, new Place(place.left(), 0, 0, false)) : trial.over();
    }
    Place next = new Place(place.left(), place.level(), place.block() + 1, place.kept());
    return look(trial, best, best.flipped(from, Math.min(features, from + size)), next);
  }
}
