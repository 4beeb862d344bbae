package io.sextant.attacks.minimumnorm;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Iterate;
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
 * The fast adaptive boundary attack: steps to the decision boundary as if it were a plane, drawn
 * towards the clean input.
 *
 * <pre>
 * d1, d2 = shortest steps inside the box from x(t), and from the clean input, to the nearest plane
 * a      = min(|d1| / (|d1| + |d2|), 0.1)
 * x(t+1) = P((1 - a)(x(t) + 1.05 d1) + a (clean + 1.05 d2))
 * x(t+1) = 0.1 clean + 0.9 x(t+1) when that was adversarial
 * </pre>
 *
 * <p>The plane is the nearest one of those on which another class's logit equals the true one's,
 * measured by the step inside the box. In the end the best iterate is drawn towards the clean input
 * in three steps of regula falsi. Runs after the first begin at random, within half the smallest
 * distance found. The result is the nearest adversarial iterate. Cost per example and run: at most
 * {@code 2 steps + 5} forwards and {@code classes * steps} backwards, which makes {@link FabT} the
 * cheaper one where there are many classes.
 *
 * <p>Croce, Hein, "Minimally Distorted Adversarial Examples with a Fast Adaptive Boundary Attack",
 * ICML 2020, arXiv:1907.02044. Defaults are those of AutoAttack.
 *
 * @param steps of a run, at least 1
 * @param restarts runs in all, at least 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Fab(int steps, int restarts) implements Attack {
  private static final double MOST_DRAWN = 0.1;
  private static final double OVERSHOOT = 1.05;
  private static final double KEPT = 0.9;

  private static final Setting<Fab, Integer> STEPS =
      Setting.of("steps", Form.count(), "steps of a run", Fab::steps);
  private static final Setting<Fab, Integer> RESTARTS =
      Setting.of("restarts", Form.count(), "runs in all, the first from the input", Fab::restarts);

  private static final Declaration<Fab> DECLARATION =
      Declaration.of("fab", Kind.MINIMUM_NORM, Fab.class)
          .summary("fast adaptive boundary: to the boundary as if it were a plane, and back")
          .source(
              "Croce, Hein, \"Minimally Distorted Adversarial Examples with a Fast Adaptive"
                  + " Boundary Attack\", ICML 2020, arXiv:1907.02044")
          .norms(ThreatModel.CONVEX_NORMS)
          .settings(List.of(STEPS, RESTARTS))
          .made(Fab::new, values -> new Fab(values.of(STEPS), values.of(RESTARTS)));

  /** One run of 100 steps. */
  public static final Fab DEFAULT = new Fab();

  public Fab {
    STEPS.require(steps);
    RESTARTS.require(restarts);
  }

  /** The {@link #DEFAULT}. */
  public Fab() {
    this(100, 1);
  }

  /** This attack with another number of steps. */
  public Fab withSteps(int newSteps) {
    return new Fab(newSteps, restarts);
  }

  /** This attack with another number of runs. */
  public Fab withRestarts(int newRestarts) {
    return new Fab(steps, newRestarts);
  }

  @Override
  public Declaration<Fab> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    long backwards = classes == 2 ? 1 : classes;
    return new Passes(2, 0)
        .plus(new Passes(2L * steps + RegulaFalsi.FORWARDS, steps * backwards).times(restarts));
  }

  @Override
  public Step<Trial> search(Trial trial) {
    return trial.rivals(
        rivals ->
            trial.runs(
                restarts,
                run ->
                    run == 0
                        ? descend(new Boundary(trial, rivals), trial.clean())
                        : descend(
                            new Boundary(trial, rivals),
                            trial.uniform(Math.min(trial.nearest(), trial.farthest()) / 2))));
  }

  /** One run. */
  Step<Trial> descend(Boundary boundary, Iterate start) {
    return descend(boundary, start, 0);
  }

  private Step<Trial> descend(Boundary boundary, Iterate x, int t) {
    Trial trial = boundary.trial();
    if (t == steps) {
      return RegulaFalsi.search(trial);
    }
    return boundary.nearest(
        x,
        (adversarial, way) -> {
          Iterate next = approach(trial, x, way);
          return trial.decide(
              next, crossed -> descend(boundary, crossed ? trial.along(next, KEPT) : next, t + 1));
        });
  }

  private static Iterate approach(Trial trial, Iterate x, Boundary.Way way) {
    double[] from = x.perturbation();
    double[] d1 = way.step();
    double[] d2 = way.plane().step(trial.norm(), new double[d1.length], trial.low(), trial.high());
    double both = trial.length(d1) + trial.length(d2);
    double a = both == 0 ? 0 : Math.min(trial.length(d1) / both, MOST_DRAWN);
    double[] next = new double[d1.length];
    for (int i = 0; i < next.length; i++) {
      next[i] = (1 - a) * (from[i] + OVERSHOOT * d1[i]) + a * OVERSHOOT * d2[i];
    }
    return trial.project(trial.move(next, way.gradient()));
  }
}
