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
import java.util.List;
import java.util.Set;
import java.util.function.DoubleFunction;
import org.apiguardian.api.API;

/**
 * Walks along the boundary by decisions alone: the boundary's direction is estimated from the
 * decisions around a point on it.
 *
 * <pre>
 * b(t)   = boundary point between the clean input and x(t), by bisection
 * g      = mean of (phi(b + r u) - mean phi) u,  phi = +1 where adversarial, else -1
 * x(t+1) = b + s d(g),  s = |b - clean| / sqrt(t + 1), halved until adversarial
 * </pre>
 *
 * <ul>
 *   <li>L2: u is uniform on the sphere, d(g) is g / |g|, and bisection takes the straight line.
 *   <li>L∞: u is uniform in the cube, then of length 1, d(g) is the sign, and bisection clips x to
 *       smaller and smaller cubes.
 * </ul>
 *
 * <p>Norms are of one example, never of a batch. The search begins at the first adversarial one of
 * points drawn uniformly in the domain; where none is, the example is held, and its distance
 * unknown. Every point asked about may be the result. Cost per example: the clean decision, at most
 * {@code draws} forwards for the start, and in round t {@code probes} times the root of t + 1, at
 * most 10,000, for the direction and some 40 for bisection and step; no backwards.
 *
 * <p>Chen, Jordan, Wainwright, "HopSkipJumpAttack: A Query-Efficient Decision-Based Attack", IEEE
 * S&amp;P 2020, arXiv:1904.02144. Defaults are those of the authors' code: 40 rounds, 100 probes,
 * bisection to d^-1.5 (L2) and d^-2 (L∞) of d features that may move, r = 0.1 in the first round,
 * then the distance / d. Addition: a step is halved 25 times at most.
 *
 * @param rounds walks from boundary to boundary, at least 1
 * @param probes decisions for the first direction, at least 2
 * @param draws points tried for a start, at least 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record HopSkipJump(int rounds, int probes, int draws) implements Attack {
  private static final int MOST_PROBES = 10_000;
  private static final int MOST_HALVINGS = 25;

  /** Bisections end here at the latest, where floats do. */
  private static final int FINEST = 30;

  private static final double FIRST_RADIUS = 0.1;

  private static final Setting<HopSkipJump, Integer> ROUNDS =
      Setting.of("rounds", Form.count(), "walks from boundary to boundary", HopSkipJump::rounds);
  private static final Setting<HopSkipJump, Integer> PROBES =
      Setting.of(
          "probes",
          Form.integer(2, MOST_PROBES),
          "decisions for the first direction; later ones take more, by the root of the round",
          HopSkipJump::probes);
  private static final Setting<HopSkipJump, Integer> DRAWS =
      Setting.of("draws", Form.count(), "points tried for a start", HopSkipJump::draws);

  private static final Declaration<HopSkipJump> DECLARATION =
      Declaration.of("hop-skip-jump", Kind.MINIMUM_NORM, HopSkipJump.class)
          .summary("walks along the boundary, whose direction decisions around it show")
          .source(
              "Chen, Jordan, Wainwright, \"HopSkipJumpAttack: A Query-Efficient Decision-Based"
                  + " Attack\", IEEE S&P 2020, arXiv:1904.02144")
          .norms(Set.of(Norm.L2, Norm.LINF))
          .access(Access.DECISIONS)
          .settings(List.of(ROUNDS, PROBES, DRAWS))
          .made(
              HopSkipJump::new,
              values -> new HopSkipJump(values.of(ROUNDS), values.of(PROBES), values.of(DRAWS)));

  /** The settings of the authors' code. */
  public static final HopSkipJump DEFAULT = new HopSkipJump();

  public HopSkipJump {
    ROUNDS.require(rounds);
    PROBES.require(probes);
    DRAWS.require(draws);
  }

  /** The {@link #DEFAULT}. */
  public HopSkipJump() {
    this(40, 100, 100);
  }

  /** This attack with another number of rounds. */
  public HopSkipJump withRounds(int newRounds) {
    return new HopSkipJump(newRounds, probes, draws);
  }

  @Override
  public Declaration<HopSkipJump> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    long all = 1L + draws + FINEST;
    for (int t = 0; t < rounds; t++) {
      all += probes(t) + MOST_HALVINGS + FINEST;
    }
    return new Passes(all, 0);
  }

  @Override
  public Step<Trial> search(Trial trial) {
    return trial.runs(1, run -> trial.movable().length == 0 ? trial.over() : start(trial, 0));
  }

  private Step<Trial> start(Trial trial, int draw) {
    if (draw == draws) {
      return trial.over();
    }
    Iterate x = trial.anywhere(trial.random(draw));
    return trial.decide(
        x, adversarial -> adversarial ? round(trial, x, 0) : start(trial, draw + 1));
  }

  /** From an adversarial point to the boundary, and on. */
  private Step<Trial> round(Trial trial, Iterate x, int t) {
    Walk walk = Walk.in(trial.norm());
    DoubleFunction<Iterate> path = s -> trial.at(walk.towards(x.perturbation(), s));
    double end = walk.end(trial.distance(x));
    double theta = walk.tolerance(trial.movable().length);
    int halvings = Math.min(FINEST, Bisection.halvings(end, theta));
    return new Bisection(trial, path)
        .narrow(0, end, halvings, s -> t == rounds ? trial.over() : hop(trial, path.apply(s), t));
  }

  private Step<Trial> hop(Trial trial, Iterate b, int t) {
    Walk walk = Walk.in(trial.norm());
    int[] movable = trial.movable();
    double distance = trial.distance(b);
    double r = t == 0 ? FIRST_RADIUS : distance / movable.length;
    Correlation phi = new Correlation(b.row().length);
    return trial.decideAll(
        probes(t),
        i -> trial.at(walk.beside(b.perturbation(), r, movable, trial.random(stream(t, i)))),
        (u, adversarial) -> phi.add(adversarial ? 1 : -1, b.perturbation(), u.perturbation()),
        () -> {
          double[] g = phi.isFlat() ? phi.uncentred() : phi.direction();
          return jump(trial, b, walk.direction(g), distance / Math.sqrt(t + 1), 0, t);
        });
  }

  /** The first step along a direction, of smaller and smaller ones, that is adversarial. */
  private Step<Trial> jump(Trial trial, Iterate b, double[] d, double s, int halved, int t) {
    if (halved == MOST_HALVINGS) {
      return round(trial, b, t + 1);
    }
    double[] next = b.perturbation().clone();
    for (int i = 0; i < next.length; i++) {
      next[i] += s * d[i];
    }
    Iterate x = trial.at(next);
    return trial.decide(
        x,
        adversarial ->
            adversarial ? round(trial, x, t + 1) : jump(trial, b, d, s / 2, halved + 1, t));
  }

  /** B(t). */
  private int probes(int t) {
    return (int) Math.min(MOST_PROBES, probes * Math.sqrt(t + 1.0));
  }

  private long stream(int t, int probe) {
    return draws + (long) t * MOST_PROBES + probe;
  }
}
