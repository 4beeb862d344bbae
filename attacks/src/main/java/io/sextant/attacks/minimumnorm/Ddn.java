package io.sextant.attacks.minimumnorm;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Iterate;
import io.sextant.attacks.Loss;
import io.sextant.attacks.Move;
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
 * Decoupled direction and norm: gradient steps turn the perturbation, and its length is set apart
 * from that, a little shorter after an adversarial iterate and a little longer after another.
 *
 * <pre>
 * r(t+1) = r(t) (1 - gamma) at an adversarial iterate, r(t) (1 + gamma) at one that is not
 * d(t+1) = r(t+1) u / |u|,  u = d(t) + a(t) g / |g|
 * </pre>
 *
 * <p>In L2. The length r is that of the perturbation inside the box: what the box holds back of it
 * goes to the other features, where the authors clip it away. g is the gradient of the
 * cross-entropy, and a falls from 1 to 0.01 along half a cosine. The result is the nearest
 * adversarial iterate. A gradient of 0 ends the search, where the authors go on in a random
 * direction; one at the clean input is told as a sign. Cost per example: {@code steps + 1}
 * forwards, that of the clean decision among them, and {@code steps} backwards.
 *
 * <p>Rony, Hafemann, Oliveira, Ben Ayed, Sabourin, Granger, "Decoupling Direction and Norm for
 * Efficient Gradient-Based L2 Adversarial Attacks and Defenses", CVPR 2019, arXiv:1811.09600.
 * Defaults are those of Foolbox; perturbations are not rounded to 256 levels.
 *
 * @param steps gradient steps, at least 1
 * @param radius r(0), the length of the perturbation before it is first changed, in units of the
 *     features' scale, above 0
 * @param gamma by what share the length changes, between 0 and 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Ddn(int steps, double radius, double gamma) implements Attack {
  private static final Cosine STEP = new Cosine(1, 0.01);

  private static final Setting<Ddn, Integer> STEPS =
      Setting.of("steps", Form.count(), "gradient steps", Ddn::steps);
  private static final Setting<Ddn, Double> RADIUS =
      Setting.of(
          "radius",
          Form.between(0, 1000),
          "length of the perturbation before it is first changed",
          Ddn::radius);
  private static final Setting<Ddn, Double> GAMMA =
      Setting.of("gamma", Form.between(0, 1), "by what share the length changes", Ddn::gamma);

  private static final Declaration<Ddn> DECLARATION =
      Declaration.of("ddn", Kind.MINIMUM_NORM, Ddn.class)
          .summary("decoupled direction and norm: steps turn the perturbation, success shortens it")
          .source(
              "Rony, Hafemann, Oliveira, Ben Ayed, Sabourin, Granger, \"Decoupling Direction and"
                  + " Norm for Efficient Gradient-Based L2 Adversarial Attacks and Defenses\", CVPR"
                  + " 2019, arXiv:1811.09600")
          .norms(Set.of(Norm.L2))
          .settings(List.of(STEPS, RADIUS, GAMMA))
          .made(Ddn::new, values -> new Ddn(values.of(STEPS), values.of(RADIUS), values.of(GAMMA)));

  /** 100 steps, a length that begins at 1 and changes by 0.05. */
  public static final Ddn DEFAULT = new Ddn();

  public Ddn {
    STEPS.require(steps);
    RADIUS.require(radius);
    GAMMA.require(gamma);
  }

  /** The {@link #DEFAULT}. */
  public Ddn() {
    this(100, 1, 0.05);
  }

  /** This attack with another number of steps. */
  public Ddn withSteps(int newSteps) {
    return new Ddn(newSteps, radius, gamma);
  }

  /** This attack with another length to begin with. */
  public Ddn withRadius(double newRadius) {
    return new Ddn(steps, newRadius, gamma);
  }

  @Override
  public Declaration<Ddn> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(steps + 2L, steps);
  }

  @Override
  public Step<Trial> search(Trial trial) {
    return turn(trial, trial.clean(), 0, radius);
  }

  private Step<Trial> turn(Trial trial, Iterate x, int t, double r) {
    Objective loss = trial.objective(Loss.CROSS_ENTROPY);
    if (t == steps) {
      return trial.judge(x);
    }
    return trial.look(
        x,
        loss,
        at -> {
          if (at.flat()) {
            return trial.over();
          }
          double next = at.adversarial() ? r * (1 - gamma) : r * (1 + gamma);
          Move u = trial.follow(x, at.gradient(), STEP.at(t, steps));
          return turn(trial, trial.extend(u, next), t + 1, next);
        });
  }
}
