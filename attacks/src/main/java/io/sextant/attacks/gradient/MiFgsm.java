package io.sextant.attacks.gradient;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Iterate;
import io.sextant.attacks.Loss;
import io.sextant.attacks.StepSize;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * The momentum iterative fast gradient sign method: steps from the clean input along a decaying sum
 * of gradients, each of them first brought to the same size.
 *
 * <pre>
 * m(t+1) = mu m(t) + g(t) / |g(t)|*
 * x(t+1) = P(x(t) + a d(m(t+1)))
 * </pre>
 *
 * <p>|g|* is the dual norm, in L∞ that of L1, as in the paper; d is the step of the norm, in L∞ the
 * sign of the sum, not the sum of signs. A gradient of 0 adds nothing. Meant for perturbations that
 * transfer to other models; against the model itself {@link Pgd} and {@link ApgdCe} are stronger.
 * Cost per example: at most {@code steps + 1} forwards and {@code steps} backwards, the clean
 * decision included.
 *
 * <p>Dong, Liao, Pang, Su, Zhu, Hu, Li, "Boosting Adversarial Attacks with Momentum", CVPR 2018,
 * arXiv:1710.06081. Defaults are the paper's: 10 steps of a tenth of the radius, mu 1,
 * cross-entropy. For other numbers of steps give the step size too.
 *
 * @param steps gradient steps, at least 1
 * @param stepSize a, in the threat's norm and units
 * @param decay mu, what a step keeps of the sum, above 0
 * @param loss what to climb
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record MiFgsm(int steps, StepSize stepSize, double decay, Loss loss) implements Attack {
  private static final Setting<MiFgsm, Integer> STEPS =
      Setting.of("steps", Form.count(), "gradient steps", MiFgsm::steps);
  private static final Setting<MiFgsm, StepSize> STEP_SIZE =
      Setting.of("step-size", StepSize.FORM, "length of a step in the norm", MiFgsm::stepSize);
  private static final Setting<MiFgsm, Double> DECAY =
      Setting.of("decay", Form.between(0, 1000), "what a step keeps of the sum", MiFgsm::decay);
  private static final Setting<MiFgsm, Loss> LOSS =
      Setting.of("loss", Loss.FORM, "what to climb", MiFgsm::loss);

  private static final Declaration<MiFgsm> DECLARATION =
      Declaration.of("mi-fgsm", Kind.FIXED_RADIUS, MiFgsm.class)
          .summary("steps from the clean input along a decaying sum of gradients")
          .source(
              "Dong, Liao, Pang, Su, Zhu, Hu, Li, \"Boosting Adversarial Attacks with Momentum\","
                  + " CVPR 2018, arXiv:1710.06081")
          .norms(ThreatModel.CONVEX_NORMS)
          .settings(List.of(STEPS, STEP_SIZE, DECAY, LOSS))
          .made(
              MiFgsm::new,
              values ->
                  new MiFgsm(
                      values.of(STEPS), values.of(STEP_SIZE), values.of(DECAY), values.of(LOSS)));

  /** 10 steps of a tenth of the radius, all of the sum kept, cross-entropy. */
  public static final MiFgsm DEFAULT = new MiFgsm();

  public MiFgsm {
    STEPS.require(steps);
    Objects.requireNonNull(stepSize, "stepSize");
    DECAY.require(decay);
    Objects.requireNonNull(loss, "loss");
  }

  /** The {@link #DEFAULT}. */
  public MiFgsm() {
    this(10, new StepSize.OfEpsilon(10), 1, Loss.CROSS_ENTROPY);
  }

  /** This attack with another number of steps. */
  public MiFgsm withSteps(int newSteps) {
    return new MiFgsm(newSteps, stepSize, decay, loss);
  }

  /** This attack with another step size. */
  public MiFgsm withStepSize(StepSize newStepSize) {
    return new MiFgsm(steps, newStepSize, decay, loss);
  }

  /** This attack with another share of the sum kept. */
  public MiFgsm withDecay(double newDecay) {
    return new MiFgsm(steps, stepSize, newDecay, loss);
  }

  /** This attack on another loss. */
  public MiFgsm withLoss(Loss newLoss) {
    return new MiFgsm(steps, stepSize, decay, newLoss);
  }

  @Override
  public Declaration<MiFgsm> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(steps + 1L, steps);
  }

  @Override
  public OptionalDouble reach(double epsilon) {
    return OptionalDouble.of(stepSize.reach(epsilon, steps) / epsilon);
  }

  @Override
  public Optional<Attack> longer() {
    return Optional.of(withSteps(Math.min(Form.MOST, 2 * steps)));
  }

  @Override
  public Step<Trial> search(Trial trial) {
    Iterate clean = trial.clean();
    return trial.runs(1, run -> climb(trial, clean, new double[clean.row().length], 0));
  }

  private Step<Trial> climb(Trial trial, Iterate x, double[] m, int t) {
    if (t == steps) {
      return trial.judge(x);
    }
    double a = stepSize.at(trial.epsilon(), t, steps);
    return trial.look(
        x,
        trial.objective(loss),
        seen -> {
          double[] g = seen.gradient();
          double size = trial.steepness(g);
          double[] next = new double[m.length];
          for (int i = 0; i < next.length; i++) {
            next[i] = decay * m[i] + (size > 0 ? g[i] / size : 0);
          }
          // Nothing to follow, now or later.
          boolean flat = Arrays.stream(next).allMatch(value -> value == 0);
          return flat
              ? trial.over()
              : climb(trial, trial.project(trial.ascend(x, next, a)), next, t + 1);
        });
  }
}
