package com.example.methods;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Iterate;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.results.Norm;
import java.util.List;
import java.util.Set;

/**
 * An attack: steps along a decaying sum of gradients.
 *
 * <pre>
 * m(t+1) = decay m(t) + g(t) / |g(t)|_1
 * x(t+1) = P(x(t) + a d(m(t+1))),  a = epsilon / steps
 * </pre>
 *
 * <p>Dong, Liao, Pang, Su, Zhu, Hu, Li, "Boosting Adversarial Attacks with Momentum", CVPR 2018,
 * arXiv:1710.06081.
 *
 * @param steps gradient steps, at least 1
 * @param decay what is kept of the sum in each step, above 0
 */
public record Momentum(int steps, double decay) implements Attack {
  private static final Setting<Momentum, Integer> STEPS =
      Setting.of("steps", Form.count(), "gradient steps", Momentum::steps);
  private static final Setting<Momentum, Double> DECAY =
      Setting.of("decay", Form.between(0, 10), "what a step keeps of the sum", Momentum::decay);

  private static final Declaration<Momentum> DECLARATION =
      Declaration.of("momentum", Kind.FIXED_RADIUS, Momentum.class)
          .summary("steps along a decaying sum of gradients")
          .source(
              "Dong, Liao, Pang, Su, Zhu, Hu, Li, \"Boosting Adversarial Attacks with Momentum\","
                  + " CVPR 2018, arXiv:1710.06081")
          .norms(Set.of(Norm.LINF, Norm.L2, Norm.L1))
          .settings(List.of(STEPS, DECAY))
          .made(Momentum::new, values -> new Momentum(values.of(STEPS), values.of(DECAY)));

  public Momentum {
    STEPS.require(steps);
    DECAY.require(decay);
  }

  /** The paper's settings. */
  public Momentum() {
    this(10, 1);
  }

  @Override
  public Declaration<Momentum> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(steps + 1L, steps);
  }

  @Override
  public Step<Trial> search(Trial trial) {
    Iterate clean = trial.clean();
    return trial.runs(1, run -> climb(trial, clean, new double[clean.row().length], 0));
  }

  private Step<Trial> climb(Trial trial, Iterate x, double[] sum, int t) {
    Objective objective = trial.objective(SoftMargin::new);
    if (t == steps) {
      return trial.judge(x);
    }
    return trial.gradient(
        x,
        objective,
        gradient -> {
          double length = 0;
          for (double slope : gradient) {
            length += Math.abs(slope);
          }
          double[] next = new double[sum.length];
          for (int i = 0; i < next.length; i++) {
            next[i] = decay * sum[i] + gradient[i] / length;
          }
          double a = trial.epsilon() / steps;
          return climb(trial, trial.project(trial.ascend(x, next, a)), next, t + 1);
        });
  }
}
