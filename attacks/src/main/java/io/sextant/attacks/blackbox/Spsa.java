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
 * Simultaneous perturbation stochastic approximation: the gradient of the margin is estimated from
 * its values at pairs of opposite random corners, and followed by Adam.
 *
 * <pre>
 * g(t)   = mean of (m(x + c v) - m(x - c v)) / 2c * v,  v drawn from {-1, 1}^d
 * x(t+1) = P(x(t) + Adam(g(t)))
 * </pre>
 *
 * <p>The points asked about lie in the ball and the domain, and each of them may be the result;
 * where ball or box cuts an offset short, what is left of it is taken.
 *
 * <p>Uesato, O'Donoghue, van den Oord, Kohli, "Adversarial Risk and the Dangers of Evaluating
 * Against Weak Attacks", ICML 2018, arXiv:1802.05666; Spall, "Multivariate stochastic approximation
 * using a simultaneous perturbation gradient approximation", IEEE TAC 37, 1992. Defaults are those
 * of CleverHans: c = 0.01, Adam's rate 0.01, 128 points a step; 100 steps, as in the paper. Cost
 * per example: 2 forwards, for the clean decision and the last iterate, and {@code samples} for
 * each step; the iterates in between are not asked about. No backwards.
 *
 * @param steps of Adam, at least 1
 * @param samples points for each gradient, an even number, at least 2
 * @param spread c, in units of the features' scale, above 0
 * @param rate of Adam, in units of the features' scale, above 0
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Spsa(int steps, int samples, double spread, double rate) implements Attack {
  private static final double FIRST_DECAY = 0.9;
  private static final double SECOND_DECAY = 0.999;
  private static final double TINY = 1e-8;

  private static final Setting<Spsa, Integer> STEPS =
      Setting.of("steps", Form.count(), "steps of Adam", Spsa::steps);
  private static final Setting<Spsa, Integer> SAMPLES =
      Setting.of(
          "samples", Form.integer(2, 10_000), "points for each gradient, in pairs", Spsa::samples);
  private static final Setting<Spsa, Double> SPREAD =
      Setting.of(
          "spread", Form.between(0, 1), "how far a point lies from the iterate", Spsa::spread);
  private static final Setting<Spsa, Double> RATE =
      Setting.of("rate", Form.between(0, 1), "learning rate of Adam", Spsa::rate);

  private static final Declaration<Spsa> DECLARATION =
      Declaration.of("spsa", Kind.FIXED_RADIUS, Spsa.class)
          .summary("gradients estimated from pairs of points, followed by Adam")
          .source(
              "Uesato, O'Donoghue, van den Oord, Kohli, \"Adversarial Risk and the Dangers of"
                  + " Evaluating Against Weak Attacks\", ICML 2018, arXiv:1802.05666")
          .norms(Set.of(Norm.LINF))
          .access(Access.LOGITS)
          .settings(List.of(STEPS, SAMPLES, SPREAD, RATE))
          .made(
              Spsa::new,
              values ->
                  new Spsa(
                      values.of(STEPS), values.of(SAMPLES), values.of(SPREAD), values.of(RATE)));

  /** 100 steps of 128 points. */
  public static final Spsa DEFAULT = new Spsa();

  public Spsa {
    STEPS.require(steps);
    SAMPLES.require(samples);
    SPREAD.require(spread);
    RATE.require(rate);
    if (samples % 2 != 0) {
      throw new IllegalArgumentException(
          "samples come in pairs, so their number must be even but was " + samples);
    }
  }

  /** The {@link #DEFAULT}. */
  public Spsa() {
    this(100, 128, 0.01, 0.01);
  }

  /** This attack with another number of steps. */
  public Spsa withSteps(int newSteps) {
    return new Spsa(newSteps, samples, spread, rate);
  }

  /** This attack with another number of points for each gradient. */
  public Spsa withSamples(int newSamples) {
    return new Spsa(steps, newSamples, spread, rate);
  }

  @Override
  public Declaration<Spsa> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(2 + (long) steps * samples, 0);
  }

  /** The running means of Adam. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Means(double[] first, double[] second) {}

  @Override
  public Step<Trial> search(Trial trial) {
    int features = trial.clean().row().length;
    Means none = new Means(new double[features], new double[features]);
    return trial.runs(
        1,
        run -> trial.movable().length == 0 ? trial.over() : climb(trial, trial.clean(), none, 0));
  }

  private Step<Trial> climb(Trial trial, Iterate x, Means means, int t) {
    Objective margin = trial.objective(Loss.MARGIN);
    if (t == steps) {
      return trial.judge(x);
    }
    Correlation slope = new Correlation(x.row().length);
    return trial.scoreAll(
        samples,
        i -> trial.at(corner(trial, x, t, i)),
        margin,
        (point, m) -> slope.add(m, x.perturbation(), point.perturbation()),
        () -> {
          Means now = updated(means, slope.direction());
          return climb(trial, trial.at(step(x, now, t + 1)), now, t + 1);
        });
  }

  /** x + c v, and x - c v with the same v. */
  private double[] corner(Trial trial, Iterate x, int t, int i) {
    RandomGenerator random = trial.random((long) t * samples + i / 2);
    double[] point = x.perturbation().clone();
    for (int f : trial.movable()) {
      point[f] += random.nextBoolean() == (i % 2 == 0) ? spread : -spread;
    }
    return point;
  }

  /**
   * Adam's means with one more gradient.
   *
   * @param rise how the margin and the offsets vary together: g times the square of their size
   */
  private Means updated(Means means, double[] rise) {
    double[] first = new double[rise.length];
    double[] second = new double[rise.length];
    for (int i = 0; i < rise.length; i++) {
      double g = rise[i] / (spread * spread);
      first[i] = FIRST_DECAY * means.first()[i] + (1 - FIRST_DECAY) * g;
      second[i] = SECOND_DECAY * means.second()[i] + (1 - SECOND_DECAY) * g * g;
    }
    return new Means(first, second);
  }

  private double[] step(Iterate x, Means means, int t) {
    double[] next = x.perturbation().clone();
    for (int i = 0; i < next.length; i++) {
      double m = means.first()[i] / (1 - Math.pow(FIRST_DECAY, t));
      double v = means.second()[i] / (1 - Math.pow(SECOND_DECAY, t));
      next[i] += rate * m / (Math.sqrt(v) + TINY);
    }
    return next;
  }
}
