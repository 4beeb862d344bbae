package io.sextant.attacks.preset;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Loss;
import io.sextant.attacks.Stage;
import io.sextant.attacks.Start;
import io.sextant.attacks.StepSize;
import io.sextant.attacks.TargetOrder;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.blackbox.Square;
import io.sextant.attacks.gradient.ApgdT;
import io.sextant.attacks.gradient.Odi;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.attacks.minimumnorm.Ddn;
import io.sextant.attacks.minimumnorm.Fmn;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Setting;
import io.sextant.results.Norm;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The plan to measure robustness with: as strong as AutoAttack at a fraction of its cost.
 *
 * <ol>
 *   <li>short runs of PGD on the margin: from a corner, then after diversified steps, then after
 *       steps directed at one rival class after another,
 *   <li>longer directed runs where the true class has lost some of its lead,
 *   <li>APGD towards the classes whose boundaries are nearest, and a search for the nearest input,
 *       where it has lost most of it,
 *   <li>Square, which asks for no gradients, on a sample of what is left: what it breaks says that
 *       gradients mislead, and then {@link Thorough} is the plan to run.
 * </ol>
 *
 * <p>The runs and the rule that spends more on what is nearly broken follow Liu et al., "Practical
 * Evaluation of Adversarial Robustness via Adaptive Auto Attack" (A3), CVPR 2022,
 * arXiv:2203.05154. A3 ranks all examples by their margins and takes the statistics of broken ones
 * to direct its steps; here each part goes to the examples that have at most a share of their own
 * clean lead left, so that a result depends on its example alone. The order of classes is that of
 * Melamed, Yehudai, Shamir, "MALT Powers Up Adversarial Attacks", NeurIPS 2024, arXiv:2407.02240.
 *
 * @param budget how many times the steps of the plan each part takes, at least 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Standard(int budget) implements Preset {
  private static final Setting<Standard, Integer> BUDGET =
      Setting.of(
          "budget", Form.count(), "how many times the plan's steps to take", Standard::budget);

  private static final Declaration<Standard> DECLARATION =
      Declaration.of("standard", Kind.FIXED_RADIUS, Standard.class)
          .summary("the plan to measure robustness with: as strong as AutoAttack, and cheaper")
          .source(
              "after Liu et al., \"Practical Evaluation of Adversarial Robustness via Adaptive Auto"
                  + " Attack\", CVPR 2022, arXiv:2203.05154")
          .norms(ThreatModel.CONVEX_NORMS)
          .setting(BUDGET)
          .made(Standard::new, values -> new Standard(values.of(BUDGET)));

  /** The share of the survivors that Square is tried on. */
  private static final double SAMPLE = 0.15;

  private static final Pgd MARGIN =
      Pgd.DEFAULT.withLoss(Loss.MARGIN).withStepSize(new StepSize.Cosine(1, 10));

  /** The plan as it is. */
  public static final Standard DEFAULT = new Standard();

  public Standard {
    BUDGET.require(budget);
  }

  /** The {@link #DEFAULT}. */
  public Standard() {
    this(1);
  }

  /** This plan with another budget. */
  public Standard withBudget(int newBudget) {
    return new Standard(newBudget);
  }

  @Override
  public Declaration<Standard> declaration() {
    return DECLARATION;
  }

  @Override
  public Optional<Attack> longer() {
    return Optional.of(withBudget(Math.min(Form.MOST, 2 * budget)));
  }

  @Override
  public List<Stage> plan(Norm norm) {
    return List.of(
        Stage.of("margin", MARGIN.withSteps(8 * budget).withStart(Start.CORNER)),
        Stage.of("diverse", run(8, false)),
        Stage.of("directed", run(8, true).withRestarts(2)),
        Stage.of("long", run(25, true)).whereLeft(0.8),
        Stage.of("longer", run(40, true)).whereLeft(0.5),
        Stage.of(
                "targeted",
                ApgdT.DEFAULT.withSteps(20 * budget).withTargetOrder(TargetOrder.MALT))
            .whereLeft(0.3),
        Stage.of("nearest", nearest(norm)).whereLeft(0.1),
        Stage.of("black-box", Square.DEFAULT.withQueries(1000 * budget).withRescale(true))
            .onShare(SAMPLE));
  }

  private Pgd run(int steps, boolean directed) {
    return MARGIN.withSteps(steps * budget).withOdi(new Odi(7, directed));
  }

  private Attack nearest(Norm norm) {
    return norm == Norm.L2 ? Ddn.DEFAULT.withSteps(60 * budget) : Fmn.DEFAULT.withSteps(60 * budget);
  }
}
