package io.sextant.attacks.gradient;

import io.sextant.attacks.Loss;
import io.sextant.attacks.TargetOrder;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.results.Norm;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.apiguardian.api.API;

/**
 * APGD towards one class after another, on the targeted difference of logits ratio, {@link
 * Loss#DLR}: the strongest part of AutoAttack. Any wrong decision counts, whichever class was aimed
 * at; where the threat itself has a target, that one alone is aimed at. With 2 or 3 classes, which
 * have no such ratio, the margin towards the target is climbed.
 *
 * <p>Croce, Hein, "Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse
 * Parameter-free Attacks", ICML 2020, arXiv:2003.01690. Settings are those of AutoAttack: the 9
 * classes of the largest other logits, 5 in L1, one run for each. {@link TargetOrder#MALT} takes
 * those whose boundaries are nearest to first order. Runs as for {@link ApgdCe}.
 *
 * <p>Cost per example: the clean logits, what the order asks, and for each target that of {@link
 * ApgdCe}.
 *
 * @param steps gradient steps of a run, at least 1
 * @param restarts runs for each target, each from a random start, at least 1
 * @param rho as for {@link ApgdCe}
 * @param targets how many classes are aimed at, at least 1; empty for AutoAttack's number
 * @param targetOrder which ones
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ApgdT(
    int steps, int restarts, double rho, OptionalInt targets, TargetOrder targetOrder)
    implements AutoPgd {
  private static final int DEFAULT_TARGETS = 9;
  private static final int DEFAULT_TARGETS_L1 = 5;

  private static final Setting<ApgdT, Integer> TARGETS =
      Setting.optional(
          "targets",
          Form.count(),
          "classes that are aimed at; 9 unless given, 5 in L1",
          attack -> attack.targets().stream().boxed().findFirst());
  private static final Setting<ApgdT, TargetOrder> TARGET_ORDER =
      Setting.of(
          "target-order",
          TargetOrder.FORM,
          "by clean logits, or by the distance to the boundary to first order",
          ApgdT::targetOrder);

  private static final Declaration<ApgdT> DECLARATION =
      Declaration.of("apgd-t", Kind.FIXED_RADIUS, ApgdT.class)
          .summary("APGD towards one class after another, on the targeted ratio of logits")
          .source(SOURCE)
          .norms(ThreatModel.CONVEX_NORMS)
          .settings(List.of(STEPS, RESTARTS, RHO, TARGETS, TARGET_ORDER))
          .made(
              ApgdT::new,
              values ->
                  new ApgdT(
                      values.of(STEPS),
                      values.of(RESTARTS),
                      values.of(RHO),
                      values.given(TARGETS).map(OptionalInt::of).orElse(OptionalInt.empty()),
                      values.of(TARGET_ORDER)));

  /** 100 steps, one run towards each of AutoAttack's targets. */
  public static final ApgdT DEFAULT = new ApgdT();

  public ApgdT {
    STEPS.require(steps);
    RESTARTS.require(restarts);
    RHO.require(rho);
    targets.ifPresent(TARGETS::require);
    Objects.requireNonNull(targetOrder, "targetOrder");
  }

  /** The {@link #DEFAULT}. */
  public ApgdT() {
    this(DEFAULT_STEPS, 1, DEFAULT_RHO, OptionalInt.empty(), TargetOrder.LOGIT);
  }

  /** This attack with another number of steps. */
  @Override
  public ApgdT withSteps(int newSteps) {
    return new ApgdT(newSteps, restarts, rho, targets, targetOrder);
  }

  /** This attack with another number of runs for each target. */
  public ApgdT withRestarts(int newRestarts) {
    return new ApgdT(steps, newRestarts, rho, targets, targetOrder);
  }

  /** This attack with another number of targets. */
  public ApgdT withTargets(int newTargets) {
    return new ApgdT(steps, restarts, rho, OptionalInt.of(newTargets), targetOrder);
  }

  /** This attack with targets in another order. */
  public ApgdT withTargetOrder(TargetOrder newOrder) {
    return new ApgdT(steps, restarts, rho, targets, newOrder);
  }

  @Override
  public Declaration<ApgdT> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    long aims = Math.min(targets.orElse(DEFAULT_TARGETS), classes - 1L);
    return targetOrder.passes(classes).plus(runs(aims * restarts));
  }

  @Override
  public Step<Trial> search(Trial trial) {
    int most = targets.orElse(trial.norm() == Norm.L1 ? DEFAULT_TARGETS_L1 : DEFAULT_TARGETS);
    return targetOrder.targets(
        trial,
        most,
        classes ->
            trial.runs(
                classes.length * restarts,
                run -> climb(trial, trial.objective(Loss.DLR, classes[run / restarts]))));
  }
}
