package io.sextant.attacks;

import io.sextant.gradients.Objective;
import io.sextant.methods.Form;
import java.util.function.IntFunction;
import org.apiguardian.api.API;

/**
 * The function of the logits z that a gradient attack climbs: away from the true class y, or
 * towards a class t.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Loss {
  /** Cross-entropy, as in the papers that define FGSM and PGD: -log p_y, or log p_t. */
  CROSS_ENTROPY(Objective::crossEntropy, (label, target) -> Objective.logProbability(target)),
  /**
   * The largest other logit minus that of the true class, or the target's minus the largest other
   * one. Its gradient does not vanish on confident models, where that of cross-entropy underflows
   * to 0.
   */
  MARGIN(label -> Objective.margin(label).negated(), (label, target) -> Objective.margin(target)),
  /**
   * The difference of logits ratio, which does not change with the scale of the logits. With z(1),
   * z(2), … in falling order:
   *
   * <pre>
   * (max z(i != y) - z_y) / (z(1) - z(3))              untargeted
   * (z_t - z_y) / (z(1) - (z(3) + z(4)) / 2)           targeted
   * </pre>
   *
   * <p>With fewer than 4 classes it is the {@link #MARGIN}: with 2 there is no z(3), and with 3 the
   * untargeted ratio grows when the third class falls, without the true class losing any of its
   * lead.
   *
   * <p>Croce, Hein, "Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse
   * Parameter-free Attacks", ICML 2020, arXiv:2003.01690.
   */
  DLR(
      label -> LogitRatio.orMargin(new LogitRatio.Away(label), MARGIN.away.apply(label)),
      (label, target) ->
          LogitRatio.orMargin(
              new LogitRatio.Towards(label, target), MARGIN.towards.of(label, target))),
  /**
   * Cross-entropy of the logits in units of a tenth of the lead of the largest over the next one,
   * 10 z / (z(1) - z(2)), where that factor counts as a constant. However confident the model, its
   * gradient keeps its digits and weighs several classes.
   *
   * <p>Yu, Xu, "Efficient Loss Function by Minimizing the Detrimental Effect of Floating-Point
   * Errors on Gradient-Based Attacks" (MIFPE), CVPR 2023. The factor 10 is that of the authors'
   * code, whose argument is its logarithm to the base 10.
   */
  SCALED_CROSS_ENTROPY(
      label -> new ScaledLogits(CROSS_ENTROPY.away.apply(label)),
      (label, target) -> new ScaledLogits(CROSS_ENTROPY.towards.of(label, target))),
  /**
   * The largest other probability minus that of the true class, or the target's minus the largest
   * other one: the loss of PMA.
   *
   * <p>Xie, Zheng, Huang, Ye, Ma, "Towards Million-Scale Adversarial Robustness Evaluation With
   * Stronger Individual Attacks", 2024, arXiv:2411.15210.
   */
  PROBABILITY_MARGIN(
      label -> new ProbabilityMargin(label).negated(),
      (label, target) -> new ProbabilityMargin(target));

  /** How settings name it, for example {@code cross-entropy}. */
  public static final Form<Loss> FORM = Form.choice(Loss.class);

  private final IntFunction<Objective> away;
  private final Towards towards;

  Loss(IntFunction<Objective> away, Towards towards) {
    this.away = away;
    this.towards = towards;
  }

  @FunctionalInterface
  private interface Towards {
    Objective of(int label, int target);
  }

  /** What to climb to leave a class. */
  Objective away(int label) {
    return unit(away.apply(label));
  }

  /**
   * What to climb to reach a class.
   *
   * @param label the true class
   * @param target the class aimed at
   */
  Objective towards(int label, int target) {
    return unit(towards.of(label, target));
  }

  /**
   * The same direction with its largest entry 1. Steps have a length of their own; a confident
   * model's cross-entropy, on the other hand, has slopes that no float holds.
   */
  static Objective unit(Objective objective) {
    return new Unit(objective);
  }

  /** An objective with cotangents of one length, as a value. */
  private record Unit(Objective of) implements Objective {
    @Override
    public double evaluate(double[] logits, double[] cotangent) {
      double value = of.evaluate(logits, cotangent);
      double largest = 0;
      for (double slope : cotangent) {
        largest = Math.max(largest, Math.abs(slope));
      }
      for (int i = 0; i < cotangent.length && largest > 0; i++) {
        cotangent[i] /= largest;
      }
      return value;
    }
  }
}
