package io.sextant.attacks.gradient;

import io.sextant.attacks.Loss;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import java.util.List;
import org.apiguardian.api.API;

/**
 * APGD on the difference of logits ratio, {@link Loss#DLR}: {@link ApgdCe} with a loss that does
 * not change with the scale of the logits, so that confidence masks no gradient. With 2 or 3
 * classes, which have no such ratio, the margin is climbed.
 *
 * <p>Croce, Hein, "Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse
 * Parameter-free Attacks", ICML 2020, arXiv:2003.01690. Settings are those of AutoAttack. Cost as
 * for {@link ApgdCe}.
 *
 * @param steps gradient steps of a run, at least 1
 * @param restarts runs in all, each from a random start, at least 1
 * @param rho steps are halved unless the loss rose in more than this share of them since the last
 *     checkpoint, above 0 and below 1; without effect in L1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ApgdDlr(int steps, int restarts, double rho) implements AutoPgd {
  private static final Declaration<ApgdDlr> DECLARATION =
      Declaration.of("apgd-dlr", Kind.FIXED_RADIUS, ApgdDlr.class)
          .summary("APGD on the difference of logits ratio, whatever the scale of the logits")
          .source(SOURCE)
          .norms(ThreatModel.CONVEX_NORMS)
          .settings(List.of(STEPS, RESTARTS, RHO))
          .made(
              ApgdDlr::new,
              values -> new ApgdDlr(values.of(STEPS), values.of(RESTARTS), values.of(RHO)));

  /** 100 steps, one run. */
  public static final ApgdDlr DEFAULT = new ApgdDlr();

  public ApgdDlr {
    STEPS.require(steps);
    RESTARTS.require(restarts);
    RHO.require(rho);
  }

  /** The {@link #DEFAULT}. */
  public ApgdDlr() {
    this(DEFAULT_STEPS, 1, DEFAULT_RHO);
  }

  /** This attack with another number of steps. */
  @Override
  public ApgdDlr withSteps(int newSteps) {
    return new ApgdDlr(newSteps, restarts, rho);
  }

  /** This attack with another number of runs. */
  public ApgdDlr withRestarts(int newRestarts) {
    return new ApgdDlr(steps, newRestarts, rho);
  }

  @Override
  public Declaration<ApgdDlr> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return untargetedPasses();
  }

  @Override
  public Step<Trial> search(Trial trial) {
    return untargeted(trial, Loss.DLR);
  }
}
