package io.sextant.attacks.blackbox;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Iterate;
import io.sextant.attacks.Loss;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Step;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.results.Norm;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * Random search with windows: a proposal changes a square of an image at random, and is kept when
 * it raises the margin.
 *
 * <pre>
 * x(0)   = P(x + stripes or tiles of length epsilon)
 * x(t+1) = P(x(t) with a window of share p(t) changed), if its margin is higher; else x(t)
 * </pre>
 *
 * <ul>
 *   <li>L∞: a window is set to +epsilon or -epsilon, one sign per channel.
 *   <li>L2 and L1: one window gives its length to another, which keeps its direction and gets a
 *       signed pyramid on top; what the ball has left is added.
 * </ul>
 *
 * <p>The margin is the largest other logit minus that of the true class, or the target's minus the
 * largest other. Where an input has no grid (vectors, tables), a window is that share of the
 * features that may move, drawn at random, with a sign for each; integers are rounded towards the
 * clean value, categories stay as they are.
 *
 * <p>Andriushchenko, Croce, Flammarion, Hein, "Square Attack: a query-efficient black-box
 * adversarial attack via random search", ECCV 2020, arXiv:1912.00049; L1: Croce, Hein, "Mind the
 * box: l1-APGD for sparse adversarial attacks on image classifiers", ICML 2021, arXiv:2103.01208.
 * Defaults are those of AutoAttack: 5,000 queries, p = 0.8, halved at fixed queries. Windows are
 * drawn for each example alone, and the last place of a window is as likely as any other. Cost per
 * example: the clean decision and at most {@code queries} forwards per run; no backwards.
 *
 * @param queries points that a run asks about, at least 1
 * @param share p, the share of the input that the first windows cover, between 0 and 1
 * @param rescale whether the queries at which p is halved, which are meant for 10,000, are scaled
 *     to the number of queries, as in the paper's code, or not, as in AutoAttack
 * @param restarts runs in all, at least 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Square(int queries, double share, boolean rescale, int restarts) implements Attack {
  /** The queries, of {@link #PLANNED}, after which p is halved. */
  private static final int[] HALVED = {10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000};

  private static final int PLANNED = 10_000;

  private static final Setting<Square, Integer> QUERIES =
      Setting.of("queries", Form.count(), "points that a run asks about", Square::queries);
  private static final Setting<Square, Double> SHARE =
      Setting.of(
          "share",
          Form.between(0, 1),
          "share of the input that the first windows cover",
          Square::share);
  private static final Setting<Square, Boolean> RESCALE =
      Setting.of(
          "rescale",
          Form.flag(),
          "scale the schedule of shares, meant for 10,000 queries, to the number of queries",
          Square::rescale);
  private static final Setting<Square, Integer> RESTARTS =
      Setting.of("restarts", Form.count(), "runs in all, until one breaks", Square::restarts);

  private static final Declaration<Square> DECLARATION =
      Declaration.of("square", Kind.FIXED_RADIUS, Square.class)
          .summary("random search: windows are changed, and kept when the margin rises")
          .source(
              "Andriushchenko, Croce, Flammarion, Hein, \"Square Attack: a query-efficient black-box"
                  + " adversarial attack via random search\", ECCV 2020, arXiv:1912.00049")
          .norms(Set.of(Norm.LINF, Norm.L2, Norm.L1))
          .access(Access.LOGITS)
          .settings(List.of(QUERIES, SHARE, RESCALE, RESTARTS))
          .made(
              Square::new,
              values ->
                  new Square(
                      values.of(QUERIES),
                      values.of(SHARE),
                      values.of(RESCALE),
                      values.of(RESTARTS)));

  /** AutoAttack's settings: 5,000 queries, p = 0.8, not rescaled, one run. */
  public static final Square DEFAULT = new Square();

  public Square {
    QUERIES.require(queries);
    SHARE.require(share);
    RESTARTS.require(restarts);
  }

  /** The {@link #DEFAULT}. */
  public Square() {
    this(5000, 0.8, false, 1);
  }

  /** This attack with another number of queries. */
  public Square withQueries(int newQueries) {
    return new Square(newQueries, share, rescale, restarts);
  }

  /** This attack with its schedule scaled to the number of queries, or not. */
  public Square withRescale(boolean newRescale) {
    return new Square(queries, share, newRescale, restarts);
  }

  /** This attack with another number of runs. */
  public Square withRestarts(int newRestarts) {
    return new Square(queries, share, rescale, newRestarts);
  }

  @Override
  public Declaration<Square> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1 + (long) restarts * queries, 0);
  }

  @Override
  public Step<Trial> search(Trial trial) {
    Windows windows = Windows.of(trial);
    Objective margin = trial.objective(Loss.MARGIN);
    return trial.runs(
        restarts,
        run -> {
          Iterate x = trial.at(windows.start(trial.random(0)));
          return trial.score(x, margin, found -> walk(trial, windows, x, found, 1));
        });
  }

  private Step<Trial> walk(Trial trial, Windows windows, Iterate x, double margin, int query) {
    for (int t = query; t < queries; t++) {
      RandomGenerator random = trial.random(t);
      Iterate next = trial.at(windows.change(x.perturbation(), share(t), random));
      // A window that the box holds back is no question.
      if (!next.equals(x)) {
        int after = t + 1;
        return trial.score(
            next,
            trial.objective(Loss.MARGIN),
            found ->
                found > margin
                    ? walk(trial, windows, next, found, after)
                    : walk(trial, windows, x, margin, after));
      }
    }
    return trial.over();
  }

  /**
   * The share p of the input that a window covers.
   *
   * @param query from 0
   */
  double share(int query) {
    long planned = rescale ? (long) query * PLANNED / queries : query;
    double p = share;
    for (int halved : HALVED) {
      p = planned > halved ? p / 2 : p;
    }
    return p;
  }
}
