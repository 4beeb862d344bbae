package io.sextant.attacks.minimumnorm;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Iterate;
import io.sextant.attacks.Loss;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.results.Norm;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * Primal-dual proximal gradient descent: Adam on the lead of the true class, a proximal step that
 * makes the perturbation smaller, and a weight between the two that follows success.
 *
 * <pre>
 * u      = d - a(t) m / h,  m / h the step of Adam on log(1 + exp(lead))
 * d      = P(argmin of w0 / w1 |d| + sum of h (d - u)² / (2 a(t)))
 * l(t+1) = l(t) - b(t) at an adversarial iterate, l(t) + b(t) at one that is not
 * (w0, w1) = running mean of softmax(0, l), with a share of 0.1 for the newest
 * </pre>
 *
 * <p>In L1 and L∞. P is the box. The minimum is exact, where the reference code approaches it in
 * five steps. a falls from {@code step-size} to a hundredth of it geometrically, b from 0.1 to 0.01
 * linearly; exp(l) begins at 100 and stays between 1e-6 and 1e6. An addition: in the end the
 * shortest way to the hyperplane at the best iterate is tried, and the best is drawn towards the
 * clean input in three steps of regula falsi. The result is the nearest adversarial iterate. Cost
 * per example: at most {@code steps + 8} forwards, that of the clean decision among them, and
 * {@code steps + 1} backwards.
 *
 * <p>Matyasko, Chau, "PDPGD: Primal-Dual Proximal Gradient Descent Adversarial Attack", 2021,
 * arXiv:2106.01538. Defaults are those of the authors, as in adversarial-library.
 *
 * @param steps gradient steps, at least 1
 * @param stepSize a(0), in units of the features' scale, above 0
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Pdpgd(int steps, double stepSize) implements Attack {
  private static final double LAST_STEP = 0.01;
  private static final double NEWEST = 0.1;
  private static final double START = Math.log(100);
  private static final double MOST = Math.log(1e6);

  private static final Setting<Pdpgd, Integer> STEPS =
      Setting.of("steps", Form.count(), "gradient steps", Pdpgd::steps);
  private static final Setting<Pdpgd, Double> STEP_SIZE =
      Setting.of(
          "step-size",
          Form.between(0, 1000),
          "how far a feature moves in the first step; in the last a hundredth of it",
          Pdpgd::stepSize);

  private static final Declaration<Pdpgd> DECLARATION =
      Declaration.of("pdpgd", Kind.MINIMUM_NORM, Pdpgd.class)
          .summary("Adam and proximal steps, with a weight between them that follows success")
          .source(
              "Matyasko, Chau, \"PDPGD: Primal-Dual Proximal Gradient Descent Adversarial Attack\","
                  + " 2021, arXiv:2106.01538")
          .norms(Set.of(Norm.LINF, Norm.L1))
          .settings(List.of(STEPS, STEP_SIZE))
          .made(Pdpgd::new, values -> new Pdpgd(values.of(STEPS), values.of(STEP_SIZE)));

  /** 500 steps, the first of 0.1. */
  public static final Pdpgd DEFAULT = new Pdpgd();

  public Pdpgd {
    STEPS.require(steps);
    STEP_SIZE.require(stepSize);
  }

  /** The {@link #DEFAULT}. */
  public Pdpgd() {
    this(500, 0.1);
  }

  /** This attack with another number of steps. */
  public Pdpgd withSteps(int newSteps) {
    return new Pdpgd(newSteps, stepSize);
  }

  /** This attack with another first step. */
  public Pdpgd withStepSize(double newStepSize) {
    return new Pdpgd(steps, newStepSize);
  }

  @Override
  public Declaration<Pdpgd> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(steps + 4L + RegulaFalsi.FORWARDS, steps + 1L);
  }

  @Override
  public Step<Trial> search(Trial trial) {
    Adam adam = new Adam(trial.low().length);
    return descend(trial, trial.clean(), 0, adam, START, sigmoid(-START));
  }

  private Step<Trial> descend(Trial trial, Iterate x, int t, Adam adam, double l, double w0) {
    Objective lead = trial.objective(Loss.MARGIN);
    if (t == steps) {
      return trial.decide(x, adversarial -> RegulaFalsi.searchStraight(trial));
    }
    return trial.look(
        x,
        lead,
        at -> {
          if (t == 0 && at.flat()) {
            return trial.over();
          }
          double a = stepSize * Math.pow(LAST_STEP, t / (double) steps);
          double b = 0.1 - 0.09 * t / steps;
          double[] gradient = trial.slope(at.gradient());
          for (int i = 0; i < gradient.length; i++) {
            gradient[i] *= -sigmoid(-at.loss());
          }
          adam.see(gradient);
          double[] d = proximal(trial.norm(), x.perturbation(), adam, a, w0 / (1 - w0));
          double next = Math.max(-MOST, Math.min(MOST, at.adversarial() ? l - b : l + b));
          double weight = w0 + NEWEST * (sigmoid(-next) - w0);
          return descend(
              trial, trial.project(trial.move(d, at.gradient())), t + 1, adam, next, weight);
        });
  }

  /** Adam's step, then the best of w |d| + sum of h (d - u)² / (2 a). */
  private static double[] proximal(Norm norm, double[] from, Adam adam, double a, double w) {
    double[] u = new double[from.length];
    double[] h = new double[from.length];
    for (int i = 0; i < u.length; i++) {
      u[i] = from[i] - a * adam.step(i);
      h[i] = adam.steepness(i);
    }
    Proximal.shrink(norm, u, a * w, h);
    return u;
  }

  private static double sigmoid(double value) {
    return 1 / (1 + Math.exp(-value));
  }
}
