package io.sextant.attacks.gradient;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Iterate;
import io.sextant.attacks.Loss;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * The fast gradient sign method: one step of size epsilon from the clean input.
 *
 * <pre>
 * x' = P(x + epsilon d(g)),  g = gradient of the loss at x
 * </pre>
 *
 * <p>d is the sign for L∞, and the step of {@link Pgd} for L2 and L1, which has its whole length
 * inside the box; P projects on what the threat and the domain allow. It is {@link Pgd} with one
 * step of size epsilon and no random start, exactly. Cost per example: 2 forwards and 1 backward,
 * the clean decision included.
 *
 * <p>Goodfellow, Shlens, Szegedy, "Explaining and Harnessing Adversarial Examples", ICLR 2015,
 * arXiv:1412.6572.
 *
 * @param loss what to climb
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Fgsm(Loss loss) implements Attack {
  private static final Setting<Fgsm, Loss> LOSS =
      Setting.of("loss", Loss.FORM, "what to climb", Fgsm::loss);

  private static final Declaration<Fgsm> DECLARATION =
      Declaration.of("fgsm", Kind.FIXED_RADIUS, Fgsm.class)
          .summary("fast gradient sign method: one step as long as the radius")
          .source(
              "Goodfellow, Shlens, Szegedy, \"Explaining and Harnessing Adversarial Examples\", ICLR"
                  + " 2015, arXiv:1412.6572")
          .norms(ThreatModel.CONVEX_NORMS)
          .setting(LOSS)
          .made(Fgsm::new, values -> new Fgsm(values.of(LOSS)));

  /** Cross-entropy, as in the paper. */
  public static final Fgsm DEFAULT = new Fgsm();

  public Fgsm {
    Objects.requireNonNull(loss, "loss");
  }

  /** The {@link #DEFAULT}. */
  public Fgsm() {
    this(Loss.CROSS_ENTROPY);
  }

  /** This attack on another loss. */
  public Fgsm withLoss(Loss newLoss) {
    return new Fgsm(newLoss);
  }

  @Override
  public Declaration<Fgsm> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(2, 1);
  }

  /** x' = P(x + epsilon d(g)). */
  @Override
  public Step<Trial> search(Trial trial) {
    Objective objective = trial.objective(loss);
    Iterate x = trial.clean();
    return trial.gradient(
        x,
        objective,
        g -> {
          Iterate next = trial.project(trial.ascend(x, g, trial.epsilon()));
          return next.equals(x) ? trial.over() : trial.judge(next);
        });
  }
}
