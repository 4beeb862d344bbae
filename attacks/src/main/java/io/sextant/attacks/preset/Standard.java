package io.sextant.attacks.preset;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Loss;
import io.sextant.attacks.Stage;
import io.sextant.attacks.TargetOrder;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.blackbox.Square;
import io.sextant.attacks.gradient.ApgdCe;
import io.sextant.attacks.gradient.ApgdT;
import io.sextant.attacks.gradient.Odi;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.attacks.minimumnorm.Fmn;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Setting;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The plan to measure robustness with: short attacks first, long ones on what is nearly broken.
 *
 * <ol>
 *   <li>short runs of PGD, on the margin from a corner and on cross-entropy,
 *   <li>in L∞ PGD on the margin of probabilities, APGD towards the two classes whose boundaries are
 *       nearest, and, where the true class has little of its lead left, PGD on cross-entropy and a
 *       search for the nearest input; in L2 a search for the nearest input, and APGD towards five
 *       classes; in L1 PGD with directed first steps, APGD towards the three nearest classes, and
 *       two runs of it on cross-entropy,
 *   <li>Square, which asks for no gradients, on a sample of what is left: what it breaks says that
 *       gradients mislead, and then {@link #further} is to be run.
 * </ol>
 *
 * <p>Parts and their order are those that break most for each pass, norm by norm, by the rule of
 * Liu, Peng, Tang, "Reliable Robustness Evaluation via Automatically Constructed Attack Ensembles"
 * (AutoAE), AAAI 2023, arXiv:2211.12713, from records on the example networks that the
 * documentation names. That more is spent on what is nearly broken follows Liu et al., "Practical
 * Evaluation of Adversarial Robustness via Adaptive Auto Attack" (A3), CVPR 2022, arXiv:2203.05154.
 * A3 ranks all examples by their margins; here a part goes to the examples that have at most a
 * share of their own clean lead left, so that a result depends on its example alone. The order of
 * classes is that of Melamed, Yehudai, Shamir, "MALT Powers Up Adversarial Attacks", NeurIPS 2024,
 * arXiv:2407.02240.
 *
 * @param budget how many times the steps of the plan each part takes, from 1 to 1,000
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Standard(int budget) implements Preset {
  /** Square's queries are then as many as a count may be. */
  private static final int MOST = Form.MOST / 1000;

  private static final Setting<Standard, Integer> BUDGET =
      Setting.of(
          "budget",
          Form.integer(1, MOST),
          "how many times the plan's steps to take",
          Standard::budget);

  private static final Declaration<Standard> DECLARATION =
      Declaration.of("standard", Kind.FIXED_RADIUS, Standard.class)
          .summary(
              "the plan to measure robustness with: short attacks first, long ones on what is left")
          .source(
              "Liu, Peng, Tang, \"Reliable Robustness Evaluation via Automatically"
                  + " Constructed Attack Ensembles\", AAAI 2023, arXiv:2211.12713")
          .norms(ThreatModel.CONVEX_NORMS)
          .setting(BUDGET)
          .made(Standard::new, values -> new Standard(values.of(BUDGET)));

  /** The share of the survivors that Square is tried on. */
  private static final double SAMPLE = 0.15;

  private static final ApgdT TARGETED = ApgdT.DEFAULT.withTargetOrder(TargetOrder.MALT);
  private static final Pgd DIRECTED =
      Quick.margin(8).withStart(Pgd.DEFAULT.start()).withOdi(new Odi(7, true));
  private static final Pgd PROBABILITY = Pgd.DEFAULT.withLoss(Loss.PROBABILITY_MARGIN);

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

  /** What {@link Thorough} tries beyond this plan. */
  @Override
  public Optional<Attack> further() {
    return Optional.of(AutoAttack.DEFAULT);
  }

  @Override
  public List<Stage> plan(Norm norm) {
    List<Stage> plan = new ArrayList<>();
    plan.add(Stage.of("margin", Quick.margin(8 * budget)));
    plan.add(Stage.of("cross-entropy", Pgd.DEFAULT.withSteps(20 * budget)));
    plan.addAll(
        switch (norm) {
          case L1 -> sparse();
          case L2 -> round();
          default -> cubic();
        });
    plan.add(
        Stage.of("black-box", Square.DEFAULT.withQueries(1000 * budget).withRescale(true))
            .onShare(SAMPLE));
    return plan;
  }

  private List<Stage> cubic() {
    return List.of(
        Stage.of("probability", PROBABILITY.withSteps(100 * budget)).whereLeft(0.9),
        Stage.of("two-targets", TARGETED.withTargets(2).withSteps(40 * budget)).whereLeft(0.8),
        Stage.of("long", Pgd.DEFAULT.withSteps(100 * budget)).whereLeft(0.5),
        Stage.of("nearest", Fmn.DEFAULT.withSteps(100 * budget)).whereLeft(0.25));
  }

  private List<Stage> round() {
    return List.of(
        Stage.of("nearest", Fmn.DEFAULT.withSteps(100 * budget)).whereLeft(0.9),
        Stage.of("five-targets", ApgdT.DEFAULT.withTargets(5).withSteps(40 * budget))
            .whereLeft(0.8));
  }

  private List<Stage> sparse() {
    return List.of(
        Stage.of("directed", DIRECTED.withSteps(8 * budget)),
        Stage.of("targeted", TARGETED.withTargets(3).withSteps(40 * budget)).whereLeft(0.9),
        Stage.of("restarted", ApgdCe.DEFAULT.withSteps(100 * budget).withRestarts(2))
            .whereLeft(0.9));
  }
}
