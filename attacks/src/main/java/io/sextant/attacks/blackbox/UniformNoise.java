package io.sextant.attacks.blackbox;

import io.sextant.attacks.Attack;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Step;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import org.apiguardian.api.API;

/**
 * Points drawn uniformly in the ball, then clipped to the domain; categories stay as they are. A
 * baseline: where noise breaks what a gradient attack left standing, the gradients are not to be
 * trusted.
 *
 * <p>Carlini et al., "On Evaluating Adversarial Robustness", 2019, arXiv:1902.06705, recommends
 * this check. Cost per example: 1 forward for the clean decision and at most one per draw; no
 * backwards.
 *
 * @param draws points per example, at least 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record UniformNoise(int draws) implements Attack {
  private static final Setting<UniformNoise, Integer> DRAWS =
      Setting.of("draws", Form.count(), "points per example", UniformNoise::draws);

  private static final Declaration<UniformNoise> DECLARATION =
      Declaration.of("noise", Kind.FIXED_RADIUS, UniformNoise.class)
          .summary("points drawn uniformly in the ball: a baseline without gradients")
          .source(
              "Carlini, Athalye, Papernot et al., \"On Evaluating Adversarial Robustness\", 2019,"
                  + " arXiv:1902.06705")
          .norms(ThreatModel.CONVEX_NORMS)
          .access(Access.LOGITS)
          .setting(DRAWS)
          .made(UniformNoise::new, values -> new UniformNoise(values.of(DRAWS)));

  /** 100 draws. */
  public static final UniformNoise DEFAULT = new UniformNoise();

  public UniformNoise {
    DRAWS.require(draws);
  }

  /** The {@link #DEFAULT}. */
  public UniformNoise() {
    this(100);
  }

  /** This attack with another number of draws. */
  public UniformNoise withDraws(int newDraws) {
    return new UniformNoise(newDraws);
  }

  @Override
  public Declaration<UniformNoise> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1L + draws, 0);
  }

  @Override
  public Step<Trial> search(Trial trial) {
    return trial.runs(draws, draw -> trial.judge(trial.uniform()));
  }
}
