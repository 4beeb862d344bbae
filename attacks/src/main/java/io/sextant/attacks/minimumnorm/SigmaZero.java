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
 * Sigma-zero: Adam on the lead of the true class and a smooth count of changed features; after each
 * step, what is below a threshold is set back.
 *
 * <pre>
 * loss   = max(0, lead) + mean of d² / (d² + sigma)
 * d      = P(d - a(t) Adam(g / |g|inf)),  g = gradient of the loss
 * tau    = tau + s a(t) at an adversarial iterate, tau - s a(t) at one that is not
 * d_i    = 0 where |d_i| is below tau
 * </pre>
 *
 * <p>In L0. P is the box. a falls from 1 to 0.1 along half a cosine, and tau, which begins at 0.3,
 * stays between 0 and 1. A zero gradient at the clean input ends the search. The result is the
 * adversarial iterate with the fewest changed features. An addition: in the end fewer features are
 * tried, those whose move to the bound gains most by the gradient at what was found, by bisection;
 * on a linear model no choice is better. Cost per example: {@code steps + 1} forwards, that of the
 * clean decision among them, and {@code steps} backwards, and for the end 1 backward and 1 + log2
 * features forwards.
 *
 * <p>Cinà, Villani, Pintor, Schönherr, Biggio, Pelillo, "σ-zero: Gradient-based Optimization of
 * ℓ0-norm Adversarial Examples", ICLR 2025, arXiv:2402.01879. Defaults are those of the authors.
 *
 * @param steps gradient steps, at least 1
 * @param sigma how sharply the smooth count tells 0 from other changes, between 0 and 1
 * @param threshold tau at the start, between 0 and 1, in units of the features' scale
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record SigmaZero(int steps, double sigma, double threshold) implements Attack {
  private static final Cosine STEP = new Cosine(1, 0.1);
  private static final double SHIFT = 0.01;

  private static final Setting<SigmaZero, Integer> STEPS =
      Setting.of("steps", Form.count(), "gradient steps", SigmaZero::steps);
  private static final Setting<SigmaZero, Double> SIGMA =
      Setting.of(
          "sigma",
          Form.between(0, 1),
          "how sharply the smooth count tells 0 from other changes",
          SigmaZero::sigma);
  private static final Setting<SigmaZero, Double> THRESHOLD =
      Setting.of(
          "threshold",
          Form.between(0, 1),
          "below what changes are set back, at the start",
          SigmaZero::threshold);

  private static final Declaration<SigmaZero> DECLARATION =
      Declaration.of("sigma-zero", Kind.MINIMUM_NORM, SigmaZero.class)
          .summary("Adam on a smooth count of changed features, small changes set back")
          .source(
              "Cinà, Villani, Pintor, Schönherr, Biggio, Pelillo, \"σ-zero: Gradient-based"
                  + " Optimization of ℓ0-norm Adversarial Examples\", ICLR 2025, arXiv:2402.01879")
          .norms(Set.of(Norm.L0))
          .settings(List.of(STEPS, SIGMA, THRESHOLD))
          .made(
              SigmaZero::new,
              values -> new SigmaZero(values.of(STEPS), values.of(SIGMA), values.of(THRESHOLD)));

  /** 1000 steps, sigma 0.001, a threshold that begins at 0.3. */
  public static final SigmaZero DEFAULT = new SigmaZero();

  public SigmaZero {
    STEPS.require(steps);
    SIGMA.require(sigma);
    THRESHOLD.require(threshold);
  }

  /** The {@link #DEFAULT}. */
  public SigmaZero() {
    this(1000, 1e-3, 0.3);
  }

  /** This attack with another number of steps. */
  public SigmaZero withSteps(int newSteps) {
    return new SigmaZero(newSteps, sigma, threshold);
  }

  @Override
  public Declaration<SigmaZero> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(steps + 2L + Fewest.forwards(features), steps + 1L);
  }

  @Override
  public Step<Trial> search(Trial trial) {
    return thin(trial, trial.clean(), 0, new Adam(trial.low().length), threshold);
  }

  private Step<Trial> thin(Trial trial, Iterate x, int t, Adam adam, double tau) {
    Objective lead = trial.objective(Loss.MARGIN);
    if (t == steps) {
      return trial.decide(x, adversarial -> Fewest.search(trial));
    }
    return trial.look(
        x,
        lead,
        at -> {
          if (t == 0 && at.flat()) {
            return trial.over();
          }
          double a = STEP.at(t, steps);
          double[] d = x.perturbation();
          adam.see(unit(gradient(d, trial.slope(at.gradient()), at.loss())));
          double[] next = new double[d.length];
          double shift = at.adversarial() ? SHIFT * a : -SHIFT * a;
          double least = Math.max(0, Math.min(1, tau + shift));
          for (int i = 0; i < d.length; i++) {
            double moved = d[i] - a * adam.step(i);
            double inBox = Math.max(trial.low()[i], Math.min(trial.high()[i], moved));
            next[i] = Math.abs(inBox) < least ? 0 : inBox;
          }
          return thin(trial, trial.project(trial.move(next, at.gradient())), t + 1, adam, least);
        });
  }

  /** Of the loss: down the lead of the true class while it leads, and towards fewer changes. */
  private double[] gradient(double[] d, double[] slope, double attackersLead) {
    double[] gradient = new double[d.length];
    for (int i = 0; i < d.length; i++) {
      double square = d[i] * d[i] + sigma;
      double count = 2 * d[i] * sigma / (square * square) / d.length;
      gradient[i] = count - (attackersLead < 0 ? slope[i] : 0);
    }
    return gradient;
  }

  private static double[] unit(double[] gradient) {
    double largest = 1e-12;
    for (double value : gradient) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] /= largest;
    }
    return gradient;
  }
}
