package io.sextant.attacks.table;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Iterate;
import io.sextant.attacks.Loss;
import io.sextant.attacks.StepSize;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.apiguardian.api.API;

/**
 * Constrained gradient ascent for tables: a step with momentum, repaired so that each point is a
 * row that exists, relations between columns included.
 *
 * <pre>
 * z(t+1) = R(x(t) + a(t) d(g(t)))
 * x(t+1) = R(x(t) + 3/4 (z(t+1) - x(t)) + 1/4 (x(t) - x(t-1)))
 * </pre>
 *
 * <p>R projects numbers on ball, box and relations as if they were real, rounds whole numbers
 * towards the clean value, switches the categories whose gradient promises most, pays no more than
 * the budget, and corrects what rounding has broken; see {@link Trial#project}. The first run
 * begins at the clean row, the others at random ones with random categories. Cost per example: the
 * clean decision, and at most {@code steps} + 1 forwards and {@code steps} backwards per run.
 *
 * <p>After Simonetto, Ghamizi, Cordy, "Constrained Adaptive Attack: Effective Adversarial Attack
 * Against Deep Neural Networks for Tabular Data", NeurIPS 2024, arXiv:2406.00775. Kept of its
 * CAPGD: starts, momentum, repair at each step. Different: the step falls from twice the radius
 * along half a cosine in place of halving at checkpoints; whole numbers are rounded at each step,
 * so that every point asked about exists; relations are kept by repair alone and are no part of the
 * loss; categories are valid always.
 *
 * @param steps gradient steps of a run, at least 1
 * @param restarts runs in all, the first of them from the clean row, at least 1
 * @param loss what to climb
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Capgd(int steps, int restarts, Loss loss) implements Attack {
  private static final StepSize STEP_SIZE = new StepSize.Cosine(0.5);
  private static final double NEW = 0.75;

  private static final Setting<Capgd, Integer> STEPS =
      Setting.of("steps", Form.count(), "gradient steps of a run", Capgd::steps);
  private static final Setting<Capgd, Integer> RESTARTS =
      Setting.of(
          "restarts",
          Form.count(),
          "runs in all, until one breaks; the first begins at the clean row",
          Capgd::restarts);
  private static final Setting<Capgd, Loss> LOSS =
      Setting.of("loss", Loss.FORM, "what to climb", Capgd::loss);

  private static final Declaration<Capgd> DECLARATION =
      Declaration.of("capgd", Kind.FIXED_RADIUS, Capgd.class)
          .summary("constrained gradient ascent for tables: steps repaired into rows that exist")
          .source(Caa.SOURCE)
          .norms(ThreatModel.CONVEX_NORMS)
          .settings(List.of(STEPS, RESTARTS, LOSS))
          .made(
              Capgd::new,
              values -> new Capgd(values.of(STEPS), values.of(RESTARTS), values.of(LOSS)));

  /** 20 steps, 5 runs, margin. */
  public static final Capgd DEFAULT = new Capgd();

  public Capgd {
    Objects.requireNonNull(loss, "loss");
    STEPS.require(steps);
    RESTARTS.require(restarts);
  }

  /** The {@link #DEFAULT}. */
  public Capgd() {
    this(20, 5, Loss.MARGIN);
  }

  /** This attack with another number of steps. */
  public Capgd withSteps(int newSteps) {
    return new Capgd(newSteps, restarts, loss);
  }

  /** This attack with another number of runs. */
  public Capgd withRestarts(int newRestarts) {
    return new Capgd(steps, newRestarts, loss);
  }

  @Override
  public Declaration<Capgd> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1 + restarts * (steps + 1L), (long) restarts * steps);
  }

  @Override
  public Step<Trial> search(Trial trial) {
    return trial.runs(restarts, run -> climb(trial, run, last -> {}));
  }

  /**
   * One run.
   *
   * @param ended is given the point at which it ends without success
   */
  Step<Trial> climb(Trial trial, int run, Consumer<Iterate> ended) {
    Iterate x = run == 0 ? trial.clean() : Genes.of(trial).drawn(trial.random(0));
    return climb(trial, x, x, 0, ended);
  }

  private Step<Trial> climb(
      Trial trial, Iterate x, Iterate previous, int t, Consumer<Iterate> ended) {
    Objective objective = trial.objective(loss);
    if (t == steps) {
      ended.accept(x);
      return trial.judge(x);
    }
    double a = STEP_SIZE.at(trial.epsilon(), t, steps);
    return trial.gradient(
        x,
        objective,
        g -> {
          Iterate z = trial.project(trial.ascend(x, g, a));
          double[] next = x.perturbation().clone();
          for (int i = 0; i < next.length; i++) {
            next[i] +=
                NEW * (z.perturbation()[i] - x.perturbation()[i])
                    + (1 - NEW) * (x.perturbation()[i] - previous.perturbation()[i]);
          }
          return climb(trial, trial.at(next, trial.choices(z)), x, t + 1, ended);
        });
  }
}
