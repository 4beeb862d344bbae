package io.sextant.attacks.minimumnorm;

import io.sextant.attacks.Attack;
import io.sextant.attacks.TargetOrder;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The targeted fast adaptive boundary attack: the run of {@link Fab} to the boundary with one other
 * class, then with the next one.
 *
 * <p>The classes are those with the highest logits on the clean input, in this order. An iterate
 * that is decided for any other class than the true one counts, whatever the run aims at. One
 * hyperplane needs one backward, where {@link Fab} needs one for each class. Where the threat aims
 * at a class itself, it is the only one. Cost per example: at most {@code targets (2 steps + 5)}
 * forwards and {@code targets * steps} backwards, beside the clean decision.
 *
 * <p>Croce, Hein, "Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse
 * Parameter-free Attacks", ICML 2020, arXiv:2003.01690, where FAB-T is a part of AutoAttack.
 * Defaults are AutoAttack's.
 *
 * @param steps for each class, at least 1
 * @param targets how many classes at most, at least 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record FabT(int steps, int targets) implements Attack {
  private static final Setting<FabT, Integer> STEPS =
      Setting.of("steps", Form.count(), "steps for each class", FabT::steps);
  private static final Setting<FabT, Integer> TARGETS =
      Setting.of("targets", Form.count(), "other classes, the likeliest first", FabT::targets);

  private static final Declaration<FabT> DECLARATION =
      Declaration.of("fab-t", Kind.MINIMUM_NORM, FabT.class)
          .summary("fast adaptive boundary towards one class after the other")
          .source(
              "Croce, Hein, \"Reliable Evaluation of Adversarial Robustness with an Ensemble of"
                  + " Diverse Parameter-free Attacks\", ICML 2020, arXiv:2003.01690")
          .norms(ThreatModel.CONVEX_NORMS)
          .settings(List.of(STEPS, TARGETS))
          .made(FabT::new, values -> new FabT(values.of(STEPS), values.of(TARGETS)));

  /** 9 classes, 100 steps for each. */
  public static final FabT DEFAULT = new FabT();

  public FabT {
    STEPS.require(steps);
    TARGETS.require(targets);
  }

  /** The {@link #DEFAULT}. */
  public FabT() {
    this(100, 9);
  }

  /** This attack with another number of steps. */
  public FabT withSteps(int newSteps) {
    return new FabT(newSteps, targets);
  }

  /** This attack with another number of classes. */
  public FabT withTargets(int newTargets) {
    return new FabT(steps, newTargets);
  }

  @Override
  public Declaration<FabT> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(2, 0)
        .plus(
            new Passes(2L * steps + RegulaFalsi.FORWARDS, steps)
                .times(Math.min(targets, classes - 1)));
  }

  @Override
  public Step<Trial> search(Trial trial) {
    Fab run = new Fab(steps, 1);
    return TargetOrder.LOGIT.targets(
        trial,
        targets,
        rivals ->
            trial.runs(
                rivals.length,
                k -> run.descend(new Boundary(trial, new int[] {rivals[k]}), trial.clean())));
  }
}
