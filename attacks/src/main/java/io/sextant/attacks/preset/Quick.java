package io.sextant.attacks.preset;

import io.sextant.attacks.Loss;
import io.sextant.attacks.Stage;
import io.sextant.attacks.Start;
import io.sextant.attacks.StepSize;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.results.Norm;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A short plan for builds: short runs of PGD on the margin from a corner and on cross-entropy,
 * which begin {@link Standard} too, and one on the margin of probabilities where the true class has
 * lost half of its lead. At most 45 gradients for each example. It says less than {@link Standard}:
 * what it leaves may still break.
 *
 * <p>The rule for the last run is after Liu et al., "Practical Evaluation of Adversarial Robustness
 * via Adaptive Auto Attack" (A3), CVPR 2022, arXiv:2203.05154.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Quick() implements Preset {
  private static final Declaration<Quick> DECLARATION =
      Declaration.of("quick", Kind.FIXED_RADIUS, Quick.class)
          .summary("a short plan for builds: up to three short runs of PGD")
          .source(
              "Liu et al., \"Practical Evaluation of Adversarial Robustness via Adaptive Auto"
                  + " Attack\", CVPR 2022, arXiv:2203.05154")
          .norms(ThreatModel.CONVEX_NORMS)
          .made(Quick::new);

  /** The plan. */
  public static final Quick DEFAULT = new Quick();

  private static final List<Stage> PLAN =
      List.of(
          Stage.of("margin", margin(8)),
          Stage.of("cross-entropy", Pgd.DEFAULT.withSteps(20)),
          Stage.of("probability", Pgd.DEFAULT.withSteps(17).withLoss(Loss.PROBABILITY_MARGIN))
              .whereLeft(0.5));

  /** What breaks most examples at least cost: from a corner, steps that fall to a tenth. */
  static Pgd margin(int steps) {
    return Pgd.DEFAULT
        .withSteps(steps)
        .withLoss(Loss.MARGIN)
        .withStepSize(new StepSize.Cosine(1, 10))
        .withStart(Start.CORNER);
  }

  @Override
  public Declaration<Quick> declaration() {
    return DECLARATION;
  }

  @Override
  public List<Stage> plan(Norm norm) {
    return PLAN;
  }
}
