package io.sextant.attacks;

import io.sextant.gradients.Objective;
import io.sextant.gradients.Step;
import io.sextant.results.Norm;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
  /** Cross-entropy, as in the paper. */
  public static final Fgsm DEFAULT = new Fgsm(Loss.CROSS_ENTROPY);

  static final String NAME = "fgsm";

  public Fgsm {
    Objects.requireNonNull(loss, "loss");
  }

  static Fgsm of(Settings settings) {
    return new Fgsm(Loss.parse(settings.text(Settings.LOSS)));
  }

  /** This attack on another loss. */
  public Fgsm withLoss(Loss newLoss) {
    return new Fgsm(newLoss);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, String> configuration() {
    return Map.of(Settings.LOSS, loss.key());
  }

  @Override
  public Set<Norm> norms() {
    return Ball.NORMS;
  }

  @Override
  public Passes passes() {
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
          return next.equals(x) ? trial.over() : trial.judge(next, objective);
        });
  }
}
