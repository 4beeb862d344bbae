package io.sextant.attacks.minimumnorm;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Iterate;
import io.sextant.attacks.TargetOrder;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.results.Norm;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * DeepFool: takes the decision boundary for a hyperplane, goes to the nearest one of those towards
 * the other classes, and does so again until the decision changes.
 *
 * <pre>
 * d(t+1) = d(t) + shortest step from x(t) to a hyperplane z_k(x(t)) - z_y(x(t)) + w (x - x(t)) = 0
 * x(t+1) = clean + (1 + overshoot) d(t+1)
 * </pre>
 *
 * <p>The step is the shortest one inside the box: what the box holds back goes to the other
 * features, where the authors clip it away. It ends 0.0001 beyond the hyperplane, as with the
 * authors. The classes k are those with the highest logits on the clean input; y is the label. An
 * example ends at its first adversarial iterate, and where all gradients are 0. It is quick and
 * familiar, and far from the nearest input on trained networks: use it for comparison. Cost per
 * example: at most {@code steps + 3} forwards and, for each step, a backward for each class
 * compared, the label's among them.
 *
 * <p>Moosavi-Dezfooli, Fawzi, Frossard, "DeepFool: A Simple and Accurate Method to Fool Deep Neural
 * Networks", CVPR 2016, arXiv:1511.04599. Defaults are those of the authors and of Foolbox.
 *
 * @param steps at most, at least 1
 * @param candidates other classes to compare, at least 1
 * @param overshoot by what share to go beyond, above 0 and below 10
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record DeepFool(int steps, int candidates, double overshoot) implements Attack {
  // How far beyond the hyperplane a step ends, for each unit of the slope.
  private static final double BEYOND = 1e-4;

  private static final Setting<DeepFool, Integer> STEPS =
      Setting.of("steps", Form.count(), "steps at most", DeepFool::steps);
  private static final Setting<DeepFool, Integer> CANDIDATES =
      Setting.of("candidates", Form.count(), "other classes to compare", DeepFool::candidates);
  private static final Setting<DeepFool, Double> OVERSHOOT =
      Setting.of(
          "overshoot", Form.between(0, 10), "by what share to go beyond", DeepFool::overshoot);

  private static final Declaration<DeepFool> DECLARATION =
      Declaration.of("deepfool", Kind.MINIMUM_NORM, DeepFool.class)
          .summary("steps to the nearest decision boundary as if it were a plane")
          .source(
              "Moosavi-Dezfooli, Fawzi, Frossard, \"DeepFool: A Simple and Accurate Method to Fool"
                  + " Deep Neural Networks\", CVPR 2016, arXiv:1511.04599")
          .norms(Set.of(Norm.LINF, Norm.L2))
          .settings(List.of(STEPS, CANDIDATES, OVERSHOOT))
          .made(
              DeepFool::new,
              values ->
                  new DeepFool(values.of(STEPS), values.of(CANDIDATES), values.of(OVERSHOOT)));

  /** 50 steps, 10 classes, an overshoot of 0.02. */
  public static final DeepFool DEFAULT = new DeepFool();

  public DeepFool {
    STEPS.require(steps);
    CANDIDATES.require(candidates);
    OVERSHOOT.require(overshoot);
  }

  /** The {@link #DEFAULT}. */
  public DeepFool() {
    this(50, 10, 0.02);
  }

  /** This attack with another number of steps. */
  public DeepFool withSteps(int newSteps) {
    return new DeepFool(newSteps, candidates, overshoot);
  }

  /** This attack with another number of classes. */
  public DeepFool withCandidates(int newCandidates) {
    return new DeepFool(steps, newCandidates, overshoot);
  }

  @Override
  public Declaration<DeepFool> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    long compared = Math.min(candidates, classes - 1L);
    return new Passes(steps + 3L, steps * (compared == 1 ? 1 : compared + 1));
  }

  @Override
  public Step<Trial> search(Trial trial) {
    return TargetOrder.LOGIT.targets(
        trial,
        candidates,
        rivals ->
            cross(new Boundary(trial, rivals), trial.clean(), 0, new double[trial.low().length]));
  }

  private Step<Trial> cross(Boundary boundary, Iterate x, int t, double[] total) {
    Trial trial = boundary.trial();
    if (t == steps) {
      return trial.judge(x);
    }
    return boundary.nearest(
        x,
        (adversarial, way) -> {
          if (adversarial) {
            return trial.over();
          }
          double[] step =
              way.plane()
                  .at(BEYOND * trial.steepness(way.gradient()))
                  .step(trial.norm(), x.perturbation(), trial.low(), trial.high());
          double[] sum = new double[total.length];
          double[] next = new double[total.length];
          for (int i = 0; i < next.length; i++) {
            sum[i] = total[i] + step[i];
            next[i] = (1 + overshoot) * sum[i];
          }
          return cross(boundary, trial.project(trial.move(next, way.gradient())), t + 1, sum);
        });
  }
}
