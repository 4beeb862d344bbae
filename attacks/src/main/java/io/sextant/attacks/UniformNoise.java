package io.sextant.attacks;

import io.sextant.gradients.Objective;
import io.sextant.gradients.Step;
import io.sextant.results.Norm;
import java.util.Map;
import java.util.Set;
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
  /** 100 draws. */
  public static final UniformNoise DEFAULT = new UniformNoise(100);

  static final String NAME = "noise";

  public UniformNoise {
    Settings.requireCount(Settings.DRAWS, draws);
  }

  static UniformNoise of(Settings settings) {
    return new UniformNoise(settings.integer(Settings.DRAWS));
  }

  /** This attack with another number of draws. */
  public UniformNoise withDraws(int newDraws) {
    return new UniformNoise(newDraws);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, String> configuration() {
    return Map.of(Settings.DRAWS, Integer.toString(draws));
  }

  @Override
  public Set<Norm> norms() {
    return Ball.NORMS;
  }

  @Override
  public Passes passes() {
    return new Passes(1L + draws, 0);
  }

  @Override
  public Step<Trial> search(Trial trial) {
    Objective objective = trial.objective(Loss.CROSS_ENTROPY);
    return trial.runs(draws, draw -> trial.judge(trial.uniform(), objective));
  }
}
