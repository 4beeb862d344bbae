package io.sextant.attacks.preset;

import io.sextant.attacks.Loss;
import io.sextant.attacks.Stage;
import io.sextant.attacks.Start;
import io.sextant.attacks.StepSize;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.gradient.Odi;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.results.Norm;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A short plan for builds: a few steps on the margin from a corner, a few after diversified ones,
 * and a third run where the true class has little of its lead left. At most 45 gradients for each
 * example. It says less than {@link Standard}: what it leaves may still break.
 *
 * <p>The runs are those of Liu et al., "Practical Evaluation of Adversarial Robustness via Adaptive
 * Auto Attack" (A3), CVPR 2022, arXiv:2203.05154; the rule for the third is ours.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Quick() implements Preset {
  private static final Declaration<Quick> DECLARATION =
      Declaration.of("quick", Kind.FIXED_RADIUS, Quick.class)
          .summary("a short plan for builds: up to three runs on the margin")
          .source(
              "Liu et al., \"Practical Evaluation of Adversarial Robustness via Adaptive Auto"
                  + " Attack\", CVPR 2022, arXiv:2203.05154")
          .norms(ThreatModel.CONVEX_NORMS)
          .made(Quick::new);

  /** The plan. */
  public static final Quick DEFAULT = new Quick();

  private static final Pgd MARGIN =
      Pgd.DEFAULT.withLoss(Loss.MARGIN).withStepSize(new StepSize.Cosine(1, 10));
  private static final List<Stage> PLAN =
      List.of(
          Stage.of("margin", MARGIN.withSteps(10).withStart(Start.CORNER)),
          Stage.of("diverse", MARGIN.withSteps(10).withOdi(new Odi(5, false))),
          Stage.of("directed", MARGIN.withSteps(15).withOdi(new Odi(5, true))).whereLeft(0.5));

  @Override
  public Declaration<Quick> declaration() {
    return DECLARATION;
  }

  @Override
  public List<Stage> plan(Norm norm) {
    return PLAN;
  }
}
