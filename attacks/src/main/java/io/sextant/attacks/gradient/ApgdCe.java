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
 * APGD on cross-entropy: steps with momentum from a random start, whose length is halved and which
 * go back to the best point where the loss stops rising.
 *
 * <pre>
 * z      = P(x(k) + eta d(g(k)))
 * x(k+1) = P(x(k) + 0.75 (z - x(k)) + 0.25 (x(k) - x(k-1)))
 * </pre>
 *
 * <p>d is the steepest step of the norm, as for {@link Pgd}; eta begins at 2 epsilon. At
 * checkpoints, of 100 steps after 22, 41, 57, 70, 80, 87, 93 and 99, eta is halved when the loss
 * rose in at most {@code rho} of the steps since the last one, or when neither eta nor the best
 * loss has changed since; the run goes on from the best point then. In L1 it is L1-APGD: steps are
 * sparse, and the first 30% and the next 30% of them are made in balls of three and two times the
 * radius; points there never count. How many features share a step follows from how many differ at
 * the best point, at first at the start.
 *
 * <p>Croce, Hein, "Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse
 * Parameter-free Attacks", ICML 2020, arXiv:2003.01690; in L1 Croce, Hein, "Mind the Box: l1-APGD
 * for Sparse Adversarial Attacks on Image Classifiers", ICML 2021, arXiv:2103.01208. Settings are
 * those of AutoAttack, which takes 5 runs in L1. Other than there: a run ends at its first
 * adversarial iterate; projections on ball and box are exact, and no step is spent on features that
 * the box holds back; the first window compares with the loss at the start, where the code compares
 * with a 0; the first checkpoint, too, halves where the best loss has not changed since the start,
 * as in the paper; after a return, a rise is one over the loss at the best point; in L1 the
 * features share a step in proportion to their slope, as for {@link Pgd}, and the first draw is
 * projected around the input, where the code first projects it around 0.
 *
 * <p>Cost per example: the clean decision, and at most {@code steps + 1} forwards (in L1 {@code
 * steps + 3}) and {@code steps} backwards per run.
 *
 * @param steps gradient steps of a run, at least 1
 * @param restarts runs in all, each from a random start, at least 1
 * @param rho steps are halved unless the loss rose in more than this share of them since the last
 *     checkpoint, above 0 and below 1; without effect in L1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ApgdCe(int steps, int restarts, double rho) implements AutoPgd {
  private static final Declaration<ApgdCe> DECLARATION =
      Declaration.of("apgd-ce", Kind.FIXED_RADIUS, ApgdCe.class)
          .summary(
              "APGD on cross-entropy, in L1 L1-APGD: steps of a length that adapts to the loss")
          .source(SOURCE)
          .norms(ThreatModel.CONVEX_NORMS)
          .settings(List.of(STEPS, RESTARTS, RHO))
          .made(
              ApgdCe::new,
              values -> new ApgdCe(values.of(STEPS), values.of(RESTARTS), values.of(RHO)));

  /** 100 steps, one run. */
  public static final ApgdCe DEFAULT = new ApgdCe();

  public ApgdCe {
    STEPS.require(steps);
    RESTARTS.require(restarts);
    RHO.require(rho);
  }

  /** The {@link #DEFAULT}. */
  public ApgdCe() {
    this(DEFAULT_STEPS, 1, DEFAULT_RHO);
  }

  /** This attack with another number of steps. */
  @Override
  public ApgdCe withSteps(int newSteps) {
    return new ApgdCe(newSteps, restarts, rho);
  }

  /** This attack with another number of runs. */
  public ApgdCe withRestarts(int newRestarts) {
    return new ApgdCe(steps, newRestarts, rho);
  }

  @Override
  public Declaration<ApgdCe> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return untargetedPasses();
  }

  @Override
  public Step<Trial> search(Trial trial) {
    return untargeted(trial, Loss.CROSS_ENTROPY);
  }
}
