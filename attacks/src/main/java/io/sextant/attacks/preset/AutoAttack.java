package io.sextant.attacks.preset;

import io.sextant.attacks.Stage;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.blackbox.Square;
import io.sextant.attacks.gradient.ApgdCe;
import io.sextant.attacks.gradient.ApgdT;
import io.sextant.attacks.minimumnorm.FabT;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.results.Norm;
import java.util.List;
import org.apiguardian.api.API;

/**
 * AutoAttack's standard plan with its published settings, so that figures compare: APGD on
 * cross-entropy, APGD towards nine classes on the ratio of logits, FAB towards nine classes, and
 * Square with 5000 queries. In L1 APGD on cross-entropy has five runs, and five classes are aimed
 * at, as the authors extended it.
 *
 * <p>Plan and settings are the published ones. What a part does otherwise than the authors' code
 * stands with it, see {@link ApgdCe}, {@link ApgdT}, {@link FabT} and {@link Square}; none is a
 * weaker setting. Each example's random numbers are its own, and FAB ends where it has come within
 * the radius.
 *
 * <p>Croce, Hein, "Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse
 * Parameter-free Attacks", ICML 2020, arXiv:2003.01690; in L1 Croce, Hein, "Mind the Box: l1-APGD
 * for Sparse Adversarial Attacks on Image Classifiers", ICML 2021, arXiv:2103.01208.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record AutoAttack() implements Preset {
  /** The runs of APGD on cross-entropy in L1. */
  private static final int RUNS_L1 = 5;

  private static final Declaration<AutoAttack> DECLARATION =
      Declaration.of("autoattack", Kind.FIXED_RADIUS, AutoAttack.class)
          .summary("AutoAttack's standard plan: APGD-CE, APGD-T, FAB-T, Square")
          .source(
              "Croce, Hein, \"Reliable Evaluation of Adversarial Robustness with an Ensemble of"
                  + " Diverse Parameter-free Attacks\", ICML 2020, arXiv:2003.01690")
          .norms(ThreatModel.CONVEX_NORMS)
          .made(AutoAttack::new);

  /** The plan. */
  public static final AutoAttack DEFAULT = new AutoAttack();

  @Override
  public Declaration<AutoAttack> declaration() {
    return DECLARATION;
  }

  @Override
  public List<Stage> plan(Norm norm) {
    return List.of(
        Stage.of(norm == Norm.L1 ? ApgdCe.DEFAULT.withRestarts(RUNS_L1) : ApgdCe.DEFAULT),
        Stage.of(ApgdT.DEFAULT),
        Stage.of(FabT.DEFAULT),
        Stage.of(Square.DEFAULT));
  }
}
