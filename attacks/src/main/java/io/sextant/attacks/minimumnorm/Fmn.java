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
import java.util.EnumSet;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The fast minimum-norm attack: steps along the gradient inside a ball whose radius shrinks while
 * the iterate is adversarial and grows while it is not, so that it closes in on the boundary.
 *
 * <pre>
 * r(t+1) = (|d| + loss / |g|*)(1 + c(t)) before the first success
 * r(t+1) = min(r (1 - c(t)), best)       at an adversarial iterate
 * r(t+1) = r (1 + c(t))                  at one that is not
 * x(t+1) = P_r(t+1)(x(t) + a(t) g / |g|)
 * </pre>
 *
 * <p>In L0 the radius is a whole number that begins at 1: min(r - 1, floor(r (1 - c)), best) at an
 * adversarial iterate, and max(r + 1, floor(r (1 + c))) at one that is not. In the end fewer
 * features are tried, as in {@link SigmaZero}.
 *
 * <p>|g|* is the dual norm. The loss is the lead of the true class over the next one, or its lack
 * towards the target. The result is the nearest adversarial iterate: an upper bound of the distance
 * to the boundary, one run of which gives the accuracy at every radius. A gradient that leads
 * nowhere ends the search; one of 0 at the clean input is told as a sign. Cost per example: the
 * clean decision, {@code steps + 1} forwards and {@code steps} backwards.
 *
 * <p>Pintor, Roli, Brendel, Biggio, "Fast Minimum-norm Adversarial Attacks through Adaptive Norm
 * Constraints", NeurIPS 2021, arXiv:2102.12827. Defaults are those of the authors' code: c falls
 * from 0.05 to 0.001, and a from 1 to 0.01, along half a cosine. Steps spend none of their length
 * on coordinates that the box holds back, and P is the exact projection on ball and box. The factor
 * 1 + c of the first estimate is an addition: with exact projections a boundary that is a plane is
 * approached from inside, and never crossed.
 *
 * @param steps gradient steps, at least 1
 * @param stepSize Euclidean length of the first step, in units of the features' scale, above 0
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Fmn(int steps, double stepSize) implements Attack {
  private static final double LAST_STEP = 0.01;
  private static final Cosine SHARE = new Cosine(0.05, 0.001);

  private static final Setting<Fmn, Integer> STEPS =
      Setting.of("steps", Form.count(), "gradient steps", Fmn::steps);
  private static final Setting<Fmn, Double> STEP_SIZE =
      Setting.of(
          "step-size",
          Form.between(0, 1000),
          "Euclidean length of the first step; the last has a hundredth of it",
          Fmn::stepSize);

  private static final Declaration<Fmn> DECLARATION =
      Declaration.of("fmn", Kind.MINIMUM_NORM, Fmn.class)
          .summary(
              "fast minimum-norm attack: gradient steps in a ball that closes in on the boundary")
          .source(
              "Pintor, Roli, Brendel, Biggio, \"Fast Minimum-norm Adversarial Attacks through"
                  + " Adaptive Norm Constraints\", NeurIPS 2021, arXiv:2102.12827")
          .norms(EnumSet.allOf(Norm.class))
          .settings(List.of(STEPS, STEP_SIZE))
          .made(Fmn::new, values -> new Fmn(values.of(STEPS), values.of(STEP_SIZE)));

  /** 100 steps, the first of length 1. */
  public static final Fmn DEFAULT = new Fmn();

  public Fmn {
    STEPS.require(steps);
    STEP_SIZE.require(stepSize);
  }

  /** The {@link #DEFAULT}. */
  public Fmn() {
    this(100, 1);
  }

  /** This attack with another number of steps. */
  public Fmn withSteps(int newSteps) {
    return new Fmn(newSteps, stepSize);
  }

  /** This attack with another first step. */
  public Fmn withStepSize(double newStepSize) {
    return new Fmn(steps, newStepSize);
  }

  @Override
  public Declaration<Fmn> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(steps + 2L + Fewest.forwards(features), steps + 1L);
  }

  @Override
  public Step<Trial> search(Trial trial) {
    return climb(trial, trial.clean(), 0, 1, Double.POSITIVE_INFINITY);
  }

  private Step<Trial> climb(Trial trial, Iterate x, int t, double r, double best) {
    Objective lead = trial.objective(Loss.MARGIN);
    if (t == steps) {
      return trial.norm() == Norm.L0
          ? trial.decide(x, adversarial -> Fewest.search(trial))
          : trial.judge(x);
    }
    double c = SHARE.at(t, steps);
    double a = new Cosine(stepSize, stepSize * LAST_STEP).at(t, steps);
    return trial.look(
        x,
        lead,
        at -> {
          if (at.flat() || leadsNowhere(trial, at)) {
            return trial.over();
          }
          double nearest = at.adversarial() ? Math.min(best, trial.distance(x)) : best;
          double radius =
              trial.norm() == Norm.L0
                  ? count(at, r, c, nearest)
                  : radius(trial, x, at, r, c, nearest);
          Iterate next = trial.project(trial.follow(x, at.gradient(), a), radius);
          return climb(trial, next, t + 1, radius, nearest);
        });
  }

  /** Whether only features that may not move have a slope. */
  private static boolean leadsNowhere(Trial trial, Trial.Seen at) {
    return trial.categoryChanges() == 0 && trial.steepness(at.gradient()) == 0;
  }

  private static double radius(
      Trial trial, Iterate x, Trial.Seen at, double r, double c, double best) {
    if (at.adversarial()) {
      return Math.min(r * (1 - c), best);
    }
    double steepness = trial.steepness(at.gradient());
    // Where categories alone have a slope, no radius is to be found from it.
    return Double.isInfinite(best) && steepness > 0
        ? (trial.distance(x) + Math.abs(at.loss()) / steepness) * (1 + c)
        : r * (1 + c);
  }

  /** In L0 the radius is whole, and changes by 1 at least. */
  private static double count(Trial.Seen at, double r, double c, double best) {
    return at.adversarial()
        ? Math.max(1, Math.min(Math.min(r - 1, Math.floor(r * (1 - c))), best))
        : Math.max(r + 1, Math.floor(r * (1 + c)));
  }
}
