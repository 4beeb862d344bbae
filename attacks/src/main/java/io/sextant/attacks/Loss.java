package io.sextant.attacks;

import io.sextant.gradients.Objective;
import io.sextant.methods.Form;
import java.util.function.IntFunction;
import org.apiguardian.api.API;

/**
 * The function of the logits that a gradient attack climbs.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Loss {
  /** Cross-entropy, as in the papers that define FGSM and PGD. */
  CROSS_ENTROPY(Objective::crossEntropy),
  /**
   * The largest other logit minus the logit in question. Its gradient does not vanish on confident
   * models, where that of cross-entropy underflows to 0.
   */
  MARGIN(label -> Objective.margin(label).negated());

  /** How settings name it, for example {@code cross-entropy}. */
  public static final Form<Loss> FORM = Form.choice(Loss.class);

  private final IntFunction<Objective> away;

  Loss(IntFunction<Objective> away) {
    this.away = away;
  }

  /** What to climb to leave a class. */
  Objective away(int label) {
    return unit(away.apply(label));
  }

  /** What to climb to reach a class. */
  Objective towards(int target) {
    return unit(away.apply(target).negated());
  }

  /**
   * The same direction with its largest entry 1. Steps have a length of their own; a confident
   * model's cross-entropy, on the other hand, has slopes that no float holds.
   */
  static Objective unit(Objective objective) {
    return (logits, cotangent) -> {
      double value = objective.evaluate(logits, cotangent);
      double largest = 0;
      for (double slope : cotangent) {
        largest = Math.max(largest, Math.abs(slope));
      }
      for (int i = 0; i < cotangent.length && largest > 0; i++) {
        cotangent[i] /= largest;
      }
      return value;
    };
  }
}
